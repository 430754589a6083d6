"""Tags and filters of every template: icons, marks, fields, French spaces, and the formatter."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from visavis.web.design import tell, typography
from visavis.web.design.parts import drawn

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from django.core.paginator import Page
    from django.forms import BoundField

register = template.Library()

SOON = timedelta(hours=2)
PRESENCES: dict[str, str] = {
    "available": "circle-check",
    "in_conversation": "message-circle",
    "wrap_up": "notebook-pen",
    "recovery": "wind",
    "pause": "coffee",
    "help": "hand-helping",
    "training": "graduation-cap",
    "away": "circle-dashed",
    "unavailable": "circle-minus",
}


# --- Icons, brands, faces -----------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    """An icon of web/vendor/icons.txt; decorative, unless a label replaces the word beside it."""
    return drawn_icon(sprite(), name, f"icon {classes}".strip(), str(label))


@lru_cache(maxsize=1024)
def drawn_icon(sprite: str, name: str, css: str, label: str) -> SafeString:
    """The same few icons stand a hundred times on a page: each is written once."""
    href = f"{sprite}#{name}"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>', css, label, href
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"></use></svg>', css, href)


@register.simple_tag
def sprite() -> str:
    """The address of all icons, for scripts."""
    return static("vendor/icons.svg")


@register.simple_tag
def brand(brand: Any, *, mark_only: bool = False, size: str = "") -> SafeString:
    """The letter of a brand in its colour and shape, and its name; size is "" or "l"."""
    letter = getattr(brand, "letter", "") or str(brand.name)[:1].upper()
    return drawn_brand(brand.slug, brand.name, letter, f" brand-{size}" if size else "", mark_only=mark_only)


@lru_cache(maxsize=256)
def drawn_brand(slug: str, name: str, letter: str, css: str, *, mark_only: bool) -> SafeString:
    """A few brands stand on every line of a list: each is written once."""
    return format_html(
        '<span class="brand brand-{}{}"><span class="brand-mark" aria-hidden="true">{}</span>'
        '<span class="{}">{}</span></span>',
        slug,
        css,
        letter,
        "sr-only" if mark_only else "cut",
        name,
    )


@register.inclusion_tag("design/face.html")
def face(name: str, side: str = "adv", size: str = "m") -> dict[str, str]:
    """Initials with the speech corner; the name is always written beside, so this is decoration."""
    return {"initials": initials(name), "side": side, "size": size}


def initials(name: str) -> str:
    """« Mme Odile Perrin » gives OP; one word gives its first letter, nobody a dot."""
    words = [word for word in str(name).split() if word not in {"M.", "Mme", "Mlle", "Dr", "Me"}]
    letters = [word[0] for word in words if word[0].isalpha()]
    return "".join(letters[:1] + letters[1:][-1:]).upper() or "·"


# --- Promises, waits, presences, facts ----------------------------------------------------------------------


@register.simple_tag
def promise_chip(
    *,
    due_at: datetime,
    state: str = "open",
    settled_at: datetime | None = None,
    moved_to: Any = None,
    agreed_by: str = "",
    now: datetime | None = None,
) -> SafeString:
    """The one chip of a promise: its state is told by a word, an icon and a tint.

    moved_to: the promise that took its place, when it was moved; without it the chip does not say to when.
    """
    now = local(now or timezone.now())
    due = local(moved_to.due_at if moved_to else due_at)
    shown = promise_state(state, due_at=due, settled_at=settled_at, now=now)
    told = {
        "state": shown,
        "due": tell.near_moment(due, now=now),
        "left": tell.until(due, now=now),
        "is_today": due.date() == now.date(),
        "is_near": -2 < (due.date() - now.date()).days < 7,
        "settled": tell.near_moment(local(settled_at), now=now) if settled_at else "",
        "settled_today": settled_at is not None and local(settled_at).date() == now.date(),
        "is_told_to_when": moved_to is not None,
        "agreed_by": agreed_by,
    }
    return drawn("design/promise_chip.html", told)


def promise_state(state: str, *, due_at: datetime, settled_at: datetime | None = None, now: datetime) -> str:
    """What the chip shows: a promise still owed is late once due, soon within two hours.

    A missed promise is late as long as it is owed, and kept late once it is settled.
    """
    if state == "missed" and settled_at:
        return "late_kept"
    if state not in {"open", "missed"}:
        return state
    if state == "missed" or due_at <= now:
        return "late"
    return "soon" if due_at - now < SOON else "open"


@register.simple_tag
def wait_chip(*, since: datetime | None, now: datetime | None = None) -> SafeString:
    """How long someone has waited; it never changes colour, the promise does."""
    if since is None:
        return SafeString()
    seconds = ((now or timezone.now()) - since).total_seconds()
    return drawn("design/wait_chip.html", {"length": tell.rough(seconds), "since": local(since).isoformat()})


@register.inclusion_tag("design/presence.html")
def presence_mark(state: str, *, others: bool = False) -> dict[str, str]:
    """What someone is doing; to others, a recovery is « Pas disponible », and why is asked of nobody."""
    shown = "unavailable" if others and state == "recovery" else state
    return {"word": presence_word(shown), "icon": presence_icon(shown)}


@register.filter
def presence_icon(state: str) -> str:
    """The icon of a presence."""
    return PRESENCES.get(state, "circle-dashed")


@register.filter
def presence_word(state: str) -> str:
    """The word of a presence."""
    words = {
        "available": pgettext("presence", "Available"),
        "in_conversation": pgettext("presence", "In conversation"),
        "wrap_up": pgettext("presence", "Wrapping up"),
        "recovery": pgettext("presence", "Recovery"),
        "pause": pgettext("presence", "Break"),
        "help": pgettext("presence", "Helping a colleague"),
        "training": pgettext("presence", "Training"),
        "away": pgettext("presence", "Away"),
        "unavailable": pgettext("presence", "Not available"),
    }
    return words.get(state, state)


@register.inclusion_tag("design/fact.html")
def fact(*, icon: str, text: str, at: datetime | None = None, start: bool = False) -> dict[str, object]:
    """A fact of the house in one sentence, in the middle of the thread, without a bubble."""
    return {"icon": icon, "text": text, "at": at, "start": start}


@register.simple_tag
def refusal_title(status: int) -> str:
    """What happened, in a few words, without a code."""
    titles = {
        400: _("We could not read what was sent"),
        403: _("This page was open too long"),
        404: _("There is nothing here"),
        409: _("This cannot be done now"),
        413: _("This is too large"),
        429: _("That is a lot at once"),
    }
    return titles.get(status, _("Something failed on our side"))


# --- Forms and pages ----------------------------------------------------------------------------------------


@register.inclusion_tag("design/field.html")
def field(field: BoundField, *, label: str = "", hint: str = "") -> dict[str, object]:
    """A field with its label, its hint and its errors, tied together for those who do not see them."""
    hint = hint or str(field.help_text)
    described = [
        f"{field.auto_id}_{part}" for part, told in (("hint", hint), ("error", field.errors)) if told
    ]
    attributes: dict[str, Any] = {"aria-describedby": " ".join(described)} if described else {}
    if field.errors:
        attributes["aria-invalid"] = "true"
    kind = "choices" if field.use_fieldset else getattr(field.field.widget, "input_type", "text")
    return {
        "field": field,
        "widget": "" if field.use_fieldset else field.as_widget(attrs=attributes),
        "label": label or field.label,
        "hint": hint,
        "kind": kind,
        "described": " ".join(described),
    }


@register.inclusion_tag("design/form_errors.html")
def form_errors(form: Any) -> dict[str, object]:
    """What is wrong with the form as a whole; nothing when all is well."""
    return {"errors": form.non_field_errors()}


@register.inclusion_tag("design/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any], *, name: str = "page") -> dict[str, object]:
    """Where one is in a list, and the way to the pages around; the other choices of the address stay."""
    return {
        "text": _("%(first)s to %(last)s of %(total)s")
        % {
            "first": tell.count(page.start_index()),
            "last": tell.count(page.end_index()),
            "total": tell.count(page.paginator.count),
        },
        "previous_url": address(context, name, page.previous_page_number()) if page.has_previous() else "",
        "next_url": address(context, name, page.next_page_number()) if page.has_next() else "",
    }


def address(context: template.Context, name: str, number: int) -> str:
    """This page's address with another page number."""
    chosen = context["request"].GET.copy()
    chosen[name] = str(number)
    return f"?{chosen.urlencode()}"


# --- Text and figures ---------------------------------------------------------------------------------------


@register.filter
def french(text: object) -> str:
    """French spaces when the page is in French; escaping stays as it was, links and code are left alone."""
    if not (get_language() or "").startswith("fr"):
        return text if isinstance(text, str) else str(text)
    told = typography.typeset(str(text))
    # Only spaces and apostrophes outside of markup changed: what was safe still is, the rest is escaped.
    return mark_safe(told) if isinstance(text, SafeString) else told  # noqa: S308 - see the line above


def local(at: datetime) -> datetime:
    """The instant in the reader's zone."""
    return timezone.localtime(at)


def of_reader(value: date | datetime) -> date:
    """The day of an instant for this reader; a day stays what it is."""
    return local(value).date() if isinstance(value, datetime) else value


@register.filter
def clock(at: datetime | None) -> str:
    """10 h 42."""
    return tell.clock(local(at)) if at else ""


@register.filter
def clock_exact(at: datetime | None) -> str:
    """17 h 00, to stand in a column."""
    return tell.clock(local(at), exact=True) if at else ""


@register.filter
def day(on: date | datetime | None) -> str:
    """lundi 16 novembre."""
    return tell.day(of_reader(on), today=timezone.localdate()) if on else ""


@register.filter
def near_day(on: date | datetime | None) -> str:
    """aujourd’hui, demain, vendredi, 16 novembre."""
    return tell.near_day(of_reader(on), today=timezone.localdate()) if on else ""


@register.filter
def day_title(on: date | datetime | None) -> str:
    """Aujourd’hui, Hier, Lundi 16 novembre."""
    return tell.day_title(of_reader(on), today=timezone.localdate()) if on else ""


@register.filter
def short_day(on: date | datetime | None) -> str:
    """12 janv."""
    return tell.short_day(of_reader(on), today=timezone.localdate()) if on else ""


@register.filter
def moment(at: datetime | None) -> str:
    """lundi 16 novembre, 10 h 42."""
    return tell.moment(local(at), today=timezone.localdate()) if at else ""


@register.filter
def near_moment(at: datetime | None) -> str:
    """10 h 42, demain 10 h 30, vendredi 17 h."""
    return tell.near_moment(local(at), now=timezone.localtime()) if at else ""


@register.filter
def until(at: datetime | None) -> str:
    """dans 1 h 18, il y a 12 min."""
    return tell.until(at, now=timezone.now()) if at else ""


@register.filter
def duration(seconds: float | timedelta | None) -> str:
    """3 min 10."""
    return "" if seconds is None else tell.duration(in_seconds(seconds))


@register.filter
def rough(seconds: float | timedelta | None) -> str:
    """52 min, 2 jours."""
    return "" if seconds is None else tell.rough(in_seconds(seconds))


def in_seconds(length: float | timedelta) -> float:
    """A length in seconds, whichever way it was kept."""
    return length.total_seconds() if isinstance(length, timedelta) else length


@register.filter
def wait_range(low: float, high: float) -> str:
    """entre 2 et 7 min."""
    return tell.wait_range(low, high)


@register.filter
def span(low: float, high: float) -> str:
    """2 à 7 min."""
    return tell.span(low, high)


@register.filter
def money(amount: Decimal | float | None, currency: str = "EUR") -> str:
    """4,26 €."""
    return "" if amount is None else tell.money(amount, currency=currency)


@register.filter
def count(number: float | None) -> str:
    """1 280."""
    return "" if number is None else tell.count(number)


@register.filter
def percent(part: float | None) -> str:
    """82 %."""
    return "" if part is None else tell.percent(part)


@register.filter
def filesize(octets: int | None) -> str:
    """1,2 Mo."""
    return "" if octets is None else tell.filesize(octets)


@register.filter
def phone(number: str | None) -> str:
    """09 70 00 00 12."""
    return tell.phone(number) if number else ""


@register.filter
def listed(names: Iterable[object]) -> str:
    """A, B et C."""
    return tell.listed([str(name) for name in names])
