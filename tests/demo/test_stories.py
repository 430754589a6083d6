"""The hand-written stories are many, varied, and stay true whatever the day."""

import re
from collections import Counter

import pytest

from visavis.demo import people
from visavis.demo.brands import BRANDS
from visavis.demo.script import Story, phrasebook, stories
from visavis.demo.voice import FAMILIES

SLOTS_OF_PEOPLE = {
    "prenom",
    "nom",
    "mme",
    "Mme",
    "madame",
    "e",
    "ec",
    "ville",
    "marque",
    "ref",
    "moi",
    "moi_nom",
    "site",
}
A_DAY_OR_A_MONTH = re.compile(
    r"\b(lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|janvier|février|avril|juin|juillet|août|"
    r"septembre|octobre|novembre|décembre|Monday|Tuesday|Sunday|January|May|June|December)\b"
)


def test_there_are_at_least_seventy_five_stories_of_three_turns_or_more() -> None:
    assert len([story for story in stories() if len(story.turns) >= 3]) >= 75


def test_each_story_has_a_key_of_its_own() -> None:
    keys = Counter(story.key for story in stories())

    assert [key for key, times in keys.items() if times > 1] == []


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.key)
def test_each_turn_of_a_story_is_worded_in_several_ways(story: Story) -> None:
    least = 1 if story.only_for else 3

    assert all(len(set(turn.wordings)) >= least for turn in story.turns)


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.key)
def test_each_slot_of_a_story_is_known(story: Story) -> None:
    known = SLOTS_OF_PEOPLE | FAMILIES | set(phrasebook().values) | set(story.slots) | {"agence"}
    texts = [w for turn in story.turns for w in turn.wordings]
    texts += [*story.subjects, *story.told, *story.said, *story.steps]

    used = {name for text in texts for name in re.findall(r"\{(\w+)\}", text)}

    assert used - known == set()


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.key)
def test_no_story_names_a_day_or_a_month(story: Story) -> None:
    """Dates slide at each start: a text that names none stays true."""
    texts = [w for turn in story.turns for w in turn.wordings] + list(story.subjects)

    assert [text for text in texts if A_DAY_OR_A_MONTH.search(text)] == []


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.key)
def test_someone_on_each_site_or_at_least_two_people_know_how_to_answer(story: Story) -> None:
    able = [a for a in people.ADVISERS if story.brand in a.brands and story.skill in a.skills]

    assert len(able) >= 2


def test_each_skill_of_a_story_is_a_skill_of_its_brand() -> None:
    skills = {(plan.slug, skill.key) for plan in BRANDS for skill in plan.skills}
    skills |= {(plan.slug, "english") for plan in BRANDS}

    assert {(story.brand, story.skill) for story in stories()} - skills == set()


def test_the_first_word_of_each_story_is_the_customers() -> None:
    assert {story.turns[0].who for story in stories()} == {"customer"}
