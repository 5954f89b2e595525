"""Hostile publishers beside an honest one, through `mandates run` over real HTTP, with Prefect as it is embedded there.

One run meets all of them at once. MANDATES_FAULTS=long makes the files as large as publishers have made them, and adds
the crawl of sixty large pages:

MANDATES_FAULTS=long pytest tests/security/test_hostile_run.py
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.security import hostile
from tests.sites.publisher import Answer
from tests.watched import (
    Desk,
    Ended,
    Process,
    called,
    configured,
    desk,
    listing,
    operators_read,
    published,
    resolution,
    rows,
    running,
)
from warehouse.store import raw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.sites.publisher import Publisher

pytestmark = pytest.mark.slow
long = os.environ.get("MANDATES_FAULTS") == "long"
# Little time for each document, so that those that never end are stopped sooner; the shipped limits where it is long.
quick = {} if long else {"MANDATES_READ_SECONDS": "2"}
# What a process of a run may hold at most: a worker's address space is limited, the run itself keeps no documents.
most_bytes = 1_600_000_000
most_bytes_of_the_run = 700_000_000


@dataclass(frozen=True)
class Bad:
    """A hostile file: how it is made, what it is called, and whether a good reader can do no more than refuse it."""

    name: str
    make: Callable[[], bytes]
    suffix: str
    type: str
    refused: bool = False


pdf, page, word = "application/pdf", "text/html; charset=utf-8", "application/octet-stream"
documents = (
    Bad("self-drawing", hostile.self_drawing_pdf, "pdf", pdf, refused=True),
    Bad("self-drawing-words", lambda: hostile.self_drawing_pdf(words=b"w" * 32), "pdf", pdf, refused=True),
    Bad("nested-forms", hostile.nested_forms_pdf, "pdf", pdf, refused=True),
    Bad("packed-twice", hostile.packed_twice_pdf, "pdf", pdf, refused=True),
    Bad("glyphs", hostile.glyphs_pdf, "pdf", pdf, refused=True),
    Bad("many-pages", hostile.many_pages_pdf, "pdf", pdf, refused=True),
    Bad("comments", hostile.comments_page, "html", page),
    Bad("ordered-list", hostile.ordered_list_page, "html", page),
    Bad("blanks", hostile.blanks_page, "html", page),
    Bad("links", hostile.links_page, "html", page),
    Bad("nested-tables", hostile.nested_tables_docx, "docx", word),
    Bad("nested-page", hostile.nested_page, "html", page),
    Bad("zip-bomb", hostile.zip_bomb_docx, "docx", word, refused=True),
)
attributes = Bad("attributes", hostile.attributes_feed, "xml", "application/rss+xml")
deep_json = Bad("deep-json", hostile.nested_json, "json", "application/json")
answers = (attributes, deep_json)
by_name = pytest.mark.parametrize("bad", [*documents, *answers], ids=lambda bad: bad.name)
by_document = pytest.mark.parametrize("bad", documents, ids=lambda bad: bad.name)
by_answer = pytest.mark.parametrize("bad", answers, ids=lambda bad: bad.name)


@dataclass(frozen=True)
class Run:
    """What one run over all of them came to."""

    home: Path
    ended: Ended
    left: list[Process]
    alerts: Desk
    bodies: dict[str, bytes]


def sources_of(site: Publisher, bodies: dict[str, bytes]) -> list[dict[str, Any]]:
    """A source for each bad file, which shows a good page beside a bad document; and one that is good."""
    found = [listing(site, "honest", {"/honest/1.html": "Honest resolution"})]
    site.says("/honest/1.html", resolution("Honest resolution"))
    for bad in documents:
        links = {f"/{bad.name}/bad.{bad.suffix}": f"Bad {bad.name}", f"/{bad.name}/good.html": f"Beside {bad.name}"}
        found.append(listing(site, bad.name, links))
        site.says(f"/{bad.name}/bad.{bad.suffix}", Answer(bodies[bad.name], type=bad.type))
        site.says(f"/{bad.name}/good.html", resolution(f"Beside {bad.name}"))
    policy = found[0]["policy"]
    url = site.says("/attributes", Answer(bodies["attributes"], type=attributes.type))
    found.append({"id": "attributes", "kind": "feed", "url": url, "policy": policy})
    url = site.says("/deep-json", Answer(bodies["deep-json"], type=deep_json.type))
    fields = {"title": {"json": "t"}, "url": {"json": "u"}}
    found.append(
        {"id": "deep-json", "kind": "json", "url": url, "item": {"json": "*"}, "fields": fields, "policy": policy}
    )
    return found


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """One run over every bad source and the good one."""
    folder = tmp_path_factory.mktemp("hostile")
    bodies = {bad.name: bad.make() for bad in (*documents, *answers)}
    with published() as site, desk() as at:
        config = configured(folder / "config", sources_of(site, bodies))
        with running(folder / "home", config, "run", env=at.env | quick) as command:
            ended = command.wait()
            left = command.left()
        yield Run(folder / "home", ended, left, at, bodies)


def test_the_command_ends_with_exit_code_1_and_says_it_in_words(run: Run) -> None:
    """Items and sources failed; that is a result, and no fault of the program."""
    assert run.ended.code == 1, run.ended.said
    assert "Traceback" not in run.ended.out + run.ended.err
    assert "report it" not in run.ended.out + run.ended.err


def test_the_honest_source_is_notified(run: Run) -> None:
    """Its alert was accepted although all the others are there."""
    assert run.alerts.got("Honest resolution"), run.ended.said
    assert rows(run.home, "SELECT count(*) FROM deliveries WHERE target = 'desk' AND state <> 'sent'") == [(0,)]


@by_document
def test_what_lies_beside_a_bad_document_is_notified(run: Run, bad: Bad) -> None:
    """A bad document does not keep the same source's next one from being read and sent."""
    assert run.alerts.got(f"Beside {bad.name}")


@by_document
def test_a_bad_document_is_read_in_full_or_has_failed(run: Run, bad: Bad) -> None:
    """Its item says which, and why; none vanishes and none is read half without a word."""
    ((state, reason, tries),) = rows(
        run.home, f"SELECT state, reason, tries FROM items WHERE source_id = '{bad.name}' AND url LIKE '%/bad.%'"
    )
    if bad.refused:
        assert state == "failed"
    assert state in {"taken", "failed"}
    if state == "failed":
        assert len(reason) > 10, reason
        assert "report it" not in reason
        assert tries == 1
    elif hostile.last_words.encode() in run.bodies[bad.name]:
        texts = rows(
            run.home,
            f"SELECT text FROM versions JOIN documents USING (document_id) WHERE url LIKE '%/{bad.name}/bad.%'",
        )
        assert [hostile.last_words in text for (text,) in texts] == [True]


@by_document
def test_operators_are_notified_of_a_document_that_failed(run: Run, bad: Bad) -> None:
    """The message names the document and the reason."""
    failed = rows(
        run.home, f"SELECT reason FROM items WHERE source_id = '{bad.name}' AND url LIKE '%/bad.%' AND state = 'failed'"
    )
    if not failed:
        assert not bad.refused
        return
    message = " ".join(operators_read(run.home).split())
    assert f"/{bad.name}/bad.{bad.suffix}" in message or f"Bad {bad.name}" in message
    assert " ".join(failed[0][0].split())[:60] in message


@by_answer
def test_operators_are_notified_of_a_source_that_cannot_be_read(run: Run, bad: Bad) -> None:
    """A feed or list that exhausts its reader is its source's failure, or is read within the limits."""
    ((state, error),) = rows(run.home, f"SELECT state, error FROM sources WHERE source_id = '{bad.name}'")
    if state == "healthy":
        assert bad.name == "attributes"
        return
    assert state == "failing"
    assert error
    assert "report it" not in error
    assert bad.name in operators_read(run.home)


@by_name
def test_the_bytes_are_kept(run: Run, bad: Bad) -> None:
    """What was fetched can be looked at later, whatever became of it."""
    body = run.bodies[bad.name]
    assert raw.read(run.home, hashlib.sha256(body).hexdigest()) == body


def test_no_process_holds_more_than_its_limit(run: Run) -> None:
    """Memory stays bounded in workers, in the command itself and in Prefect's server."""
    peaks = {process.command[:80]: process.peak for process in run.ended.processes}
    assert max(peaks.values()) < most_bytes, peaks
    main = [process for process in run.ended.processes if process.command.endswith(" run")]
    assert max(process.peak for process in main) < most_bytes_of_the_run, peaks


def test_no_process_is_left(run: Run) -> None:
    """When the command has ended nothing of it goes on."""
    assert len(run.ended.processes) > 1, "no process but the command itself was ever seen"
    assert run.left == []


@pytest.mark.long
def test_a_bad_document_is_tried_as_often_as_set(tmp_path: Path) -> None:
    """`tries: 2` is two requests in runs that follow each other at once; it goes on being called failed."""
    with published() as site, desk() as at:
        links = {"/bombs/bad.pdf": "Bomb", "/bombs/good.html": "Beside it"}
        source = listing(site, "bombs", links, tries=2)
        site.says("/bombs/bad.pdf", Answer(hostile.self_drawing_pdf(), type=pdf))
        site.says("/bombs/good.html", resolution("Beside it"))
        config = configured(tmp_path / "config", [source])
        tried = []
        for _ in range(3):
            ended = called(tmp_path / "home", config, "run", "--all", env=at.env | quick)
            ((state, tries),) = rows(tmp_path / "home", "SELECT state, tries FROM items WHERE url LIKE '%/bad.pdf'")
            tried.append((site.targets().count("/bombs/bad.pdf"), state, tries))
            assert "Traceback" not in ended.err
    assert tried == [(1, "failed", 1), (2, "failed", 2), (2, "failed", 2)]


def test_an_alert_does_not_wait_for_another_sources_slow_document(tmp_path: Path) -> None:
    """The honest source's alert is out before the run is done with what another source sent."""
    targets = [f"/slow/{number}.pdf" for number in range(4)]
    with published() as site, desk() as at:
        slow = listing(site, "slow", {target: f"Slow {target}" for target in targets})
        for number, target in enumerate(targets):
            site.says(target, Answer(hostile.glyphs_pdf(2_000_000 + 10_000 * number), type=pdf))
        honest = listing(site, "honest", {"/honest/1.html": "Honest resolution"})
        site.says("/honest/1.html", resolution("Honest resolution"))
        config = configured(tmp_path / "config", [slow, honest])
        with running(tmp_path / "home", config, "run", env=at.env) as command:
            said: list[str] = []
            at.on_arrival = lambda message: said.append(command.err.read_text()) if "Honest" in message else None
            ended = command.wait()
        assert said, ended.said
        assert "honest:" in said[0]
        assert "slow:" not in said[0], said[0]
        assert "slow:" in ended.err, ended.said


@pytest.mark.long
def test_sixty_large_pages_fit_into_one_crawl(tmp_path: Path) -> None:
    """Sixty texts just under the limit in one crawl: all are taken or wait.

    The run holds some of them together, as a warehouse writes its last texts again when others come.
    """
    large_pages(tmp_path, pages=60, size=4_900_000, most_of_the_run=most_bytes)


@pytest.mark.long
def test_large_pages_fit_into_one_crawl(tmp_path: Path) -> None:
    """The same with a tenth of the pages."""
    large_pages(tmp_path, pages=6, size=2_900_000)


def large_pages(folder: Path, *, pages: int, size: int, most_of_the_run: int = most_bytes_of_the_run) -> None:
    """A crawl of large pages beside a good source."""
    with published() as site, desk() as at:
        links = {f"/large/{number}.html": f"Large {number}" for number in range(pages)}
        line = hostile.large_page(size)
        for number, target in enumerate(links):
            site.says(target, line.replace(b"<main>", b"<main><h1>Large %d</h1>" % number))
        honest = listing(site, "honest", {"/honest/1.html": "Honest resolution"})
        site.says("/honest/1.html", resolution("Honest resolution"))
        config = configured(folder / "config", [listing(site, "large", links), honest])
        with running(folder / "home", config, "run", env=at.env | quick) as command:
            ended = command.wait()
            assert command.left() == []
        assert at.got("Honest resolution"), ended.said
    states = dict(rows(folder / "home", "SELECT state, count(*) FROM items WHERE source_id = 'large' GROUP BY 1"))
    assert sum(states.values()) == pages
    assert states.keys() <= {"taken", "waiting"}, (states, ended.said)
    main = max(process.peak for process in ended.processes if process.command.endswith(" run"))
    assert main < most_of_the_run
    assert max(process.peak for process in ended.processes) < most_bytes
