"""A newer program keeps a copy before it upgrades; an older one refuses what a newer one wrote, and says what to do."""

from __future__ import annotations

import json
import logging
import re
import shlex
from typing import TYPE_CHECKING

import duckdb
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from flows.cli import cli
from tests.warehouse.made import batch, entry
from tests.warehouse.test_warehouse_items import former_home
from warehouse.backup import manifest as manifests
from warehouse.backup.making import backup
from warehouse.backup.restoring import plan
from warehouse.load.landing import file_format, land, landed, waiting_batches
from warehouse.model import BackupError, SchemaError, UnfitCopyError, WarehouseError
from warehouse.store import former_copy, schema
from warehouse.store.database import block_size, live_path, session
from warehouse.store.schema import Migration
from warehouse.store.snapshot import publish
from warehouse.store.verify import rows_read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from warehouse.model import Recorded

TODAY = schema.migrations()
LATER = Migration(TODAY[-1].version + 1, "later.sql", "CREATE TABLE later (name VARCHAR)")


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Be a program that knows so many migrations more than today's; 0 is today's."""

    def _be(more: int) -> None:
        later = tuple(
            Migration(LATER.version + number, f"later{number}.sql", f"CREATE TABLE later{number} (name VARCHAR)")
            for number in range(more)
        )
        for module in ("schema", "rehearsal", "restore"):
            monkeypatch.setattr(f"warehouse.store.{module}.migrations", lambda: TODAY + later)

    return _be


@pytest.fixture
def filled(home: Path, recorded: Callable[..., Recorded]) -> Path:
    """A home with two documents."""
    recorded(batch(0, entry("one"), entry("two")))
    return home


def _call(*words: str) -> str:
    run = CliRunner().invoke(cli, list(words), catch_exceptions=False)
    assert run.exit_code == 0, run.output
    return run.stdout


def test_the_way_back_that_an_older_program_names_leads_back(filled: Path, newer: Callable[[int], None]) -> None:
    """The refusal of an upgraded warehouse has a command; it brings back every row from before the upgrade."""
    before = rows_read(live_path(filled))
    newer(1)
    assert f"live.before-{LATER.version:04}.duckdb" in _call("--home", str(filled), "upgrade")
    newer(0)
    with pytest.raises(SchemaError, match="use the newer program, or go back to the copy") as refusal, session(filled):
        pass
    call = shlex.split(re.search(r"mandates (snapshot .*)", str(refusal.value))[1])  # type: ignore[index]
    _call("--home", str(filled), *call)
    assert rows_read(live_path(filled)) == before


def test_only_the_copies_before_the_last_two_upgrades_are_kept(filled: Path, newer: Callable[[int], None]) -> None:
    """Copies do not pile up, and what was set aside by a restoration is left alone."""
    aside = filled / "live.before-restore-20300101T000000000000Z.duckdb"
    aside.write_bytes(b"kept by somebody else")
    for more in (1, 2, 3):
        newer(more)
        with session(filled):
            pass
    kept = [number for number, _ in former_copy.copies(live_path(filled))]
    assert kept == [LATER.version + 2, LATER.version + 1]
    assert aside.exists()
    assert former_copy.schema_of(former_copy.copies(live_path(filled))[0][1]) == LATER.version + 1


def test_without_space_for_a_copy_nothing_is_upgraded(
    filled: Path, newer: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal says how much is needed; the file stays as it was, and so does the folder."""
    content, names = live_path(filled).read_bytes(), sorted(path.name for path in filled.iterdir())
    usage = former_copy.shutil.disk_usage(filled)
    monkeypatch.setattr(former_copy.shutil, "disk_usage", lambda _: usage._replace(free=len(content)))
    newer(1)
    with (
        pytest.raises(WarehouseError, match=r"was not upgraded: .* needs \d+ MB, and \d+ MB are free"),
        session(filled),
    ):
        pass
    assert live_path(filled).read_bytes() == content
    assert sorted(path.name for path in filled.iterdir()) == names


def test_a_warehouse_whose_copy_cannot_be_read_is_not_upgraded(filled: Path, newer: Callable[[int], None]) -> None:
    """A damaged page would be carried on, and the copy would be no way back."""
    with session(filled) as connection:
        connection.execute("CREATE TABLE padding AS SELECT hash(i) AS a FROM range(200000) t(i)")
        connection.execute("CHECKPOINT")
        query = "SELECT max(block_id) FROM pragma_storage_info('padding') WHERE persistent"
        ((page,),) = connection.execute(query).fetchall()
    with live_path(filled).open("r+b") as file:
        file.seek(3 * 4_096 + page * block_size + 100)
        file.write(b"seagulls")
    content = live_path(filled).read_bytes()
    with pytest.raises(UnfitCopyError):
        rows_read(live_path(filled))
    newer(1)
    with pytest.raises(UnfitCopyError, match="was not upgraded"), session(filled):
        pass
    assert live_path(filled).read_bytes() == content
    assert former_copy.copies(live_path(filled)) == []


def test_a_rehearsal_needs_no_second_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried on a copy needs no way back."""
    former_home(tmp_path / "home", {})
    monkeypatch.setattr(former_copy, "keep", lambda *_: pytest.fail("a copy of the copy was made"))
    assert json.loads(_call("--home", str(tmp_path / "home"), "upgrade", "--plan", "--json"))["migrations"]


def test_a_newer_snapshot_is_not_restored(filled: Path, tmp_path: Path, newer: Callable[[int], None]) -> None:
    """It is refused before the live file is set aside, not after."""
    newer(1)
    publish(filled)
    other = tmp_path / "newer.duckdb"
    (filled / "snapshot.duckdb").rename(other)
    newer(0)
    _call("--home", str(filled), "snapshot", "--restore", "--from", str(former_copy.copies(live_path(filled))[0][1]))
    content = live_path(filled).read_bytes()
    run = CliRunner().invoke(cli, ["--home", str(filled), "snapshot", "--restore", "--from", str(other)])
    assert isinstance(run.exception, UnfitCopyError)
    assert re.search(r"has schema \d+, this program knows \d+; install the newer program first", str(run.exception))
    assert live_path(filled).read_bytes() == content


def test_a_newer_batch_waits_for_the_upgrade(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A worker that was upgraded first loses nothing: its batches are neither recorded nor set aside as damaged."""
    home.mkdir()
    path = land(home, batch(0, entry("one")))
    table = pq.read_table(path)
    known = dict(table.schema.metadata)
    footer = json.loads(known[b"mandate-monitor"]) | {"format": file_format + 1}
    pq.write_table(table.replace_schema_metadata(known | {b"mandate-monitor": json.dumps(footer).encode()}), path)
    with caplog.at_level(logging.WARNING):
        assert landed(home) == ()
    assert waiting_batches(home) == [path]
    assert "was landed by a newer Mandate Monitor" in caplog.text
    assert "upgrade this program, too" in caplog.text


def test_a_backup_in_a_newer_format_is_refused(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal names the version that made it, and the way to an older backup."""
    (tmp_path / "config").mkdir()
    with monkeypatch.context() as later:
        later.setattr(manifests, "FORMAT", manifests.FORMAT + 1)
        backup(filled, tmp_path / "config", tmp_path / "backup")
    with pytest.raises(BackupError, match=r"was made by Mandate Monitor \S+ in format 2, .* --generation"):
        plan(tmp_path / "backup", tmp_path / "new", tmp_path / "config")


def test_an_upgrade_by_any_command_that_writes_keeps_a_copy(tmp_path: Path) -> None:
    """The copy does not depend on `mandates upgrade`: the first session of a newer program makes it."""
    home = tmp_path / "home"
    former_home(home, {})
    before = rows_read(live_path(home))
    publish(home)
    ((number, copy),) = former_copy.copies(live_path(home))
    assert number == TODAY[3].version
    assert rows_read(copy) == before
    with duckdb.connect(copy, read_only=True) as connection:
        assert connection.execute("SELECT max(version) FROM migrations").fetchone() == (TODAY[2].version,)
