"""The design system: figures and dates as they are told, French spaces, marks, fields, brands, vendored files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.http import HttpResponse
from django.template import Context, Template, TemplateSyntaxError
from django.test import Client, RequestFactory
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe

from visavis.domain.models import Adviser
from visavis.domain.people.access import rights
from visavis.domain.people.colours import contrast
from visavis.web import design, vendor
from visavis.web.design import brands, context, parts, tell, toasts, typography
from visavis.web.design.templatetags import design as tags
from visavis.web.navigation import NAVIGATION

DESIGN = Path(design.__file__).parent
VENDOR = Path(vendor.__file__).parent
PARIS = ZoneInfo("Europe/Paris")
MONDAY = datetime(2026, 11, 16, 10, 42, tzinfo=PARIS)


def at(day: int, hour: int, minute: int = 0, *, month: int = 11, year: int = 2026) -> datetime:
    """An instant in Paris."""
    return datetime(year, month, day, hour, minute, tzinfo=PARIS)


def nb(text: str) -> str:
    """The text with no-break spaces where it has underscores."""
    return text.replace("_", "\u00a0")


# --- Told figures -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (time(10, 42), "10_h_42", "10:42"),
        (time(9, 5), "9_h_05", "9:05"),
        (time(17, 0), "17_h", "17:00"),
        (time(0, 0), "0_h", "0:00"),
        (MONDAY, "10_h_42", "10:42"),
    ],
)
def test_clock_is_told_as_the_language_says_it(value: datetime | time, french: str, english: str) -> None:
    assert tell.clock(value, language="fr") == nb(french)
    assert tell.clock(value, language="en") == english


def test_clock_that_is_exact_keeps_its_minutes() -> None:
    assert tell.clock(time(17, 0), exact=True, language="fr") == nb("17_h_00")


@pytest.mark.parametrize(
    ("on", "french", "english"),
    [
        (date(2026, 11, 16), "lundi 16_novembre", "Monday 16_November"),
        (date(2026, 12, 1), "mardi 1er_décembre", "Tuesday 1_December"),
        (date(2025, 11, 16), "dimanche 16_novembre 2025", "Sunday 16_November 2025"),
    ],
)
def test_day_is_told_with_its_weekday_and_another_year(on: date, french: str, english: str) -> None:
    today = date(2026, 11, 16)

    assert tell.day(on, today=today, language="fr") == nb(french)
    assert tell.day(on, today=today, language="en") == nb(english)


@pytest.mark.parametrize(
    ("on", "french", "english"),
    [
        (date(2026, 11, 16), "aujourd’hui", "today"),
        (date(2026, 11, 17), "demain", "tomorrow"),
        (date(2026, 11, 15), "hier", "yesterday"),
        (date(2026, 11, 20), "vendredi", "Friday"),
        (date(2026, 11, 23), "23_novembre", "23_November"),
        (date(2026, 11, 10), "10_novembre", "10_November"),
        (date(2026, 12, 1), "1er_décembre", "1_December"),
        (date(2025, 10, 2), "2_octobre 2025", "2_October 2025"),
    ],
)
def test_near_day_is_named_when_it_is_near(on: date, french: str, english: str) -> None:
    today = date(2026, 11, 16)

    assert tell.near_day(on, today=today, language="fr") == nb(french)
    assert tell.near_day(on, today=today, language="en") == nb(english)


def test_short_day_keeps_the_day_this_year_and_the_year_otherwise() -> None:
    today = date(2026, 11, 16)

    assert tell.short_day(date(2026, 1, 12), today=today, language="fr") == nb("12_janv.")
    assert tell.short_day(date(2025, 10, 3), today=today, language="fr") == "oct. 2025"
    assert tell.short_day(date(2026, 1, 12), today=today, language="en") == nb("12_Jan")


def test_day_title_stands_above_the_messages_of_a_day() -> None:
    today = date(2026, 11, 19)

    assert tell.day_title(date(2026, 11, 19), today=today, language="fr") == "Aujourd’hui"
    assert tell.day_title(date(2026, 11, 18), today=today, language="fr") == "Hier"
    assert tell.day_title(date(2026, 11, 16), today=today, language="fr") == nb("Lundi 16_novembre")
    assert tell.day_title(date(2026, 11, 16), today=today, language="en") == nb("Monday 16_November")


def test_moment_is_a_day_and_a_time() -> None:
    assert tell.moment(MONDAY, language="fr") == nb("lundi 16_novembre, 10_h_42")
    assert tell.moment(MONDAY, language="en") == nb("Monday 16_November, 10:42")


@pytest.mark.parametrize(
    ("when", "french", "english"),
    [
        (at(16, 17), "17_h", "17:00"),
        (at(17, 10, 30), "demain 10_h_30", "tomorrow 10:30"),
        (at(15, 20, 14), "hier 20_h_14", "yesterday 20:14"),
        (at(20, 17), "vendredi 17_h", "Friday 17:00"),
        (at(2, 9, month=12), "2_décembre 9_h", "2_December 9:00"),
        (at(2, 9, month=10, year=2025), "2_octobre 2025", "2_October 2025"),
    ],
)
def test_near_moment_says_no_more_than_is_needed(when: datetime, french: str, english: str) -> None:
    assert tell.near_moment(when, now=MONDAY, language="fr") == nb(french)
    assert tell.near_moment(when, now=MONDAY, language="en") == nb(english)


@pytest.mark.parametrize(
    ("seconds", "french", "english"),
    [
        (0, "0_s", "0_s"),
        (25, "25_s", "25_s"),
        (59.6, "1_min", "1_min"),
        (180, "3_min", "3_min"),
        (190, "3_min_10", "3_min_10_s"),
        (7500, "2_h_05", "2_h_05_min"),
        (7200, "2_h", "2_h"),
        (86_400, "1_jour", "1_day"),
        (2 * 86_400 + 3 * 3600, "2_jours 3_h", "2_days 3_h"),
        (-5, "0_s", "0_s"),
    ],
)
def test_duration_is_exact(seconds: float, french: str, english: str) -> None:
    assert tell.duration(seconds, language="fr") == nb(french)
    assert tell.duration(seconds, language="en") == nb(english)


@pytest.mark.parametrize(
    ("seconds", "french", "english"),
    [
        (20, "moins_de_1_min", "less_than_1_min"),
        (119, "1_min", "1_min"),
        (52 * 60 + 30, "52_min", "52_min"),
        (3900, "1_h_05", "1_h_05_min"),
        (86_400, "1_jour", "1_day"),
        (2 * 86_400 + 5, "2_jours", "2_days"),
    ],
)
def test_rough_never_tells_longer_than_it_is(seconds: float, french: str, english: str) -> None:
    assert tell.rough(seconds, language="fr") == nb(french)
    assert tell.rough(seconds, language="en") == nb(english)


@pytest.mark.parametrize(
    ("low", "high", "french", "english"),
    [
        (120, 420, "entre 2 et 7_min", "between 2 and 7_min"),
        (0, 100, "moins_de_2_min", "less_than_2_min"),
        (30, 60, "moins_de_1_min", "less_than_1_min"),
        (0, 0, "moins_de_1_min", "less_than_1_min"),
        (180, 180, "environ 3_min", "about 3_min"),
        (1200, 4500, "entre 20 et 75_min", "between 20 and 75_min"),
        (40 * 60, 2 * 3600, "entre 40_min et 2_h", "between 40_min and 2_h"),
        (3 * 3600, 5 * 3600, "entre 3 et 5_h", "between 3 and 5_h"),
        (2 * 86_400, 3 * 86_400, "entre 2 et 3_jours", "between 2 and 3_days"),
        (5 * 3600, 3 * 86_400, "entre 5_h et 3_jours", "between 5_h and 3_days"),
    ],
)
def test_wait_range_keeps_both_ends_true(low: float, high: float, french: str, english: str) -> None:
    assert tell.wait_range(low, high, language="fr") == nb(french)
    assert tell.wait_range(low, high, language="en") == nb(english)


def test_span_is_the_range_of_a_table() -> None:
    assert tell.span(240, 420, language="fr") == nb("4 à 7_min")
    assert tell.span(180, 180, language="fr") == nb("3_min")
    assert tell.span(0, 60, language="en") == nb("less_than_1_min")


def test_until_looks_both_ways() -> None:
    assert tell.until(MONDAY + timedelta(minutes=78), now=MONDAY, language="fr") == nb("dans 1_h_18")
    assert tell.until(MONDAY - timedelta(minutes=12), now=MONDAY, language="fr") == nb("il y a 12_min")
    assert tell.until(MONDAY - timedelta(days=1), now=MONDAY, language="en") == nb("1_day ago")


@pytest.mark.parametrize(
    ("amount", "french", "english"),
    [
        (Decimal("4.26"), "4,26_€", "€4.26"),
        (900, "900_€", "€900"),
        (Decimal("1280.5"), "1_280,50_€", "€1,280.50"),
        (-3, "-3_€", "-€3"),
    ],
)
def test_money_has_its_sign_where_the_language_puts_it(
    amount: Decimal | float, french: str, english: str
) -> None:
    assert tell.money(amount, language="fr") == nb(french)
    assert tell.money(amount, language="en") == english


def test_count_percent_and_filesize_are_grouped_by_spaces_that_hold() -> None:
    assert tell.count(1280, language="fr") == nb("1_280")
    assert tell.count(1.55, language="fr") == "1,55"
    assert tell.count(1280, language="en") == "1,280"
    assert tell.percent(0.816, language="fr") == nb("82_%")
    assert tell.percent(0.816, language="en") == "82%"
    assert tell.filesize(1, language="fr") == nb("1_octet")
    assert tell.filesize(12, language="fr") == nb("12_octets")
    assert tell.filesize(850_000, language="fr") == nb("850_ko")
    assert tell.filesize(1_234_567, language="fr") == nb("1,2_Mo")
    assert tell.filesize(1_234_567, language="en") == nb("1.2_MB")


def test_phone_is_grouped_and_keeps_its_country() -> None:
    assert tell.phone("+33970000012") == nb("09_70_00_00_12")
    assert tell.phone("+2290123456789").startswith(nb("+229_"))
    assert tell.phone("not a number") == "not a number"


def test_listed_ends_with_and() -> None:
    assert tell.listed(["Alice", "Bob", "Chloé"], language="fr") == "Alice, Bob et Chloé"
    assert tell.listed(["Alice", "Bob", "Chloé"], language="en") == "Alice, Bob and Chloé"
    assert tell.listed([], language="fr") == ""


# --- French spaces ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plain", "typeset"),
    [
        ("Ça va ?", "Ça va\u202f?"),
        ("Ça va?", "Ça va\u202f?"),
        ("Non ; oui !", "Non\u202f; oui\u202f!"),
        ("Quoi ?!", "Quoi\u202f?!"),
        ("Attente : 4 min", "Attente\u00a0: 4\u00a0min"),
        ("Attente: 4 min", "Attente\u00a0: 4\u00a0min"),
        ("« Bonjour »", "«\u00a0Bonjour\u00a0»"),
        ("«Bonjour»", "«\u00a0Bonjour\u00a0»"),
        ("« Ça va ? »", "«\u00a0Ça va\u202f?\u00a0»"),
        ("à 10 h 42 précises", "à 10\u00a0h\u00a042 précises"),
        ("3 min 10", "3\u00a0min\u00a010"),
        ("1 280 contacts, 900 €, 82 %", "1\u00a0280 contacts, 900\u00a0€, 82\u00a0%"),
        ("le 09 70 00 00 12", "le 09\u00a070\u00a000\u00a000\u00a012"),
        ("M. Haddad et Mme Tran", "M.\u00a0Haddad et Mme\u00a0Tran"),
        ("l'orage d'hier", "l’orage d’hier"),
        # What must come back letter for letter
        ("10:42", "10:42"),
        ("https://netnet.example/a?b=1;c:d !", "https://netnet.example/a?b=1;c:d !"),
        ("www.netnet.example/?a", "www.netnet.example/?a"),
        ("eve@example.org", "eve@example.org"),
        ("`if (a ? b : c);`", "`if (a ? b : c);`"),
        ("a;b", "a;b"),
        ("!important", "!important"),
        (":-)", ":-)"),
        ("5 hommes, 3 hivers", "5 hommes, 3 hivers"),
        ("le 3 mars 2026", "le 3 mars 2026"),
        ("", ""),
    ],
)
def test_typeset_puts_french_spaces_in_prose_only(plain: str, typeset: str) -> None:
    assert typography.typeset(plain) == typeset


@pytest.mark.parametrize(
    ("markup", "typeset"),
    [
        ("<b>Ça va ?</b>", "<b>Ça va\u202f?</b>"),
        (
            '<a href="/x?y=1" title="a ; b">Voir : ici</a>',
            '<a href="/x?y=1" title="a ; b">Voir\u00a0: ici</a>',
        ),
        ("Fil &amp; aiguille ; oui", "Fil &amp; aiguille\u202f; oui"),
        ("<code>a ? b : c</code> oui ?", "<code>a ? b : c</code> oui\u202f?"),
    ],
)
def test_typeset_leaves_markup_and_entities_alone(markup: str, typeset: str) -> None:
    assert typography.typeset(markup) == typeset


def test_typeset_twice_is_typeset_once() -> None:
    once = typography.typeset("Bonjour : 1 280 € « ça va ? » à 10 h 42 ; oui !")

    assert typography.typeset(once) == once


def test_french_filter_never_makes_unsafe_text_safe() -> None:
    with translation.override("fr"):
        told = Template("{% load design %}{{ text|french }}").render(Context({"text": "<b>Ça va ?</b>"}))
        assert told == "&lt;b&gt;Ça va\u202f?&lt;/b&gt;"
        assert not isinstance(tags.french("a ?"), SafeString)
        assert isinstance(tags.french(mark_safe("a ?")), SafeString)


def test_french_filter_leaves_english_as_it_is() -> None:
    with translation.override("en"):
        assert tags.french("Really ?") == "Really ?"


# --- Filters speak in the reader's zone ---------------------------------------------------------------------


def test_filters_tell_the_time_of_the_readers_zone() -> None:
    instant = datetime(2026, 11, 16, 9, 42, tzinfo=UTC)
    template = Template("{% load design %}{{ at|clock }} {{ at|day }}")

    with translation.override("fr"), timezone.override(PARIS):
        assert template.render(Context({"at": instant})) == nb("10_h_42 lundi 16_novembre")
    with translation.override("fr"), timezone.override(ZoneInfo("America/Montreal")):
        assert template.render(Context({"at": instant})) == nb("4_h_42 lundi 16_novembre")


def test_filters_tell_nothing_of_nothing() -> None:
    template = Template(
        "{% load design %}{{ a|clock }}{{ a|day }}{{ a|until }}{{ a|duration }}{{ a|money }}{{ a|phone }}"
    )

    assert template.render(Context({"a": None})) == ""


# --- Marks --------------------------------------------------------------------------------------------------


def words(html: str) -> str:
    """What one reads of a piece of page."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).replace("\u00a0", " ").split())


def chip(**promise: object) -> tuple[str, str]:
    """The words and the tint of a promise's chip, at 10 h 42 on that Monday."""
    call = " ".join(f"{name}=values.{name}" for name in promise)
    template = Template("{% load design %}{% promise_chip now=now " + call + " %}")
    with translation.override("fr"), timezone.override(PARIS):
        html = template.render(Context({"now": MONDAY, "values": promise}))
    tint = re.search(r'class="chip( chip-\w+)?"', html)
    return words(html), (tint[1] or "").strip() if tint else "?"


def test_promise_chip_tells_each_state_by_a_word_and_a_tint() -> None:
    assert chip(due_at=at(16, 17)) == ("Promis 17 h", "")
    assert chip(due_at=at(17, 10, 30)) == ("Promis demain 10 h 30", "")
    assert chip(due_at=at(16, 12)) == ("12 h , dans 1 h 18", "chip-att")
    assert chip(due_at=at(16, 10, 30)) == ("Due à 10 h 30", "chip-urg")
    assert chip(due_at=at(15, 10, 30)) == ("Due hier 10 h 30", "chip-urg")
    assert chip(due_at=at(16, 12), state="kept", settled_at=at(16, 10, 44)) == ("Tenue à 10 h 44", "chip-ok")
    assert chip(due_at=at(15, 12), state="kept", settled_at=at(15, 9)) == ("Tenue hier 9 h", "chip-ok")
    assert chip(due_at=at(16, 10), state="missed") == ("Due à 10 h", "chip-urg")
    assert chip(due_at=at(15, 10), state="missed", settled_at=at(16, 9)) == ("Tenue en retard, 9 h", "")
    assert chip(due_at=at(16, 9), state="moved") == ("Reportée", "")
    friday, december = SimpleNamespace(due_at=at(20, 9)), SimpleNamespace(due_at=at(2, 9, month=12))
    assert chip(due_at=at(16, 9), state="moved", moved_to=friday, agreed_by="M. Haddad") == (
        "Reportée à vendredi 9 h, accord de M. Haddad",
        "",
    )
    assert chip(due_at=at(16, 9), state="moved", moved_to=december) == ("Reportée au 2 décembre 9 h", "")


def test_promise_state_turns_soon_at_two_hours_and_late_when_due() -> None:
    def state(due_at: datetime) -> str:
        return tags.promise_state("open", due_at=due_at, now=MONDAY)

    assert state(MONDAY + timedelta(hours=2)) == "open"
    assert state(MONDAY + timedelta(hours=2, seconds=-1)) == "soon"
    assert state(MONDAY) == "late"
    assert tags.promise_state("kept", due_at=MONDAY, now=MONDAY) == "kept"


def test_presence_of_others_never_tells_recovery() -> None:
    with translation.override("fr"):
        assert tags.presence_mark("recovery") == {"word": "Récupération", "icon": "wind"}
        assert tags.presence_mark("recovery", others=True) == {
            "word": "Pas disponible",
            "icon": "circle-minus",
        }
        assert tags.presence_mark("pause", others=True) == {"word": "Pause", "icon": "coffee"}


def test_initials_are_those_of_the_person() -> None:
    assert tags.initials("Mme Odile Perrin") == "OP"
    assert tags.initials("Kader") == "K"
    assert tags.initials("Jean Paul de la Tour") == "JT"
    assert tags.initials("") == "·"


def test_icon_is_decorative_unless_it_has_a_label() -> None:
    assert tags.icon("phone") == (
        '<svg class="icon" aria-hidden="true"><use href="/static/vendor/icons.svg#phone"></use></svg>'
    )
    assert 'role="img" aria-label="&lt;lu&gt;"' in tags.icon("check", label="<lu>")


# --- Fields -------------------------------------------------------------------------------------------------


class Gesture(forms.Form):
    """A field with a hint, which may be wrong."""

    amount = forms.IntegerField(label="Montant", help_text="En euros", max_value=40)
    way = forms.ChoiceField(label="Comment", choices=[("mail", "E-mail")], widget=forms.RadioSelect)


def test_field_ties_label_hint_and_error_to_the_input() -> None:
    form = Gesture({"amount": "55", "way": "mail"})

    html = Template("{% load design %}{% field form.amount %}").render(Context({"form": form}))

    assert '<label for="id_amount">' in html
    assert 'id="id_amount_hint"' in html
    assert 'id="id_amount_error"' in html
    assert 'aria-describedby="id_amount_hint id_amount_error"' in html
    assert 'aria-invalid="true"' in html


def test_field_of_choices_is_a_fieldset_with_its_legend() -> None:
    html = Template("{% load design %}{% field form.way %}").render(Context({"form": Gesture()}))

    assert html.count("<fieldset") == 1
    assert "<legend>Comment</legend>" in html
    assert html.count('<label class="choice">') == 1


# --- Brands -------------------------------------------------------------------------------------------------


@dataclass
class Painted:
    """A brand as the sheet of colours reads it."""

    slug: str
    colour: str
    shape: str


@pytest.mark.parametrize("colour", ["#2B45C4", "#F4BC2B", "#176A4A", "#FFFFFF", "#000000", "#7F7F7F"])
def test_brand_sheet_is_readable_in_both_themes(colour: str) -> None:
    sheet = brands.stylesheet([Painted("netnet", colour, "square")])

    light, dark, _same = (dict(re.findall(r"--([\w-]+):(#\w{6})", line)) for line in sheet.splitlines())

    for themed, ground in ((light, "#F1F4F4"), (dark, "#1D272B")):
        assert contrast(themed["marque"], themed["on-marque"]) >= 4.0
        assert contrast(themed["marque-ink"], ground) >= 4.5
    assert light["mark"] == colour


# --- The page around ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_navigation_shows_what_exists_to_whom_it_concerns() -> None:
    def shown_to(role: str) -> set[str]:
        request = RequestFactory().get("/poste/")
        request.user = Adviser(role=role, pk=1)
        return {place.url for place in context.places(request, "bar", lambda: rights(request.user))}

    assert shown_to("planner") <= {entry.path for entry in NAVIGATION if "planner" in entry.roles}
    assert shown_to("") == set()


def test_toast_is_a_header_for_htmx_and_a_message_otherwise() -> None:
    request = RequestFactory().post("/", headers={"HX-Request": "true"})
    response = HttpResponse(headers={"HX-Trigger": '{"kept": {}}'})

    toasts.say(request, response, text="Promesse enregistrée", undo="/annuler/")

    assert json.loads(response.headers["HX-Trigger"]) == {
        "kept": {},
        "toast": {"target": "body", "text": "Promesse enregistrée", "undo": "/annuler/", "seconds": 10},
    }


@pytest.mark.django_db
def test_components_page_has_nothing_inline() -> None:
    html = Client().get("/composants/").content.decode()

    assert re.findall(r"\sstyle=|<style|\son\w+=|javascript:", html) == []
    assert re.findall(r"<script(?![^>]*\bsrc=)", html) == []


# --- Files --------------------------------------------------------------------------------------------------


def test_vendored_files_are_those_of_the_manifest() -> None:
    done = subprocess.run(
        [sys.executable, VENDOR / "remake.py", "--check"], check=False, capture_output=True, text=True
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    sprite = (VENDOR / "static/vendor/icons.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    package = DESIGN.parent.parent
    sources = [*package.rglob("*.html"), *package.rglob("*.py")]
    patterns = (r'{% icon "([\w-]+)"', r'\bicon="([a-z][\w-]*)"', r'return "([a-z][\w-]*)", _\(')

    texts = [path.read_text(encoding="utf-8") for path in sources]
    named = {name for text in texts for pattern in patterns for name in re.findall(pattern, text)}
    named |= {entry.icon for entry in NAVIGATION} | set(tags.PRESENCES.values())

    assert named - known == set()


def test_no_style_sheet_writes_a_colour_but_the_tokens() -> None:
    """Colours come from tokens; black behind a dialog is the absence of one. The widget lives on pages without tokens."""
    sheets = [sheet for sheet in DESIGN.parent.glob("*/static/**/*.css") if sheet.name != "tokens.css"]
    sheets = [sheet for sheet in sheets if "widget" not in sheet.parts]

    written = {
        f"{sheet.name}: {found}"
        for sheet in sheets
        for found in re.findall(
            r"#[0-9a-fA-F]{3,8}\b(?![^{}]*\{)|\b(?:rgb|hsl)a?\([^)]*\)", sheet.read_text(encoding="utf-8")
        )
    }

    assert written == {"surfaces.css: rgb(0 0 0 / .4)"}


def test_tokens_are_those_of_the_reference(shared: Path) -> None:
    def names(sheet: Path) -> list[str]:
        return re.findall(r"(--[\w-]+:\s*[^;]+);", sheet.read_text(encoding="utf-8"))

    assert names(DESIGN / "static/design/tokens.css") == names(shared / "design/tokens.css")


# --- What is drawn once -------------------------------------------------------------------------------------


def test_a_steady_part_puts_each_page_s_own_values_in_their_places() -> None:
    template = Template(
        "{% load steady %}{% steady kind=kind placing number=number name=name %}"
        "{% if kind == 'a' %}A{% endif %} {% url 'desk:head' number %} {{ name }} {{ hidden }}{{ csrf_token }}"
        "{% endsteady %}"
    )
    pages = [
        {"kind": "a", "number": 7, "name": "<b>", "hidden": "h", "csrf_token": "one"},
        {"kind": "b", "number": 8, "name": mark_safe("<i>"), "hidden": "h", "csrf_token": "two"},
        {"kind": "a", "number": 9, "name": 5, "hidden": "h", "csrf_token": "three"},
    ]

    told = [template.render(Context(page)) for page in pages]

    assert told == ["A /poste/7/tete/ &lt;b&gt; one", " /poste/8/tete/ <i> two", "A /poste/9/tete/ 5 three"]


def test_a_steady_part_escapes_what_equals_a_safe_text() -> None:
    template = Template("{% load steady %}{% steady text=text %}{{ text }}{% endsteady %}")

    told = [template.render(Context({"text": text})) for text in (mark_safe("<b>"), "<b>")]

    assert told == ["<b>", "&lt;b&gt;"]


def test_a_steady_part_is_drawn_once_for_what_it_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[object] = []
    draw = parts.Steady.drawn

    def drawing(part: parts.Steady, told: dict[str, object]) -> str:
        drawn.append(told)
        return draw(part, told)

    monkeypatch.setattr(parts.Steady, "drawn", drawing)
    template = Template("{% load steady %}{% steady a=a placing b=b %}{{ b }}{% endsteady %}")

    for a, b in ((1, 1), (1, 2), (2, 2), (True, 2)):
        template.render(Context({"a": a, "b": b}))

    assert drawn == [{"a": 1}, {"a": 2}, {"a": True}]


def test_a_steady_part_refuses_a_word_it_does_not_know() -> None:
    with pytest.raises(TemplateSyntaxError, match="steady"):
        Template("{% load steady %}{% steady a=a and b=b %}{% endsteady %}")
