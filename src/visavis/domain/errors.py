"""What the domain refuses.

Refused                 a rule of the product forbids it; carries a code and a sentence for a person
├── NotFound            it does not exist, or not for this reader: the same answer for both
└── TooMany             a limit of rate or size is reached; says when to try again
Anything else is a bug.
"""


class Refused(Exception):
    """A rule forbids it: `code` for programs, `sentence` (already translated) for a person.

    The sentence says what happened and what to do: without one nobody could act on a refusal.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence


class NotFound(Refused):
    """There is no such thing for this reader.

    Without a sentence of its own the usual one is told (see web/refusals.py): it must not say why.
    """

    def __init__(self, code: str = "not_found", sentence: str = "") -> None:
        super().__init__(code, sentence)


class TooMany(Refused):
    """Too often or too large; `retry_seconds` says when to try again."""

    def __init__(self, code: str, sentence: str, *, retry_seconds: int = 60) -> None:
        super().__init__(code, sentence)
        self.retry_seconds = retry_seconds
