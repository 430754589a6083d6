"""What happened to letters, in the reader's words."""

from django.utils.translation import gettext as _

from .models import Bounce, Letter, Verdict


def bounce_told(bounce: Bounce) -> str:
    """Return what came back and what to do, in one or two sentences."""
    if not bounce.is_permanent:
        sentence = _("%(address)s could not be reached yet: their server goes on trying. Wait for now.")
        return sentence % {"address": bounce.address}
    sentences = {
        "no_such_address": _("%(address)s does not exist. Check the address, or ring the person."),
        "closed": _("The mailbox %(address)s is closed. Reach the person another way."),
        "full": _("The mailbox %(address)s is full. Try again later, or reach the person another way."),
        "too_large": _("This letter is too large for %(address)s. Send it with smaller files."),
        "refused": _("The server of %(address)s refuses our letters. Reach the person another way."),
        "our_address": _("The server of %(address)s does not accept our address. Tell your administrator."),
        "unreachable": _("The server of %(address)s could not be reached. Check what follows the @."),
        "content": _("The server of %(address)s could not take this letter as it is. Send it as plain text."),
    }
    other = _("This letter did not reach %(address)s. Check the address, or reach the person another way.")
    return sentences.get(bounce.why, other) % {"address": bounce.address or _("the address")}


def verdicts_told(letter: Letter) -> str:
    """Return how far the sender may be believed, in one sentence."""
    domain = letter.from_address.rpartition("@")[2]
    if letter.dmarc == Verdict.PASS:
        return _("%(domain)s confirms that it sent this letter.") % {"domain": domain}
    if letter.dmarc == Verdict.FAIL:
        sentence = _("%(domain)s disowns this letter: its sender may be forged. Check before answering.")
        return sentence % {"domain": domain}
    verdicts = {letter.spf, letter.dkim}
    if Verdict.FAIL in verdicts:
        return _("A check of the sender failed. Nothing proves that it comes from %(domain)s.") % {
            "domain": domain
        }
    if Verdict.PASS in verdicts:
        return _("Partly verified: the server that sent it is known, the address shown is not proved.")
    return _("Not verified: nobody whom we believe has checked the sender.")


def automatic_told(why: str) -> str:
    """Return what sort of robot wrote, in a few words; `why` is the code of the parser."""
    words = {
        "out_of_office": _("Absence message"),
        "receipt": _("Read receipt"),
    }
    return words.get(why, _("Automatic reply"))
