"""Reports that a real Postfix wrote of letters refused, in the words of French providers among others."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.channels.email.bounces import answers

from visavis.channels.email.parse import parse

REPORTS = Path(__file__).parent / "bounces"


def check(raw: bytes, letter: str, *, is_final: bool) -> None:
    """The report says of this letter that it did not arrive, for good or for now, and in which words."""
    mail = parse(raw)
    assert mail.kind == "bounce"
    assert mail.bounce is not None
    assert mail.bounce.original_message_id == answers.header_id_of(letter)
    [failed] = mail.bounce.failed
    assert (failed.address, failed.is_permanent) == (answers.address_of(letter), is_final)
    words = answers.ANSWERS.get(
        letter, "unable to look up host no-such-domain.invalid: Name or service not known"
    )
    assert failed.diagnostic.endswith(words[-40:])


@pytest.mark.parametrize(("report", "letter", "is_final"), answers.reports())
def test_a_report_of_postfix_is_read(report: str, letter: str, is_final: bool) -> None:
    check((REPORTS / f"{report}.eml").read_bytes(), letter, is_final=is_final)


def test_there_are_as_many_as_we_say() -> None:
    assert len(answers.NAMES) >= 40
    assert {path.stem for path in REPORTS.glob("*.eml")} == {
        report for report, _letter, _final in answers.reports()
    }
