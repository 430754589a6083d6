"""The HTML of strangers, made harmless; what it loads from afar waits to be asked for; its text, and what is
quoted in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import nh3
from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

from visavis.channels.email.mail import Link

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 1 << 20  # characters that are cleaned; a longer HTML is kept as an attachment
LONGEST_READ = 256 << 10  # characters that a text is made of
DEEPEST = 200  # libxml2 drops what is deeper than 256, and the time of cleaning grows with the square
MOST_TAGS = 60_000
MOST_ENTITIES = 100_000  # beyond these too the time of cleaning grows with the square
MOST_LINKS = 500
FOLD = "\ue000"  # stands in the text where a quotation starts
UNFOLD = "\ue001"  # and where it ends
BLOCKED = "data-remote"  # the attribute of an image that waits to be asked for: its address

# --- Cleaning -----------------------------------------------------------------------------------------------

TAGS = {
    "a", "abbr", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "code", "col",
    "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s",
    "samp", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "time", "tr", "tt", "u", "ul", "var", "wbr",
}  # fmt: skip
EVERYWHERE = {"dir", "lang", "title", "align", "style", "class", "id"}
ATTRIBUTES = {
    "*": EVERYWHERE,
    "a": {"href", "name"},
    "blockquote": {"cite", "type"},
    "col": {"span", "width"},
    "font": {"color", "face", "size"},
    "hr": {"size", "width"},
    "img": {"src", "alt", "width", "height", "border"},
    "ol": {"start", "type"},
    "table": {"bgcolor", "border", "cellpadding", "cellspacing", "width"},
    "td": {"bgcolor", "colspan", "rowspan", "valign", "width", "height"},
    "th": {"bgcolor", "colspan", "rowspan", "valign", "width", "height", "scope"},
    "tr": {"bgcolor", "valign"},
}
# Nothing that loads, moves over the page or is placed outside of it.
STYLES = {
    "background-color", "border", "border-bottom", "border-bottom-color", "border-bottom-style",
    "border-bottom-width", "border-collapse", "border-color", "border-left", "border-left-color",
    "border-left-style", "border-left-width", "border-radius", "border-right", "border-spacing",
    "border-style", "border-top", "border-top-color", "border-top-style", "border-top-width",
    "border-width", "color", "direction", "font", "font-family", "font-size", "font-style",
    "font-variant", "font-weight", "height", "letter-spacing", "line-height", "list-style-type",
    "margin", "margin-bottom", "margin-left", "margin-right", "margin-top", "max-width", "min-width",
    "padding", "padding-bottom", "padding-left", "padding-right", "padding-top", "table-layout",
    "text-align", "text-decoration", "text-indent", "text-transform", "vertical-align", "white-space",
    "width", "word-break", "word-spacing",
}  # fmt: skip
LOADS = re.compile(r"(?i)url|image|expression|import|\\|@|/\*")
SAFE_LINK = re.compile(r"(?i)(?:https?://|mailto:|tel:)[^\s<>\"]+\Z")
REMOTE = re.compile(r"(?i)\s*(?:https?:)?//\S+\s*\Z")
CID = re.compile(r"(?i)cid:\S+\Z")
# What mailers put around what they quote. These classes and ids are the only ones that stay.
QUOTING = {
    "gmail_quote", "gmail_quote_container", "gmail_extra", "moz-cite-prefix", "moz-forward-container",
    "yahoo_quoted", "protonmail_quote", "tutanota_quote", "zmail_extra", "x_gmail_quote",
    "x_gmail_quote_container", "appendonsend", "x_appendonsend", "divrplyfwdmsg", "x_divrplyfwdmsg",
    "mail-editor-reference-message-container", "ms-outlook-mobile-reference-message", "zwchr",
    "mailquote", "wmquote",
}  # fmt: skip


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Keep, change or drop one attribute."""
    if name in {"class", "id"}:
        kept = [word for word in re.split(r"\s+", value.lower()) if word in QUOTING]
        return kept[0] if kept else None
    if name == "style":
        return None if LOADS.search(value) else value
    if name == "href":
        address = re.sub(r"[\x00-\x1f]+", "", value).strip().replace(" ", "%20")
        return address if SAFE_LINK.match(address) else None
    if tag == "img" and name == "src":
        return value.strip() if CID.match(value.strip()) or REMOTE.match(value) else None
    return value


CLEANER = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags={
        "script",
        "style",
        "title",
        "template",
        "noembed",
        "noframes",
        "xmp",
        "iframe",
        "svg",
        "math",
    },
    attributes=ATTRIBUTES,
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto", "tel", "cid"},
    link_rel="noopener noreferrer nofollow",
    filter_style_properties=STYLES,
)


@dataclass(frozen=True)
class Cleaned:
    """HTML that can be shown, how many images wait, where its links go; `code` says why there is none."""

    html: str
    remote_images: int
    links: tuple[Link, ...]
    code: str = ""


def clean(source: str) -> Cleaned:
    """Make HTML harmless: what is known stays, the rest goes, and nothing is loaded from afar.

    An image from afar keeps its address in `data-remote`; what is quoted is inside `<details
    class="quoted">`. What is nested too deep, or too long, is not cleaned at all: its words are in the text.
    """
    if len(source) > LONGEST:
        return Cleaned("", 0, (), "html_too_long")
    if is_bomb(source):
        return Cleaned("", 0, (), "html_too_deep")
    folded = _fold(CLEANER.clean(source))
    blocked, count = IMAGE.subn(_block, folded)
    return Cleaned(blocked, count, tuple(_links(blocked)))


IMAGE = re.compile(r'(<img(?: [\w-]+="[^"]*")*?) src="((?!cid:)[^"]*)"', re.IGNORECASE)


def _block(match: re.Match[str]) -> str:
    """Put the address of an image aside."""
    return f'{match[1]} {BLOCKED}="{match[2]}"'


OPENING = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
}  # fmt: skip
UNCLOSED = VOID | {
    "p", "li", "td", "tr", "th", "dd", "dt", "option", "thead", "tbody", "tfoot", "colgroup", "html",
    "head", "body",
}  # fmt: skip


def is_bomb(source: str) -> bool:
    """True for HTML whose nesting costs more than it can say; counted without building it."""
    depth = deepest = tags = 0
    for match in OPENING.finditer(source):
        tags += 1
        name = match[2].lower()
        if name not in UNCLOSED:
            depth = max(0, depth - 1) if match[1] else depth + 1
            deepest = max(deepest, depth)
    return deepest > DEEPEST or tags > MOST_TAGS or source.count("&") > MOST_ENTITIES


# --- Links --------------------------------------------------------------------------------------------------

LINK = re.compile(r'<a(?: [\w-]+="[^"]*")*? href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
SITE = re.compile(r"(?i)^\s*(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})(?=[/?#:\s]|$)")


def _links(cleaned: str) -> Iterator[Link]:
    """Yield where links go, with what they show."""
    for index, match in enumerate(LINK.finditer(cleaned)):
        if index == MOST_LINKS:
            return
        shown = unescape(re.sub(r"<[^>]*>", "", match[2])).strip()[:200]
        address = unescape(match[1])
        yield Link(shown=shown, address=address, is_deceptive=is_deceptive(shown, address))


def is_deceptive(shown: str, address: str) -> bool:
    """True when the words name a site, and the link goes to another."""
    named = SITE.match(shown)
    try:
        host = (urlsplit(address).hostname or "").lower()
    except ValueError:
        return True
    if not named or not host:
        return False
    site = named[1].lower().removeprefix("www.")
    return not (host == site or host.endswith("." + site) or site.endswith("." + host.removeprefix("www.")))


# --- What is quoted -----------------------------------------------------------------------------------------

# In what the cleaner gives, a tag is always written so.
TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [\w-]+="[^"]*")*)>')
TO_THE_END = {"divrplyfwdmsg", "x_divrplyfwdmsg", "appendonsend", "x_appendonsend", "zwchr"}
LEADS = {"moz-cite-prefix"}
MARKED = re.compile(r' (?:class|id)="([^"]+)"')
# Outlook: a line drawn above a block that starts with who wrote.
RULED = re.compile(r"(?i)border-(?:top|style): ?solid")
HEADED = re.compile(
    r"(?i)(?:<[^>]{0,300}>|\s|&nbsp;){0,12}(?:De|From|Von|Da|Expéditeur)\s*(?:<[^>]{0,99}>|&nbsp;|\s){0,4}:"
)
WRAPPER = re.compile(r"<div[^<>]*>\s*")
OPEN, CLOSE = '<details class="quoted">', "</details>"


def _fold(cleaned: str) -> str:
    """Wrap each quotation, with the line that leads to it, in `<details>`; one inside another is part of it.

    Works on well-formed text, and puts an opening and a closing at the same depth: it stays well-formed.
    """
    cuts: list[tuple[int, str]] = []
    depth = 0
    start_depth = -1  # the depth at which a quotation is open
    to_the_end = False
    before: re.Match[str] | None = None
    for tag in TAG.finditer(cleaned):
        is_closing, name = bool(tag[1]), tag[2]
        if is_closing:
            depth -= 1
            before = None
            ends = depth < start_depth if to_the_end else depth == start_depth
            if start_depth >= 0 and ends and (to_the_end or not _leads_on(cleaned, tag.end())):
                cuts.append((tag.start() if to_the_end else tag.end(), CLOSE))
                start_depth = -1
            continue
        if start_depth < 0 and (how := _quotes(cleaned, tag)):
            to_the_end = how == "to_the_end"
            is_wrapped = bool(
                to_the_end and before and WRAPPER.fullmatch(cleaned, before.start(), tag.start())
            )
            start_depth = depth - is_wrapped  # Outlook puts its rule in a block of its own
            cuts.append((before.start() if before and is_wrapped else tag.start(), OPEN))
        depth += name not in VOID
        before = tag
    if start_depth >= 0:
        cuts.append((len(cleaned), CLOSE))
    out, at = [], 0
    for position, what in cuts:
        out += [cleaned[at:position], what]
        at = position
    return "".join([*out, cleaned[at:]])


def _leads_on(cleaned: str, at: int) -> bool:
    """True when what ends here only leads to a quotation that follows."""
    following = re.compile(r"\s*<blockquote\b[^>]*>").match(cleaned, at)
    return bool(following)


def _quotes(cleaned: str, tag: re.Match[str]) -> str:
    """Say whether a quotation starts with this tag: "inside" it, or from here "to_the_end" of what holds
    it.
    """
    name, attributes = tag[2], tag[3]
    marked = set(MARKED.findall(attributes))
    if marked & TO_THE_END or (name == "hr" and _is_before_header(cleaned, tag.end())):
        return "to_the_end"
    if marked & QUOTING or (
        name == "blockquote" and ('type="cite"' in attributes or "border-left" in attributes)
    ):
        return "inside"
    if name == "div" and RULED.search(attributes) and HEADED.match(cleaned, tag.end()):
        return "to_the_end"
    return ""


def _is_before_header(cleaned: str, at: int) -> bool:
    """True when who wrote, to whom and when follows."""
    return bool(HEADED.match(cleaned, at))


# --- Text ---------------------------------------------------------------------------------------------------

READING = ParserConfig(css=CSS_PROFILES["strict"].copy())


def to_text(source: str, cleaned: str) -> str:
    """Return the HTML as a text to read; FOLD and UNFOLD stand around what is quoted.

    `cleaned` is made of `source`; when it is empty (see `clean`) the words are taken without their layout.
    """
    if not cleaned or len(cleaned) > LONGEST_READ:
        return bare_words(cleaned or source)
    marked = without_marks(cleaned)
    marked = marked.replace(OPEN, f"<div>{FOLD}</div><div>").replace(CLOSE, f"</div><div>{UNFOLD}</div>")
    if is_bomb(marked):
        return bare_words(cleaned)
    read: str = get_text(marked, READING)
    return tidy(read)


def bare_words(source: str) -> str:
    """Return the words alone: tags are cut, blocks end lines; in linear time on anything."""
    source = without_marks(source[: 2 * LONGEST])
    source = source.replace(OPEN, f"\n{FOLD}\n").replace(CLOSE, f"\n{UNFOLD}\n")
    parts = re.split(r"(?i)<(script|style|title)\b", source)
    kept = parts[:1] + [_after(body, name) for name, body in zip(parts[1::2], parts[2::2], strict=True)]
    lines = re.sub(r"(?i)<(?:br|/p|/div|/tr|/li|/h\d|p|div|tr|li)\b[^<>]*>", "\n", "".join(kept))
    return tidy(unescape(re.sub(r"<[^<>]*>", "", lines)))


def _after(body: str, name: str) -> str:
    """Return what follows the closing of an element whose content is not read."""
    found = re.search(rf"(?i)</{name}[^>]*>", body)
    return body[found.end() :] if found else ""


def without_marks(source: str) -> str:
    """Take our own marks out of what others wrote."""
    source = re.sub(r"(?i)&#(?:x0*e00[01]|0*5734[45]);?", "", source)
    return source.replace(FOLD, "").replace(UNFOLD, "")


def tidy(value: str) -> str:
    """Drop blanks at line ends, and empty lines beyond two."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    # Not by an expression: in a table, which is filled up with spaces, it would look again from each of them.
    return re.sub(r"\n{3,}", "\n\n", "\n".join(map(str.rstrip, lines))).strip("\n")


def from_text(value: str) -> str:
    """Return a plain text as HTML, when a mail mixes both."""
    return "<div>" + escape(value).replace("\n", "<br>") + "</div>"
