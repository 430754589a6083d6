"""Every address of the product: one line a screen or a door."""

from importlib.util import find_spec

from django.urls import include, path

# (prefix, module): the wrong-user tests walk this list, so that a new door cannot be forgotten.
DOORS = (
    ("", "visavis.web.home.urls"),
    ("connexion/", "visavis.web.account.urls"),
    ("poste/", "visavis.web.desk.urls"),
    ("presence/", "visavis.web.presence.urls"),
    ("plateau/", "visavis.web.floor.urls"),
    ("promesses/", "visavis.web.promises.urls"),
    ("recherche/", "visavis.web.search.urls"),
    ("reglages/", "visavis.web.settings.urls"),
    ("fiche/", "visavis.web.customers.urls"),
    ("courrier/", "visavis.web.ledger.urls"),
    ("demande/", "visavis.web.request.urls"),
    ("ecrire/", "visavis.channels.form.urls"),
    ("clavardage/", "visavis.channels.chat.urls"),
    ("courriel/", "visavis.channels.email.urls"),
    ("marque/", "visavis.web.storefront.urls"),
    ("composants/", "visavis.web.design.urls"),
    ("", "visavis.web.widget.urls"),
    ("api/v1/", "visavis.api.v1.urls"),
)


def exists(module: str) -> bool:
    """True when the module is there (its parents may not be)."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


urlpatterns = [path(prefix, include(module)) for prefix, module in DOORS if exists(module)]

handler400 = "visavis.web.refusals.bad_request"
handler403 = "visavis.web.refusals.not_allowed"
handler404 = "visavis.web.refusals.not_found"
handler500 = "visavis.web.refusals.failure"
