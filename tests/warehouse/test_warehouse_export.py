"""Exports: what is written when something changed, what readers see, and what a target refuses."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import fsspec
import pyarrow.dataset
import pytest

from scrapers.publication import PublishedOn
from tests.warehouse.made import batch, entry, nobody
from tests.watched import answered, called, configured
from warehouse.export.checking import check
from warehouse.export.making import export
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.model import UnfitCopyError, WarehouseError
from warehouse.query.queries import query
from warehouse.store.database import session
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warehouse.export.manifest import Manifest
    from warehouse.model import Entry

pytestmark = pytest.mark.slow


AT_ONCE = timedelta(0)
exported_tables = ("documents", "versions", "clauses", "mandates", "citations", "sightings", "analyses")


def dated(symbol: str, day: date | None, **more: object) -> Entry:
    """A document that was published on this day."""
    published = day and PublishedOn(day, "day", "document")
    return entry(symbol, title=f"Matter of {symbol}", published=published, **more)


january, may = date(2025, 1, 20), date(2026, 5, 7)


@contextlib.contextmanager
def opened(target: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The target as analysts open it: `views.sql`, and nothing of this project."""
    with duckdb.connect() as engine:
        engine.execute(f"SET file_search_path = '{target}'")
        engine.execute((target / "views.sql").read_text())
        yield engine


def globbed(target: Path, table: str, what: str = "count(*)") -> object:
    """What a plain glob over a table answers."""
    with duckdb.connect() as engine:
        return engine.execute(f"SELECT {what} FROM '{target}/{table}/**/*.parquet'").fetchall()[0][0]


def months(state: Manifest, table: str) -> dict[str, tuple[str, ...]]:
    """The files of each month."""
    return {month: tuple(file.path for file in each.files) for month, each in state.tables[table].partitions.items()}


@pytest.fixture(scope="module")
def of_three(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Manifest]:
    """A home with a document of January 2025, one of May 2026 and one without a date; and its first export."""
    folder = tmp_path_factory.mktemp("export")
    home, target = folder / "home", folder / "out"
    land(home, batch(0, dated("A/RES/79/1", january), dated("A/RES/80/2", may), dated("A/RES/80/3", None)))
    record(home, nobody)
    publish(home)
    return home, target, export(home, str(target)).manifest


@pytest.fixture
def published(home: Path, of_three: tuple[Path, Path, Manifest]) -> Path:
    """A copy of that home."""
    return Path(shutil.copytree(of_three[0], home, dirs_exist_ok=True))


@pytest.fixture
def out(tmp_path: Path, of_three: tuple[Path, Path, Manifest]) -> Path:
    """A copy of the export."""
    return Path(shutil.copytree(of_three[1], tmp_path / "out", symlinks=True))


@pytest.fixture
def before(of_three: tuple[Path, Path, Manifest]) -> Manifest:
    """What its manifest says."""
    return of_three[2]


def more(home: Path) -> None:
    """Another document of May is recorded."""
    land(home, batch(1, dated("A/RES/80/9", may)))
    record(home, nobody)


def test_a_share_that_is_not_mounted_is_not_exported_to(published: Path, tmp_path: Path) -> None:
    """A folder whose parent does not exist is refused, not created on this machine's own disk."""
    with pytest.raises(WarehouseError, match="there is no such folder"):
        export(published, str(tmp_path / "not mounted" / "export"))
    assert not (tmp_path / "not mounted").exists()
    export(published, str(tmp_path / "export"))
    assert (tmp_path / "export" / "manifest.json").exists()


def test_readers_find_the_rows_of_the_snapshot(published: Path, tmp_path: Path) -> None:
    """Through views.sql, a glob or pyarrow, each table has exactly the snapshot's rows, and each view answers alike."""
    target = tmp_path / "out"
    done = export(published, str(target))
    with opened(target) as engine:
        for table in exported_tables:
            order = f"SELECT * EXCLUDE (month) FROM {table} ORDER BY ALL"
            snapshot = query(published, f"SELECT * FROM {table} ORDER BY ALL", limit=None).rows
            assert engine.execute(order).fetchall() == snapshot, table
            assert globbed(target, table) == len(snapshot) == done.manifest.rows[table]
            assert pyarrow.dataset.dataset(target / table, partitioning="hive").count_rows() == len(snapshot)
        for view in (
            "open_mandates",
            "tasks",
            "dues",
            "document_history",
            "citations_resolved",
            "due_within(400)",
            "ledger",
        ):
            sql = f"SELECT * FROM {view} ORDER BY ALL"
            assert engine.execute(sql).fetchall() == query(published, sql, limit=None).rows, view
        found = engine.execute("SELECT DISTINCT month FROM mandates ORDER BY 1").fetchall()
        assert found == [("0000-00",), ("2025-01",), ("2026-05",)]
    flat = "SELECT * FROM current_deadlines ORDER BY ALL"
    with duckdb.connect() as engine:
        engine.execute("SET TimeZone = 'UTC'")
        files = f"SELECT * EXCLUDE (month) FROM '{target}/current_deadlines/**/*.parquet' ORDER BY ALL"
        assert engine.execute(files).fetchall() == query(published, flat, limit=None).rows


def test_only_months_with_changes_are_written(published: Path, out: Path, before: Manifest) -> None:
    """A new document writes the month of its publication; the files of other months stay the same ones."""
    target = str(out)
    more(published)
    publish(published)
    done = export(published, target)
    for table in (*exported_tables, "current_deadlines"):
        now, then = months(done.manifest, table), months(before, table)
        assert {month for month in now if now[month] != then[month]} == {"2026-05"}, table
    changed = set(done.manifest.files) - set(before.files)
    # Texts that are alike are linked, which makes a row in the other document's month.
    others = {"current_deadlines", "relations", "sources", "ledger_tasks", "source_watch", "source_kinds"}
    assert {path.split("/")[1] for path in changed} <= {*exported_tables, *others}
    assert len(changed) < len(before.files) / 2
    assert globbed(out, "documents") == 4
    assert check(target).problems == ()


def test_nothing_is_written_for_nothing(published: Path, tmp_path: Path) -> None:
    """The same snapshot changes no file; one published again without changes writes no data."""
    target = tmp_path / "out"
    export(published, str(target))
    before = {path: path.stat().st_mtime_ns for path in target.rglob("*.[pjs]*")}
    assert export(published, str(target)).partitions == 0
    assert {path: path.stat().st_mtime_ns for path in target.rglob("*.[pjs]*")} == before
    publish(published)
    assert export(published, str(target)).written == 0


def test_a_better_date_moves_a_document(published: Path, out: Path) -> None:
    """With all that belongs to it, from the month where it was to the one of its date, and it is never there twice."""
    with session(published) as connection:
        connection.execute("UPDATE documents SET published_on = DATE '2024-02-03' WHERE published_on IS NULL")
    publish(published)
    done = export(published, str(out))
    for table in (*exported_tables, "current_deadlines"):
        assert sorted(months(done.manifest, table)) == ["2024-02", "2025-01", "2026-05"]
        assert not (out / table / "month=0000-00").exists()
    assert globbed(out, "documents", "count(DISTINCT document_id)") == globbed(out, "documents") == 3


@pytest.mark.parametrize(
    ("change", "table"),
    [
        ("UPDATE mandates SET confidence = 0.123", "mandates"),
        ("UPDATE clauses SET display = 'otherwise'; UPDATE analyses SET analysed_at = now()", "clauses"),
        ("UPDATE sightings SET last_seen = last_seen + INTERVAL 1 HOUR", "sightings"),
        ("DELETE FROM citations WHERE citation_id = (SELECT min(citation_id) FROM citations)", "citations"),
        (
            """INSERT INTO decisions (decision_id, task_key, field, value, who, "at", why, document_id, recorded_at)
            SELECT 'd', min(task_key), 'addressee', 'the Council', 'me', now(), '', min_by(document_id, task_key), now()
            FROM mandates""",
            "decisions",
        ),
        (
            """INSERT INTO relations SELECT 'r', max(document_id), min(document_id), NULL, NULL, 'corrects', 1, 'made',
            now() FROM documents""",
            "relations",
        ),
    ],
)
def test_a_change_in_place_is_exported(published: Path, out: Path, change: str, table: str) -> None:
    """Re-readings, decisions, links and removals reach the files, and the flat table that follows from them."""
    with session(published) as connection:
        connection.execute(change)
    publish(published)
    export(published, str(out))
    for name in (table, "current_deadlines"):
        sql = f"SELECT * FROM {name} ORDER BY ALL"
        with duckdb.connect() as engine:
            engine.execute("SET TimeZone = 'UTC'")
            files = f"SELECT * EXCLUDE (month) FROM '{out}/{name}/**/*.parquet' ORDER BY ALL"
            assert engine.execute(files).fetchall() == query(published, sql, limit=None).rows, name


def test_a_corrigendum_is_named_as_it_is_now(published: Path, tmp_path: Path) -> None:
    """A symbol that a corrigendum of another month gets later reaches the document that it corrects."""
    target = tmp_path / "out"
    with session(published) as connection:
        connection.execute("""
            INSERT INTO relations SELECT 'r', min_by(document_id, symbol), max_by(document_id, symbol), NULL, NULL,
            'corrects', 1, 'made', now() FROM documents""")
    publish(published)
    export(published, str(target))
    with session(published) as connection:
        connection.execute("UPDATE documents SET symbol = 'A/RES/79/1/Corr.1' WHERE symbol = 'A/RES/79/1'")
    publish(published)
    export(published, str(target))
    assert globbed(target, "current_deadlines", "any_value(corrected_by[1])") == "A/RES/79/1/Corr.1"


def test_another_column_is_in_all_files(published: Path, out: Path, before: Manifest) -> None:
    """A table with a column more is written whole, so that a glob reads one schema; other tables stay as they are."""
    with session(published) as connection:
        connection.execute("ALTER TABLE citations ADD COLUMN note VARCHAR DEFAULT 'seen'")
    publish(published)
    now = export(published, str(out)).manifest
    assert set(months(before, "citations").values()).isdisjoint(months(now, "citations").values())
    assert months(before, "documents") == months(now, "documents")
    assert globbed(out, "citations", "count(note)") == now.rows["citations"] > 0


def test_superseded_files_stay_for_the_grace(published: Path, out: Path, before: Manifest) -> None:
    """A reader with the former views.sql goes on until the grace is over; a plain glob sees the new state alone."""
    with opened(out) as reader:
        more(published)
        publish(published)
        now = export(published, str(out)).manifest
        assert reader.execute("SELECT count(*) FROM documents").fetchall() == [(3,)]
        assert globbed(out, "documents") == 4
        superseded = set(before.files) - set(now.files)
        assert set(now.superseded) == superseded
        assert export(published, str(out), grace=AT_ONCE).removed == len(superseded)
        with pytest.raises(duckdb.IOException):
            reader.execute("SELECT count(*) FROM documents")
    present = {path.relative_to(out).as_posix() for path in (out / "files").rglob("*.parquet")}
    assert present == set(export(published, str(out)).manifest.files)


def test_an_export_never_loses_rows(published: Path, out: Path) -> None:
    """A snapshot without the rows of the target is refused, and the target stays as it is."""
    with session(published) as connection:
        connection.execute("DELETE FROM documents")
    publish(published, accept_loss=True)
    with pytest.raises(UnfitCopyError, match="was not replaced: it has 0 documents, the published one has 3"):
        export(published, str(out))
    assert globbed(out, "documents") == 3
    assert check(str(out)).problems == ()
    assert export(published, str(out), accept_loss=True).manifest.rows["documents"] == 0
    with opened(out) as engine:
        assert engine.execute("SELECT symbol FROM documents").fetchall() == []


def test_damage_is_found_and_mended(published: Path, tmp_path: Path) -> None:
    """--check names a file whose bytes changed, is gone or was cut short; the next export writes what is missing."""
    out = tmp_path / "out"
    files = [out / path for path in export(published, str(out)).manifest.files]
    content = bytearray(files[0].read_bytes())
    content[len(content) // 2] ^= 1
    files[0].write_bytes(content)
    files[1].unlink()
    os.truncate(files[2], 9)
    problems = check(str(out)).problems
    assert len(problems) == 3
    assert "do not match the manifest" in problems[0]
    files[0].unlink()
    (out / "views.sql").unlink()
    export(published, str(out))
    assert check(str(out)).problems == ()
    assert globbed(out, "documents") == 3


def test_a_damaged_manifest_is_not_replaced_by_itself(published: Path, out: Path, before: Manifest) -> None:
    """What it says is not known, so an operator decides; a manifest of elsewhere names no other files."""
    manifest = out / "manifest.json"
    whole = manifest.read_text()
    for content in (whole[:99], whole.replace(next(iter(before.files)), "../home/live.duckdb"), "[]"):
        manifest.write_text(content)
        with pytest.raises(WarehouseError, match=r"is not a manifest .* `--accept-loss` exports everything again"):
            export(published, str(out))
    export(published, str(out), accept_loss=True)
    assert check(str(out)).problems == ()


def test_a_target_of_the_former_layout_is_led_on(published: Path, tmp_path: Path) -> None:
    """Its rows are kept to, `current` leads to the new files, and its folders stay until somebody removes them."""
    target = tmp_path / "out"
    folder = target / "20260101T000000Z"
    folder.mkdir(parents=True)
    (target / "current").symlink_to(folder.name)
    (folder / "export.json").write_text(json.dumps({"rows": {"documents": 100}}))
    with pytest.raises(UnfitCopyError, match="it has 3 documents, the published one has 100"):
        export(published, str(target))
    assert (target / "current").resolve() == folder
    (folder / "export.json").write_text(json.dumps({"rows": {"documents": 3}}))
    assert export(published, str(target)).former == (folder,)
    assert globbed(target / "current", "documents") == 3
    assert export(published, str(target)).former == (folder,)


def test_object_storage_has_the_same_files(published: Path) -> None:
    """By one put each; the manifest is the switch, views.sql has whole addresses, old objects go after the grace."""
    target = f"memory://{uuid.uuid4().hex}/mandates"
    export(published, target)
    more(published)
    publish(published)
    state = export(published, target, grace=AT_ONCE).manifest
    assert check(target).problems == ()
    with duckdb.connect() as engine:
        engine.register_filesystem(fsspec.filesystem("memory"))
        script = fsspec.open(f"{target}/views.sql", "r").open().read()
        engine.execute(script)
        assert engine.execute("SELECT count(*) FROM documents").fetchall() == [(4,)]
    objects = fsspec.filesystem("memory").find(f"{target}/files")
    assert {path.partition("/mandates/")[2] for path in objects} == set(state.files)
    fsspec.filesystem("memory").rm_file(f"{target}/{next(iter(state.files))}")
    assert len(check(target).problems) == 1
    export(published, target)
    assert check(target).problems == ()


def test_the_later_of_two_exports_gives_way(published: Path) -> None:
    """On object storage, which knows no locks, an export that sees another one's manifest leaves it as it is."""
    target = f"memory://{uuid.uuid4().hex}/mandates"
    export(published, target)
    more(published)
    publish(published)
    others = b"the manifest of another"

    def meanwhile(_done: int, _total: int) -> None:
        fsspec.filesystem("memory").pipe_file(f"{target}/manifest.json", others)

    with pytest.raises(WarehouseError, match="another export finished in the meantime; export again"):
        export(published, target, progress=meanwhile)
    assert fsspec.filesystem("memory").cat_file(f"{target}/manifest.json") == others


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("nowhere://bucket/x", "nowhere://bucket/x: cannot be used"),
        ("sftp://someone:secret@127.0.0.1:9/x", "sftp://127.0.0.1:9/x: "),
    ],
)
def test_a_target_that_cannot_be_used_is_named(published: Path, target: str, says: str) -> None:
    """In one sentence, without the password."""
    with pytest.raises(WarehouseError) as refused:
        export(published, target)
    assert str(refused.value).startswith(says)
    assert "secret" not in str(refused.value)


def test_what_is_not_ours_stays(published: Path, tmp_path: Path) -> None:
    """Files of other people in the target are neither listed nor removed."""
    target = tmp_path / "out"
    mine = [target / "notes.txt", target / "files" / "notes.parquet", target / "own" / "table.parquet"]
    for path in mine:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")
    export(published, str(target), grace=AT_ONCE)
    assert all(path.read_text() == "mine" for path in mine)


def test_without_a_snapshot(home: Path, tmp_path: Path) -> None:
    """The sentence says how to get one, and no target is made."""
    with pytest.raises(WarehouseError, match="there is no snapshot yet"):
        export(home, str(tmp_path / "out"))
    with pytest.raises(WarehouseError, match="there is no export here"):
        check(str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_a_manifest_says_when(published: Path, tmp_path: Path) -> None:
    """The time is that of the export, in UTC."""
    before = datetime.now(UTC)
    made = export(published, str(tmp_path / "out")).manifest.made_at
    assert before <= made <= datetime.now(UTC)
    assert check(str(tmp_path / "out")).made_at == made


def test_the_documented_ways_of_reading_work(out: Path) -> None:
    """The Python in docs/exports.md runs as it is on a target, and finds its rows."""
    page = (Path(__file__).parents[2] / "docs" / "exports.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 3
    found: dict[str, Any] = {}
    for block in blocks:
        if "pandas" in block and importlib.util.find_spec("pandas") is None:
            # Analysts have it, this project has not.
            continue
        code = block.replace("/mnt/mandates", str(out)).replace("s3://bucket/mandates", f"file://{out}")
        exec(compile(code, "docs/exports.md", "exec"), found)  # noqa: S102 - the project's own page
    assert found["con"].execute("SELECT count(*) FROM mandates WHERE month >= '2026-01'").fetchall() == [(2,)]


def test_the_views_open_in_duckdb_1_5(published: Path, out: Path, analysts_python: str) -> None:
    """The DuckDB that analysts have reads views.sql and the files, and answers as the snapshot does."""
    asked = [f"SELECT count(*) FROM {name}" for name in (*exported_tables, "open_mandates", "due_within(400)")]
    script = """
import duckdb, json, sys
con = duckdb.connect()
con.execute(f"SET file_search_path = '{sys.argv[1]}'")
con.execute(open(f"{sys.argv[1]}/views.sql").read())
print(json.dumps([con.execute(sql).fetchall() for sql in json.loads(sys.argv[2])]))"""
    said = subprocess.check_output([analysts_python, "-c", script, str(out), json.dumps(asked)], text=True)
    assert json.loads(said) == [[list(row) for row in query(published, sql).rows] for sql in asked]


def test_the_command_says_what_it_did(published: Path, tmp_path: Path) -> None:
    """In words and as JSON; --check ends with 1 where there is damage."""
    config, target = configured(tmp_path / "config", []), tmp_path / "out"
    ended = called(published, config, "export", str(target), "--json")
    said = json.loads(ended.out)
    assert (said["rows"]["documents"], said["partitions_written"], said["target"]) == (3, said["files"], str(target))
    ended = answered(published, config, "export", str(target))
    assert ended.out.splitlines()[-1] == f"{target}: nothing has changed"
    ended = answered(published, config, "export", str(target), "--check")
    assert (ended.code, "no damage" in ended.out) == (0, True)
    next((target / "files").rglob("*.parquet")).unlink()
    ended = answered(published, config, "export", "--check", "--json", str(target))
    assert (ended.code, len(json.loads(ended.out)["problems"])) == (1, 1)
    ended = answered(published, config, "export", "--check", str(tmp_path / "nothing"))
    assert ended.code == 1
    assert ended.last_line.endswith("there is no export here; `mandates export` creates one")
