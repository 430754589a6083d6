"""Whose request it is: the account of the session, loaded once with all that its rights are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.auth_backends import AuthenticationBackend

from visavis.domain.people.access import account

if TYPE_CHECKING:
    from visavis.domain.people.models import Adviser

BACKEND = "visavis.web.account.backend.Accounts"


class Accounts(AuthenticationBackend):  # type: ignore[misc] # allauth is published without types
    """Signs in as allauth does; an account that left is nobody."""

    def get_user(self, user_id: int) -> Adviser | None:
        """Return the account with its team, site and brands; one query."""
        found = account(user_id)
        return found if found and self.user_can_authenticate(found) else None
