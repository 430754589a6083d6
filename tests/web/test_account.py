"""Signing in, invitations, passwords, and one's own account."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from tests.domain.people_made import PASSWORD, House, make_house

from visavis.domain.journal.models import Entry
from visavis.domain.people.models import Adviser
from visavis.domain.people.operations import deactivate, give_password_link, invite

pytestmark = pytest.mark.django_db
BACKEND = settings.AUTHENTICATION_BACKENDS[0]


@pytest.fixture(autouse=True)
def no_count_of_attempts() -> None:
    cache.clear()


@pytest.fixture
def house() -> House:
    return make_house()


@pytest.fixture
def alice(house: House) -> Client:
    return signed_in(house.alice)


def signed_in(adviser: Adviser) -> Client:
    client = Client()
    client.force_login(adviser, backend=BACKEND)
    return client


# --- Signing in ---------------------------------------------------------------------------------------------


def test_right_password_opens_and_leads_home(house: House) -> None:
    client = Client()

    response = client.post("/connexion/", {"login": "Alice@Example.fr", "password": PASSWORD})

    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert client.get("/").headers["Location"] == "/poste/"


def test_where_one_wanted_to_go_is_remembered(house: House) -> None:
    response = Client().post(
        "/connexion/?next=/promesses/", {"login": "alice@example.fr", "password": PASSWORD}
    )

    assert response.headers["Location"] == "/promesses/"


@pytest.mark.parametrize("next_", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_sign_in_leads_to_no_other_site(house: House, next_: str) -> None:
    response = Client().post(f"/connexion/?next={next_}", {"login": "alice@example.fr", "password": PASSWORD})

    assert response.headers["Location"] == "/"


def test_wrong_password_and_unknown_address_are_told_alike(house: House) -> None:
    pages = [
        Client().post("/connexion/", {"login": login, "password": "autre chose"}).content.decode()
        for login in ("alice@example.fr", "nobody@example.fr")
    ]

    for page in pages:
        assert "Cette adresse et ce mot de passe ne vont pas ensemble." in page


def test_guessing_a_password_is_stopped(house: House) -> None:
    for _guess in range(5):
        Client().post("/connexion/", {"login": "alice@example.fr", "password": "autre chose"})

    response = Client().post("/connexion/", {"login": "alice@example.fr", "password": PASSWORD})

    assert response.status_code == 200
    assert "Trop d’essais." in response.content.decode()


def test_closed_account_does_not_open_and_its_sessions_end(house: House, alice: Client) -> None:
    assert alice.get("/connexion/compte/").status_code == 200

    deactivate(house.alice, by=house.ada, at=timezone.now())

    assert alice.get("/connexion/compte/").status_code == 302
    response = Client().post("/connexion/", {"login": "alice@example.fr", "password": PASSWORD})
    assert response.status_code in {200, 302}
    assert "_auth_user_id" not in response.client.session


def test_form_of_another_site_is_refused(house: House) -> None:
    response = Client(enforce_csrf_checks=True).post(
        "/connexion/", {"login": "alice@example.fr", "password": PASSWORD}
    )

    assert response.status_code == 403
    assert "Recharg" in response.content.decode()


def test_page_speaks_english_to_the_english(house: House) -> None:
    assert (
        "<h1>Connexion</h1>"
        in Client().get("/connexion/", headers={"Accept-Language": "fr"}).content.decode()
    )
    assert "<h1>Sign in</h1>" in Client().get("/connexion/?langue=en").content.decode()


@pytest.mark.parametrize(
    ("person", "screen"),
    [
        ("alice", "/poste/"),
        ("chloe", "/plateau/"),
        ("oscar", "/plateau/"),
        ("paul", "/plateau/"),
        ("ada", "/reglages/"),
    ],
)
def test_each_role_has_its_first_screen(house: House, person: str, screen: str) -> None:
    assert signed_in(getattr(house, person)).get("/").headers["Location"] == screen


def test_visitor_is_led_to_sign_in(house: House) -> None:
    assert Client().get("/").headers["Location"] == "/connexion/"


# --- A new password -----------------------------------------------------------------------------------------


def test_password_is_chosen_again_through_a_mail(house: House) -> None:
    client = Client()
    client.post("/connexion/oublie/", {"email": "alice@example.fr"})
    link = re.search(r"https?://\S+", str(mail.outbox[0].body))
    assert link is not None

    page = client.get(link[0].replace(settings.PUBLIC_URL, ""), follow=True)
    new = "une-autre-phrase-longue"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})

    house.alice.refresh_from_db()
    assert house.alice.check_password(new)


def test_mail_is_french_and_names_the_product(house: House) -> None:
    Client().post("/connexion/oublie/", {"email": "alice@example.fr"}, headers={"Accept-Language": "fr"})

    assert mail.outbox[0].subject == "Choisissez un nouveau mot de passe pour Vis-à-vis"
    assert "Un nouveau mot de passe a été demandé" in str(mail.outbox[0].body)


def test_unknown_address_is_answered_as_a_known_one(house: House) -> None:
    answers = [
        Client().post("/connexion/oublie/", {"email": email})
        for email in ("alice@example.fr", "x@example.fr")
    ]

    assert {answer.headers["Location"] for answer in answers} == {"/connexion/oublie/envoye/"}


def test_spent_link_says_so(house: House) -> None:
    page = Client().get("/connexion/oublie/1-made-up/").content.decode()

    assert "Ce lien n’est plus valable" in page


def test_administrator_s_link_changes_the_password_and_signs_in(house: House) -> None:
    old = signed_in(house.alice)
    link = give_password_link(house.alice, by=house.ada, at=timezone.now())
    client = Client()

    weak = client.post(f"/connexion/nouveau/{link.token}/", {"password": "court"})
    done = client.post(f"/connexion/nouveau/{link.token}/", {"password": "une-autre-phrase-longue"})

    assert (weak.status_code, done.status_code) == (422, 302)
    assert client.get("/connexion/compte/").status_code == 200
    assert old.get("/connexion/compte/").status_code == 302  # the former session ended
    assert Client().get(f"/connexion/nouveau/{link.token}/").status_code == 404


# --- Invitations --------------------------------------------------------------------------------------------


def test_invited_person_chooses_their_name_and_comes_in(house: House) -> None:
    link = invite(
        email="fatou@example.fr", role="adviser", team=house.team, by=house.chloe, at=timezone.now()
    )
    client = Client()
    page = client.get(f"/connexion/invitation/{link.token}/")
    assert "fatou@example.fr" in page.content.decode()
    assert page.headers["Referrer-Policy"] == "no-referrer"

    response = client.post(
        f"/connexion/invitation/{link.token}/",
        {"displayed_name": "Fatou", "password": "une-phrase-assez-longue"},
    )

    assert response.headers["Location"] == "/"
    assert client.get("/").headers["Location"] == "/poste/"
    assert Client().get(f"/connexion/invitation/{link.token}/").status_code == 404


def test_weak_password_is_told_beside_the_field(house: House) -> None:
    link = invite(
        email="fatou@example.fr", role="adviser", team=house.team, by=house.chloe, at=timezone.now()
    )

    response = Client().post(
        f"/connexion/invitation/{link.token}/", {"displayed_name": "Fatou", "password": "court"}
    )

    assert response.status_code == 422
    assert 'id="id_password_error"' in response.content.decode()


def test_nobody_signs_up_alone(house: House) -> None:
    for path in ("/connexion/inscription/", "/connexion/signup/", "/accounts/signup/"):
        assert Client().get(path).status_code == 404


# --- One's own account --------------------------------------------------------------------------------------


def test_name_is_changed_by_oneself(house: House, alice: Client) -> None:
    response = alice.post("/connexion/compte/nom/", {"name": " Alix  B. "}, follow=True)

    house.alice.refresh_from_db()
    assert house.alice.displayed_name == "Alix B."
    assert "Nom enregistré." in response.content.decode()


def test_empty_name_is_told_and_nothing_changes(house: House, alice: Client) -> None:
    response = alice.post("/connexion/compte/nom/", {"name": "  "})

    house.alice.refresh_from_db()
    assert (response.status_code, house.alice.displayed_name) == (422, "Alice")


def test_preferences_take_effect(house: House, alice: Client) -> None:
    response = alice.post(
        "/connexion/compte/preferences/",
        {"language": "en", "theme": "sombre", "has_sound": "on"},
        follow=True,
    )

    page = response.content.decode()
    house.alice.refresh_from_db()
    assert (house.alice.language, house.alice.has_sound, house.alice.has_shortcuts) == ("en", True, False)
    assert 'data-theme="sombre"' in page
    assert 'data-shortcuts="off"' in page
    assert "<h1>My account</h1>" in page


def test_unknown_language_is_refused(alice: Client) -> None:
    assert alice.post("/connexion/compte/preferences/", {"language": "de", "theme": ""}).status_code == 422


def sign_in(agent: str) -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post("/connexion/", {"login": "alice@example.fr", "password": PASSWORD})
    return client


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Mobile Safari/604.1"


def test_sessions_are_seen_in_words_and_closed_one_by_one(house: House) -> None:
    here, there = sign_in(FIREFOX), sign_in(IPHONE)

    page = here.get("/connexion/compte/").content.decode()
    assert "Firefox, Linux" in page
    assert "Safari, iPhone" in page
    address = re.search(r"/connexion/compte/session/\d+/", page)
    assert address is not None
    here.post(address[0])

    assert there.get("/connexion/compte/").status_code == 302
    assert here.get("/connexion/compte/").status_code == 200


def test_all_other_sessions_are_closed_at_once(house: House) -> None:
    here, others = sign_in(FIREFOX), [sign_in(IPHONE), sign_in(FIREFOX)]

    here.post("/connexion/compte/ailleurs/")

    assert [client.get("/connexion/compte/").status_code for client in (here, *others)] == [200, 302, 302]


def test_session_of_someone_else_is_not_closed(house: House, alice: Client) -> None:
    eve = signed_in(house.eve)
    eve.get("/connexion/compte/")
    from allauth.usersessions.models import UserSession  # noqa: PLC0415 — allauth wants Django set up

    for row in UserSession.objects.filter(user=house.eve):
        alice.post(f"/connexion/compte/session/{row.pk}/")

    assert eve.get("/connexion/compte/").status_code == 200


def test_own_account_costs_the_same_with_more_skills(
    house: House, alice: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    assert house.alice.skills.count() == 0
    with django_assert_max_num_queries(15):
        alice.get("/connexion/compte/")


# --- The first day ------------------------------------------------------------------------------------------

FIRST = {
    "brand": "Netnet",
    "colour": "#2B45C4",
    "site": "Tours",
    "time_zone": "Europe/Paris",
    "team": "Loire",
    "displayed_name": "Ada",
    "email": "ada@example.fr",
    "password": PASSWORD,
}


def test_first_visitor_is_led_to_the_first_page_and_makes_the_house() -> None:
    client = Client()
    assert client.get("/").headers["Location"] == "/bienvenue/"

    response = client.post("/bienvenue/", FIRST)

    assert response.headers["Location"] == "/"
    ada = Adviser.objects.get()
    assert (ada.role, ada.team.name if ada.team else "", client.get("/").headers["Location"]) == (
        "administrator",
        "Loire",
        "/reglages/",
    )
    verbs = list(Entry.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == ["brand.made", "site.made", "team.made", "adviser.joined"]
    assert Client().get("/bienvenue/").status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("colour", "#7F7F7F", "pour 1"),
        ("password", "court", "id_password_error"),
        ("email", "ada", "id_email_error"),
        ("brand", "", "id_brand_error"),
    ],
)
def test_what_is_to_put_right_is_told_and_nothing_is_made(field: str, value: str, told: str) -> None:
    response = Client().post("/bienvenue/", FIRST | {field: value})

    assert response.status_code == 422
    assert told in response.content.decode()
    assert not Adviser.objects.exists()
    assert not Entry.objects.exists()


def test_first_page_from_afar_asks_for_the_code_of_the_terminal() -> None:
    from visavis.web.home.first_code import forget_code, make_code  # noqa: PLC0415 — reads the settings of this test

    afar = Client(REMOTE_ADDR="203.0.113.9")
    refused = afar.post("/bienvenue/", FIRST | {"code": "0000-0000-0000"})
    assert refused.status_code == 422
    assert not Adviser.objects.exists()

    code = make_code()
    try:
        assert make_code() == code
        assert Client().post("/bienvenue/", FIRST).status_code == 422  # from here too, once there is a code
        assert afar.post("/bienvenue/", FIRST | {"code": code}).headers["Location"] == "/"
    finally:
        forget_code()


def test_guessing_the_code_is_stopped() -> None:
    afar = Client(REMOTE_ADDR="203.0.113.9")
    answers = [afar.post("/bienvenue/", FIRST | {"code": f"{n}"}).status_code for n in range(11)]

    assert answers[-1] == 429


def test_invitation_that_is_late_opens_nothing(house: House) -> None:
    at = timezone.now() - timedelta(days=8)
    link = invite(email="fatou@example.fr", role="adviser", team=house.team, by=house.chloe, at=at)

    response = Client().get(f"/connexion/invitation/{link.token}/")

    assert response.status_code == 404
    assert "Ce lien a déjà servi" in response.content.decode()


def test_code_is_printed_beyond_loopback_until_somebody_has_an_account() -> None:
    from visavis.web.home.first_code import code_to_print, forget_code  # noqa: PLC0415 — as above

    try:
        assert [code_to_print(host) for host in ("127.0.0.1", "::1", "localhost")] == ["", "", ""]
        code = code_to_print("0.0.0.0")  # noqa: S104 — a name, nothing is bound
        assert re.fullmatch(r"\d{4}-\d{4}-\d{4}", code)
        make_house()
        assert code_to_print("0.0.0.0") == ""  # noqa: S104 — same
    finally:
        forget_code()
