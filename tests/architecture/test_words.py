"""The glossary and the code use the same words."""

from __future__ import annotations

import re

from django.apps import apps
from tests.architecture.reading import PACKAGE, ROOT, files, text

GLOSSARY = ROOT / "docs" / "words.md"
# Classes of Django's kind that hold no idea of ours.
NAME_IN_CODE = re.compile(r"`([A-Z][A-Za-z]+)`")


def test_every_table_is_in_the_glossary() -> None:
    known = set(NAME_IN_CODE.findall(text(GLOSSARY)))

    missing = {
        model.__name__
        for model in apps.get_models()
        if model.__module__.startswith("visavis.") and model.__name__ not in known
    }

    assert missing == set(), ", ".join(sorted(missing))


def test_every_name_of_the_glossary_is_in_the_code() -> None:
    code = "\n".join(text(path) for path in files(".py", under=PACKAGE))

    absent = {name for name in NAME_IN_CODE.findall(text(GLOSSARY)) if not re.search(rf"\b{name}\b", code)}

    assert absent == set(), ", ".join(sorted(absent))
