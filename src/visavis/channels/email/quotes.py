"""What one wrote, what one quotes and what one's program adds: a text cut into pieces, of which nothing is
lost.

Folding is for the eye: a piece can be opened, and the pieces joined are the text. So a doubt leaves the text
where it is. Lines are read once, each against patterns without repetition of repetitions: the time is linear
on anything.
"""

from __future__ import annotations

import re
from typing import Literal

from visavis.channels.email.html import FOLD, UNFOLD
from visavis.channels.email.mail import Piece

Sort = Literal["said", "quoted", "signature"]

LONGEST = 256 << 10  # characters that are looked at; what follows is left as it is
LONGEST_LINE = 1000  # characters; no attribution is longer
WRAPPED = 4  # lines over which an attribution may be cut
BLANK = " \t\r\n\xa0\u202f\u200b\ufeff"

# --- Attributions -------------------------------------------------------------------------------------------

DAY = (
    r"(?:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)[a-zé]*\.?|"
    r"(?:janv|f[ée]vr|mars|avr|mai|juin|juil|ao[ûu]t|sept|oct|nov|d[ée]c|jan|feb|apr|may|jun|jul|aug|sep|"
    r"dec)[a-zéû]*\.?"
)
# A date as programs write it: a year, or day/month/year, or a time of day.
DATED = re.compile(
    r"(?i)\b(?:19|20)\d\d\b|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b\d{1,2}\s?[:h]\s?\d\d\b|\b\d{1,2}\s(?:"
    + DAY
    + ")"
)
TIMED = re.compile(r"(?i)\b\d{1,2}\s?[:h]\s?\d\d\b")
FULL_DATE = re.compile(
    r"(?i)\b\d{1,2}(?:er|st|nd|rd|th)?[ .,]+(?:"
    + DAY
    + r"),?[ .,]+(?:19|20)\d\d\b|\b(?:"
    + DAY
    + r") \d{1,2},? (?:19|20)\d\d\b|"
    r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d\b|\b(?:19|20)\d\d-\d\d-\d\d\b"
)
MAILBOX = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,255}")
# The start and the end of "Le …, Un tel a écrit :" in the languages that customers of a French house use.
STARTS = re.compile(
    r"(?i)[\s>*]*(?:le|on|am|el|il|op|em|at|den|dne|"
    r"en date d[eu]|(?:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)[a-zé]*\.?)[ \xa0,]"
)
ENDS = re.compile(
    r"(?i)(?<!m['’])(?<!t['’])\b(?:a[ \xa0\u202f]+(?:re)?(?:écrit|ecrit|envoyé|"
    r"répondu)(?:[ \xa0\u202f]*\([^()]{0,40}\))?"
    r"|wrote|writes|writeth|schrieb(?:[^:]{0,80})|escribió|ha scritto|schreef(?:[^:]{0,80})|escreveu|skrev)"
    r"[ \xa0\u202f]*:[ \xa0\u202f>*_-]*\Z"
)
# The verb before the date, as some telephones put it; and the first Gmail, which had no verb.
REVERSED = re.compile(
    r"(?i)[^:]{0,200}\ba[ \xa0\u202f]+écrit[ \xa0\u202f]+(?:le|"
    r"en date du)[ \xa0\u202f][^!?]{0,120}:[ \xa0\u202f]*\Z"
)
OLD_GMAIL = re.compile(
    r"\s*\d{4}-\d\d-\d\d \d{1,2}:\d\d (?:GMT|UTC)?[^<]{0,120}<[^<>\s]{3,255}>[ \xa0]*:\s*\Z"
)
# Un tel, after a comma: a name, not "votre conseillère".
NAMED = re.compile(r"[,)][ \xa0\u202f]*[\"“«']?[A-ZÀ-Ý][^,]{0,80}\Z")
# Somebody who tells what was written to them speaks of themselves: no program does.
TELLING = re.compile(r"(?i)\b(?:m['’]|nous |vous |me |qu['’]?il|qu['’]elle|que |je |j['’])")


def _attribution(lines: list[str], at: int) -> int:
    """Return over how many lines an attribution goes from here; 0 when this is none."""
    if not STARTS.match(lines[at]) and not _maybe_other(lines[at]):
        return 0
    joined = ""
    for count in range(1, WRAPPED + 1):
        if at + count > len(lines):
            return 0
        line = lines[at + count - 1].strip(BLANK)
        if not line or len(line) > LONGEST_LINE:
            return 0
        joined = f"{joined} {line.lstrip('> ')}" if joined else line.lstrip("> *")
        if line.rstrip("*_ ").endswith(":") and (count > 1 or joined):
            if _is_attribution(joined, is_followed=_is_quoted_next(lines, at + count)):
                return count
            if ENDS.search(joined):
                return 0
    return 0


def _maybe_other(line: str) -> bool:
    """True for the lines that start as a name or a date does, and that hold an address or a verb."""
    return (
        bool(OLD_GMAIL.match(line) or ("@" in line or "crit" in line or "wrote" in line)) and len(line) < 400
    )


def _is_attribution(joined: str, *, is_followed: bool) -> bool:
    """Tell the line of a program from the sentence of a person."""
    if OLD_GMAIL.match(joined):
        return True
    ends = ENDS.search(joined)
    if not ends and not REVERSED.match(joined):
        return False
    before = joined[: ends.start()] if ends else joined
    has_address = bool(MAILBOX.search(before))
    if TELLING.search(re.sub(r"<[^<>]*>|\"[^\"]*\"", "", before)) and not (
        has_address and FULL_DATE.search(before)
    ):
        return False
    if is_followed:
        return bool(DATED.search(before)) or has_address
    is_dated = FULL_DATE.search(before) and TIMED.search(before) and NAMED.search(before)
    return bool(is_dated) or (has_address and bool(DATED.search(before)))


def _is_quoted_next(lines: list[str], at: int) -> bool:
    """True when the next line that is not empty starts with >."""
    following = next((line for line in lines[at : at + 4] if line.strip(BLANK)), "")
    return following.startswith((">", " >", FOLD))


# --- Separators and headers ---------------------------------------------------------------------------------

SEPARATOR = re.compile(
    r"(?i)[\s>*]{0,12}[-_=]{2,60}[ \xa0]*(?:message d['’]origine|message original|mail original|"
    r"courriel original|e-?mail d['’]origine|"
    r"message transf[ée]r[ée]|message r[ée]exp[ée]di[ée]|original message|original appointment|"
    r"forwarded message|"
    r"forwarded by|transf[ée]r[ée] par|rendez-vous d['’]origine|ursprüngliche nachricht|mensaje original|"
    r"messaggio originale|oorspronkelijk bericht|mensagem original)\b[^\n]{0,100}\Z"
)
INTRODUCED = re.compile(
    r"(?i)[\s*]*(?:d[ée]but du message (?:r[ée]exp[ée]di[ée]|transf[ée]r[ée])|begin forwarded message|"
    r"message transf[ée]r[ée]|inizio messaggio inoltrato)[ \xa0\u202f]*:?\s*\Z"
)
PORTAL = re.compile(r"(?i)>?[ \xa0]*message du[ \xa0]*:?[ \xa0]*\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}[^\n]{0,40}\Z")
FROM = re.compile(
    r"(?i)[\s>*|]*(?:de|from|von|da|expéditeur|exp|émetteur)[ \xa0\u202f*]*:[ \xa0*]*\S[^\n]*\Z"
)
OTHER = re.compile(
    r"(?i)[\s>*|]*(?:envoyé(?: le)?|date|à|a|pour|objet|sujet|cc|copie(?: à)?|cci|répondre à|importance|"
    r"destinataires?|"
    r"sent|to|subject|reply-to|gesendet|an|betreff|inviato|oggetto|data|para|asunto|"
    r"enviado(?: el)?)[ \xa0\u202f*]*:"
)
# A journey has a "De", an "À" and a "Date" too; what it has not is an address or a subject.
OF_A_MAIL = re.compile(r"(?i)@|^[\s>*|]*(?:objet|sujet|subject|betreff|oggetto|asunto)[ \xa0\u202f*]*:")
# What help desks write over their mails.
ABOVE = re.compile(
    r"(?i)[\s>*]{0,12}[#=-]{2,60}[ \xa0-]*(?:"
    r"(?:merci de |veuillez )?répond(?:re|ez) au-dessus de (?:cette|la) ligne|"
    r"(?:please )?(?:type|write|enter|send) your (?:reply|response) above this line|"
    r"reply above this line)[^\n]{0,40}\Z"
)
QUOTED = re.compile(r"[ \t]{0,3}>")
RULE = re.compile(r"[ \xa0]*[_=-]{5,}[ \xa0]*\Z")


def _header(lines: list[str], at: int) -> bool:
    """True when a block of fields starts here: a sender, two more soon after, and the sign of a mail."""
    if not FROM.match(lines[at][:LONGEST_LINE]):
        return False
    others = [line for line in lines[at + 1 : at + 8] if OTHER.match(line[:LONGEST_LINE])]
    return len(others) >= 2 and any(OF_A_MAIL.search(line[:LONGEST_LINE]) for line in (lines[at], *others))


def _starts_history(lines: list[str], at: int) -> bool:
    """True when all that follows is history: a separator, a header, or a rule before one."""
    line = lines[at]
    if len(line) > LONGEST_LINE:
        return False
    if SEPARATOR.match(line) or ABOVE.match(line) or _header(lines, at):
        return True
    if not (RULE.match(line) or INTRODUCED.match(line) or PORTAL.match(line)):
        return False
    following = [
        index for index in range(at + 1, min(at + 5, len(lines))) if lines[index].strip(BLANK + ">")
    ][:2]
    return any(_header(lines, index) or PORTAL.match(lines[index]) for index in following) or bool(
        PORTAL.match(line) and following and FROM.match(lines[following[0]])
    )


# --- Signatures ---------------------------------------------------------------------------------------------

DASHES = re.compile(r"--[ \xa0]?\Z")
LONGEST_SIGNATURE = 25  # lines; what is longer after two dashes was said
MOBILE = re.compile(
    r"(?i)[ \xa0*_]*(?:envoyé (?:de|depuis) (?:mon|ma) \S{1,30}(?: \S{1,30}){0,3}|"
    r"envoyé (?:de(?:puis)?|à partir d[e'’]|avec|via|par) ?l['’](?:appli|e-?mail)\w*.{0,80}|"
    r"envoyé (?:de(?:puis)?|à partir d[e'’]|avec|via) ?(?:la messagerie|le webmail|un (?:mobile|"
    r"smartphone|appareil)|"
    r"outlook|yahoo|courrier|e-?mail pour|mail pour|orange|sfr|free|bouygues|la ?poste|proton|gmail|"
    r"samsung|galaxy|"
    r"windows|tutanota|mon (?:mobile|smartphone|téléphone|iphone|ipad))\b.{0,80}|"
    r"(?:obtenez|télécharge[rz]) outlook pour .{1,40}|get outlook for .{1,40}|"
    r"sent (?:from|via|with|using) .{0,60}(?:iphone|ipad|android|mobile|outlook|mail|galaxy|samsung|yahoo|"
    r"phone|"
    r"device|tablet|windows|blackberry|huawei|pixel)\b.{0,60}|"
    r"provenance[ \xa0]: courrier pour windows.{0,20}|garanti sans virus\b.{0,80}|virus-free\b.{0,60}|"
    r"(?:cet e-?mail|l['’]absence de virus) .{0,60}avast.{0,80}|von meinem .{1,40} gesendet|"
    r"inviato da .{1,40}|"
    r"enviado desde .{1,60})[ \xa0.]*(?:<[^<>]{1,200}>)?[ \xa0]*\Z"
)


def _signature(lines: list[str], at: int, end: int) -> int:
    """Return how many lines are a signature from here: dashes up to the end, or a line that a program
    adds.
    """
    line = lines[at].rstrip("\r\n")
    if DASHES.match(line):
        if end - at > 4 * LONGEST_SIGNATURE:
            return 0
        following = sum(bool(one.strip(BLANK)) for one in lines[at + 1 : end])
        return end - at if 0 < following <= LONGEST_SIGNATURE else 0
    if len(line) < 200 and MOBILE.match(line):
        return 1
    return 0


# --- Folding ------------------------------------------------------------------------------------------------


def fold(text: str) -> tuple[Piece, ...]:
    """Cut a text into what is said, quoted and signed; joined, the pieces are the text without FOLD and
    UNFOLD.
    """
    lines = text[:LONGEST].splitlines(keepends=True)
    if len(text) > LONGEST:
        lines.append(text[LONGEST:])
    sorts = _sorted(lines)
    pieces: list[Piece] = []
    start = 0
    cleaned = [line.replace(FOLD, "").replace(UNFOLD, "") for line in lines]
    for index in range(1, len(lines) + 1):
        if index == len(lines) or sorts[index] != sorts[start]:
            piece = "".join(cleaned[start:index])
            if piece:
                pieces.append(Piece(sorts[start], piece))
            start = index
    return tuple(_merged(pieces))


def _merged(pieces: list[Piece]) -> list[Piece]:
    """Join neighbours of one sort; blank lines that are said between two folded pieces go with the first."""
    out: list[Piece] = []
    for index, piece in enumerate(pieces):
        kind = piece.kind
        if kind == "said" and not piece.text.strip(BLANK) and out:
            kind = out[-1].kind
        if kind == "said" and not piece.text.strip(BLANK) and index + 1 < len(pieces):
            kind = pieces[index + 1].kind
        if out and out[-1].kind == kind:
            out[-1] = Piece(kind, out[-1].text + piece.text)
        else:
            out.append(Piece(kind, piece.text))
    return out


def _sorted(lines: list[str]) -> list[Sort]:
    """Say of each line which sort it is."""
    sorts: list[Sort] = ["said"] * len(lines)
    bare = [line.rstrip("\r\n") for line in lines]
    at = 0
    depth = 0  # inside of what the HTML marks as quoted
    while at < len(lines):
        line = bare[at]
        depth += line.count(FOLD) - line.count(UNFOLD)
        if depth > 0 or FOLD in line or UNFOLD in line:
            sorts[at] = "quoted"
        elif QUOTED.match(line):
            if PORTAL.match(line):
                return _with_history(bare, sorts, at)
            sorts[at] = "quoted"
        elif _starts_history(bare, at):
            return _with_history(bare, sorts, at)
        elif (count := _attribution(bare, at)) > 0:
            sorts[at : at + count] = ["quoted"] * count
            at += count
            if not _is_quoted_next(bare, at):
                return _with_history(bare, sorts, at)
            continue
        at += 1
    return _signed(bare, sorts)


def _with_history(bare: list[str], sorts: list[Sort], at: int) -> list[Sort]:
    """Mark all from here as quoted, unless lines with > end before the text does: what follows them was said.

    The webmails of Orange and La Poste put > before the header and before the quotation, and some answer
    below.
    """
    end = len(bare)
    if at < end and bare[at].startswith(">"):
        last = max(index for index in range(at, end) if bare[index].startswith(">"))
        body = [index for index in range(at, last + 1) if bare[index].strip(">" + BLANK)]
        is_header_only = all(
            OTHER.match(bare[index]) or FROM.match(bare[index]) or PORTAL.match(bare[index]) for index in body
        )
        if not is_header_only:
            for index in range(at, end):
                if bare[index].startswith(">"):
                    sorts[index] = "quoted"
            return _signed(bare, sorts)
    sorts[at:end] = ["quoted"] * (end - at)
    return _signed(bare, sorts)


def _signed(bare: list[str], sorts: list[Sort]) -> list[Sort]:
    """Find signatures in what is said."""
    at = 0
    while at < len(bare):
        if sorts[at] != "said":
            at += 1
            continue
        end = next((index for index in range(at, len(bare)) if sorts[index] != "said"), len(bare))
        while at < end:
            count = _signature(bare, at, end)
            sorts[at : at + count] = ["signature"] * count
            at += count or 1
    return sorts


def unwrapped(text: str) -> str:
    """Return the text without the marks of folding: what is shown as the whole."""
    return text.replace(FOLD, "").replace(UNFOLD, "")
