"""A listing with a page for each session: past and coming ones are found, and none is lost in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from scrapers.kinds.series import ordinal
from scrapers.publication import Memory
from tests.sites.publisher import Answer, Publisher, crawled, remembered, source_of, swept_long_ago

if TYPE_CHECKING:
    from config.sources import Source
    from scrapers.publication import Harvest


def sessions(publisher: Publisher, **more: Any) -> Source:
    """The 12th session of 2024 is known; they are looked for from the 9th."""
    return source_of(
        kind="listing",
        url=publisher.url + "/{ordinal}-session-{year}",
        series={"first": 9, "known": 12, "plus": {"year": 2012}, **more},
        item={"css": "li", "expect": {"min": 1, "max": 5}},
        fields={"title": {"css": "li"}, "symbol": {"css": "li", "regex": r"^(C/\d+/RES/\d+)"}},
    )


def meet(publisher: Publisher, number: int, *rows: str) -> None:
    """Put the page of a session on the site."""
    words = "".join(f"<li>C/{number}/RES/{row} - Invented matter {row}</li>" for row in rows)
    publisher.says(f"/{ordinal(number)}-session-{number + 2012}", f"<html><body><ul>{words}</ul></body></html>")


def symbols(harvest: Harvest) -> list[str | None]:
    """The symbols of a harvest."""
    return sorted(publication.symbol or "" for publication in harvest.publications)


async def test_past_and_coming_sessions_are_found(publisher: Publisher) -> None:
    """One counts up and down from the session that is known; each row is read where it stands."""
    for number in (10, 12, 13):
        meet(publisher, number, "1")
    harvest = await crawled(sessions(publisher))
    assert symbols(harvest) == ["C/10/RES/1", "C/12/RES/1", "C/13/RES/1"]
    assert {publication.url.removeprefix(publisher.url) for publication in harvest.publications} == {
        "/10th-session-2022",
        "/12th-session-2024",
        "/13th-session-2025",
    }


async def test_a_session_that_appears_later_is_found(publisher: Publisher) -> None:
    """The next session and a gap are asked for again each time, a page without rows counts as not there yet."""
    meet(publisher, 12, "1")
    meet(publisher, 13)
    source = sessions(publisher)
    first = await crawled(source)
    assert symbols(first) == ["C/12/RES/1"]
    meet(publisher, 11, "4")
    meet(publisher, 13, "1", "2")
    second = await crawled(source, remembered(first))
    assert symbols(second) == ["C/11/RES/4", "C/13/RES/1", "C/13/RES/2"]
    third = await crawled(source, remembered(second, remembered(first)))
    assert (third.outcome, symbols(third)) == ("not_modified", [])


async def test_only_the_latest_sessions_are_asked_for_each_time(publisher: Publisher) -> None:
    """Old sessions hardly change: they wait for the sweep, in which all are read."""
    for number in range(9, 15):
        meet(publisher, number, "1")
    source = sessions(publisher, recent=2)
    memory = remembered(await crawled(source))
    publisher.asked.clear()
    await crawled(source, memory)
    assert [target.partition("-")[0] for target in publisher.targets()] == ["/13th", "/14th", "/15th", "/16th"]
    meet(publisher, 9, "1", "2")
    aged = swept_long_ago(memory)
    assert "C/9/RES/2" in symbols(await crawled(source, aged))


@pytest.mark.parametrize(("page", "says"), [(Answer(b"", 404), "disappeared"), (Answer("<p>Welcome</p>"), "0 items")])
async def test_a_session_that_was_there_and_is_not_is_a_failure(publisher: Publisher, page: Answer, says: str) -> None:
    """A page that lost its rows, or is gone, means that the site has changed; the known one must be there at once."""
    meet(publisher, 12, "1")
    source = sessions(publisher)
    memory = remembered(await crawled(source))
    publisher.says("/12th-session-2024", page)
    for before in (memory, Memory()):
        harvest = await crawled(source, before)
        assert harvest.outcome == "failed"
        assert says in (harvest.error or "")


async def test_an_error_is_no_missing_session(publisher: Publisher) -> None:
    """A server that breaks does not make a session pass for one that has not met."""
    meet(publisher, 12, "1")
    publisher.says("/11th-session-2023", Answer(b"", 500))
    assert (await crawled(sessions(publisher))).outcome == "failed"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"url": "https://example.org/list"}, "no {number} to count"),
        ({"url": "https://example.org/{number}/{year}"}, "does not define year"),
        ({"series": {"first": 9, "known": 3}}, "is lower than"),
        ({"paging": {"param": "page"}}, "either `paging` or `series`"),
    ],
)
def test_a_series_that_cannot_be_counted_is_refused(more: dict[str, Any], says: str) -> None:
    """What is missing in the configuration is named."""
    blocks: dict[str, Any] = {
        "kind": "listing",
        "url": "https://example.org/{number}",
        "series": {"first": 9, "known": 12},
        "item": {"css": "li"},
        "fields": {"title": {"css": "li"}},
    }
    with pytest.raises(ValidationError, match=says):
        source_of(**blocks | more)


def test_ordinals_are_written_as_people_do() -> None:
    """The teens are all th."""
    shown = [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 101, 111, 112, 122, 133)]
    assert " ".join(shown) == "1st 2nd 3rd 4th 11th 12th 13th 21st 101st 111th 112th 122nd 133rd"
