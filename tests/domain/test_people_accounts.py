"""Accounts: invited, made, ended; and the name that nobody else may choose."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from tests.domain.people_made import NOW, PASSWORD, House, make_house

import visavis
from visavis.domain.errors import NotFound, Refused
from visavis.domain.journal.models import Entry
from visavis.domain.people.models import Adviser, Invitation, Role
from visavis.domain.people.operations import (
    accept_invitation,
    change_role,
    choose_name,
    choose_password,
    choose_preferences,
    deactivate,
    give_password_link,
    invite,
    make_account,
    move_to_team,
    reactivate,
    set_work,
    validate_skills,
    withdraw_invitation,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=8)


@pytest.fixture
def house() -> House:
    return make_house()


def last_fact() -> Entry:
    return Entry.objects.latest("id")


def test_invited_person_makes_their_account_under_their_name(house: House) -> None:
    link = invite(email=" Fatou@Exemple.FR ", role=Role.ADVISER, team=house.team, by=house.chloe, at=NOW)

    fatou = accept_invitation(link.token, displayed_name="  Fatou  N. ", password=PASSWORD, at=NOW)

    assert (fatou.email, fatou.displayed_name, fatou.role, fatou.team) == (
        "fatou@exemple.fr",
        "Fatou N.",
        Role.ADVISER,
        house.team,
    )
    assert fatou.check_password(PASSWORD)
    assert (last_fact().verb, last_fact().adviser_id) == ("adviser.joined", fatou.pk)


def test_invitation_is_used_once_and_ends_after_a_week(house: House) -> None:
    used = invite(email="fatou@example.fr", role=Role.ADVISER, team=house.team, by=house.ada, at=NOW)
    accept_invitation(used.token, displayed_name="Fatou", password=PASSWORD, at=NOW)
    late = invite(email="gilles@example.fr", role=Role.ADVISER, team=house.team, by=house.ada, at=NOW)

    for token, at in ((used.token, NOW), (late.token, LATER), ("made-up", NOW)):
        with pytest.raises(NotFound):
            accept_invitation(token, displayed_name="Mallory", password=PASSWORD, at=at)


def test_second_invitation_ends_the_first(house: House) -> None:
    first = invite(email="fatou@example.fr", role=Role.ADVISER, team=house.team, by=house.ada, at=NOW)
    invite(email="fatou@example.fr", role=Role.ADVISER, team=house.team, by=house.ada, at=NOW)

    with pytest.raises(NotFound):
        accept_invitation(first.token, displayed_name="Fatou", password=PASSWORD, at=NOW)


def test_token_is_not_kept(house: House) -> None:
    link = invite(email="fatou@example.fr", role=Role.ADVISER, team=house.team, by=house.ada, at=NOW)

    assert link.token not in str(list(Invitation.objects.values()))


def test_refused_invitation_leaves_the_link_usable(house: House) -> None:
    link = invite(email="fatou@example.fr", role=Role.ADVISER, team=house.team, by=house.ada, at=NOW)

    with pytest.raises(Refused, match="password_weak"):
        accept_invitation(link.token, displayed_name="Fatou", password="court", at=NOW)
    with pytest.raises(Refused, match="name_needed"):
        accept_invitation(link.token, displayed_name="  ", password=PASSWORD, at=NOW)

    assert accept_invitation(link.token, displayed_name="Fatou", password=PASSWORD, at=NOW).pk


@pytest.mark.parametrize("role", [Role.LEADER, Role.ADMINISTRATOR, Role.OPERATIONS])
def test_leader_invites_advisers_only(house: House, role: str) -> None:
    with pytest.raises(Refused, match="not_yours_to_invite"):
        invite(email="fatou@example.fr", role=role, team=house.team, by=house.chloe, at=NOW)


def test_leader_invites_into_their_own_team_only(house: House) -> None:
    with pytest.raises(Refused, match="not_yours_to_invite"):
        invite(email="fatou@example.fr", role=Role.ADVISER, team=house.other_team, by=house.chloe, at=NOW)


def test_invitation_of_someone_known_or_without_team_is_refused(house: House) -> None:
    with pytest.raises(Refused, match="account_exists"):
        invite(email="ALICE@example.fr", role=Role.ADVISER, team=house.team, by=house.ada, at=NOW)
    with pytest.raises(Refused, match="team_needed"):
        invite(email="fatou@example.fr", role=Role.ADVISER, team=None, by=house.ada, at=NOW)


def test_withdrawn_invitation_opens_nothing(house: House) -> None:
    link = invite(email="fatou@example.fr", role=Role.ADVISER, team=house.team, by=house.ada, at=NOW)

    withdraw_invitation(link.invitation, by=house.ada, at=NOW)

    with pytest.raises(NotFound):
        accept_invitation(link.token, displayed_name="Fatou", password=PASSWORD, at=NOW)


def test_administrator_gives_a_link_for_a_new_password(house: House) -> None:
    link = give_password_link(house.alice, by=house.ada, at=NOW)

    choose_password(link.token, password="une-autre-phrase-longue", at=NOW)

    house.alice.refresh_from_db()
    assert house.alice.check_password("une-autre-phrase-longue")
    assert (last_fact().verb, last_fact().adviser_id) == ("adviser.password_chosen", house.alice.pk)


def test_password_link_is_no_invitation_and_ends_after_a_day(house: House) -> None:
    link = give_password_link(house.alice, by=house.ada, at=NOW)

    with pytest.raises(NotFound):
        accept_invitation(link.token, displayed_name="Mallory", password=PASSWORD, at=NOW)
    with pytest.raises(NotFound):
        choose_password(link.token, password=PASSWORD, at=NOW + timedelta(hours=25))


def test_invitation_is_no_password_link(house: House) -> None:
    link = invite(email="fatou@example.fr", role=Role.ADVISER, team=house.team, by=house.ada, at=NOW)

    with pytest.raises(NotFound):
        choose_password(link.token, password=PASSWORD, at=NOW)


def test_role_changes_and_is_told_with_the_former(house: House) -> None:
    change_role(house.alice, role=Role.LEADER, by=house.ada, at=NOW)

    assert last_fact().facts == {"by_id": house.ada.pk, "role": "leader", "former_role": "adviser"}


def test_there_is_always_an_administrator(house: House) -> None:
    with pytest.raises(Refused, match="last_administrator"):
        change_role(house.ada, role=Role.OPERATIONS, by=house.ada, at=NOW)
    with pytest.raises(Refused, match="last_administrator"):
        deactivate(house.ada, by=house.ada, at=NOW)

    change_role(house.oscar, role=Role.ADMINISTRATOR, by=house.ada, at=NOW)
    deactivate(house.ada, by=house.oscar, at=NOW)

    assert last_fact().verb == "adviser.deactivated"


def test_adviser_always_has_a_team(house: House) -> None:
    with pytest.raises(Refused, match="team_needed"):
        move_to_team(house.alice, team=None, by=house.ada, at=NOW)
    with pytest.raises(Refused, match="team_needed"):
        change_role(house.paul, role=Role.ADVISER, by=house.ada, at=NOW)

    move_to_team(house.alice, team=house.other_team, by=house.ada, at=NOW)

    assert (last_fact().team_id, last_fact().facts["former_team_id"]) == (house.other_team.pk, house.team.pk)


def test_skills_bear_who_validated_them(house: House) -> None:
    validate_skills(house.alice, levels={house.skill.pk: 4}, by=house.chloe, at=NOW)

    held = house.alice.skills.get()
    assert (held.level, held.validated_by, held.validated_on) == (4, house.chloe, NOW.date())
    assert last_fact().facts["levels"] == [[house.skill.pk, 4]]


def test_unchanged_skill_keeps_its_validation_and_a_missing_one_ends(house: House) -> None:
    validate_skills(house.alice, levels={house.skill.pk: 4}, by=house.chloe, at=NOW)

    validate_skills(house.alice, levels={house.skill.pk: 4}, by=house.ada, at=LATER)
    assert house.alice.skills.get().validated_by == house.chloe

    validate_skills(house.alice, levels={}, by=house.ada, at=LATER)
    assert house.alice.skills.count() == 0


@pytest.mark.parametrize("level", [0, 6])
def test_level_goes_from_one_to_five(house: House, level: int) -> None:
    with pytest.raises(Refused, match="level_range"):
        validate_skills(house.alice, levels={house.skill.pk: level}, by=house.chloe, at=NOW)


def test_room_channels_and_languages_are_set(house: House) -> None:
    set_work(
        house.alice, capacity=4, channels=["form", "chat"], languages=["fr", "en"], by=house.chloe, at=NOW
    )

    house.alice.refresh_from_db()
    assert (house.alice.capacity, house.alice.channels, house.alice.languages) == (
        4,
        ["chat", "form"],
        ["en", "fr"],
    )
    with pytest.raises(Refused, match="capacity_range"):
        set_work(house.alice, capacity=0, channels=[], languages=[], by=house.chloe, at=NOW)


def test_closed_account_opens_again_as_it_was(house: House) -> None:
    link = give_password_link(house.alice, by=house.ada, at=NOW)
    deactivate(house.alice, by=house.ada, at=NOW)
    with pytest.raises(NotFound):
        choose_password(link.token, password=PASSWORD, at=NOW)
    with pytest.raises(Refused, match="account_inactive"):
        give_password_link(house.alice, by=house.ada, at=NOW)
    with pytest.raises(Refused, match="account_inactive"):
        deactivate(house.alice, by=house.ada, at=NOW)

    reactivate(house.alice, by=house.ada, at=NOW)

    house.alice.refresh_from_db()
    assert (house.alice.is_active, house.alice.team, last_fact().verb) == (
        True,
        house.team,
        "adviser.reactivated",
    )
    with pytest.raises(Refused, match="account_active"):
        reactivate(house.alice, by=house.ada, at=NOW)


def test_person_chooses_name_and_preferences(house: House) -> None:
    choose_name(house.alice, name="Alix", at=NOW)
    choose_preferences(
        house.alice,
        language="en",
        theme="sombre",
        has_shortcuts=False,
        has_sound=True,
        has_notifications=True,
        at=NOW,
    )

    alice = Adviser.objects.get(pk=house.alice.pk)
    assert (alice.displayed_name, alice.language, alice.theme, alice.has_shortcuts, alice.has_sound) == (
        "Alix",
        "en",
        "sombre",
        False,
        True,
    )
    assert "Alix" not in str(last_fact().facts)


@pytest.mark.parametrize(("language", "theme"), [("de", ""), ("fr", "rose")])
def test_unknown_language_or_theme_is_refused(house: House, language: str, theme: str) -> None:
    with pytest.raises(Refused):
        choose_preferences(
            house.alice,
            language=language,
            theme=theme,
            has_shortcuts=True,
            has_sound=False,
            has_notifications=False,
            at=NOW,
        )


def test_same_address_makes_one_account(house: House) -> None:
    with pytest.raises(Refused, match="account_exists"):
        make_account(
            email="Alice@EXAMPLE.fr",
            displayed_name="A",
            role=Role.PLANNER,
            team=None,
            password=PASSWORD,
            at=NOW,
        )


def test_nobody_else_writes_the_displayed_name() -> None:
    """Rule 7: in the whole product, the name is written when one makes one's own account, and by choose_name."""
    package = Path(visavis.__file__).parent
    writers = {
        f"{path.relative_to(package)}:{function.name}"
        for path in package.rglob("*.py")
        if "migrations" not in path.parts and "node_modules" not in path.parts
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef) and writes_displayed_name(function)
    }

    assert {writer for writer in writers if writer.startswith("domain/")} == {
        "domain/flows/first_day.py:begin_house",  # one's own, on the first page
        "domain/people/operations/links.py:_account",
        "domain/people/operations/links.py:accept_invitation",
        "domain/people/operations/links.py:make_account",
        "domain/people/operations/own.py:choose_name",
    }
    assert not {writer for writer in writers if writer.startswith("web/settings")}


def writes_displayed_name(function: ast.FunctionDef) -> bool:
    """Say whether the function assigns the name, or passes it by keyword."""
    return any(
        (
            isinstance(node, ast.Attribute)
            and node.attr == "displayed_name"
            and isinstance(node.ctx, ast.Store)
        )
        or (isinstance(node, ast.keyword) and node.arg == "displayed_name")
        for node in ast.walk(function)
    )
