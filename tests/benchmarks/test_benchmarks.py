"""The benchmarks themselves, at tiny sizes: what they count is what was spent, and their parts do what they say."""

from __future__ import annotations

import importlib
import inspect
import json
import os
import pkgutil
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

import benchmarks
from benchmarks import deliver, ingest, keys, memory, reading
from benchmarks.__main__ import main
from benchmarks._bare import insert, ready
from benchmarks._command import CHECKOUT, Installation
from benchmarks._figures import KEPT, Figure, Options, keep, last, spent, table
from benchmarks._generated import entries, footer
from benchmarks._measured import CommandError, Cost, measured, middle
from benchmarks._papers import resolution, write_pages, write_pdfs
from benchmarks._site import address, site
from mandates.analysis import analyse
from scrapers.text.documents import document_text
from scrapers.text.readers import words_sha256
from tests.alerts.made_findings import ask
from tests.patience import PATIENCE
from warehouse.load.arrivals import arrived
from warehouse.load.landing import landed, landing_folder, write_batch
from warehouse.load.record import record
from warehouse.store.database import session

if TYPE_CHECKING:
    from collections.abc import Callable

tiny = Options(quick=True, rounds=1)


@pytest.fixture
def in_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """The benchmarks start modules of theirs by name."""
    monkeypatch.chdir(CHECKOUT)


def _child(body: str) -> list[str]:
    return [sys.executable, "-c", body]


def seen(body: str, fits: Callable[[Cost], bool]) -> tuple[Cost, str]:
    """The cost of a child that pauses where it says PAUSE; longer, where a busy machine did not look at it in time."""
    for pause in (0.3, 3, 30):
        cost, said = measured(_child(body.replace("PAUSE", f"time.sleep({pause})")))
        if fits(cost):
            break
    return cost, said


def test_a_child_of_a_child_counts() -> None:
    """Processor time, memory and written bytes of a grandchild are in the cost of the command."""
    grandchild = (
        "import time, tempfile, os\n"
        "held = os.urandom(60_000_000)\n"
        "while time.process_time() < 0.4: pass\n"
        "with tempfile.TemporaryFile() as file:\n"
        "    file.write(memoryview(held)[:20_000_000]); file.flush(); os.fsync(file.fileno())\n"
        "PAUSE\n"
    )
    child = (
        "import subprocess, sys\n"
        "held = b'x' * 50_000_000\n"
        f"subprocess.run([sys.executable, '-c', {grandchild!r}])\n"
        "print('done')\n"
    )
    cost, said = seen(child, lambda cost: 60 < cost.largest < 105 < cost.tree < 200)
    assert said == "done\n"
    assert cost.processor >= 0.4
    assert cost.wall >= 0.7
    assert 60 < cost.largest < 105 < cost.tree < 200
    assert cost.written == 0 or cost.written >= 19  # a temporary folder in memory writes nothing


def test_shared_pages_count_once() -> None:
    """Memory that forked processes share is counted once, memory of their own for each."""
    forked = "import os, time\nheld = b'x' * 80_000_000\nown = os.fork() == 0 and {own}\nPAUSE\n"
    shared, _ = seen(forked.format(own="None"), lambda cost: 75 < cost.tree < 140)
    doubled, _ = seen(forked.format(own="b'y' * len(held)"), lambda cost: cost.tree > shared.tree + 60)
    assert 75 < shared.tree < 140
    assert doubled.tree > shared.tree + 60


def test_a_process_that_was_left_behind_is_killed_and_counted() -> None:
    """What outlives the command is in the samples, and does not outlive the measurement."""
    busy = "import time\nwhile time.process_time() < 0.3: pass\nprint(flush=True)\ntime.sleep(3600)\n"
    parent = (
        "import subprocess, sys, time\n"
        f"left = subprocess.Popen([sys.executable, '-c', {busy!r}], stdout=subprocess.PIPE)\n"
        "left.stdout.readline()\n"
        "PAUSE\n"
        "print(left.pid)\n"
    )
    cost, said = seen(parent, lambda cost: cost.processor >= 0.29)
    assert cost.processor >= 0.29
    state = Path(f"/proc/{int(said)}/stat")
    assert not state.exists() or state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"


def test_a_failed_command_is_no_figure() -> None:
    """A command that fails ends the measurement, with what it said."""
    with pytest.raises(CommandError, match=r"exit code 3\nno such thing"):
        measured(_child("import sys; print('no such thing', file=sys.stderr); sys.exit(3)"))


def test_the_middle_is_taken_of_each_figure() -> None:
    """The median of costs is one of each of their figures."""
    first = Cost(1, 20, 300, 4, 5)
    assert middle([first, replace(first, wall=3), replace(first, wall=2, tree=100)]) == replace(first, wall=2)


def test_the_newest_figures_are_kept_and_shown(tmp_path: Path) -> None:
    """Figures come back as they were kept, the newest run of so many, without names and paths; a missed aim is said."""
    figures = [
        Figure("ratio", 2.5, "x", 2.0),
        Figure("rate", 1234.0, "/s", 2000.0),
        spent("run", Cost(1.5, 2, 300, 200, 10)),
    ]
    assert last("reading", tmp_path) is None
    for number in range(KEPT + 2):
        keep("reading", [replace(figures[0], value=float(number))], tmp_path)
    keep("reading", figures, tmp_path)
    found = last("reading", tmp_path)
    assert found is not None
    day, known = found
    assert known == figures
    written = (tmp_path / "reading.jsonl").read_text(encoding="utf-8")
    assert len(written.splitlines()) == KEPT
    assert os.uname().nodename not in written
    assert str(tmp_path) not in written
    head, ratio, speed, run = table([("reading", day, known)]).splitlines()
    assert head.split()[:4] == ["benchmark", "figure", "value", "aim"]
    assert "<= 2 x missed" in ratio
    assert "1,234 /s  >= 2000 /s missed" in speed
    assert run.split()[-8:] == ["2.00", "s", "300", "MB", "200", "MB", "10.0", "MB"]


def test_kept_results_can_be_read() -> None:
    """Each kept line is of a benchmark that there is, and holds neither paths nor names of machines."""
    for path in (Path(benchmarks.__path__[0]) / "results").glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert json.loads(line)["name"] == path.stem
            assert "/" not in line.replace('/s"', "")
        assert last(path.stem) is not None
        importlib.import_module(f"benchmarks.{path.stem}")


def test_each_benchmark_can_be_called() -> None:
    """Every benchmark has a `main` that takes the options and says what it gives."""
    names = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name[0] != "_"]
    assert {"unchanged", "ingest", "memory", "reading"} <= set(names)
    for name in names:
        call = importlib.import_module(f"benchmarks.{name}").main
        assert list(inspect.signature(call).parameters) == ["options"], name
        assert inspect.signature(call).return_annotation == "list[Figure]", name


def test_an_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A name that is no benchmark ends the call, with the names that are."""
    with pytest.raises(SystemExit):
        main(["reeding"])
    assert "reading" in capsys.readouterr().err


def test_papers_are_read_as_resolutions(tmp_path: Path) -> None:
    """Generated papers are different, have several pages, and their clauses are found, in PDF as in HTML."""
    pdfs = [document_text(path.read_bytes()) for path in sorted(write_pdfs(tmp_path / "pdfs", 2).iterdir())]
    pages = [
        document_text(path.read_bytes(), name=path.name)
        for path in sorted(write_pages(tmp_path / "pages", 2).iterdir())
    ]
    for texts, clauses in ((pdfs, 22), (pages, 4)):
        assert texts[0].text != texts[1].text
        assert [len(analyse(each.text).clauses) for each in texts] == [clauses, clauses]
    assert len(pdfs[0].page_starts) > 2
    assert resolution(1).symbol != resolution(2).symbol


@pytest.mark.usefixtures("in_checkout")
def test_the_site_answers_as_it_says() -> None:
    """Half of the feeds know 304, the others repeat their bytes; reports and papers have their sizes and differ."""
    with site() as port, httpx.Client(timeout=PATIENCE) as client:

        def get(target: str, host: int = 0, **headers: str) -> httpx.Response:
            return client.get(f"http://{address(host)}:{port}/{target}", headers=headers)

        feed = get("feed/1/3", host=49)
        assert feed.text.count("<item>") == 3
        assert get("feed/1/3", host=49, **{"If-None-Match": feed.headers["etag"]}).status_code == 304
        same = [get("same/1/3", **{"If-None-Match": feed.headers["etag"]}) for _ in range(2)]
        assert "etag" not in same[0].headers
        assert same[0].content == same[1].content
        papers = [get(f"paper/{number}").content for number in (1, 2)]
        assert all(1_900_000 < len(paper) < 2_100_000 for paper in papers)
        assert [document_text(paper).text[:24] for paper in papers] == [
            "Invented paper No.000001",
            "Invented paper No.000002",
        ]
        report = get("report/7").text
        assert 28_900_000 < len(report) < 29_100_000
        assert "Invented decision 7-0" in report
        assert get("robots.txt").status_code == 404


@pytest.mark.slow
@pytest.mark.usefixtures("in_checkout")
def test_ingestion_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """The benchmark of ingestion runs the real command on real PDFs, twice, beside the floor."""
    monkeypatch.setenv("MANDATES_BENCH_DOCUMENTS", "3")
    figures = {figure.name: figure for figure in ingest.main(tiny)}
    whole, bare = figures["ingest of 3 PDFs"].cost, figures["bare pypdfium2"].cost
    assert whole is not None
    assert bare is not None
    assert whole.processor > bare.processor > 0
    assert whole.written > 0
    ratio = figures["processor time beside bare pypdfium2"].value
    assert ratio == pytest.approx(whole.processor / bare.processor)


def test_generated_documents_are_recorded_as_bare_inserts_record_them(tmp_path: Path) -> None:
    """A generated batch gives the same rows when it is recorded and when it is inserted by the floor."""
    home, floor = tmp_path / "home", tmp_path / "floor"
    write_batch(landing_folder(home), footer(0), entries(0, 3))
    tables = ready(arrived(landed(home)))
    assert record(home, lambda _findings: ()).new_documents == 3
    with session(floor) as connection:
        insert(connection, tables)
    for name, count in (("versions", 3), ("clauses", 24), ("mandates", 9), ("citations", 15)):
        found = [ask(each, f"FROM {name} ORDER BY ALL") for each in (home, floor)]
        assert found[0] == found[1], name
        assert len(found[0]) == count
    assert ask(home, "SELECT text, words_sha256 FROM versions ORDER BY ALL") == [
        (text, words_sha256(text)) for (text,) in ask(home, "SELECT text FROM versions ORDER BY ALL")
    ]


@pytest.mark.slow
def test_deliveries_are_measured_beside_bare_sends() -> None:
    """All mails of the small run arrive, ours and those of the floors."""
    figures = {figure.name: figure.value for figure in deliver.main(Options(quick=True))}
    assert figures["mails"] > 0
    assert figures["mails, one bare SMTP session"] > figures["mails, bare Apprise"]


def test_reading_is_compared_in_pairs() -> None:
    """The ratio to another version is that of the processor time without the engine's start, pair by pair."""
    engine = Cost(5, 4, 0, 0, 0)
    work = reading.Work("entries", 1, [], ("run",), "feeds", 1.25)
    ours, theirs = ([replace(engine, wall=wall, processor=seconds)] for wall, seconds in ((9, 10), (10, 8)))
    taken = {"this version": ours, "beside": theirs}
    figures = {
        figure.name: figure.value
        for figure in reading._compared(work, taken, dict.fromkeys(taken, engine), replace(engine, processor=2))
    }
    assert figures["entries: processor time beside the other version"] == pytest.approx(6 / 4)
    assert figures["entries: wall beside the other version"] == pytest.approx(4 / 5)
    assert figures["entries: processor time beside bare reading"] == pytest.approx(6 / 2)


@pytest.mark.slow
@pytest.mark.usefixtures("in_checkout")
def test_a_crawl_of_large_pages_records_them(tmp_path: Path) -> None:
    """The sources of the benchmark of memory give as many documents as they have, by the real command."""
    there = Installation(tmp_path)
    with site() as port:
        config = there.configured("config", [memory.reports(port, 1), memory.papers(port, 2)])
        cost, answer = there.mandates(config, "run")
    assert answer["new_documents"] == 3
    assert cost.tree > 100


def test_keys_beside_the_same_code_are_all_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """The same code in a separate process gives every clause and task the same name."""
    clauses, tasks = keys.main(replace(tiny, beside=CHECKOUT))
    assert (clauses.value, tasks.value) == (0.0, 0.0)
    said = capsys.readouterr().out
    assert said.count("100.00 % kept") == 2


def test_a_key_without_a_successor_is_lost(capsys: pytest.CaptureFixture[str]) -> None:
    """A clause that another reading lacks is counted and shown; one with nearly the same words is carried."""
    counts: Counter[str] = Counter()
    was = {"a": "Requests a report on ferries", "b": "Decides to meet in May 2031", "c": "Thanks the hosts"}
    now_read = {"a": "Requests a report on ferries", "d": "Decides to meet in June 2031"}
    keys.count(counts, was, now_read, "clause of a text")
    assert counts == {"kept": 1, "carried": 1, "lost": 1}
    assert "Thanks the hosts" in capsys.readouterr().out
