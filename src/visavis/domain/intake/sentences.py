"""Why a mail was kept out, and what ails a mailbox, in the reader's words."""

from django.utils.translation import gettext as _

from visavis.domain.conversations.models import Scan

from .models import Arrival, ArrivalState, Reason


def reason_told(arrival: Arrival) -> str:
    """Return what became of a mail, and why, in one sentence."""
    if arrival.raw_id is None:
        return _("Its history was erased at the request of the person: only that it came is left.")
    return reason_told_by(arrival.state, arrival.reason)


def reason_told_by(state: str, code: str) -> str:
    """Return the sentence for a state of the ledger and the code of its reason."""
    if state == ArrivalState.QUARANTINED:
        return _quarantine_told(code)
    if state == ArrivalState.SET_ASIDE:
        return _aside_told(code)
    if state == ArrivalState.ACCEPTED:
        return _("In its conversation.")
    return _("Received; about to be read.")


def scan_told(arrival: Arrival) -> str:
    """Return what the search for viruses found in a mail, in one sentence."""
    if arrival.scanned == Scan.INFECTED:
        return _("Virus found: %(name)s. Its files are opened by nobody.") % {"name": arrival.virus or "?"}
    sentences = {
        Scan.CLEAN: _("No virus found."),
        Scan.LARGE: _("Too large to be searched for viruses as a whole."),
        Scan.WAITING: _("Not searched for viruses yet: the search did not answer. Its files wait for it."),
    }
    return sentences.get(Scan(arrival.scanned), "") if arrival.scanned else _("Not searched for viruses.")


def _aside_told(code: str) -> str:
    sentences = {
        Reason.AUTO_REPLY: _("Automatic reply or absence message: it opens nothing and is not answered."),
        Reason.BOUNCE: _("A letter of ours came back: it is told where the letter was written."),
        Reason.LOOP: _("Two robots were answering each other: we stopped. The last exchanges are the proof."),
        Reason.SPAM: _("Set aside as spam."),
        Reason.BLOCKED: _("Its sender is blocked."),
        Reason.DUPLICATE: _("The same mail came already: it is in its conversation once."),
        Reason.HISTORY: _("Older than the date since which this mailbox is answered: kept as history."),
        Reason.OUTAGE: _(
            "It came while nobody fetched this mailbox, for over a day: it waits for your word."
        ),
        Reason.RECEIPT: _("Receipt, of reading or of delivery: it opens nothing."),
        Reason.VIRUS: _("A virus was found in it. Accepted, its words come in and its files stay closed."),
        Reason.COMPLAINT: _("Someone reported a letter of ours as unwanted."),
    }
    return sentences.get(Reason(code), "") if code in Reason.values else code


def _quarantine_told(code: str) -> str:
    sentences = {
        "too_large": _("Too large to be opened: its beginning is kept."),
        "too_deep": _("Built like a trap: parts inside parts without end. It was not opened."),
        "too_many_parts": _("Built like a trap: far too many parts. It was not opened."),
        "headers_too_large": _("Built like a trap: its headers have no end. It was not opened."),
        "too_many_headers": _("Built like a trap: far too many headers. It was not opened."),
        "empty": _("There is nothing in it."),
        "not_a_mail": _("This is not an e-mail."),
        "outlook_file": _("This is a file of Outlook, not an e-mail: ask for it to be forwarded as it is."),
        "ended_reader": _("Reading it ended the program several times: it is not tried again by itself."),
        "unexpected": _("We could not read it, and the fault is ours. Try again after the next update."),
        "unforeseen": _("We could not read it, and the fault is ours. Try again after the next update."),
    }
    return sentences.get(code, _("It could not be read."))


def fault_told(code: str) -> str:
    """Return what ails a mailbox and what to do, in one or two sentences; empty when nothing does."""
    if not code:
        return ""
    sentences = {
        "host": _("Its server is not found. Check the name of the server."),
        "port": _("Its server does not answer at this port. Check the port."),
        "certificate": _("The certificate of its server is not valid for this name. Check the name."),
        "security": _("Its server does not speak this kind of encryption. Choose another one."),
        "password": _("Its server refuses the user or the password. Type them again."),
        "token": _("Its server refuses our access. Connect the account again."),
        "folder": _("This folder is not there. Check its name."),
        "refused": _("Its server refuses us for now. We try again."),
        "cut": _("The connection was cut. We try again."),
        "sealed": _("Its password was kept with another secret key. Type it again."),
        "token_server": _("The sign-in of Microsoft or Google does not answer. We try again."),
        "move_to": _("The folder where stored mail goes is not there. Mail stays where it is."),
        "sent_folder": _("Its folder of sent mail was not found. Type its name."),
        "unfetchable": _("Its server does not give one of its mails. The others came; we try again."),
        "storage": _("We cannot store its mail: our own disk or database. It stays on its server."),
        "slow": _("Its server does not answer in time. We try again."),
        "sender": _("Its server does not let us write from this address. Check the user and the address."),
    }
    return sentences.get(code, _("Its server cannot be asked for now. We try again."))
