"""Planted faults: each is found, named, and comes with what follows from it and what cures it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
import zoneinfo
from collections.abc import Callable  # noqa: TC003 - a NamedTuple looks it up
from typing import TYPE_CHECKING, NamedTuple

import duckdb
import pytest
from click.testing import CliRunner

from config.settings import Settings
from flows.commands.doctor import command
from flows.doctor import program, storage
from flows.doctor.examination import CHECKS, examine
from flows.serve.place import claim
from tests.flows.conftest import MANDATES, SUBSCRIPTIONS
from tests.sites.publisher import Answer, Publisher
from warehouse.load.landing import landing_folder
from warehouse.store.database import live_path, session
from warehouse.store.snapshot import publish, snapshot_path

if TYPE_CHECKING:
    from pathlib import Path

    from flows.doctor.diagnosis import Diagnosis

pytestmark = pytest.mark.slow


def found() -> dict[str, list[Diagnosis]]:
    """What is not well, by check."""
    by_check: dict[str, list[Diagnosis]] = {}
    for each in examine(Settings()):
        if each.level != "good":
            by_check.setdefault(each.check, []).append(each)
    return by_check


def test_a_sound_installation_is_well(place: Path) -> None:
    """Nothing is found, every check says something, and the exit code is 0."""
    assert found() == {}
    assert len({each.check for each in examine(Settings())}) >= len(CHECKS) - 1
    ended = CliRunner().invoke(command, [])
    assert (ended.exit_code, ended.output.splitlines()[-1]) == (0, "no problems found")


def _sql(statement: str) -> Callable[[Path], None]:
    def plant(place: Path) -> None:
        with session(place / "home") as connection:
            connection.execute(statement)
        publish(place / "home", accept_loss=True)

    return plant


def _text(name: str, text: str) -> Callable[[Path], None]:
    return lambda place: (place / "config" / name).write_text(text) and None


def _one_more_source(place: Path) -> None:
    with (place / "config" / "sources.yaml").open("a") as file:
        file.write("- {id: more, kind: files, path: more}\n")


def _garbage(path: Path) -> None:
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    for at in range(12_288, len(content), 4_096):
        content[at : at + 64] = b"\xff" * 64
    path.write_bytes(content[: max(middle, 20_000)])


def _home_is_a_file(place: Path) -> None:
    (place / "plain").write_text("a file")
    os.environ["MANDATES_HOME"] = str(place / "plain")


def _readable_by_all(place: Path) -> None:
    (place / ".env").write_text("DESK_URL=json://example.org\n")
    (place / ".env").chmod(0o644)


def _late_batch(place: Path) -> None:
    path = landing_folder(place / "home") / "late.parquet"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"PAR1")
    os.utime(path, (time.time() - 7_200, time.time() - 7_200))


def _set_aside(place: Path) -> None:
    landing_folder(place / "home").mkdir(exist_ok=True)
    (landing_folder(place / "home") / "x.parquet.damaged").write_bytes(b"x")


def _newer(place: Path) -> None:
    with duckdb.connect(live_path(place / "home")) as connection:
        connection.execute("INSERT INTO migrations VALUES (9999, '9999_later.sql', 'x', now())")


def _older(place: Path) -> None:
    with duckdb.connect(live_path(place / "home")) as connection:
        connection.execute("DELETE FROM migrations WHERE version = (SELECT max(version) FROM migrations)")


def _behind(place: Path) -> None:
    later = time.time() + 60
    os.utime(live_path(place / "home"), (later, later))


class Fault(NamedTuple):
    """A fault, how it is planted, and what is said of it."""

    plant: Callable[[Path], object]
    check: str
    level: str
    words: str
    cure: str


FAULTS = [
    Fault(*each)
    for each in [
        (_text("sources.yaml", "- {id: a, kind: fed}\n"), "configuration", "problem", "sources.yaml:1", "correct that"),
        (lambda p: (p / "config" / "subscriptions.yaml").unlink(), "configuration", "problem", "cannot be", "init"),
        (
            _text("sources.yaml", "- {id: a, kind: feed, url: 'https://example.org/f', off: not now}\n"),
            "sources configured",
            "problem",
            "the only source is off",
            "remove `off:`",
        ),
        (_text("subscriptions.yaml", "targets: {desk: mailbox}\n"), "subscriptions", "problem", "nobody", "add a"),
        (
            _text("subscriptions.yaml", SUBSCRIPTIONS.replace("operators: [desk]\n", "")),
            "operators",
            "warning",
            "no op",
            "name",
        ),
        (
            _text("subscriptions.yaml", SUBSCRIPTIONS.replace("mailbox", "{url: {env: NO_SUCH_URL}}")),
            "secrets",
            "problem",
            "NO_SUCH_URL",
            ".env",
        ),
        (
            _text("subscriptions.yaml", SUBSCRIPTIONS.replace("mailbox", "{url: {file: no-such-file}}")),
            "secrets",
            "problem",
            "no-such-file cannot be read",
            "into that file",
        ),
        (
            _text("subscriptions.yaml", SUBSCRIPTIONS.replace("{targets", "{zone: Europe/Geneva, targets")),
            "configuration",
            "problem",
            "'Europe/Geneva' is not a known time zone; did you mean Europe/Zurich",
            "correct that line",
        ),
        (_readable_by_all, "secrets", "warning", ".env can be read by every user", "chmod 600 .env"),
        (lambda _: os.environ.pop("MANDATES_CONTACT"), "contact", "warning", "default contact", "MANDATES_CONTACT"),
        (_home_is_a_file, "home", "problem", "cannot be written", "chown"),
        (lambda p: live_path(p / "home").unlink(), "warehouse", "problem", "is missing", "snapshot --restore"),
        (lambda p: _garbage(live_path(p / "home")), "warehouse", "problem", "cannot be opened", "snapshot --restore"),
        (_newer, "warehouse", "problem", "newer program", "newer program"),
        (_older, "warehouse", "warning", "the next run", "upgrade --plan"),
        (
            lambda p: snapshot_path(p / "home").unlink(),
            "snapshot",
            "warning",
            "there is none",
            "mandates snapshot",
        ),
        (lambda p: _garbage(snapshot_path(p / "home")), "snapshot", "problem", "damaged", "mandates snapshot"),
        (_behind, "snapshot", "warning", "written later", "mandates snapshot"),
        (_late_batch, "landing", "problem", "1 batch has waited", "mandates run"),
        (_set_aside, "landing", "warning", "set aside", "run --all"),
        (_sql("UPDATE deliveries SET state = 'dead'"), "outbox", "problem", "1 delivery was given up", "outbox retry"),
        (_sql("UPDATE deliveries SET state = 'uncertain', due_at = NULL"), "outbox", "problem", "may or may", "retry"),
        (
            _sql("UPDATE deliveries SET state = 'failed', due_at = now() + INTERVAL 3 HOUR"),
            "outbox",
            "warning",
            "1 delivery did not get through",
            "outbox list --state failed",
        ),
        (_sql("UPDATE deliveries SET state = 'held'"), "outbox", "warning", "brake", "outbox release"),
        (
            _sql("UPDATE deliveries SET state = 'pending', due_at = now() - INTERVAL 3 HOUR"),
            "outbox",
            "problem",
            "should have gone out",
            "mandates deliver",
        ),
        (
            _sql("UPDATE sources SET failures = 4, error = 'connection refused'"),
            "sources",
            "problem",
            "connection refused",
            "sources check papers --live",
        ),
        (_one_more_source, "sources", "problem", "1 source was never polled: more", "mandates run"),
        (
            _sql("UPDATE sources SET last_crawl = now() - INTERVAL 9 DAY"),
            "runs",
            "problem",
            "no source has been polled since",
            "cron",
        ),
        (
            _sql("UPDATE batches SET finished_at = now() + INTERVAL 2 HOUR"),
            "clock",
            "problem",
            "was recorded",
            "timedatectl",
        ),
    ]
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.check}: {fault.words}")
def test_a_planted_fault_is_named(place: Path, fault: Fault) -> None:
    """With what follows and what to do."""
    fault.plant(place)
    here = found()
    assert fault.check in here, here
    said = next((each for each in here[fault.check] if fault.words in f"{each.words} {each.follows}"), None)
    assert said is not None, here[fault.check]
    assert said.level == fault.level
    assert fault.cure in said.cure
    assert said.follows


class Usage(NamedTuple):
    """As `shutil.disk_usage` gives it."""

    total: int
    used: int
    free: int


def test_a_full_disk_and_no_inodes_are_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what the system says of the file system."""
    usage = Usage(10**12, 10**12 - 10**8, 10**8)
    with monkeypatch.context() as patch:
        patch.setattr(storage.shutil, "disk_usage", lambda _: usage)
        assert "0.1 GB are free" in found()["disk"][0].words
    real = os.statvfs(place)
    few = os.statvfs_result((*real[:5], 1_000_000, 9, 9, *real[8:10]))
    monkeypatch.setattr(storage.os, "statvfs", lambda _: few)
    assert "9 of 1,000,000 inodes" in found()["disk"][0].words


def test_a_machine_without_time_zones_is_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a small container: the system has no such data, and neither has a package."""
    for name in ["tzdata", *(each for each in sys.modules if each.startswith("tzdata."))]:
        monkeypatch.setitem(sys.modules, name, None)
    zoneinfo.reset_tzpath(())
    zoneinfo.ZoneInfo.clear_cache()
    try:
        (said,) = found()["time zone"]
    finally:
        zoneinfo.reset_tzpath()
        zoneinfo.ZoneInfo.clear_cache()
    assert (said.level, said.words) == ("problem", "this machine has no time zone data")
    assert "tzdata" in said.cure


def test_a_machines_zone_that_does_not_exist_is_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The C library says nothing and takes UTC."""
    monkeypatch.setenv("TZ", "Europe/Geneva")
    (said,) = found()["time zone"]
    assert (said.level, "takes UTC" in said.words) == ("warning", True)


@pytest.mark.parametrize("local", ["", ":Africa/Nairobi", "CET-1CEST,M3.5.0,M10.5.0/3", "<+03>-3", "UTC0"])
def test_zones_that_a_machine_may_have_are_well(place: Path, monkeypatch: pytest.MonkeyPatch, local: str) -> None:
    """By name or by rule, and those of subscriptions are said."""
    monkeypatch.setenv("TZ", local)
    _text("subscriptions.yaml", SUBSCRIPTIONS.replace("{targets", "{zone: Europe/Zurich, targets"))(place)
    (said,) = (each for each in examine(Settings()) if each.check == "time zone")
    assert said.level == "good"
    assert said.words.endswith("digests and quiet hours go by Europe/Zurich")


def test_versions_that_do_not_work_together_are_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the bounds in our own metadata; a package that is missing is one of them."""
    monkeypatch.setattr(program, "requires", lambda _: ["duckdb<1", "no-such-package>=2", "pytest; extra == 'dev'"])
    assert [each.words.partition(" ")[0] for each in found()["versions"]] == ["duckdb", "no-such-package"]


def test_a_warehouse_that_is_held_is_well_for_a_while(place: Path) -> None:
    """A run that records is no fault; a process that has the lock for hours is."""
    code = (
        "import fcntl, sys, time\nf = open(sys.argv[1], 'r+')\nfcntl.flock(f, fcntl.LOCK_EX)\n"
        "print('held', flush=True)\ntime.sleep(3600)"
    )
    lock = place / "home" / "live.lock"
    with subprocess.Popen([sys.executable, "-c", code, lock], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        try:
            lock.touch()
            assert "warehouse" not in found()
            os.utime(lock, (time.time() - 3_600, time.time() - 3_600))
            (said,) = found()["warehouse"]
            assert "for 60 minutes" in said.words
        finally:
            holder.kill()


def test_a_warehouse_that_another_program_has_open_is_not_called_damaged(place: Path) -> None:
    """As in DuckDB's own shell: the file is sound, and to restore a snapshot would be the wrong thing to do."""
    code = "import duckdb, sys, time\nc = duckdb.connect(sys.argv[1])\nprint('open', flush=True)\ntime.sleep(3600)"
    live = live_path(place / "home")
    with subprocess.Popen([sys.executable, "-c", code, live], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "open\n"
        try:
            (said,) = found()["warehouse"]
        finally:
            program.kill()
    assert (said.level, "restore" in said.cure) == ("problem", False)
    assert f"process {program.pid}" in said.words
    assert "close it" in said.cure


def test_a_missing_snapshot_is_not_taken_for_a_home_in_which_nothing_has_run(place: Path) -> None:
    """The warehouse is there, so something has."""
    snapshot_path(place / "home").unlink()
    assert set(found()) == {"snapshot"}


def test_a_damaged_snapshot_is_one_problem_and_comes_first(place: Path) -> None:
    """What is read from it is not checked, and no problem of its own."""
    _garbage(snapshot_path(place / "home"))
    seen = [each for each in examine(Settings()) if each.level != "good"]
    assert (seen[0].check, seen[0].level) == ("snapshot", "problem")
    assert {each.check for each in seen[1:]} == {"clock", "sources", "runs", "outbox"}
    assert {(each.level, each.words) for each in seen[1:]} == {
        ("unchecked", "not checked because the snapshot cannot be read")
    }
    said = CliRunner().invoke(command, []).output
    assert " ?  runs: not checked because the snapshot cannot be read" in said
    assert said.splitlines()[-1] == "1 problem, 0 warnings"
    assert " ?  " not in CliRunner().invoke(command, ["--brief"]).output


def test_a_damaged_warehouse_is_not_to_be_published(place: Path) -> None:
    """It is newer than the snapshot from which it is restored; `mandates snapshot` would refuse it."""
    _garbage(live_path(place / "home"))
    _behind(place)
    (said,) = found()["snapshot"]
    assert said.cure == "once the warehouse is restored: mandates run --all"


def test_several_faults_of_one_file_stand_under_one_another(place: Path) -> None:
    """Each line after the first is set in as the effect and the fix are."""
    _text("sources.yaml", "- {id: a, kind: feed, evry: 1d}\n- {id: b, kind: feed, evry: 1d}\n")(place)
    lines = CliRunner().invoke(command, ["--brief"]).output.splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith(" X  configuration"))
    assert all(line.startswith("      ") for line in lines[first + 1 : lines.index("      fix: correct these lines")])
    assert "      effect: runs do nothing until they are corrected" in lines


def test_one_source_is_counted_as_one(place: Path) -> None:
    """And so is one target."""
    words = {each.check: each.words for each in examine(Settings())}
    assert words["sources configured"] == "1 source is on, 0 off"
    assert words["secrets"] == "1 target has its address set"


def test_an_address_without_a_scheme_is_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server may well be up; it is the address that is wrong."""
    monkeypatch.setenv("PREFECT_API_URL", "127.0.0.1:9/api")
    done = subprocess.run([MANDATES, "doctor", "--json"], capture_output=True, text=True, check=False)
    said = next(each for each in json.loads(done.stdout) if each["check"] == "server")
    assert "must begin with http://" in said["words"]


def test_a_server_that_does_not_answer_is_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its address, and the way to do without."""
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    done = subprocess.run([MANDATES, "doctor", "--json"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    said = next(each for each in json.loads(done.stdout) if each["check"] == "server")
    assert said["level"] == "problem"
    assert "127.0.0.1:9" in said["words"]


def test_a_register_that_is_kept_and_does_not_answer_is_named(place: Path) -> None:
    """The one of `mandates serve`, which is noted with the address of the server."""
    with claim(place / "home", 9, 9):
        said = found()["register"][0]
    assert (said.level, "which does not answer" in said.words) == ("problem", True)
    assert "logs/serve.log" in said.cure


def test_a_register_that_does_not_answer_is_named(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its address; nobody can open what messages link to."""
    monkeypatch.setenv("MANDATES_REGISTER_URL", "http://127.0.0.1:9/register/")
    (said,) = found()["register"]
    assert said.level == "warning"
    assert said.words.startswith("http://127.0.0.1:9/register does not answer")


@pytest.mark.parametrize("status", [200, 401])
async def test_a_register_that_answers_is_well(place: Path, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    """So is one that asks readers to log in first."""
    async with Publisher() as site:
        site.says("/", Answer("the register", status=status))
        monkeypatch.setenv("MANDATES_REGISTER_URL", site.url)
        here = await asyncio.to_thread(found)
    assert "register" not in here


def test_a_check_that_fails_keeps_no_other_from_its_turn(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be checked is a finding too."""

    def broken(_: Settings) -> None:
        raise RuntimeError("it broke")

    monkeypatch.setattr("flows.doctor.examination.CHECKS", (broken, *CHECKS))
    here = found()
    assert "it broke" in here["broken"][0].words
    assert len(here) == 1


def test_a_test_message_is_sent_on_request(place: Path) -> None:
    """To the targets of a subscription; what the server said is a finding."""
    ended = CliRunner().invoke(command, ["--send", "everything", "--json"])
    assert ended.exit_code == 0
    (said,) = (each for each in json.loads(ended.stdout) if each["check"] == "test message")
    assert said["words"] == "desk: accepted"
    assert any((place / "home" / "mail").iterdir())
