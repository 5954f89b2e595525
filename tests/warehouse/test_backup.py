"""A backup restores the same warehouse, raw files, batches and configuration; damage is found before it does harm."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.warehouse.made import batch, entry, nobody
from warehouse.backup import manifest as manifests
from warehouse.backup.checking import check
from warehouse.backup.making import LIVE, backup, objects_of
from warehouse.backup.manifest import generations
from warehouse.backup.restoring import plan, restore
from warehouse.load.landing import land, landed
from warehouse.load.record import record
from warehouse.model import BackupError
from warehouse.outbox.journal import Journal
from warehouse.query.queries import query
from warehouse.store import raw
from warehouse.store.database import live_path
from warehouse.store.verify import rows_read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from warehouse.model import Recorded

    Record = Callable[..., Recorded]

pytestmark = pytest.mark.slow

CONTENT = b"the bytes of a publisher " * 100
SUBSCRIPTIONS = """targets:
  desk: {url: {file: SECRET}}
  team: {url: {env: TEAM_URL}}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "sources.yaml").write_text("- {id: papers, kind: files, path: papers}\n")
    (folder / "desk.url").write_text("json://example.org/secret\n")
    (folder / ".env").write_text("TEAM_URL=json://example.org/other-secret\n")
    (folder / "subscriptions.yaml").write_text(SUBSCRIPTIONS.replace("SECRET", str(folder / "desk.url")))
    return folder


@pytest.fixture
def there(home: Path, recorded: Record) -> Path:
    """A home with two recorded documents, the bytes of one answer, and a batch that waits."""
    recorded(batch(0, entry(), entry("A/RES/80/2", title="Other")))
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    raw._keep_one(home, sha256, CONTENT, is_document=True)
    land(home, batch(1, entry("A/RES/80/3", title="Waiting")))
    return home


def content(folder: Path) -> set[bytes]:
    return {path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_restored_home_has_the_same_rows_raw_files_batches_and_configuration(
    there: Path, config: Path, tmp_path: Path
) -> None:
    """What was backed up comes back, secrets excepted, and the batch that waited can be recorded."""
    made = backup(there, config, tmp_path / "backup")
    new, new_config = tmp_path / "new", tmp_path / "new-config"
    restore(tmp_path / "backup", plan(tmp_path / "backup", new, new_config))
    assert rows_read(live_path(new)) == rows_read(live_path(there)) == dict(made.manifest.rows)
    assert raw.read(new, hashlib.sha256(CONTENT).hexdigest()) == CONTENT
    assert [each.batch_id for each in landed(new)] == [each.batch_id for each in landed(there)]
    assert sorted(path.name for path in new_config.iterdir()) == ["sources.yaml", "subscriptions.yaml"]
    assert record(new, nobody).new_documents == 1
    assert query(new, "SELECT count(*) FROM documents").rows == [(2,)]


def test_secrets_are_in_no_byte_of_a_backup_and_are_listed(there: Path, config: Path, tmp_path: Path) -> None:
    """Files that targets refer to and hidden files stay out, and people learn what they have to put back."""
    made = backup(there, config, tmp_path / "backup")
    assert not any(b"json://example.org" in each for each in content(tmp_path / "backup" / "objects"))
    listed = " ".join(made.manifest.left_out)
    assert str(config / "desk.url") in listed
    assert "TEAM_URL" in listed
    assert str(config / ".env") in listed


def test_beside_a_file_that_cannot_be_read_only_yaml_is_kept(there: Path, config: Path, tmp_path: Path) -> None:
    """In the middle of an edit nobody knows which files are secrets, and the backup is made all the same."""
    (config / "subscriptions.yaml").write_text("targets: {desk: [")
    made = backup(there, config, tmp_path / "backup")
    kept = {file.path for file in made.manifest.files if file.path.startswith("config/")}
    assert kept == {"config/sources.yaml", "config/subscriptions.yaml"}
    assert any("desk.url" in each and "subscriptions.yaml" in each for each in made.manifest.left_out)


def test_a_second_backup_writes_nothing_but_its_manifest(there: Path, config: Path, tmp_path: Path) -> None:
    """What did not change is shared; what did is written alone."""
    folder = tmp_path / "backup"
    first = backup(there, config, folder)
    assert first.written > first.manifest.size // 2
    second = backup(there, config, folder)
    assert second.written == 0
    assert second.manifest.file(LIVE).sha256 == first.manifest.file(LIVE).sha256
    (config / "topics.yaml").write_text("{}\n")
    assert backup(there, config, folder).written == 3
    assert len(generations(folder)) == 3


def test_only_the_newest_generations_are_kept_and_each_restores_its_own_state(
    there: Path, config: Path, tmp_path: Path
) -> None:
    """Beyond --keep the oldest go, with the pieces that only they had."""
    folder = tmp_path / "backup"
    counts = {}
    for number in range(4):
        land(there, batch(10 + number, entry(f"A/RES/81/{number}", title=f"Matter {number}")))
        record(there, nobody)
        made = backup(there, config, folder, keep=3)
        counts[made.generation.name] = made.manifest.rows["documents"]
    names = [each.name for each in generations(folder)]
    assert names == sorted(counts, reverse=True)[:3]
    assert check(folder).problems == ()
    wanted = {piece for each in generations(folder) for file in each.manifest().files for piece in file.pieces}
    assert {path.name for path in (folder / "objects").glob("*/*")} == wanted
    for name in names:
        new = tmp_path / name
        restore(folder, plan(folder, new, tmp_path / "c", name))
        assert rows_read(live_path(new))["documents"] == counts[name]


def test_one_changed_byte_is_found_by_check_and_by_restore(there: Path, config: Path, tmp_path: Path) -> None:
    """Wherever it is: in the warehouse, in a raw file, in the manifest."""
    folder = tmp_path / "backup"
    backup(there, config, folder)
    chance = random.Random(7)  # noqa: S311 - the same bytes each time
    for path in [each for each in folder.rglob("*") if each.is_file() and each.name != "backup.lock"]:
        sound = path.read_bytes()
        place = chance.randrange(len(sound))
        path.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
        (problem,) = check(folder).problems[:1]
        assert str(path) in problem
        new = tmp_path / f"new-{path.name[:80]}"
        with pytest.raises(BackupError, match="not match the hash in its name"):
            restore(folder, plan(folder, new, tmp_path / "c"))
        assert not live_path(new).exists()
        path.write_bytes(sound)
    assert check(folder).problems == ()


def test_damaged_raw_files_can_be_left_out_but_never_the_warehouse(there: Path, config: Path, tmp_path: Path) -> None:
    """One lost file does not cost everything else, and is named."""
    folder = tmp_path / "backup"
    made = backup(there, config, folder).manifest
    lost = next(file for file in made.files if file.path.startswith("home/raw/"))
    objects_of(folder).path(lost.pieces[0]).unlink()
    done = restore(folder, plan(folder, tmp_path / "new", tmp_path / "c"), skip_damaged=True)
    assert done.skipped == (lost.path,)
    objects_of(folder).path(made.file(LIVE).pieces[0]).unlink()
    with pytest.raises(BackupError, match=r"live\.duckdb: cannot be read"):
        restore(folder, plan(folder, tmp_path / "newer", tmp_path / "c"), skip_damaged=True)


def test_a_damaged_piece_of_the_warehouse_is_written_again(there: Path, config: Path, tmp_path: Path) -> None:
    """The next backup reads the shared pieces of the live file and mends them for all generations."""
    folder = tmp_path / "backup"
    piece = objects_of(folder).path(backup(there, config, folder).manifest.file(LIVE).pieces[0])
    sound = piece.read_bytes()
    piece.write_bytes(bytes([sound[0] ^ 1]) + sound[1:])
    assert check(folder).problems
    assert backup(there, config, folder).written == piece.stat().st_size
    assert check(folder).problems == ()


def test_a_failed_verification_keeps_no_generation_and_removes_none(
    there: Path, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that does not keep what is written is noticed before any older generation goes."""
    folder = tmp_path / "backup"
    backup(there, config, folder)
    before = generations(folder)
    (config / "topics.yaml").write_text("{}\n")
    known = content(folder / "objects")
    monkeypatch.setattr("os.sync", lambda: _garble(folder / "objects", known))
    with pytest.raises(BackupError, match="was just written and does not match"):
        backup(there, config, folder, keep=1)
    assert generations(folder) == before
    monkeypatch.undo()
    restore(folder, plan(folder, tmp_path / "new", tmp_path / "c"))


def _garble(folder: Path, known: set[bytes]) -> None:
    for path in folder.glob("*/*"):
        if path.read_bytes() not in known:
            path.write_bytes(b"x" * path.stat().st_size)


def test_a_home_with_a_warehouse_is_replaced_only_when_asked(
    there: Path, config: Path, tmp_path: Path, rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """The former state is set aside as a whole, the configuration that is there is not touched."""
    folder = tmp_path / "backup"
    backup(there, config, folder)
    record(there, nobody)
    (config / "sources.yaml").write_text("[]\n")
    planned = plan(folder, there, config)
    assert planned.replaces
    with pytest.raises(BackupError, match="use --replace to set it aside"):
        restore(folder, planned)
    assert rows("SELECT count(*) FROM documents") == [(3,)]
    done = restore(folder, planned, replace=True)
    assert rows("SELECT count(*) FROM documents") == [(2,)]
    assert done.kept_as is not None
    assert rows_read(done.kept_as / "live.duckdb")["documents"] == 3
    assert len(landed(there)) == 1
    assert (config / "sources.yaml").read_text() == "[]\n"
    assert planned.config_to is not None
    assert "papers" in (planned.config_to / "sources.yaml").read_text()


def test_a_plan_changes_nothing(there: Path, config: Path, tmp_path: Path) -> None:
    """Not even a folder is made."""
    backup(there, config, tmp_path / "backup")
    planned = plan(tmp_path / "backup", tmp_path / "new", tmp_path / "c")
    assert not planned.replaces
    assert planned.config_to == tmp_path / "c"
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "c").exists()


def test_nothing_is_replaced_while_alerts_are_being_delivered(there: Path, config: Path, tmp_path: Path) -> None:
    """A dispatcher's journal belongs to the state that would go."""
    folder = tmp_path / "backup"
    backup(there, config, folder)
    journal = Journal.begin(there / "outbox")
    with pytest.raises(BackupError, match="alerts are being delivered"):
        restore(folder, plan(folder, there, config), replace=True)
    assert rows_read(live_path(there))["documents"] == 2
    journal.close(remove=True)
    restore(folder, plan(folder, there, config), replace=True)


def test_a_backup_of_a_newer_schema_is_refused(
    there: Path, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older program does not touch what it cannot read, and names the program that can."""
    folder = tmp_path / "backup"
    made = backup(there, config, folder).manifest
    manifests.write(folder, type(made)(**{**_fields(made), "schema": 99, "program": "9.9"}))
    with pytest.raises(BackupError, match=r"cannot be downgraded; install Mandate Monitor 9\.9"):
        plan(folder, tmp_path / "new", config, generations(folder)[0].name)


def _fields(made: manifests.Manifest) -> dict[str, Any]:
    now = made.made_at.replace(year=made.made_at.year + 1)
    return {name: getattr(made, name) for name in made.__dataclass_fields__} | {"made_at": now}


@pytest.mark.parametrize("path", ["home/../../etc/passwd", "/etc/passwd", "home/raw/./x", "other/x", "home/..", "home"])
def test_a_manifest_from_elsewhere_leads_out_of_no_folder(tmp_path: Path, path: str) -> None:
    """A backup may come from a disk that others can write to."""
    piece = "0" * 64
    file = {"path": path, "size": 0, "mtime_ns": 0, "sha256": piece, "pieces": [piece]}
    known = {"format": 1, "made_at": "2030-01-01T00:00:00+00:00", "program": "1", "schema": 1, "rows": {}}
    body = json.dumps(known | {"to_be_sent": 0, "left_out": [], "files": [file]}).encode()
    (tmp_path / "generations").mkdir()
    name = f"20300101T000000000000Z.{hashlib.sha256(body).hexdigest()}.json"
    (tmp_path / "generations" / name).write_bytes(body)
    with pytest.raises(BackupError, match="is not a file that a backup contains"):
        plan(tmp_path, tmp_path / "new", tmp_path / "c")


def test_there_is_nothing_to_back_up_without_a_warehouse(tmp_path: Path, config: Path) -> None:
    """A wrong --home makes no empty generation that pushes a good one out."""
    with pytest.raises(BackupError, match="nothing to back up"):
        backup(tmp_path / "nowhere", config, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()
    assert not (tmp_path / "nowhere").exists()


def test_a_backup_is_not_made_into_the_configuration(there: Path, config: Path) -> None:
    """It would contain itself."""
    with pytest.raises(BackupError, match="choose another folder"):
        backup(there, config, config / "backup")


def test_an_unknown_generation_is_answered_with_those_that_are_there(there: Path, config: Path, tmp_path: Path) -> None:
    """The name may be shortened as long as it is clear."""
    folder = tmp_path / "backup"
    name = backup(there, config, folder).generation.name
    assert plan(folder, tmp_path / "new", config, name[:8]).name == name
    with pytest.raises(BackupError, match=f"has no generation '1999'; choose one of {name}"):
        plan(folder, tmp_path / "new", config, "1999")
    shutil.rmtree(folder / "generations")
    with pytest.raises(BackupError, match="holds no backup"):
        check(folder)
