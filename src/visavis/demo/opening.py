"""Opens the demo: loads it when there is none, makes it look like today, and says where to go."""

from pathlib import Path

from django.utils import timezone

from visavis.domain.conversations.models import Conversation
from visavis.domain.conversations.operations import make_pass
from visavis.domain.journal.sequencer import number_all
from visavis.domain.people.models import Adviser

from . import anchor, crowd, mailboxes, people, sequel
from .brands import BRANDS
from .load import Told, load_demo

SHOWN_CUSTOMER = "Odile Perrin"
ROLES = {
    "adviser": "adviser",
    "leader": "team leader",
    "operations": "operations",
    "planner": "planner",
    "administrator": "administrator",
}


class NotADemo(SystemExit):
    """The database holds somebody's own people."""


def make_ready(folder: Path, *, told: Told, is_live: bool, mail_port: int = mailboxes.PORT) -> str:
    """The demo is there and looks like now; returns the address of one customer's page, without its site."""
    now = timezone.now()
    if not Adviser.objects.exists():
        sequel.write(folder, load_demo(now=now, told=told))
    elif not Adviser.objects.filter(email=people.ADVISERS[0].email).exists():
        raise NotADemo(f"The database of {folder} is not a demo: it was left as it is.")
    elif kept := anchor.read(folder) or anchor.guess():
        told("anchor", 0.0)
        anchor.slide(kept, now=now)
        told("anchor", 1.0)
    anchor.Anchor(anchored_at=now, alive_at=now).write(folder)
    mailboxes.stand(port=mail_port, at=now)
    crowd.come_in(now=timezone.now(), is_live=is_live)
    link = _link()
    number_all()
    return link


def _link() -> str:
    """A link to the page of the customer whom the screens show; empty when she is not there any more."""
    last = Conversation.objects.filter(customer__name=SHOWN_CUSTOMER).order_by("-pk").first()
    if last is None:
        return ""
    _pass, token = make_pass("link", brand=last.brand, conversation=last, language=last.language)
    return f"/demande/l/{token}/"


def welcome(*, port: int, link: str, is_live: bool, mail_port: int = mailboxes.PORT) -> str:
    """Where to go and how to sign in."""
    site = f"http://127.0.0.1:{port}"
    accounts = [plan for plan in (*people.ADVISERS, *people.OTHERS) if plan.key in people.SHOWN]
    accounts.sort(key=lambda plan: people.SHOWN.index(plan.key))
    lines = [
        "",
        f"  Vis-à-vis        {site}/",
        "",
        "  Sign in as       (the password of all of them is " + people.PASSWORD + ")",
        *(f"    {plan.email:<24}{plan.name}, {ROLES[plan.role]}" for plan in accounts),
        "",
        "  Write as a customer, in another window",
        *(f"    {site}/marque/{plan.slug}/".ljust(46) + f"{plan.name}, with its chat" for plan in BRANDS),
        *(f"    {site}/ecrire/{plan.slug}/".ljust(46) + f"{plan.name}, by form" for plan in BRANDS),
    ]
    lines += ["", "  Write an e-mail, from another terminal", *_by_mail(mail_port)]
    if link:
        lines += ["", f"  The page of {SHOWN_CUSTOMER}, a customer", f"    {site}{link}"]
    if is_live:
        lines += ["", "  Invented customers are writing, and the other advisers answer them."]
    return "\n".join(
        [*lines, "", "  Ctrl-C stops. What you do is kept for the next time; --fresh begins again.", ""]
    )


def _by_mail(port: int) -> list[str]:
    """What to type to write to a brand and to read its answer; any mail program can write at the port too."""
    place = "" if port == mailboxes.PORT else f"--port {port} "
    return [
        f"    ./visavis write-email {place}--to {BRANDS[0].address} --from vous@example.net \\",
        '      --subject "Ma box" "Bonjour, ma box ne s’allume plus."',
        "    ./visavis demo-mail".ljust(46) + "what the house answered; nothing leaves this machine",
        f"    smtp://127.0.0.1:{port}".ljust(46) + "the same for any mail program",
    ]
