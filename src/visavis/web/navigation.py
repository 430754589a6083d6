"""The screens one can go to, and who sees them: a line a screen. What has no address yet is not shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise as LazyText

TREATING = frozenset({"adviser", "leader", "operations", "administrator"})
LEADING = frozenset({"leader", "operations", "administrator"})
PLANNING = LEADING | {"planner"}
SETTERS = frozenset({"leader", "administrator"})
EVERYONE = TREATING | PLANNING


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the bar or of the account's menu: where it goes, who sees it, the keys that go there.

    `needs_mailbox`: shown once a brand of the reader is written to by e-mail.
    """

    label: LazyText
    path: str
    icon: str
    roles: frozenset[str]
    key: str = ""
    place: Literal["bar", "account"] = "bar"
    counted: str = ""
    needs_mailbox: bool = False


NAVIGATION: tuple[Entry, ...] = (
    Entry(label=_("The floor"), path="/plateau/", icon="layout-dashboard", roles=PLANNING, key="g f"),
    Entry(label=_("My desk"), path="/poste/", icon="message-circle", roles=TREATING, key="g p"),
    Entry(
        label=_("My promises"),
        path="/promesses/",
        icon="handshake",
        roles=TREATING,
        key="g m",
        counted="promises",
    ),
    Entry(
        label=_("Mail ledger"),
        path="/courrier/",
        icon="inbox",
        roles=LEADING,
        key="g c",
        place="account",
        needs_mailbox=True,
    ),
    Entry(label=_("Settings"), path="/reglages/", icon="settings", roles=SETTERS, key="g r", place="account"),
    Entry(
        label=_("My account"), path="/connexion/compte/", icon="user-round", roles=EVERYONE, place="account"
    ),
    Entry(label=_("The charter"), path="/charte/", icon="scale", roles=EVERYONE, place="account"),
)
