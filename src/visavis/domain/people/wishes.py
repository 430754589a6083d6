"""What a first message asks for, read in its words: a person, or a skill.

Plain lists, no machine that guesses.
"""

import re

from visavis.domain.search.analysis import body_terms, is_pair, title_terms

from .models import Brand, Skill

ASKING = {
    "fr": (
        (
            r"\b(parler|discuter|échanger|joindre|avoir|voir)\s+(à|a|avec|directement à|directement avec)?\s*"
            r"(une?|quelqu)\W*(vrai[e]?\s+)?"
            r"(personne|humain|conseill\w+|être humain|interlocut\w+|agent|un)\b"
        ),
        r"\b(une?\s+)?vrai[e]?\s+(personne|humain|conseill\w+)\b",
        r"\bpas\s+(à\s+)?un\s+robot\b",
        r"^\s*(un[e]?\s+)?(conseill(er|ère)|humain|personne)\s*(svp|s['’]il vous pla[iî]t|merci|!|\.)*\s*$",
        r"\b(rappelez|appelez)[- ]moi\b",
    ),
    "en": (
        r"\b(speak|talk|chat)\s+(to|with)\s+(a|an|some)?\s*(real\s+)?(person|human|agent|adviser|advisor|someone|one)\b",
        r"\breal\s+(person|human)\b",
        r"\bnot\s+a\s+(ro)?bot\b",
        r"^\s*(a\s+)?(human|person|agent|adviser|advisor)\s*(please|pls|!|\.)*\s*$",
        r"\bcall\s+me\b",
    ),
}
LONGEST = 2000


def asks_for_person(text: str, language: str) -> bool:
    """True when the words ask for a person; both languages are tried, since people mix them."""
    head = text[:LONGEST].lower()
    order = sorted(ASKING, key=lambda code: code != language)
    return any(re.search(pattern, head) for code in order for pattern in ASKING[code])


def skills_named(brand: Brand, text: str) -> list[int]:
    """Return the ids of the brand's skills whose words stand in `text`, and that someone holds; one query.

    A skill that nobody holds would make the customer wait for nobody.
    """
    said = _words(body_terms(text[:LONGEST]))
    skills = Skill.objects.filter(is_active=True, brand=brand, holders__adviser__is_active=True).distinct()
    return [
        skill.pk
        for skill in skills
        if any(_words(title_terms(words)) <= said for words in skill.words if words)
    ]


def _words(terms: str) -> set[str]:
    """The terms, whatever word follows them."""
    return {term for term in terms.split() if not is_pair(term)}
