"""Who takes whom, without Numba: time of `decide` and of `explain`, and bytes of a picture.

`python -m benchmarks.decide`. The aim is 200 contacts × 1,000 advisers under 10 ms. Besides the time on the clock, the
time of the processor: on a machine that does other things, it is the one that says what the code costs.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

from benchmarks.sites import percentile
from benchmarks.telling import Row, tell
from visavis.engine.routing import Contact, Desk, Policy, Snapshot, decide, explain, picture

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
AT = int(NOW.timestamp())
POLICY = Policy(version=1)
TIMES = 60
SHAPES = [
    # contacts, desks, share of desks that are full
    (1, 1_000, 0.0),
    (30, 100, 0.5),
    (200, 1_000, 0.0),
    (200, 1_000, 0.7),
    (200, 1_000, 0.95),
    (2_000, 1_000, 0.96),
]


def main() -> None:
    """Measure each shape of picture and tell."""
    tell("decide", [measure(*shape) for shape in SHAPES])


def measure(contacts: int, desks: int, full: float) -> Row:
    """Decide the same picture again and again."""
    random = Random(contacts)
    snapshot = Snapshot(
        tuple(a_contact(random, number, desks) for number in range(1, contacts + 1)),
        tuple(a_desk(random, number, full) for number in range(1, desks + 1)),
    )
    decisions = decide(snapshot, POLICY, NOW)
    on_clock, on_processor = timed(lambda: decide(snapshot, POLICY, NOW))
    explained, _ = timed(lambda: explain(snapshot, POLICY, NOW, decisions[0]))
    return {
        "contacts": contacts,
        "desks": desks,
        "full": full,
        "decisions": len(decisions),
        "p50_ms": round(percentile(on_clock, 0.5), 2),
        "p95_ms": round(percentile(on_clock, 0.95), 2),
        "best_ms": round(min(on_clock), 2),
        "processor_p50_ms": round(percentile(on_processor, 0.5), 2),
        "explain_p50_ms": round(percentile(explained, 0.5), 2),
        "picture_bytes": len(picture(snapshot, POLICY, NOW, decisions[0])),
    }


def timed(act: Callable[[], object]) -> tuple[list[float], list[float]]:
    """Milliseconds on the clock, and of the processor, of each time."""
    on_clock, on_processor = [], []
    for _ in range(TIMES):
        started, worked = time.perf_counter(), time.process_time()
        act()
        on_clock.append((time.perf_counter() - started) * 1000)
        on_processor.append((time.process_time() - worked) * 1000)
    return on_clock, on_processor


def a_contact(random: Random, number: int, desks: int) -> Contact:
    """A contact of three brands, two languages and twelve skills, who has waited up to a quarter of an hour."""
    waited = random.randint(0, 900)
    return Contact(
        id=number,
        brand_id=random.randrange(3),
        channel=random.choice(["chat", "chat", "form"]),
        language="fr" if random.random() < 0.9 else "en",
        skill_ids=frozenset(random.sample(range(12), random.choice([0, 1, 1, 1, 2]))),
        waiting_since=AT - waited,
        promised_by=AT - waited + random.choice([180, 180, 600]),
        effort=2,
        known_adviser_id=random.randint(1, desks) if random.random() < 0.3 else None,
        wants_person=random.random() < 0.05,
    )


def a_desk(random: Random, number: int, full: float) -> Desk:
    """A desk of one to three brands and three to eight skills, empty or in part full, or full."""
    load = 6 if random.random() < full else random.choice([0, 2, 4])
    return Desk(
        id=number,
        brand_ids=frozenset(random.sample(range(3), random.randint(1, 3))),
        channels=frozenset({"chat", "form"}),
        languages=frozenset({"fr", "en"} if random.random() < 0.3 else {"fr"}),
        skills={skill: random.randint(1, 5) for skill in random.sample(range(12), random.randint(3, 8))},
        room=6 - load,
        load=load,
        capacity=6,
        last_contact_ended_at=AT - random.randint(0, 5_000),
    )


if __name__ == "__main__":
    main()
