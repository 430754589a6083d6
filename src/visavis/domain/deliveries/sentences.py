"""Why something did not leave, and what to do, in the reader's words."""

from django.utils.translation import gettext as _


def fault_told(fault: str) -> str:
    """Return why a letter does not leave and what to do, in one or two sentences; any code has some."""
    sentences = {
        "host": _("The outgoing server was not found. Check its name."),
        "port": _(
            "Nobody answers at this port of the outgoing server. Check the port: 587 or 465, most often."
        ),
        "slow": _("The outgoing server does not answer in time. We go on trying."),
        "certificate": _("The certificate of the outgoing server is not valid for its name. Check the name."),
        "security": _("The outgoing server does not speak TLS this way. Try STARTTLS on 587, or TLS on 465."),
        "password": _("The outgoing server refuses the user or the password. Type them again."),
        "token": _("The provider does not let us in any more. Sign in to it again."),
        "token_server": _("The provider’s sign-in does not answer. We go on trying."),
        "sealed": _("The password was kept with another secret key. Type it again."),
        "sender": _(
            "The outgoing server does not let us send from this address. Check the address and the user."
        ),
        "cut": _("The line to the outgoing server broke."),
        "later": _("The outgoing server asks to come back later. We go on trying."),
        "recipients": _("No server takes this letter for its addresses. Check them, then send it again."),
        "letter": _("The outgoing server refuses this letter. Change it, or ask your administrator why."),
        "too_large": _("This letter is too large for the outgoing server. Send it with smaller files."),
        "no_mailbox": _("The mailbox of this letter does not send any more. Ask your administrator."),
        "signing": _("The key that signs our letters was kept with another secret key. Make a new one."),
        "unsearched": _(
            "The antivirus has not searched its file yet. "
            "To send the words now, take the reply back and remove the file."
        ),
        "infected": _("A virus was found in its file. Take the reply back and send it without this file."),
        "died": _("We stopped in the middle of sending."),
    }
    return sentences.get(fault) or _("This letter could not leave. We go on trying; tell your administrator.")
