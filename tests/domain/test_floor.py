"""The floor: who waits and who is there, in the brands of who looks; a planner counts and reads nothing."""

import pytest
from django.utils import timezone
from tests.domain.people_made import House
from tests.domain.written import chat, letter

from visavis.channels.registry import pairs
from visavis.domain.errors import NotFound
from visavis.domain.floor.queries import people, queues, waiting_people
from visavis.domain.people.access import floor_rights, rights
from visavis.domain.presence.operations import set_presence


def counted(house: House, name: str) -> dict[tuple[str, str], int]:
    """People who wait, by brand and channel, as this person sees them."""
    rows = queues(floor_rights(rights(getattr(house, name))), pairs(has_mailbox=False), now=timezone.now())
    return {(row.brand.name, row.channel): row.people for row in rows}


def test_a_leader_counts_in_their_brands(house: House) -> None:
    chat(house)
    letter(house)

    assert counted(house, "chloe") == {("Netnet", "chat"): 1, ("Netnet", "form"): 1}


def test_a_planner_counts_everywhere_and_reads_no_conversation(house: House) -> None:
    chat(house)
    planner = floor_rights(rights(house.paul))

    assert counted(house, "paul")["Netnet", "chat"] == 1
    assert len(counted(house, "paul")) == 4
    assert waiting_people(planner) == ([], 0)


@pytest.mark.parametrize("name", ["alice", "eve"])
def test_there_is_no_floor_for_who_neither_leads_nor_plans(house: House, name: str) -> None:
    with pytest.raises(NotFound):
        floor_rights(rights(getattr(house, name)))


def test_a_recovery_is_shown_as_not_available_and_nobody_has_a_duration(house: House) -> None:
    set_presence(house.alice, "recovery")

    shown = {person.adviser.pk: person for person in people(floor_rights(rights(house.chloe)))}

    assert shown[house.alice.pk].state == "unavailable"
    assert set(vars(shown[house.alice.pk])) == {"adviser", "state", "channel"}
