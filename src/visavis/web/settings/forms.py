"""Forms of the settings; what they let through, the operations check again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from visavis.channels.registry import CHANNELS
from visavis.domain.people.access import visible_teams
from visavis.domain.people.queries import all_sites, skills_of_brands
from visavis.domain.people.sentences import level_told, role_told
from visavis.web.account.forms import OneOf

from .zones import ZONES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from visavis.domain.people.access import Rights
    from visavis.domain.people.models import Adviser, Brand, Skill, Team

ROLES = ("adviser", "leader", "operations", "planner", "administrator")
LANGUAGES = (
    ("fr", _("French")),
    ("en", _("English")),
    ("es", _("Spanish")),
    ("de", _("German")),
    ("it", _("Italian")),
    ("ar", _("Arabic")),
    ("wo", _("Wolof")),
    ("fon", _("Fon")),
)
SHAPES = (
    ("square", pgettext_lazy("shape", "Square")),
    ("circle", pgettext_lazy("shape", "Circle")),
    ("leaf", pgettext_lazy("shape", "Leaf")),
)


class Settings(forms.Form):
    """A form where an empty choice is a choice, which the browser would refuse."""

    use_required_attribute = False


class OneALine(forms.CharField):
    """Several things, one a line; gives a list."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value: object) -> Any:  # Django's signature
        """Return the lines that say something."""
        return (
            [line.strip() for line in (value or "").splitlines() if line.strip()]
            if isinstance(value, str)
            else []
        )

    def prepare_value(self, value: object) -> object:
        """Show a list as lines."""
        return "\n".join(value) if isinstance(value, list) else value


# --- People -------------------------------------------------------------------------------------------------


class Invitation(Settings):
    """Whom, as what, in which team."""

    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, rights: Rights, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams = {
            str(team.pk): team for team in visible_teams(rights).filter(is_active=True).order_by("name")
        }
        if rights.administers:
            self.fields["role"] = role_field()
            self.fields["team"] = team_field(self.teams.values())

    def chosen_team(self) -> Team | None:
        """Return the team that was chosen, if one was."""
        return self.teams.get(self.cleaned_data.get("team", ""))


class Place(Settings):
    """Role and team."""

    def __init__(self, *args: Any, rights: Rights, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams = {
            str(team.pk): team for team in visible_teams(rights).filter(is_active=True).order_by("name")
        }
        self.fields["role"] = role_field()
        self.fields["team"] = team_field(self.teams.values())

    def chosen_team(self) -> Team | None:
        """Return the team that was chosen, if one was."""
        return self.teams.get(self.cleaned_data.get("team", ""))


def role_field() -> forms.ChoiceField:
    """Return the choice of a role."""
    return forms.ChoiceField(
        label=_("Role"), choices=[(role, role_told(role)) for role in ROLES], initial="adviser"
    )


def team_field(teams: Iterable[Team]) -> forms.ChoiceField:
    """Return the choice of a team, or of none."""
    none = ("", pgettext_lazy("team", "None"))
    return OneOf(
        label=_("Team"),
        help_text=_(
            "Its brands are those whose conversations the person sees. Advisers and leaders need one."
        ),
        choices=[none, *((team.pk, f"{team.name}, {team.site.name}") for team in teams)],
    )


class Work(forms.Form):
    """What someone takes at once, where, and in which languages."""

    capacity = forms.IntegerField(
        label=_("Room, in effort points"),
        help_text=_(
            "A written message takes 1, a chat 2. With 6, three chats at once, or a chat and four messages."
        ),
        min_value=1,
        max_value=30,
    )
    channels = forms.MultipleChoiceField(
        label=_("Channels"),
        help_text=_("None ticked: all of them."),
        choices=[(channel.name, channel.label) for channel in CHANNELS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages spoken with customers"), choices=LANGUAGES, widget=forms.CheckboxSelectMultiple
    )


class Skills(forms.Form):
    """A level for each skill, or nothing."""

    def __init__(self, *args: Any, adviser: Adviser, rights: Rights, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = dict(adviser.skills.values_list("skill_id", "level"))
        levels = [("", _("Does not have it")), *((str(level), level_told(level)) for level in range(1, 6))]
        self.skills: list[Skill] = [
            s for s in skills_of_brands(rights.brand_ids) if s.is_active or s.pk in held
        ]
        self.kept = {
            number: level for number, level in held.items() if number not in {s.pk for s in self.skills}
        }
        for skill in self.skills:
            label = f"{skill.name} ({skill.brand.name})" if skill.brand else skill.name
            self.fields[f"skill_{skill.pk}"] = forms.ChoiceField(
                label=label, choices=levels, initial=str(held.get(skill.pk, "")), required=False
            )

    def levels(self) -> dict[int, int]:
        """Return what was chosen; skills that the reader may not see stay as they were."""
        chosen = {skill.pk: self.cleaned_data[f"skill_{skill.pk}"] for skill in self.skills}
        return self.kept | {number: int(level) for number, level in chosen.items() if level}


class Closing(Settings):
    """Who takes over from someone who leaves."""

    stand_in = OneOf(
        label=_("Who takes over the conversations and the promises"),
        help_text=_("Without a stand-in, conversations wait for anyone, and the promises come to you."),
    )

    def __init__(self, *args: Any, people: Iterable[Adviser], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        field = self.fields["stand_in"]
        if isinstance(field, forms.ChoiceField):
            nobody = ("", pgettext_lazy("stand-in", "Nobody in particular"))
            field.choices = [nobody, *((key, person.displayed_name) for key, person in self.people.items())]

    def chosen(self) -> Adviser | None:
        """Return the stand-in, if one was chosen."""
        return self.people.get(self.cleaned_data["stand_in"])


# --- Brands, sites, teams, skills ---------------------------------------------------------------------------


class NewBrand(forms.Form):
    """The least of a brand."""

    name = forms.CharField(label=_("Name"), max_length=80)
    slug = forms.SlugField(
        label=_("Short address"),
        help_text=_("Letters without accents, digits, dashes. It never changes: customers’ links carry it."),
        max_length=40,
        required=False,
    )
    colour = forms.CharField(
        label=_("Colour"),
        help_text=_("Six digits or letters after #. Text must be readable on it: we check."),
        max_length=7,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
    )
    shape = forms.ChoiceField(
        label=_("Shape of the mark"),
        help_text=_("So that brands are told apart without their colours."),
        choices=SHAPES,
        widget=forms.RadioSelect,
        initial="square",
    )


class ChangedBrand(NewBrand):
    """Everything of a brand but its hours."""

    letter = forms.CharField(label=_("Letter of the mark"), max_length=2)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=ZONES)
    phone_number = forms.CharField(
        label=_("Telephone number"),
        help_text=_("Shown to customers with its price. Never a premium number."),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    live_promise_minutes = forms.IntegerField(
        label=_("Chat: minutes within which a person answers"), min_value=1, max_value=120
    )
    written_promise_hours = forms.IntegerField(
        label=_("Form: hours of opening within which a person answers"), min_value=1, max_value=200
    )
    retention_months = forms.IntegerField(
        label=_("Months during which conversations are kept"), min_value=1, max_value=120
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages of the brand"), choices=LANGUAGES[:2], widget=forms.CheckboxSelectMultiple
    )
    allowed_origins = OneALine(
        label=_("Sites where the chat may stand"),
        help_text=_("One a line: https://www.example.fr"),
        required=False,
    )
    is_active = forms.BooleanField(
        label=_("The brand is served"),
        help_text=_("Unticked, its doors are closed: nobody can write any more. What was said stays."),
        required=False,
    )

    field_order = (
        "name", "letter", "colour", "shape", "time_zone", "phone_number", "live_promise_minutes",
        "written_promise_hours", "retention_months", "languages", "allowed_origins", "is_active",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["slug"]


class Token(forms.Form):
    """Which program will hold the token."""

    label = forms.CharField(
        label=_("Program"), help_text=_("For example: contracts, invoices."), max_length=80
    )


class Site(forms.Form):
    """A site."""

    name = forms.CharField(
        label=_("Name"), help_text=_("Told to a customer who asks where we are."), max_length=80
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=ZONES, initial="Europe/Paris")


class NewTeam(forms.Form):
    """A team, its site and the brands it serves."""

    name = forms.CharField(label=_("Name"), max_length=80)

    def __init__(self, *args: Any, brands: Iterable[Brand], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sites = {str(site.pk): site for site in all_sites()}
        self.brands = {str(brand.pk): brand for brand in brands}
        self.fields["site"] = forms.ChoiceField(
            label=_("Site"), choices=[(key, site.name) for key, site in self.sites.items()]
        )
        self.fields["brands"] = forms.MultipleChoiceField(
            label=_("Brands served"),
            help_text=_("Members see the conversations of these brands, and no others."),
            choices=[(key, brand.name) for key, brand in self.brands.items()],
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )


class ChangedTeam(NewTeam):
    """A team that exists may also be closed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_active"] = forms.BooleanField(
            label=_("The team works"), help_text=_("Untick once nobody is in it any more."), required=False
        )


class NewSkill(Settings):
    """A skill, its brand, and the words that ask for it."""

    name = forms.CharField(label=_("Name"), max_length=80)

    def __init__(self, *args: Any, brands: Iterable[Brand], every_brand: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.brands = {str(brand.pk): brand for brand in brands}
        every = [("", pgettext_lazy("brand", "All of them"))] if every_brand else []
        self.fields["brand"] = OneOf(
            label=_("Brand"),
            choices=[*every, *((key, brand.name) for key, brand in self.brands.items())],
        )
        self.fields["words"] = OneALine(
            label=_("Words that ask for it"),
            help_text=_("One a line. Found in a first message, they lead it to someone who has the skill."),
            required=False,
        )


class ChangedSkill(NewSkill):
    """A skill that exists may also be put aside."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_active"] = forms.BooleanField(
            label=_("The skill is in use"),
            help_text=_("Unticked, no new message asks for it."),
            required=False,
        )
