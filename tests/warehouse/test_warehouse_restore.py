"""A good snapshot outlives a damaged or emptied warehouse, and the advice in the errors leads back to it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.warehouse.made import batch, entry
from warehouse.model import UnfitCopyError, WarehouseError
from warehouse.query.queries import query
from warehouse.query.search import search
from warehouse.store import verify
from warehouse.store.database import live_path, session
from warehouse.store.restore import restore
from warehouse.store.snapshot import previous_path, publish, snapshot_path
from warehouse.store.verify import rows_read

if TYPE_CHECKING:
    from collections.abc import Callable

    from warehouse.model import Recorded

    Record = Callable[..., Recorded]

count = "SELECT count(*) FROM documents"


def _mandates(home: Path, line: str) -> subprocess.CompletedProcess[str]:
    """Call the command line as an error message writes it."""
    program = [str(Path(sys.executable).parent / "mandates"), "--home", str(home)]
    return subprocess.run([*program, *shlex.split(line)[1:]], capture_output=True, text=True, check=False)


def _advice(message: str) -> str:
    """The first command that a message names."""
    found = re.search(r"`(mandates [^`]+)`", message)
    assert found is not None, message
    return found[1]


def _blocks_of(path: Path, table: str) -> set[int]:
    with duckdb.connect(path, read_only=True) as connection:
        rows = connection.execute(f"SELECT block_id FROM pragma_storage_info('{table}') WHERE persistent").fetchall()
    return {row[0] for row in rows if row[0] is not None and row[0] >= 0}


def _damage(path: Path, table: str) -> None:
    """Overwrite the blocks that hold the values of a table, as a failing disk does; the header stays sound."""
    block_size = 65_536
    blocks = _blocks_of(path, table)
    assert blocks
    with path.open("r+b") as file:
        for block in blocks:
            file.seek(3 * 4096 + block * block_size + 512)
            file.write(os.urandom(1024))


def _damage_head(path: Path, _table: str) -> None:
    with path.open("r+b") as file:
        file.write(b"\0" * 8192)


@pytest.mark.parametrize("harm", [_damage, _damage_head])
def test_the_advice_after_damage_works_to_the_letter(
    home: Path, recorded: Record, harm: Callable[[Path, str], None]
) -> None:
    """Damage live.duckdb, read the message, call what it names: the published state is back and can be written."""
    recorded(batch(0, entry()))
    publish(home)
    harm(live_path(home), "versions")
    refused = _mandates(home, "mandates snapshot")
    assert refused.returncode == 1
    assert "damage" in refused.stderr or "not a DuckDB file" in refused.stderr
    assert query(home, count).rows == [(1,)]
    done = _mandates(home, _advice(refused.stderr))
    assert done.returncode == 0, done.stderr
    assert "1 document;" in done.stdout
    (kept,) = home.glob("live.before-restore-*.duckdb")
    assert str(kept) in done.stdout
    recorded(batch(1, entry("A/RES/80/2", title="Other")))
    publish(home)
    assert query(home, count).rows == [(2,)]


def test_an_emptied_warehouse_is_not_published(home: Path, recorded: Record) -> None:
    """A live file without the documents that the snapshot has is refused with both counts, until it is accepted."""
    recorded(batch(0, entry()))
    publish(home)
    with session(home) as connection:
        connection.execute("DELETE FROM documents")
    with pytest.raises(UnfitCopyError, match="it has 0 documents, the published one has 1; `mandates snapshot --rest"):
        publish(home)
    assert query(home, count).rows == [(1,)]
    assert not list(home.glob(".*.part"))
    publish(home, accept_loss=True)
    assert query(home, count).rows == [(0,)]
    with duckdb.connect(previous_path(home), read_only=True) as former:
        assert former.execute(count).fetchall() == [(1,)]


def test_a_missing_warehouse_does_not_begin_again(home: Path, recorded: Record) -> None:
    """Beside a snapshot no empty live file is created; the message names the way back, and it works."""
    recorded(batch(0, entry()))
    publish(home)
    live_path(home).unlink()
    with pytest.raises(WarehouseError, match="is missing, but the snapshot that was published from it") as refusal:
        publish(home)
    assert not live_path(home).exists()
    assert _mandates(home, _advice(str(refusal.value))).returncode == 0
    assert publish(home) == snapshot_path(home)
    assert query(home, count).rows == [(1,)]


def test_a_damaged_snapshot_is_replaced_and_not_kept(home: Path, recorded: Record) -> None:
    """The snapshot before it, which is sound, is not overwritten by the damaged one."""
    recorded(batch(0, entry()))
    publish(home)
    publish(home)
    snapshot_path(home).chmod(0o644)
    _damage_head(snapshot_path(home), "")
    publish(home)
    assert query(home, count).rows == [(1,)]
    with duckdb.connect(previous_path(home), read_only=True) as former:
        assert former.execute(count).fetchall() == [(1,)]


def test_the_snapshot_before_the_last_is_the_second_way_back(home: Path, recorded: Record) -> None:
    """Where the snapshot is damaged too, the one before it is restored; a damaged backup is refused by its name."""
    recorded(batch(0, entry()))
    publish(home)
    publish(home)
    for path in (live_path(home), snapshot_path(home)):
        path.chmod(0o644)
        _damage_head(path, "")
    with pytest.raises(UnfitCopyError, match=r"snapshot\.duckdb: cannot be restored from: it cannot be read"):
        restore(home, snapshot_path(home))
    done = restore(home)
    assert (done.source, done.documents) == (previous_path(home), 1)
    with session(home) as connection:
        assert connection.execute(count).fetchall() == [(1,)]


def test_the_search_index_follows_a_restored_state(home: Path, recorded: Record) -> None:
    """Documents that take the places of lost ones are found, although the index had come further before."""
    recorded(batch(0, entry()))
    publish(home)
    recorded(batch(1, entry("A/RES/80/2", title="Lost")))
    publish(home)
    assert search(home, "Lost").total == 1
    restore(home, previous_path(home))
    recorded(batch(2, entry("A/RES/80/3", title="Regained")))
    publish(home, accept_loss=True)
    assert search(home, "Regained").total == 1
    assert search(home, "Lost").total == 0


def test_texts_too_large_for_the_memory_are_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Where rows cannot be read side by side within the limit, they are counted, and a warning says so."""
    path = tmp_path / "large.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE migrations (version INTEGER)")
        connection.execute(
            "CREATE TABLE texts AS SELECT range AS id, repeat('seagulls ', 400000) AS text FROM range(60)"
        )
    assert rows_read(path) == {"migrations": 0, "texts": 60}
    assert not caplog.records
    monkeypatch.setitem(verify._settings, "memory_limit", "50MB")
    assert rows_read(path) == {"migrations": 0, "texts": 60}
    assert "the rows of texts were counted, not read" in caplog.text
