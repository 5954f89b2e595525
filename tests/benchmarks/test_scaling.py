"""The simulated day: it adds up, and more of anything takes no less."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.scaling import DAY, Constants, Field, simulated

SMALL = Field(sources=6, hosts=3, documents=60, mails=30)


def test_the_same_seed_gives_the_same_day() -> None:
    """A figure can be had again."""
    assert simulated(SMALL, Constants()) == simulated(SMALL, Constants())


@pytest.mark.parametrize("cost", ["run", "unchanged", "read", "record", "each", "mail", "pace"])
def test_what_costs_more_makes_no_run_shorter(cost: str) -> None:
    """Each constant counts."""
    dearer = replace(Constants(), **{cost: 1_000 * getattr(Constants(), cost)})
    before, after = simulated(SMALL, Constants()), simulated(SMALL, dearer)
    assert after.cycle >= before.cycle
    assert after.delay > before.delay


def test_the_writers_share_is_what_was_recorded() -> None:
    """Each group costs once, each document once."""
    costs = Constants(record=0.0, each=2.0)
    day = simulated(replace(SMALL, every=600.0), costs)
    assert day.writing == pytest.approx(60 * 2.0 / DAY, rel=0.1)


def test_a_run_longer_than_its_interval_makes_the_next_one_late() -> None:
    """A paced host that is asked for more than there is time for shows as a delay, not as a pile of runs."""
    slow = simulated(replace(SMALL, documents=2_000), Constants(pace=120.0))
    assert slow.cycle > SMALL.interval
    assert slow.fetching < 1.5
    assert slow.delay > simulated(replace(SMALL, documents=2_000), Constants()).delay
