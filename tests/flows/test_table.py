"""What a run lists: it fits 80 columns and half a page, and no word of a publisher can break it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flows.console import cut
from flows.found import Line
from flows.table import MOST_LINES, NARROWEST, short_lines


def lines(count: int, **fields: str) -> list[Line]:
    """Lines of one document."""
    usual = {"document": "A/RES/81/1 Ferries", "what": "1. Requests the Desk to report", "who": "the Desk"}
    return [Line(**{**usual, "by_when": "", "notified": "", **fields}) for _ in range(count)]


def shown(documents: dict[str, list[Line]]) -> list[str]:
    """The list as words."""
    return [line.plain for line in short_lines(documents, NARROWEST)]


def test_a_task_is_one_line() -> None:
    """What is asked, then who is asked, who is not named twice, and the day."""
    by_when = "no later than 31 March 2027 (31 Mar 2027)"
    heading, task = shown({"d": lines(1, by_when=by_when)})
    assert heading == "A/RES/81/1 Ferries"
    assert task.split("  ") == ["", "1. Requests … to report", *task.split("  ")[2:-1], "31 Mar 2027"]


def test_days_are_short() -> None:
    """A session is its first and last month, words without a day stay words, further deadlines are counted."""
    for by_when, expected in (
        ("its session (5 Sep 2028 – 10 Sep 2029, inferred)", "Sep 2028–Sep 2029"),
        ("March (1 Mar 2027 – 31 Mar 2027)", "Mar 2027"),
        ("its next session", "its next session"),
        ("by 30 June (30 Jun 2027); its session (5 Sep 2028 – 10 Sep 2029)", "30 Jun 2027 +1"),
        ("", "the Desk"),
    ):
        assert shown({"d": lines(1, by_when=by_when)})[1].endswith(expected)


def test_what_is_said_of_a_source_has_the_whole_line() -> None:
    """Nobody is asked for it by a day, so nothing stands beside it."""
    news = "(aalco has been failing since 27 November 2026: it could not be reached)"
    assert shown({"d": lines(1, document="aalco", what=news, who="")}) == ["aalco", f"  {news}"]


def test_what_is_left_out_is_counted() -> None:
    """A long list ends with how many tasks it leaves out, and with how to see them."""
    documents = {name: lines(10) for name in "abcdef"}
    listed = shown(documents)
    tasks = sum(line.startswith("  ") for line in listed)
    assert len(listed) <= MOST_LINES + 1
    assert listed[-1] == f"… and {60 - tasks} more: mandates query 'FROM open_mandates'"


@given(st.text(max_size=300), st.text(max_size=100), st.text(max_size=100))
def test_no_words_break_a_line(what: str, who: str, by_when: str) -> None:
    """Whatever a publisher writes, each line is one line of at most 80 letters."""
    for line in shown({"d": lines(2, document=what, what=what, who=who, by_when=by_when)}):
        assert len(line) <= NARROWEST
        assert "\n" not in line


def test_cut() -> None:
    """Words that are too long end with an ellipsis."""
    assert (cut("seagulls", 8), cut("seagulls", 7), cut(" a  b\n", 9)) == ("seagulls", "seagul…", "a b")
