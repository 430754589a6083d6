"""The policy is readable, travels as JSON, and cannot be made unfair by a number."""

from __future__ import annotations

import json

import pytest

from visavis.engine.routing import Policy, UnfitPolicy, Weights


def test_a_policy_travels_as_json() -> None:
    policy = Policy(version=7, weights=Weights(known=2_000), rest_seconds=30)

    assert Policy.from_dict(json.loads(json.dumps(policy.as_dict()))) == policy


def test_what_is_absent_keeps_its_default() -> None:
    assert Policy.from_dict({"version": 3}) == Policy(version=3)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"rest_seconds": 9}, "rest_too_short"),
        ({"unpromised_seconds": 0}, "delay_too_short"),
        ({"weights": {"room": -1}}, "weight_out_of_range"),
        ({"weights": {"wants_person": 500_000_001}}, "weight_out_of_range"),
        ({"weights": {"free": 0}}, "free_is_nothing"),
        ({"weights": {"wants_person": 1_000_000}}, "person_not_first"),
        ({"weights": {"seniority": 5}}, "unreadable"),
        ({"weights": {"room": "5"}}, "unreadable"),
        ({"weights": {"room": True}}, "unreadable"),
        ({"weights": 5}, "unreadable"),
        ({"fastest_first": 1}, "unreadable"),
        ({"version": None}, "unreadable"),
    ],
)
def test_an_unfit_policy_is_refused_with_a_code(values: dict[str, object], code: str) -> None:
    with pytest.raises(UnfitPolicy) as refusal:
        Policy.from_dict({"version": 1, **values})

    assert refusal.value.code == code


def test_a_policy_without_a_version_is_refused() -> None:
    with pytest.raises(UnfitPolicy):
        Policy.from_dict({})
