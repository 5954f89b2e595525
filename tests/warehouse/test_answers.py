"""What counts as an answer: documents in the shapes of several bodies, most of which only look like one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.warehouse.answered import FOLDER, Answer, documents, entry_of, expected, found
from tests.warehouse.made import batch

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from warehouse.model import Recorded

# Two requests on lighthouses, and nothing says which of them the report answers.
UNDECIDED = {Answer("A/80/620", "A/RES/79/312", number, "unknown") for number in ("5", "6")}
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_answered_and_nothing_else(
    name: str, recorded: Callable[..., Recorded], rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """Each task has the answers that its file lists, and no document that only cites, recalls or resembles is one."""
    recorded(batch(1, *map(entry_of, documents(name))))
    assert {answer._replace(occurrence=None) for answer in found(rows)} == expected(name)


@given(order=st.permutations(range(len(documents("united-nations")))), together=st.integers(1, 4))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_arrival_does_not_matter(
    order: list[int], together: int, recorded: Callable[..., Recorded], rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """Reports before their resolutions or after them, one a batch or several: the evidence is the same."""
    texts = documents("united-nations")
    entries = [entry_of(texts[place]) for place in order]
    groups = [entries[place : place + together] for place in range(0, len(entries), together)]
    recorded(*(batch(number, *group) for number, group in enumerate(groups, 1)))
    each = {answer._replace(occurrence=None) for answer in found(rows, with_unknown=True)}
    assert each == expected("united-nations") | UNDECIDED
