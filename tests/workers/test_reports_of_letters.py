"""What Postfix reports is noted at the letter of which it speaks, and at no other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone
from tests.channels.email.bounces import answers
from tests.domain.letters import replied, sending_mailbox, written
from tests.domain.posted import taken

from visavis.domain.conversations.models import Bounce, Letter
from visavis.domain.intake.models import Arrival
from visavis.workers import read_email

if TYPE_CHECKING:
    from tests.domain.people_made import House

REPORTS = Path(__file__).parents[1] / "channels/email/bounces"


def test_each_report_is_noted_at_its_letter(house: House) -> None:
    box = sending_mailbox(house)
    conversation = written(house).conversation
    letters = {name: replied(house, conversation).pk for name in answers.NAMES}
    for name, number in letters.items():
        Letter.objects.filter(message=number).update(header_id=answers.header_id_of(name))
    reports = sorted(answers.reports(), key=lambda report: report[2])  # delays come first

    for report, _letter, _final in reports:
        taken(box, (REPORTS / f"{report}.eml").read_bytes(), received_at=timezone.now())
    while read_email.tick():
        pass

    ends = set(Arrival.objects.values_list("state", "reason"))
    noted = {row.message_id: (row.address, row.is_permanent) for row in Bounce.objects.all()}
    assert ends == {("set_aside", "bounce")}
    assert noted == {number: (answers.address_of(name), True) for name, number in letters.items()}
    assert list(Arrival.objects.order_by("pk").values_list("message_id", flat=True)) == [
        letters[letter] for _report, letter, _final in reports
    ]
