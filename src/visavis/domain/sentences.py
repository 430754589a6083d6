"""How the facts of a thread are told, in the reader's language; stored as numbers, told when read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from visavis.domain.conversations.models import Conversation
from visavis.domain.deliveries.sentences import fault_told
from visavis.domain.journal.models import Entry
from visavis.domain.journal.queries import conversation_entries, question_of_entries
from visavis.domain.people.models import Adviser, Team
from visavis.domain.prepared import Question, prepared, together


@dataclass(frozen=True, kw_only=True)
class Told:
    """One line of fact: when, an icon, a whole sentence."""

    at: datetime
    icon: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Names:
    """Names of those whom the facts know by number."""

    advisers: Mapping[int, str]
    teams: Mapping[int, str]
    reader_id: int

    def who(self, adviser_id: object) -> str:
        """Return a name, « Vous » to the person themself, or « someone » when they are forgotten."""
        if adviser_id == self.reader_id:
            return _("You")
        return self.advisers.get(adviser_id, _("Someone")) if isinstance(adviser_id, int) else _("Someone")

    def team(self, team_id: object) -> str:
        """Return the name of a team."""
        return self.teams.get(team_id, _("another team")) if isinstance(team_id, int) else _("another team")


Teller = Callable[[Entry, Names], tuple[str, str]]


def _opened(entry: Entry, names: Names) -> tuple[str, str]:
    if beside := entry.facts.get("beside_id"):
        sentence = _("Someone answers in request %(number)s without being part of it: say whether they are.")
        return "users", sentence % {"number": beside}
    return "inbox", _("The request is opened.")


def _person_asked(entry: Entry, names: Names) -> tuple[str, str]:
    return "user-round", _("The customer asks for a person.")


def _offered(entry: Entry, names: Names) -> tuple[str, str]:
    if entry.adviser_id == names.reader_id:
        return "user-round-check", _("The conversation is entrusted to you.")
    return "user-round-check", _("The conversation is entrusted to %(name)s.") % {
        "name": names.who(entry.adviser_id)
    }


def _assigned(entry: Entry, names: Names) -> tuple[str, str]:
    if entry.facts.get("by_id") is None or entry.adviser_id is None:
        return "", ""  # the routing's own line says it, or the one that says why it left
    if entry.adviser_id == entry.facts["by_id"]:
        if entry.adviser_id == names.reader_id:
            return "user-round-check", _("You take the conversation.")
        return "user-round-check", _("%(name)s takes the conversation.") % {
            "name": names.who(entry.adviser_id)
        }
    values = {"by": names.who(entry.facts["by_id"]), "name": names.who(entry.adviser_id)}
    return "user-round-check", _("%(by)s → %(name)s: the conversation is entrusted.") % values


def _refused(entry: Entry, names: Names) -> tuple[str, str]:
    return "corner-up-right", _("The conversation goes to someone else.")


def _returned(entry: Entry, names: Names) -> tuple[str, str]:
    if entry.facts.get("former_id") == names.reader_id:
        return "undo-2", _("You were no longer there: the conversation waits for someone else.")
    values = {"name": names.who(entry.facts.get("former_id"))}
    return "undo-2", _("%(name)s is no longer there: the conversation waits for someone else.") % values


def _transferred(entry: Entry, names: Names) -> tuple[str, str]:
    by = names.who(entry.adviser_id)
    if entry.facts.get("to_adviser_id"):
        values = {"by": by, "to": names.who(entry.facts["to_adviser_id"])}
        return "corner-up-right", _("Passed on with its context: %(by)s → %(to)s.") % values
    values = {"by": by, "to": names.team(entry.facts.get("to_team_id"))}
    return "corner-up-right", _("Passed on with its context: %(by)s → team %(to)s.") % values


def _resolved(entry: Entry, names: Names) -> tuple[str, str]:
    if entry.adviser_id is None:
        return "", ""  # an erasure ended it, whose own line follows
    return "check", _("Resolved. By: %(name)s.") % {"name": names.who(entry.adviser_id)}


def _reopened(entry: Entry, names: Names) -> tuple[str, str]:
    return "rotate-ccw", _("Opened again. By: %(name)s.") % {"name": names.who(entry.adviser_id)}


def _woken(entry: Entry, names: Names) -> tuple[str, str]:
    return "bell", _("The conversation is awake again.")


def _snoozed(entry: Entry, names: Names) -> tuple[str, str]:
    return "moon", _("Put to sleep until a chosen hour. By: %(name)s.") % {
        "name": names.who(entry.adviser_id)
    }


def _merged(entry: Entry, names: Names) -> tuple[str, str]:
    return "merge", _("Conversation %(number)s goes on here.") % {"number": entry.facts.get("absorbed_id")}


def _unmerged(entry: Entry, names: Names) -> tuple[str, str]:
    return "split", _("Conversation %(number)s is on its own again.") % {
        "number": entry.facts.get("absorbed_id")
    }


def _split(entry: Entry, names: Names) -> tuple[str, str]:
    return "split", _("Some messages go on in conversation %(number)s.") % {
        "number": entry.facts.get("new_id")
    }


def _linked(entry: Entry, names: Names) -> tuple[str, str]:
    return "link-2", _("Linked to conversation %(number)s.") % {"number": entry.facts.get("other_id")}


def _link_made(entry: Entry, names: Names) -> tuple[str, str]:
    if entry.adviser_id is None:
        return "link-2", _("Link to the customer’s page given.")
    return "link-2", _("Link to the customer’s page given. By: %(name)s.") % {
        "name": names.who(entry.adviser_id)
    }


def _link_revoked(entry: Entry, names: Names) -> tuple[str, str]:
    return "x", _("Link to the customer’s page ended. By: %(name)s.") % {"name": names.who(entry.adviser_id)}


def _promise_made(entry: Entry, names: Names) -> tuple[str, str]:
    return "handshake", _("Promise recorded. By: %(name)s.") % {"name": names.who(entry.adviser_id)}


def _promise_kept(entry: Entry, names: Names) -> tuple[str, str]:
    if entry.facts.get("is_on_time"):
        return "check", _("Promise kept. By: %(name)s.") % {"name": names.who(entry.adviser_id)}
    return "check", _("Promise kept late. By: %(name)s.") % {"name": names.who(entry.adviser_id)}


def _promise_missed(entry: Entry, names: Names) -> tuple[str, str]:
    return "triangle-alert", _("The hour of a promise has passed.")


def _promise_moved(entry: Entry, names: Names) -> tuple[str, str]:
    return "calendar-clock", _("Promise moved, with a reason told to the customer. By: %(name)s.") % {
        "name": names.who(entry.adviser_id)
    }


def _promise_entrusted(entry: Entry, names: Names) -> tuple[str, str]:
    return "handshake", _("Promise entrusted to: %(name)s.") % {"name": names.who(entry.adviser_id)}


def _failed(entry: Entry, names: Names) -> tuple[str, str]:
    why = fault_told(str(entry.facts.get("fault")))
    return "triangle-alert", _("A message could not leave. %(why)s") % {"why": why}


def _doubt_settled(entry: Entry, names: Names) -> tuple[str, str]:
    if not entry.facts.get("has_left"):
        return "send", _("The message in doubt had not left: it is sent again. By: %(name)s.") % {
            "name": names.who(entry.adviser_id)
        }
    if entry.facts.get("how") == "person":
        return "check", _("The message in doubt had left. Said by: %(name)s.") % {
            "name": names.who(entry.adviser_id)
        }
    told = {
        "report": _("The message in doubt had left: a server reports on it."),
        "answer": _("The message in doubt had left: someone answers it."),
    }
    shown = _("The message in doubt had left: its server shows it.")
    return "check", told.get(str(entry.facts.get("how")), shown)


def _sent_again(entry: Entry, names: Names) -> tuple[str, str]:
    return "send", _("The message that failed is sent again. By: %(name)s.") % {
        "name": names.who(entry.adviser_id)
    }


def _stopped(entry: Entry, names: Names) -> tuple[str, str]:
    return "undo-2", _("The message is not sent again. By: %(name)s.") % {"name": names.who(entry.adviser_id)}


def _planned(entry: Entry, names: Names) -> tuple[str, str]:
    if not entry.facts.get("is_changed"):
        return "", ""  # the letter itself tells its hour
    return "calendar-clock", _("A planned message has another hour. By: %(name)s.") % {
        "name": names.who(entry.adviser_id)
    }


def _acknowledged(entry: Entry, names: Names) -> tuple[str, str]:
    return "check", _("The customer was told that their letter arrived.")


def _uncertain(entry: Entry, names: Names) -> tuple[str, str]:
    return "triangle-alert", _("A message may not have left. It is not sent again by itself: decide.")


def _erased(entry: Entry, names: Names) -> tuple[str, str]:
    return "trash-2", _("History erased at the request of the person.")


def _heeded(entry: Entry, names: Names) -> tuple[str, str]:
    return "mail", _("What had been set aside counts as a letter of the customer’s.")


def _unheeded(entry: Entry, names: Names) -> tuple[str, str]:
    return "undo-2", _("What had counted as a letter of the customer’s is set aside again.")


def _bounced(entry: Entry, names: Names) -> tuple[str, str]:
    if entry.facts["is_permanent"]:
        return "mail-x", _("A letter came back: it did not arrive. See at the letter what to do.")
    return "clock", _("A letter is late: their server goes on trying.")


def _mail_set_aside(entry: Entry, names: Names) -> tuple[str, str]:
    if entry.facts["reason"] != "spam":
        return "", ""  # the message itself says what it is
    return "ban", _("Set aside as spam.")


def _participant(entry: Entry, names: Names) -> tuple[str, str]:
    values = {"name": names.who(entry.adviser_id)}
    if entry.facts["is_agreed"]:
        return "user-plus", _("%(name)s lets one more person take part.") % values
    return "user-minus", _("%(name)s keeps a person in copy out of the request.") % values


def _stood_alone(entry: Entry, names: Names) -> tuple[str, str]:
    sentence = _("This is a request of its own, apart from %(number)s.")
    return "split", sentence % {"number": entry.facts["beside_id"]}


def _held_beside(entry: Entry, names: Names) -> tuple[str, str]:
    return "undo-2", _("This is held beside %(number)s again.") % {"number": entry.facts["beside_id"]}


def _file_scanned(entry: Entry, names: Names) -> tuple[str, str]:
    if entry.facts["verdict"] != "infected":
        return "", ""  # it opens, as it should
    return "triangle-alert", _("A virus was found in a file: nobody opens it.")


TELLERS: dict[str, Teller] = {
    "conversation.opened": _opened,
    "conversation.person_asked": _person_asked,
    "conversation.offered": _offered,
    "conversation.assigned": _assigned,
    "offer.refused": _refused,
    "conversation.returned": _returned,
    "conversation.transferred": _transferred,
    "conversation.resolved": _resolved,
    "conversation.reopened": _reopened,
    "conversation.woken": _woken,
    "conversation.snoozed": _snoozed,
    "conversation.merged": _merged,
    "conversation.unmerged": _unmerged,
    "conversation.split": _split,
    "conversation.linked": _linked,
    "link.made": _link_made,
    "link.revoked": _link_revoked,
    "promise.made": _promise_made,
    "promise.kept": _promise_kept,
    "promise.missed": _promise_missed,
    "promise.moved": _promise_moved,
    "promise.entrusted": _promise_entrusted,
    "delivery.uncertain": _uncertain,
    "delivery.failed": _failed,
    "delivery.settled": _doubt_settled,
    "delivery.sent_again": _sent_again,
    "delivery.stopped": _stopped,
    "delivery.planned": _planned,
    "acknowledgement.left": _acknowledged,
    "history.erased": _erased,
    "file.scanned": _file_scanned,
    "message.heeded": _heeded,
    "message.unheeded": _unheeded,
    "message.bounced": _bounced,
    "mail.set_aside": _mail_set_aside,
    "participant.decided": _participant,
    "conversation.stood_alone": _stood_alone,
    "conversation.held_beside": _held_beside,
}


def facts_told(
    conversation: Conversation,
    *,
    reader_id: int,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Told]:
    """The facts of a conversation as lines, oldest first, between two instants if they are given.

    Two queries, a third when it was passed on to a team.
    """
    entries = conversation_entries(conversation.pk, list(TELLERS), since=since, until=until)
    names = _names(entries, reader_id)
    told = ((entry, TELLERS[entry.verb](entry, names)) for entry in entries)
    return [Told(at=entry.at, icon=icon, sentence=sentence) for entry, (icon, sentence) in told if sentence]


def question_of_facts(
    conversation: Conversation, *, since: datetime | None = None, until: datetime | None = None
) -> Question:
    """Of the entries that `facts_told` tells, to be asked with others; no query."""
    return question_of_entries(conversation.pk, list(TELLERS), since=since, until=until)


def _names(entries: list[Entry], reader_id: int) -> Names:
    keys = ("by_id", "former_id", "to_adviser_id")
    people = {entry.adviser_id for entry in entries} | {
        entry.facts.get(key) for entry in entries for key in keys
    }
    advisers = sorted(number for number in people if number)
    teams = sorted({number for entry in entries if (number := entry.facts.get("to_team_id"))})
    with together(_advisers.question(numbers=advisers), _teams.question(numbers=teams)):
        return Names(
            advisers=dict(_advisers(numbers=advisers)),
            teams=dict(_teams(numbers=teams)),
            reader_id=reader_id,
        )


@prepared
def _advisers(*, numbers: Iterable[int]) -> QuerySet[Adviser, tuple[int, str]]:
    return Adviser.objects.filter(pk__in=numbers).values_list("pk", "displayed_name")


@prepared
def _teams(*, numbers: Iterable[int]) -> QuerySet[Team, tuple[int, str]]:
    return Team.objects.filter(pk__in=numbers).values_list("pk", "name")
