"""What administrators and leaders set up."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from tests.domain.people_made import PASSWORD, House, make_house
from tests.web.doors import World, make_world

from visavis.cli.messages import unbroken
from visavis.domain.conversations.models import Conversation
from visavis.domain.people.models import Adviser, Brand, BrandToken, Invitation, Role, Skill, Team
from visavis.domain.people.operations import make_account, make_skill
from visavis.domain.promises.models import Promise

pytestmark = pytest.mark.django_db
QUERIES_OF_PEOPLE = 10


@pytest.fixture
def house() -> House:
    return make_house()


def signed_in(adviser: Adviser) -> Client:
    client = Client()
    client.force_login(adviser, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def ada(house: House) -> Client:
    return signed_in(house.ada)


@pytest.fixture
def chloe(house: House) -> Client:
    return signed_in(house.chloe)


# --- People -------------------------------------------------------------------------------------------------


def test_invitation_shows_a_link_that_works(house: House, ada: Client) -> None:
    page = ada.post(
        "/reglages/personnes/inviter/", {"email": "fatou@example.fr", "role": "leader", "team": house.team.pk}
    ).content.decode()

    link = re.search(r'value="http://127\.0\.0\.1:8000(/connexion/invitation/[^"]+)"', page)
    assert link is not None
    assert Client().get(link[1]).status_code == 200
    assert Invitation.objects.get().role == Role.LEADER


def test_invitation_leaves_by_mail_when_mail_is_set_up(house: House, ada: Client) -> None:
    page = ada.post(
        "/reglages/personnes/inviter/",
        {"email": "fatou@example.fr", "role": "adviser", "team": house.team.pk},
    ).content.decode()

    assert (mail.outbox[0].to, mail.outbox[0].subject) == (
        ["fatou@example.fr"],
        "Ada vous invite sur Vis-à-vis",
    )
    assert "/connexion/invitation/" in str(mail.outbox[0].body)
    assert unbroken("est parti par e-mail") in page


def test_link_is_to_be_given_by_hand_when_mail_is_not_set_up(
    house: House, ada: Client, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_HOST = ""

    page = ada.post(
        "/reglages/personnes/inviter/",
        {"email": "fatou@example.fr", "role": "adviser", "team": house.team.pk},
    ).content.decode()

    assert mail.outbox == []
    assert "donnez vous-même ce lien" in page


def test_leader_invites_into_their_team_whatever_they_send(house: House, chloe: Client) -> None:
    chloe.post(
        "/reglages/personnes/inviter/",
        {"email": "fatou@example.fr", "role": "administrator", "team": house.other_team.pk},
    )

    invitation = Invitation.objects.get()
    assert (invitation.role, invitation.team) == (Role.ADVISER, house.team)


def test_known_address_is_told_beside_the_field(house: House, ada: Client) -> None:
    response = ada.post(
        "/reglages/personnes/inviter/",
        {"email": "alice@example.fr", "role": "adviser", "team": house.team.pk},
    )

    assert response.status_code == 422
    assert 'id="id_email_error"' in response.content.decode()


def test_invitation_is_made_again_or_withdrawn_after_a_confirmation(house: House, ada: Client) -> None:
    ada.post(
        "/reglages/personnes/inviter/",
        {"email": "fatou@example.fr", "role": "adviser", "team": house.team.pk},
    )
    first = Invitation.objects.get()
    ada.post(f"/reglages/invitations/{first.pk}/refaire/")
    second = Invitation.objects.get()
    assert second.token_sha256 != first.token_sha256

    ada.get(f"/reglages/invitations/{second.pk}/retirer/")
    assert Invitation.objects.exists()
    ada.post(f"/reglages/invitations/{second.pk}/retirer/")
    assert not Invitation.objects.exists()


def test_leader_sees_the_advisers_of_their_team_only(chloe: Client) -> None:
    page = chloe.get("/reglages/personnes/").content.decode()

    assert ("alice@example.fr" in page, "bob@example.fr" in page) == (True, True)
    assert ("eve@example.fr" in page, "ada@example.fr" in page) == (False, False)


def test_people_are_found_by_name_and_closed_ones_apart(house: House, ada: Client) -> None:
    ada.post(f"/reglages/personnes/{house.bob.pk}/fermer/", {"stand_in": ""})

    assert "alice@example.fr" in ada.get("/reglages/personnes/?nom=ali").content.decode()
    assert "eve@example.fr" not in ada.get("/reglages/personnes/?nom=ali").content.decode()
    assert "bob@example.fr" not in ada.get("/reglages/personnes/").content.decode()
    assert "bob@example.fr" in ada.get("/reglages/personnes/?comptes=fermes").content.decode()


def test_list_of_people_costs_the_same_with_one_and_many(
    house: House, ada: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(QUERIES_OF_PEOPLE):
        ada.get("/reglages/personnes/")
    for name in ("Fatou", "Gilles", "Hawa"):
        make_account(
            email=f"{name.lower()}@example.fr",
            displayed_name=name,
            role="adviser",
            team=house.team,
            password=PASSWORD,
            at=timezone.now(),
        )
    with django_assert_num_queries(QUERIES_OF_PEOPLE):
        ada.get("/reglages/personnes/")


def test_role_and_team_are_changed_together(house: House, ada: Client) -> None:
    ada.post(f"/reglages/personnes/{house.paul.pk}/place/", {"role": "adviser", "team": house.team.pk})
    house.paul.refresh_from_db()
    assert (house.paul.role, house.paul.team) == ("adviser", house.team)

    ada.post(f"/reglages/personnes/{house.paul.pk}/place/", {"role": "planner", "team": ""})
    house.paul.refresh_from_db()
    assert (house.paul.role, house.paul.team) == ("planner", None)


def test_adviser_without_team_is_refused_and_nothing_changes(house: House, ada: Client) -> None:
    response = ada.post(f"/reglages/personnes/{house.paul.pk}/place/", {"role": "adviser", "team": ""})

    house.paul.refresh_from_db()
    assert (response.status_code, house.paul.role) == (422, "planner")
    assert 'id="id_team_error"' in response.content.decode()


def test_last_administrator_keeps_the_keys(house: House, ada: Client) -> None:
    response = ada.post(f"/reglages/personnes/{house.ada.pk}/place/", {"role": "planner", "team": ""})
    closing = ada.post(f"/reglages/personnes/{house.ada.pk}/fermer/", {"stand_in": ""})

    house.ada.refresh_from_db()
    assert (response.status_code, closing.status_code) == (422, 422)
    assert (house.ada.role, house.ada.is_active) == ("administrator", True)


def test_leader_sets_what_an_adviser_takes_and_validates_skills(house: House, chloe: Client) -> None:
    chloe.post(
        f"/reglages/personnes/{house.alice.pk}/travail/", {"capacity": "4", "languages": ["fr", "fon"]}
    )
    chloe.post(f"/reglages/personnes/{house.alice.pk}/competences/", {f"skill_{house.skill.pk}": "4"})

    house.alice.refresh_from_db()
    held = house.alice.skills.get()
    assert (house.alice.capacity, house.alice.languages) == (4, ["fon", "fr"])
    assert (held.level, held.validated_by) == (4, house.chloe)


def test_skills_of_other_brands_stay_as_they_were(house: House, ada: Client, chloe: Client) -> None:
    foreign = make_skill(name="Caution", brand=house.locacar, by=None, at=timezone.now())
    ada.post(f"/reglages/personnes/{house.alice.pk}/competences/", {f"skill_{foreign.pk}": "2"})

    chloe.post(f"/reglages/personnes/{house.alice.pk}/competences/", {f"skill_{house.skill.pk}": "4"})

    assert sorted(house.alice.skills.values_list("skill__name", "level")) == [("Caution", 2), ("Panne", 4)]


def test_leader_touches_nobody_of_another_team(house: House, chloe: Client) -> None:
    for stranger in (house.eve, house.ada, house.chloe):
        assert chloe.get(f"/reglages/personnes/{stranger.pk}/").status_code == 404
        assert chloe.post(f"/reglages/personnes/{stranger.pk}/travail/", {"capacity": "1"}).status_code == 404


def test_administrator_gives_a_link_for_a_new_password(house: House, ada: Client) -> None:
    page = ada.post(f"/reglages/personnes/{house.alice.pk}/mot-de-passe/").content.decode()

    link = re.search(r"/connexion/nouveau/[\w-]+/", page)
    assert link is not None
    assert Client().get(link[0]).status_code == 200


def test_no_setting_changes_a_displayed_name(house: House, ada: Client) -> None:
    given = {
        "displayed_name": "Imposé",
        "name": "Imposé",
        "capacity": "4",
        "languages": "fr",
        "role": "adviser",
    }
    for part in ("travail", "competences", "place"):
        ada.post(f"/reglages/personnes/{house.alice.pk}/{part}/", given | {"team": house.team.pk})

    house.alice.refresh_from_db()
    assert house.alice.displayed_name == "Alice"


@pytest.fixture
def world() -> World:
    return make_world()


def test_closing_an_account_hands_over_what_it_held(world: World) -> None:
    house = world.house
    ada = signed_in(house.ada)
    page = ada.get(f"/reglages/personnes/{house.alice.pk}/fermer/").content.decode()
    assert ("Bob" in page, "Eve" in page) == (True, False)

    ada.post(f"/reglages/personnes/{house.alice.pk}/fermer/", {"stand_in": house.bob.pk})

    house.alice.refresh_from_db()
    assert not house.alice.is_active
    assert not Conversation.objects.filter(adviser=house.alice).exists()
    assert {promise.adviser for promise in Promise.objects.all()} == {house.bob}


def test_closed_account_is_opened_again(house: House, ada: Client) -> None:
    ada.post(f"/reglages/personnes/{house.bob.pk}/fermer/", {"stand_in": ""})

    ada.post(f"/reglages/personnes/{house.bob.pk}/rouvrir/")

    house.bob.refresh_from_db()
    assert house.bob.is_active


# --- Brands, teams, skills ----------------------------------------------------------------------------------

BRAND = {
    "name": "Netnet",
    "letter": "N",
    "colour": "#2B45C4",
    "shape": "leaf",
    "time_zone": "Europe/Paris",
    "phone_number": "09 69 36 36 36",
    "live_promise_minutes": "4",
    "written_promise_hours": "6",
    "retention_months": "18",
    "languages": ["fr", "en"],
    "allowed_origins": "https://www.netnet.example\n\n",
    "is_active": "on",
}


def test_brand_is_made_then_asks_for_its_hours(ada: Client) -> None:
    response = ada.post(
        "/reglages/marques/nouvelle/", {"name": "Crédit Plus", "colour": "#1D6A3B", "shape": "circle"}
    )

    assert response.headers["Location"] == "/reglages/marques/credit-plus/horaires/"


def test_brand_is_changed(house: House, ada: Client) -> None:
    response = ada.post("/reglages/marques/netnet/", BRAND)

    netnet = Brand.objects.get(slug="netnet")
    assert response.status_code == 302
    assert (
        netnet.shape,
        netnet.phone_number,
        netnet.live_promise_seconds,
        netnet.written_promise_seconds,
    ) == (
        "leaf",
        "+33969363636",
        240,
        21_600,
    )
    assert (netnet.allowed_origins, netnet.languages) == (["https://www.netnet.example"], ["fr", "en"])
    assert 'value="09 69 36 36 36"' in ada.get("/reglages/marques/netnet/").content.decode()


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("colour", "#7F7F7F", "4,18 pour 1"),
        ("phone_number", "0899 12 34 56", "coûte plus"),
        ("allowed_origins", "netnet.fr", "pas l’adresse d’un site"),
        ("name", " ", "id_name_error"),
    ],
)
def test_what_a_brand_may_not_be_is_told_beside_the_field(
    house: House, ada: Client, field: str, value: str, told: str
) -> None:
    response = ada.post("/reglages/marques/netnet/", BRAND | {field: value})

    page = response.content.decode()
    assert (response.status_code, told in page, f'id="id_{field}_error"' in page) == (422, True, True)
    assert Brand.objects.get(pk=house.netnet.pk).shape == "square"


def week(**given: str) -> dict[str, str]:
    """A week where only what is given is typed."""
    empty = {f"{part}_{day}_{n}": "" for part in ("start", "end") for day in range(7) for n in range(3)}
    return empty | {"holiday_region": "FR"} | given


def test_hours_are_kept_as_typed(house: House, ada: Client) -> None:
    ada.post(
        "/reglages/marques/netnet/horaires/",
        week(
            start_0_0="9h",
            end_0_0="12h30",
            start_0_1="14:00",
            end_0_1="18:00",
            start_6_0="10:00",
            end_6_0="00:00",
        ),
    )

    netnet = Brand.objects.get(pk=house.netnet.pk)
    assert netnet.hours == [[[540, 750], [840, 1080]], [], [], [], [], [], [[600, 1440]]]
    assert netnet.holiday_region == "FR"
    page = ada.get("/reglages/marques/netnet/horaires/").content.decode()
    assert 'value="12:30"' in page
    assert 'aria-label="lundi, ouverture 1, de"' in page


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"start_2_0": "12:00", "end_2_0": "9:00"}, "La fermeture vient après"),
        ({"start_2_0": "9:00", "end_2_0": ""}, "un début et une fin"),
        (
            {"start_2_0": "9:00", "end_2_0": "12:00", "start_2_1": "11:00", "end_2_1": "13:00"},
            "se chevauchent",
        ),
        ({"start_2_0": "neuf", "end_2_0": "12:00"}, "Forme attendue"),
    ],
)
def test_wrong_hours_are_told_beside_their_day_and_nothing_is_saved(
    house: House, ada: Client, given: dict[str, str], told: str
) -> None:
    response = ada.post(
        "/reglages/marques/netnet/horaires/", week(start_0_0="9:00", end_0_0="18:00", **given)
    )

    page = response.content.decode()
    wednesday = page[page.index("Mercredi") : page.index("Jeudi")]
    assert (response.status_code, told in wednesday) == (422, True)
    assert Brand.objects.get(pk=house.netnet.pk).hours == [[] for _day in range(7)]


def test_monday_is_copied_before_saving(house: House, ada: Client) -> None:
    page = ada.post(
        "/reglages/marques/netnet/horaires/", week(start_0_0="8:15", end_0_0="18:00", copy_monday="1")
    ).content.decode()

    assert page.count('value="8:15"') == 5
    assert Brand.objects.get(pk=house.netnet.pk).hours == [[] for _day in range(7)]


def test_token_is_shown_once_and_ended_after_a_confirmation(house: House, ada: Client) -> None:
    shown = ada.post("/reglages/marques/netnet/logiciels/", {"label": "Contrats"}).content.decode()
    again = ada.get("/reglages/marques/netnet/logiciels/").content.decode()
    token = BrandToken.objects.get()
    assert ('value="vv_' in shown, 'value="vv_' in again, "Contrats" in again) == (True, False, True)

    ada.post(f"/reglages/marques/netnet/logiciels/{token.pk}/finir/")

    token.refresh_from_db()
    assert token.revoked_at is not None
    assert ada.get(f"/reglages/marques/locacar/logiciels/{token.pk}/finir/").status_code == 404


def test_site_and_team_are_made_and_changed(house: House, ada: Client) -> None:
    ada.post("/reglages/sites/nouveau/", {"name": "Cotonou", "time_zone": "Africa/Porto-Novo"})
    ada.post(
        "/reglages/equipes/nouvelle/",
        {"name": "Ouémé", "site": house.tours.pk, "brands": [house.netnet.pk, house.locacar.pk]},
    )
    team = Team.objects.get(name="Ouémé")
    ada.post(
        f"/reglages/equipes/{team.pk}/",
        {"name": "Ouémé", "site": house.tours.pk, "brands": [house.netnet.pk]},
    )

    team.refresh_from_db()
    assert ([brand.slug for brand in team.brands.all()], team.is_active) == (["netnet"], False)
    page = ada.get("/reglages/equipes/").content.decode()
    assert ("Cotonou" in page, "Africa/Porto-Novo" in page) == (True, True)


def test_team_with_people_is_not_closed(house: House, ada: Client) -> None:
    response = ada.post(
        f"/reglages/equipes/{house.team.pk}/",
        {"name": "Loire", "site": house.tours.pk, "brands": [house.netnet.pk]},
    )

    assert response.status_code == 422
    assert "Des personnes sont encore dans cette équipe." in response.content.decode()


def test_leader_names_a_skill_of_their_brand_and_no_other(house: House, chloe: Client) -> None:
    mine = chloe.post(
        "/reglages/competences/nouvelle/",
        {"name": "Résiliation", "brand": house.netnet.pk, "words": "résilier\npartir"},
    )
    foreign = chloe.post("/reglages/competences/nouvelle/", {"name": "Caution", "brand": house.locacar.pk})
    every = chloe.post("/reglages/competences/nouvelle/", {"name": "Politesse", "brand": ""})

    assert [response.status_code for response in (mine, foreign, every)] == [302, 422, 422]
    assert Skill.objects.get(name="Résiliation").words == ["partir", "résilier"]


def test_skill_of_every_brand_is_changed_by_administrators_only(
    house: House, ada: Client, chloe: Client
) -> None:
    skill = make_skill(name="Facture", brand=None, by=None, at=timezone.now())

    assert chloe.get(f"/reglages/competences/{skill.pk}/").status_code == 404
    assert ada.get(f"/reglages/competences/{skill.pk}/").status_code == 200


def test_blocked_sender_is_let_back_in(world: World) -> None:
    chloe = signed_in(world.house.chloe)
    assert "Laisser revenir" in chloe.get("/reglages/bloques/").content.decode()

    chloe.post(f"/reglages/bloques/{world.block_id}/lever/")

    assert "Personne n’est bloqué" in chloe.get("/reglages/bloques/").content.decode()


def test_first_page_says_what_is_missing(house: House, ada: Client) -> None:
    page = ada.get("/reglages/").content.decode()

    assert "Netnet n’a pas encore d’horaires" in page
    assert "Aucune équipe ne sert" not in page


def test_empty_lists_say_what_comes_next(chloe: Client, house: House) -> None:
    page = signed_in(house.ada).get("/reglages/personnes/?comptes=fermes").content.decode()

    assert "Aucun compte fermé" in page
    assert "Aucune invitation en attente" in chloe.get("/reglages/personnes/").content.decode()
