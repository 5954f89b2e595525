"""Loading the past of a source over HTTP: how far back it goes, that nobody is notified, and that it can be resumed."""

from __future__ import annotations

import json
import signal
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from flows.baseline import begins, estimate, load_past
from flows.round import run_round
from scrapers.publication import Past
from tests.patience import until
from tests.sites.publisher import Answer
from tests.watched import answered, called, configured, listing, operators_read, published, rows, running
from tests.watched import resolution as page
from warehouse.load.places import Standing, standing
from warehouse.load.source_memory import memory_of
from warehouse.store.database import session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from config.settings import Settings
    from config.sources import Source
    from tests.sites.publisher import Publisher

pytestmark = pytest.mark.slow
POLICY = {"private_addresses": True, "pace": "0s", "attempts": 1, "tell_after": 1}
# Newest first, two on a page, a quarter apart: 2026-10 on page 0, …
DAYS = [date(2026, 10, 1) - timedelta(days=91 * number) for number in range(24)]
SIZE = 2


def archive(site: Publisher, days: Sequence[date] = DAYS, *, dated: bool = True, **more: Any) -> dict[str, Any]:
    """A listing over several pages, of which each crawl reads the first two."""
    for number, day in enumerate(days):
        site.says(f"/doc-{day}", Answer(document(number, day), type="text/html"))
    numbered = [days[first : first + SIZE] for first in range(0, len(days), SIZE)]
    for number, shown in enumerate([*numbered, []]):
        rows_of = "".join(
            f'<li><a href="/doc-{day}">Resolution of {day:%B %Y}</a> <i>{day if dated else ""}</i></li>'
            for day in shown
        )
        site.says("/list" if number == 0 else f"/list?page={number}", f"<html><ul>{rows_of}</ul></html>")
    return {
        "id": "coast",
        "kind": "listing",
        "url": f"{site.url}/list",
        "item": {"css": "li"},
        "fields": {
            "title": {"css": "a"},
            "url": {"css": "a", "attr": "href"},
            "date": {"css": "i", "on_missing": "null"},
        },
        "detail": {},
        "paging": {"param": "page", "max_pages": 2},
        "policy": POLICY | more.pop("policy", {}),
        **more,
    }


def document(number: int, day: date) -> str:
    """A page with a resolution of its own that asks for a report three years later."""
    return page(f"Resolution of {day:%B %Y}").replace(
        "30 June 2027", f"{day.day} {day:%B} {day.year + 3} about harbour {number} and its {number + 7} lights"
    )


def written(settings: Settings, *sources: dict[str, Any]) -> tuple[Source, ...]:
    """Put sources into the configuration."""
    from config.sources import load_sources

    path = settings.config / "sources.yaml"
    path.write_text(json.dumps(sources))
    return load_sources(path)


def loud(settings: Settings) -> None:
    """Whoever can be notified is, of everything, also of a first crawl."""
    (settings.config / "subscriptions.yaml").write_text(
        "targets: {desk: mailbox}\noperators: [desk]\n"
        "subscriptions: {everything: {targets: [desk], first_crawl: tell}}\n"
    )


def messages(home: Path) -> int:
    """How many deliveries there are, in whatever state."""
    with session(home) as connection:
        return int((connection.execute("SELECT count(*) FROM deliveries").fetchone() or (0,))[0])


def taken(home: Path) -> list[date]:
    """The days of the recorded documents, newest first."""
    return [row[0] for row in rows(home, "SELECT published_on FROM documents ORDER BY 1 DESC")]


def fetched(site: Publisher) -> list[str]:
    """The documents that were asked for."""
    return [target for target in site.targets() if target.startswith("/doc-")]


def fresh(since: str, until_day: str | None = None) -> Past:
    return Past(date.fromisoformat(since), date.fromisoformat(until_day) if until_day else None)


async def test_the_past_is_loaded_as_far_as_asked_and_nobody_hears(
    settings_of_a_desk: Settings, home: Path, publisher: Publisher
) -> None:
    """Pages are read until all on them is older; each document once; nobody is notified; progress never goes back."""
    loud(settings_of_a_desk)
    (source,) = written(settings_of_a_desk, archive(publisher))
    shares: list[float] = []

    def progress(done: float, total: float, note: str = "") -> None:
        assert note.startswith("back to ")
        shares.append(done / total)

    done = await load_past(settings_of_a_desk, source, fresh("2024-01-01"), progress)
    assert shares == sorted(shares)
    assert shares[0] < shares[-1] == 1
    wanted = [day for day in DAYS if day >= date(2024, 1, 1)]
    assert (done.error, done.past.outcome, done.past.reached) == (None, "reached", date(2024, 1, 1))
    assert taken(home) == wanted
    assert sorted(fetched(publisher)) == sorted(f"/doc-{day}" for day in wanted)
    assert done.recorded.new_documents == done.recorded.new_mandates == len(wanted)
    assert messages(home) == 0
    assert rows(home, "SELECT count(*) FROM findings") == [(0,)]
    # Two steps of nothing but what is too old end it, so no page beyond them is asked for.
    last = (len(wanted) - 1) // SIZE + 2
    assert f"/list?page={last}" in publisher.targets()
    assert f"/list?page={last + 1}" not in publisher.targets()


async def test_after_it_a_run_notifies_of_what_is_new_only(
    settings_of_a_desk: Settings, home: Path, publisher: Publisher
) -> None:
    """Nothing of the past is news for the next run; what the publisher adds is."""
    loud(settings_of_a_desk)
    (source,) = written(settings_of_a_desk, archive(publisher))
    await load_past(settings_of_a_desk, source, fresh("2024-01-01"))
    done = await run_round(settings_of_a_desk, due_or_not=True)
    assert (done.recorded.new_documents, done.recorded.findings) == (0, ())
    archive(publisher, [date(2026, 11, 2), *DAYS])
    done = await run_round(settings_of_a_desk, due_or_not=True)
    assert {finding.kind for finding in done.recorded.findings} == {"new_document", "new_mandate"}
    assert done.recorded.new_documents == 1
    assert messages(home) > 0


async def test_what_is_news_stays_news(settings_of_a_desk: Settings, home: Path, publisher: Publisher) -> None:
    """What came since the last run, or was left waiting by it, is left to the next one while the past is loaded."""
    loud(settings_of_a_desk)
    written(settings_of_a_desk, archive(publisher, DAYS[4:]))
    await run_round(settings_of_a_desk)
    written(settings_of_a_desk, archive(publisher, DAYS[2:], policy={"max_new": 1}))
    await run_round(settings_of_a_desk, due_or_not=True)
    assert taken(home)[0] == DAYS[2]
    before = messages(home)
    # The one that waits is now on the second page, which runs of this source do not read.
    one_page = {"paging": {"param": "page", "max_pages": 1}}
    (source,) = written(settings_of_a_desk, archive(publisher, DAYS[1:]) | one_page)
    done = await load_past(settings_of_a_desk, source, fresh("2025-01-01"))
    assert (done.error, done.past.outcome) == (None, "reached")
    assert messages(home) == before
    assert not {DAYS[1], DAYS[3]} & set(taken(home))
    written(settings_of_a_desk, archive(publisher, DAYS[1:]))
    run = await run_round(settings_of_a_desk, due_or_not=True)
    assert {finding.document.published_on for finding in run.recorded.findings} == {DAYS[1], DAYS[3]}
    assert not any(finding.baseline for finding in run.recorded.findings)


async def test_a_source_that_shows_no_more_says_so(
    settings_of_a_desk: Settings, home: Path, publisher: Publisher
) -> None:
    """The end of the pages is the end of the past, with the date of the oldest document; so is a page 404."""
    (source,) = written(settings_of_a_desk, archive(publisher, DAYS[:9]))
    for end in (Answer("<html></html>"), Answer(b"", 404)):
        publisher.says("/list?page=5", end)
        done = await load_past(settings_of_a_desk, source, fresh("2010-01-01"))
        assert (done.error, done.past.outcome, done.past.reached) == (None, "no_more", DAYS[8])
        assert taken(home) == DAYS[:9]


async def test_a_site_that_repeats_its_last_page_ends_the_walk(
    settings_of_a_desk: Settings, home: Path, publisher: Publisher
) -> None:
    """A page that shows nothing but what was shown before is no further page."""
    source_of = archive(publisher, DAYS[:8])
    last = f'<html><li><a href="/doc-{DAYS[7]}">Resolution again</a> <i>{DAYS[7]}</i></li></html>'
    for number in range(4, 9):
        publisher.says(f"/list?page={number}", last)
    (source,) = written(settings_of_a_desk, source_of)
    done = await load_past(settings_of_a_desk, source, fresh("2010-01-01"))
    assert done.past.outcome == "no_more"
    assert "/list?page=5" not in publisher.targets()
    assert len(taken(home)) == 8


async def test_dates_that_only_documents_have_end_it_too(
    settings_of_a_desk: Settings, home: Path, publisher: Publisher
) -> None:
    """Rows without a date are read, and the dates of their documents tell how far back they are."""
    source_of = archive(publisher, dated=False) | {"detail": {"fields": {"date": {"css": "time", "attr": "datetime"}}}}
    for number, day in enumerate(DAYS):
        dated = document(number, day).replace("<h1>", f'<time datetime="{day}">{day}</time><h1>')
        publisher.says(f"/doc-{day}", Answer(dated, type="text/html"))
    (source,) = written(settings_of_a_desk, source_of)
    done = await load_past(settings_of_a_desk, source, fresh("2025-01-01"))
    assert done.past.outcome == "reached"
    assert len(taken(home)) < len(DAYS) - 2 * SIZE


async def test_until_leaves_out_what_is_later(settings_of_a_desk: Settings, home: Path, publisher: Publisher) -> None:
    """Beyond what each run reads, only what is dated within the span is taken."""
    (source,) = written(settings_of_a_desk, archive(publisher))
    await load_past(settings_of_a_desk, source, fresh("2023-01-01", "2023-12-31"))
    older = [day for day in taken(home) if day not in DAYS[: 2 * SIZE]]
    assert older == [day for day in DAYS if day.year == 2023]


async def test_an_error_stops_it_and_the_next_call_goes_on(
    settings_of_a_desk: Settings, home: Path, publisher: Publisher
) -> None:
    """A page that fails is said with its address; no document is fetched twice, and none is missing in the end."""
    (source,) = written(settings_of_a_desk, archive(publisher))
    whole = publisher._answers["/list?page=4"]
    publisher.says("/list?page=4", Answer(b"gone", 500))
    done = await load_past(settings_of_a_desk, source, fresh("2024-01-01"))
    assert done.error is not None
    assert "/list?page=4" in done.error
    known = standing(home, source.id)
    assert (known.past and known.past.outcome, known.past and known.past.reached) == (None, DAYS[6])
    publisher.says("/list?page=4", *whole)
    done = await load_past(settings_of_a_desk, source, begins(known.past, date(2024, 1, 1), None))
    wanted = [day for day in DAYS if day >= date(2024, 1, 1)]
    assert (done.error, taken(home)) == (None, wanted)
    assert sorted(fetched(publisher)) == sorted(f"/doc-{day}" for day in wanted)


async def test_robots_txt_holds(settings_of_a_desk: Settings, home: Path, publisher: Publisher) -> None:
    """Pages that the publisher closes to programs are not requested for the past either."""
    (source,) = written(settings_of_a_desk, archive(publisher))
    publisher.says("/robots.txt", Answer("User-agent: *\nDisallow: /list?page=3\n", type="text/plain"))
    done = await load_past(settings_of_a_desk, source, fresh("2020-01-01"))
    assert done.error is not None
    assert "robots.txt does not allow" in done.error
    assert "/list?page=3" not in publisher.targets()
    assert taken(home) == DAYS[: 3 * SIZE]


async def test_an_outage_of_the_documents_stops_it_and_dead_links_do_not(
    settings_of_a_desk: Settings, home: Path, publisher: Publisher
) -> None:
    """Twenty documents in a row that cannot be fetched are an outage; twenty that are gone are an old archive."""
    days = [date(2026, 10, 1) - timedelta(days=number) for number in range(60)]
    (source,) = written(settings_of_a_desk, archive(publisher, days))
    for day in days[10:40]:
        publisher.says(f"/doc-{day}", Answer(b"", 404))
    done = await load_past(settings_of_a_desk, source, fresh("2020-01-01"))
    assert (done.error, done.past.outcome) == (None, "no_more")
    assert len(done.failed) == 30
    assert len(taken(home)) == 30
    for day in days[10:40]:
        publisher.says(f"/doc-{day}", Answer(b"", 503))
    done = await load_past(settings_of_a_desk, source, fresh("2020-01-01"))
    assert done.error is not None
    assert "the last 20 documents could not be read" in done.error


async def test_a_document_that_is_read_late_is_no_news(
    settings_of_a_desk: Settings, home: Path, publisher: Publisher
) -> None:
    """What failed while the past was loaded is tried by the next runs, and notifies nobody when it is read."""
    (source,) = written(settings_of_a_desk, archive(publisher))
    dead = f"/doc-{DAYS[6]}"
    whole = publisher._answers[dead]
    publisher.says(dead, Answer(b"", 404))
    done = await load_past(settings_of_a_desk, source, fresh("2024-01-01"))
    assert [row.url for row in done.failed] == [publisher.url + dead]
    again = await run_round(settings_of_a_desk, due_or_not=True)
    assert all(finding.baseline for finding in again.recorded.findings)
    publisher.says(dead, *whole)
    read = await run_round(settings_of_a_desk, due_or_not=True)
    assert read.recorded.new_documents == 1
    assert read.recorded.findings
    assert all(finding.baseline for finding in read.recorded.findings)
    with session(home) as connection:
        states = connection.execute(
            "SELECT DISTINCT state FROM deliveries JOIN alerts USING (alert_id) WHERE kind <> 'mandate_due'"
        ).fetchall()
    assert states == [("suppressed",)]


async def test_what_a_first_crawl_left_for_later_is_no_news(
    settings_of_a_desk: Settings, home: Path, publisher: Publisher
) -> None:
    """The documents beyond the limit of the first crawl are part of it when the second one reads them."""
    written(settings_of_a_desk, archive(publisher, DAYS[:4], policy={"max_new": 3}))
    first = await run_round(settings_of_a_desk)
    second = await run_round(settings_of_a_desk, due_or_not=True)
    assert (first.recorded.new_documents, second.recorded.new_documents) == (3, 1)
    assert second.recorded.findings
    assert all(finding.baseline for finding in second.recorded.findings)
    assert rows(home, "SELECT count(*) FROM document_delays") == [(0,)]


async def test_deadlines_ahead_remind_people(settings_of_a_desk: Settings, home: Path, publisher: Publisher) -> None:
    """A mandate of the past that falls due in the next weeks reminds people; that it was found does not."""
    from flows.delivering import deliver_now

    soon = datetime.now(UTC).date() + timedelta(days=30)
    days = [*DAYS[:6], soon.replace(year=soon.year - 3)]
    (source,) = written(settings_of_a_desk, archive(publisher, days))
    await load_past(settings_of_a_desk, source, fresh("2023-01-01"))
    assert deliver_now(settings_of_a_desk).rows
    with session(home) as connection:
        kinds = connection.execute(
            "SELECT findings.kind, published_on FROM findings JOIN documents USING (document_id)"
        )
        assert kinds.fetchall() == [("mandate_due", days[-1])]


def session_page(publisher: Publisher, number: int) -> None:
    """The page of a session, with one resolution."""
    words = f"<li>C/{number}/RES/1 - Invented matter {number}</li>"
    publisher.says(f"/session-{number}-{number + 2012}", f"<html><ul>{words}</ul></html>")


async def test_sessions_are_counted_down(settings_of_a_desk: Settings, home: Path, publisher: Publisher) -> None:
    """A listing with a page for each session goes down from the first that runs ask for, over gaps, to the year."""
    for number in (3, 5, 6, 7, 8, 12):
        session_page(publisher, number)
    (source,) = written(
        settings_of_a_desk,
        {
            "id": "council",
            "kind": "listing",
            "url": publisher.url + "/session-{number}-{year}",
            "series": {"first": 11, "known": 12, "plus": {"year": 2012}},
            "item": {"css": "li"},
            "fields": {"title": {"css": "li"}, "symbol": {"css": "li", "regex": r"^(C/\d+/RES/\d+)"}},
            "policy": POLICY,
        },
    )
    done = await load_past(settings_of_a_desk, source, fresh("2018-06-01"))
    symbols = "SELECT symbol FROM documents ORDER BY symbol"
    assert (done.error, done.past.outcome) == (None, "reached")
    assert rows(home, symbols) == [(f"C/{number}/RES/1",) for number in (12, 6, 7, 8)]
    known = standing(home, "council").past
    asked = len(publisher.targets())
    done = await load_past(settings_of_a_desk, source, begins(known, date(1990, 1, 1), None))
    assert done.past.outcome == "no_more"
    assert rows(home, "SELECT count(*) FROM documents") == [(6,)]
    # It goes on below the sessions that it had asked for.
    assert all(int(target.split("-")[1]) <= 5 for target in publisher.targets()[asked:])


def catalogue(publisher: Publisher, records: dict[date, int]) -> None:
    """Answer every window that could be asked for with the records of its days."""
    head = '<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'

    def answer(target: str) -> Answer | None:
        # Publishers look for what a POST is answered first.
        if not target.startswith("/oai?verb=ListRecords") or " " in target:
            return None
        from urllib.parse import parse_qs, urlsplit

        asked = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
        first, last = date.fromisoformat(asked["from"]), date.fromisoformat(asked["until"])
        found = "".join(record(publisher, number, day) for day, number in records.items() if first <= day <= last)
        inner = f"<ListRecords>{found}</ListRecords>" if found else '<error code="noRecordsMatch">none</error>'
        return Answer(f"{head}{inner}</OAI-PMH>", type="text/xml")

    class Windows(dict[str, list[Answer]]):
        """Answers that are made when they are asked for."""

        def get(self, target: str, default: Any = None) -> Any:  # type: ignore[override]
            made = answer(target)
            return [made] if made is not None else super().get(target, default)

    publisher._answers = Windows(publisher._answers)


def record(publisher: Publisher, number: int, day: date) -> str:
    """A record of the catalogue, with its file on the site."""
    url = publisher.says(f"/doc-{number}", Answer(document(number, day), type="text/html"))
    return (
        f"<record><header><identifier>oai:example.org:{number}</identifier><datestamp>{day}</datestamp></header><metadata>"
        '<record xmlns="http://www.loc.gov/MARC21/slim">'
        f'<controlfield tag="001">{number}</controlfield>'
        f'<datafield tag="245" ind1=" " ind2=" "><subfield code="a">Harbour {number}</subfield></datafield>'
        f'<datafield tag="191" ind1=" " ind2=" "><subfield code="a">A/RES/70/{number}</subfield></datafield>'
        f'<datafield tag="269" ind1=" " ind2=" "><subfield code="a">{day}</subfield></datafield>'
        f'<datafield tag="856" ind1="4" ind2="0"><subfield code="u">{url}</subfield>'
        '<subfield code="y">English</subfield>'
        "</datafield></record></metadata></record>"
    )


async def test_catalogues_are_asked_for_earlier_windows(
    settings_of_a_desk: Settings, home: Path, publisher: Publisher
) -> None:
    """Windows go back from where the first run began, to the day; none is asked for twice by a later call."""
    today = datetime.now(UTC).date()
    records = {today - timedelta(days=days): days for days in (5, 100, 200, 300, 400, 500)}
    (source,) = written(
        settings_of_a_desk,
        {"id": "library", "kind": "oai-marcxml", "url": f"{publisher.url}/oai", "policy": POLICY, "detail": {}},
    )
    catalogue(publisher, records)
    since = today - timedelta(days=350)
    done = await load_past(settings_of_a_desk, source, Past(since))
    assert (done.error, done.past.outcome, done.past.reached) == (None, "reached", since)
    assert taken(home) == [today - timedelta(days=days) for days in (5, 100, 200, 300)]
    asked = [target for target in publisher.targets() if "verb=" in target]
    assert len(asked) == len(set(asked))
    earlier = today - timedelta(days=600)
    await load_past(settings_of_a_desk, source, begins(standing(home, "library").past, earlier, None))
    more = [target for target in publisher.targets() if "verb=" in target][len(asked) :]
    assert more
    assert all(f"until={since}" in target or target.partition("until=")[2] < since.isoformat() for target in more)
    assert taken(home) == [today - timedelta(days=days) for days in (5, 100, 200, 300, 400, 500)]


async def test_numbers_go_down_and_sessions_back(
    settings_of_a_desk: Settings, home: Path, publisher: Publisher
) -> None:
    """Below the first number, then whole earlier sessions, until one is older than what was asked for."""
    dated = {80: date(2025, 12, 1), 79: date(2024, 12, 1), 78: date(2023, 12, 1), 77: date(2022, 12, 1)}
    for number, day in dated.items():
        for place in (1, 2, 4):
            words = document(number * 10 + place, day).replace(
                "<p>The Assembly,</p>", f"<p>Adopted on {day.day} {day:%B %Y}</p><p>The Assembly,</p>"
            )
            publisher.says(f"/A/RES/{number}/{place}", Answer(words, type="text/html"))
    (source,) = written(
        settings_of_a_desk,
        {
            "id": "numbers",
            "kind": "symbol-probe",
            "template": "A/RES/{session}/{number}",
            "vars": {"session": 80},
            "first": 3,
            "url": publisher.url + "/{symbol}",
            "policy": POLICY,
        },
    )
    done = await load_past(settings_of_a_desk, source, fresh("2024-01-01"))
    assert (done.error, done.past.outcome) == (None, "reached")
    symbols = {row[0] for row in rows(home, "SELECT symbol FROM documents")}
    assert {"A/RES/80/1", "A/RES/80/2", "A/RES/80/4", "A/RES/79/1", "A/RES/79/4"} <= symbols
    assert not any(symbol.startswith("A/RES/77/") for symbol in symbols)
    assert messages(home) == 0


async def test_numbers_that_continue_go_down_over_the_years(
    settings_of_a_desk: Settings, home: Path, publisher: Publisher
) -> None:
    """Each number is asked for under the year of the one above it or the year before, until a year is too early."""
    year = datetime.now(UTC).year
    years = {15: year, 14: year - 1, 13: year - 1, 12: year - 2, 10: year - 2, 9: year - 3, 8: year - 3, 7: year - 4}
    for number, of in years.items():
        words = document(number, date(of, 6, number))
        publisher.says(f"/S/RES/{number}%28{of}%29", Answer(words, type="text/html"))
    (source,) = written(
        settings_of_a_desk,
        {
            "id": "council",
            "kind": "symbol-probe",
            "template": "S/RES/{number}({year})",
            "vars": {"year": "current"},
            "numbering": "continues",
            "first": 15,
            "look_ahead": 4,
            "url": publisher.url + "/{symbol}",
            "policy": POLICY,
        },
    )
    done = await load_past(settings_of_a_desk, source, fresh(f"{year - 2}-01-01"))
    assert (done.error, done.past.outcome) == (None, "reached")
    symbols = {row[0] for row in rows(home, "SELECT symbol FROM documents")}
    # The first number of an earlier year shows that the years asked for are complete.
    assert symbols == {f"S/RES/{number} ({of})" for number, of in years.items() if number >= 9}
    known = standing(home, "council").past
    done = await load_past(settings_of_a_desk, source, begins(known, date(year - 9, 1, 1), None))
    assert done.past.outcome == "no_more"
    assert rows(home, "SELECT count(*) FROM documents") == [(len(years),)]
    assert messages(home) == 0


async def test_a_feed_has_no_past(settings_of_a_desk: Settings, home: Path, publisher: Publisher) -> None:
    """What it holds is taken, once, and the end says from when that is."""
    entries = "".join(
        f"<item><title>Harbour {day}</title><link>{publisher.url}/doc-{day}</link>"
        f"<pubDate>{day:%a, %d %b %Y} 09:00:00 GMT</pubDate></item>"
        for day in DAYS[:3]
    )
    archive(publisher, DAYS[:3])
    url = publisher.says("/rss", Answer(f'<rss version="2.0"><channel>{entries}</channel></rss>', type="text/xml"))
    (source,) = written(
        settings_of_a_desk, {"id": "feed", "kind": "feed", "url": url, "policy": POLICY, "detail": {"follow": True}}
    )
    done = await load_past(settings_of_a_desk, source, fresh("2010-01-01"))
    assert (done.past.outcome, done.past.reached) == ("no_more", DAYS[2])
    assert taken(home) == DAYS[:3]
    assert not memory_of(home, "feed").first_crawl


@pytest.mark.parametrize(
    ("known", "since", "begun"),
    [
        (None, 2020, Past(date(2020, 1, 1))),
        (
            Past(date(2020, 1, 1), None, "4", date(2022, 1, 1)),
            2018,
            Past(date(2018, 1, 1), None, "4", date(2022, 1, 1)),
        ),
        (Past(date(2020, 1, 1), None, "4", date(2020, 1, 1), "reached"), 2021, "known"),
        (
            Past(date(2020, 1, 1), None, "4", date(2020, 1, 1), "reached"),
            2018,
            Past(date(2018, 1, 1), None, "4", date(2020, 1, 1)),
        ),
        (Past(date(2020, 1, 1), None, None, date(2021, 1, 1), "no_more"), 2018, "known"),
        (Past(date(2020, 1, 1), date(2022, 1, 1), "4"), 2020, Past(date(2020, 1, 1))),
    ],
)
def test_where_loading_goes_on(known: Past | None, since: int, begun: Any) -> None:
    """It goes on where it was; what was reached, or has an end, is not loaded again."""
    assert begins(known, date(since, 1, 1), None) == (known if begun == "known" else begun)


def test_the_estimate_is_made_of_what_is_known(settings_of_a_desk: Settings) -> None:
    """Documents a day times days, and the slower of pace and answers; nothing where too few are dated."""
    (source,) = written(
        settings_of_a_desk, {"id": "a", "kind": "feed", "url": "http://example.org/a", "policy": {"pace": "2s"}}
    )
    now = datetime(2026, 1, 1, tzinfo=UTC)
    known = Standing(None, now, dated=100, days=200, seconds=0.5, requests=2)
    found = estimate(source, known, Past(date(2025, 1, 1)))
    assert found is not None
    assert (found.documents, found.length) == (182, timedelta(seconds=182 * 4))
    assert estimate(source, replace(known, dated=4), Past(date(2025, 1, 1))) is None
    assert estimate(source, replace(known, first_success=None), Past(date(2025, 1, 1))) is None


def test_a_killed_baseline_goes_on_where_it_was(home: Path, tmp_path: Path) -> None:
    """Killed in the middle, and stopped by Ctrl-C later: every document is there once in the end, and none was lost."""
    days = [date(2026, 10, 1) - timedelta(days=number) for number in range(40)]
    with published() as site:
        config = configured(tmp_path / "config", [archive(site, days, policy={"pace": "0.05s"})])
        words = ("baseline", "coast", "--since", "2020", "--json")
        env = {"DESK_URL": "json://127.0.0.1:9/desk"}
        for number, end in ((12, signal.SIGKILL), (24, signal.SIGINT)):
            with running(home, config, *words, env=env) as command:
                until(lambda most=number: len(set(fetched(site))) >= most)
                command.main.send_signal(end)
                code = command.wait().code
                assert code == (-signal.SIGKILL if end == signal.SIGKILL else 130)
        done = called(home, config, *words, env=env)
        assert done.code == 0, done.said
        found = json.loads(done.out)
        assert (found["outcome"], found["reached"]) == ("no_more", days[-1].isoformat())
        assert rows(home, "SELECT count(*), count(DISTINCT url) FROM documents") == [(40, 40)]
        assert rows(home, "SELECT count(*) FROM versions") == [(40,)]
        assert rows(home, "SELECT count(*) FROM mandates") == [(40,)]
        assert rows(home, "SELECT count(*) FROM deliveries") == [(0,)]
        # Only what was fetched and not recorded when it was killed is fetched again.
        assert len(fetched(site)) < 40 + 2 * 12
        assert operators_read(home) == ""
        plan = answered(home, config, "baseline", "coast", "--since", "2020", "--plan", env=env)
        assert "nothing left to do" in plan.out
        asked = len(site.asked)
        again = called(home, config, *words, env=env)
        assert (again.code, json.loads(again.out)["new_documents"], len(site.asked)) == (0, 0, asked)


def test_the_command_reports_what_it_loaded(home: Path, tmp_path: Path) -> None:
    """The plan before and after, the progress, how far it goes, what could not be read, and the exit codes."""
    with published() as site:
        source = archive(site)
        config = configured(tmp_path / "config", [source, listing(site, "plain", {"/doc": "Resolution on ferries"})])
        env = {"DESK_URL": "json://127.0.0.1:9/desk"}
        before = answered(home, config, "baseline", "coast", "--since", "2024", "--plan", env=env)
        assert "cannot be estimated" in before.out
        assert site.asked == []
        site.says(f"/doc-{DAYS[5]}", Answer(b"", 404))
        done = called(home, config, "baseline", "coast", "--since", "2024", env=env)
        assert done.code == 1
        assert f"not read: Resolution of {DAYS[5]:%B %Y}: " in done.out
        assert "the past is loaded back to 2024-01-01" in done.out
        assert "nobody was notified" in done.out
        assert f"coast: back to {DAYS[4]}" in done.err
        known = answered(home, config, "baseline", "coast", "--since", "2020", "--plan", "--json", env=env)
        plan = json.loads(known.out)
        assert plan["documents"] is None or plan["documents"] > 0
        assert (plan["since"], plan["reached"], plan["outcome"]) == ("2020-01-01", "2024-01-01", None)
        one_page = answered(home, config, "baseline", "plain", "--since", "2020", "--plan", env=env)
        assert "mandates ingest" in one_page.out
        wrong = {
            ("coast", "--since", "soon"): "is not a year",
            ("coast", "--since", "2999"): "in the future",
            ("coast", "--since", "2020", "--until", "2019"): "--until is before --since",
            ("coasts", "--since", "2020"): "did you mean coast",
        }
        for words, says in wrong.items():
            refused = answered(home, config, "baseline", *words, env=env)
            assert refused.code in {1, 2}
            assert says in refused.said
