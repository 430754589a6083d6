"""Who reads, and what they may get."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser

from visavis.domain.errors import NotFound
from visavis.domain.people import access

if TYPE_CHECKING:
    from django.http import HttpRequest

    from visavis.domain.people.access import Rights
    from visavis.domain.people.models import Adviser


def reader(request: HttpRequest) -> Adviser:
    """Return the account of the request; behind `login_required` there is one."""
    if isinstance(request.user, AnonymousUser):
        raise NotFound
    return request.user


def rights_of_reader(request: HttpRequest) -> Rights:
    """Return what the account of the request may get; one query."""
    return access.rights(reader(request))
