"""Charts as figures: heights, links, and gaps that stay visible however long a series is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from register.charts.bars import Column, stacked
from register.charts.lines import Values, lines
from register.charts.scale import BOTTOM, HEIGHT, TOP, scale
from register.charts.strips import CELLS, LENGTH, strip

STATES = ("failed", "missing", "seen")
FLOOR = HEIGHT - BOTTOM


@given(st.lists(st.integers(0, 10**9), max_size=30))
def test_a_scale_has_room_for_every_value_and_few_lines(values: list[int]) -> None:
    """From zero, in equal steps, without a line that nobody needs."""
    made = scale(values)
    assert made.top >= max(values, default=0)
    assert 2 <= len(made.ticks) <= 7
    assert made.ticks[0].value == 0
    assert all(TOP <= made.y(value) <= FLOOR for value in values)


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=40))
def test_bars_stand_on_each_other(counts: list[tuple[int, int]]) -> None:
    """The parts of a bar touch, from the floor up; a count of zero has no part; bars do not overlap."""
    made = stacked([Column(str(place), "", each) for place, each in enumerate(counts)], (4, 2))
    for bar in made.bars:
        assert [piece.look for piece in bar.pieces] == [
            look for value, look in zip(bar.column.values, (4, 2), strict=True) if value
        ]
        at = FLOOR
        for piece in bar.pieces:
            assert abs(piece.y + piece.height - at) < 0.11
            at = piece.y
    assert all(one.x + one.width < other.x for one, other in zip(made.bars, made.bars[1:], strict=False))


def test_a_year_is_written_under_the_first_of_its_months() -> None:
    """Of those that have a label; the present is as far along as it is in its month."""
    months = [Column(str(place % 12 + 1), "", (1,), group=str(2026 + place // 12)) for place in range(24)]
    made = stacked(months, (1,), now=6.5)
    assert [bar.column.label for bar in made.bars if bar.shows_label] == ["1", "3", "5", "7", "9", "11"] * 2
    assert [(bar.column.label, bar.column.group) for bar in made.bars if bar.shows_group] == [
        ("1", "2026"), ("1", "2027"),
    ]  # fmt: skip
    assert made.now == made.bars[6].middle
    assert stacked(months, (1,)).now is None


def test_a_line_is_broken_where_there_is_no_value() -> None:
    """Nothing is drawn through a year without an answer."""
    made = lines(["2024", "2025", "2026"], [Values(1, (10, None, 20), ("a", "", "c"))], ["/a", None, "/c"])
    assert made.lines[0].path.count("M") == 2
    assert "L" not in made.lines[0].path
    assert [(point.says, point.href) for point in made.lines[0].points] == [("a", "/a"), ("c", "/c")]


def test_a_single_gap_among_many_numbers_is_seen() -> None:
    """And a strip never has more cells than can be told apart; the worse of two states in a cell is shown."""
    made = strip(1, 100_000, [(54_321, 54_321, "missing"), (54_322, 54_322, "failed"), (7, 7, "missing")], STATES)
    assert made.each == 400
    assert [part.state for part in made.stretches] == ["missing", "seen", "failed", "seen"]
    assert min(part.width for part in made.stretches) >= LENGTH / CELLS


@given(st.integers(1, 10**6), st.lists(st.integers(0, 10**6), max_size=20))
def test_a_strip_is_whole(last: int, missing: list[int]) -> None:
    """Its stretches fill it, and it shows something missing just where something is."""
    inside = [(number, number, "missing") for number in missing if 1 <= number <= last]
    made = strip(1, last, inside, STATES)
    assert abs(sum(part.width for part in made.stretches) - LENGTH) < 1
    assert any(part.state == "missing" for part in made.stretches) == bool(inside)
