"""A guess at the language of a text: the commonest words of a few, counted."""

from __future__ import annotations

import re

LOOKED_AT = 4000  # characters
WORDS = {
    "fr": "le la les de des et est je vous ne pas que une un pour dans mon ma mes votre bonjour merci"
    " nous avec sur c'est"
    " j'ai",
    "en": "the and to of is you i a my in for not have that this your with it we please thanks hello"
    " be are on",
    "es": "el los las que en y es una por con para no mi su gracias hola del se lo le",
    "de": "der die das und ist ich nicht sie ein eine zu mit auf für von mein ihre danke wir bitte",
    "it": "il che di per non una sono con mi del della grazie buongiorno gli è ho questo",
    "nl": "het een van ik niet dat en voor met mijn uw je wij bedankt is op te",
    "pt": "o os uma que não para com meu minha obrigado olá por do da em você",
}
SETS = {language: set(words.split()) for language, words in WORDS.items()}


def language_of(text: str) -> str:
    """Return the code of the language, "" when the words do not tell."""
    words = re.findall(r"[\w'’]+", text[:LOOKED_AT].lower().replace("’", "'"))
    counts = {language: sum(word in known for word in words) for language, known in SETS.items()}
    best, second, *_others = sorted(counts, key=lambda language: counts[language], reverse=True)
    return best if counts[best] >= 2 and counts[best] > counts[second] else ""
