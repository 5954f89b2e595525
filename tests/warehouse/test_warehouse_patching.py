"""The next snapshot is made out of the one before the published one: what differs is written, while nobody reads it."""

from __future__ import annotations

import fcntl
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.warehouse.made import batch, entry, nobody
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.model import UnfitCopyError, WarehouseError
from warehouse.query.queries import query
from warehouse.store import patching
from warehouse.store.blocks import HEADERS_BYTES, Blocks, differing, fits
from warehouse.store.database import live_path, session
from warehouse.store.publication import publication_path, published
from warehouse.store.restore import restore
from warehouse.store.snapshot import previous_path, publish, snapshot_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.slow

COUNT = "SELECT count(*) FROM documents"


@pytest.fixture(scope="module")
def published_twice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two documents, the snapshot of both and the one before it; to be copied."""
    home = tmp_path_factory.mktemp("published") / "home"
    home.mkdir()
    _skip_without_leases(home.parent / "probe")
    for number in range(2):
        _record(home, number)
        publish(home)
    return home


@pytest.fixture
def patchable(home: Path, published_twice: Path) -> Callable[[], None]:
    """A home with two snapshots; each call records one more document."""
    shutil.copytree(published_twice, home)
    numbers = iter(range(2, 100))
    return lambda: _record(home, next(numbers))


def _record(home: Path, number: int) -> None:
    land(home, batch(number, entry(f"A/RES/80/{number}", title=f"Matter {number}")))
    record(home, nobody)


def _skip_without_leases(probe: Path) -> None:
    probe.touch()
    with probe.open("rb") as file:
        try:
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        except (AttributeError, OSError) as error:
            pytest.skip(f"no leases on files here: {error}")


def _why(home: Path) -> str | None:
    """Why the last snapshot was copied whole; None where it was patched."""
    made = published(home)
    assert made is not None
    return made.copied_because


def _same(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()


def test_a_patched_snapshot_is_the_live_file_byte_for_byte(home: Path, patchable: Callable[[], None]) -> None:
    """Rows come and go, freed blocks are used again, checkpoints move others: each time the files are the same."""
    for change in (
        "CREATE TABLE ballast AS SELECT range AS n, md5(range::VARCHAR) AS words FROM range(200000)",
        "DELETE FROM ballast WHERE n % 5 = 0",
        "UPDATE ballast SET words = sha256(words) WHERE n > 150000",
        "CREATE OR REPLACE TABLE ballast AS SELECT n, n AS words FROM ballast LIMIT 10",
        "INSERT INTO ballast SELECT range, hash(range) % 1000 FROM range(300000)",
    ):
        patchable()
        with session(home) as connection:
            connection.execute(change)
        publish(home)
        assert _why(home) is None
        assert _same(snapshot_path(home), live_path(home))
        assert query(home, "SELECT count(*) FROM documents, (SELECT sum(n) FROM ballast)").rows[0][0] >= 3


def test_writing_grows_with_the_change_and_not_with_the_file(home: Path, patchable: Callable[[], None]) -> None:
    """Beside 20 MB that nobody touched, a document costs what it costs without them."""
    patchable()
    publish(home)
    small = published(home)
    with session(home) as connection:
        connection.execute("CREATE TABLE ballast AS SELECT sha256(range::VARCHAR) AS words FROM range(600000)")
    for _ in range(3):
        patchable()
        publish(home)
    large = published(home)
    assert small is not None
    assert large is not None
    assert large.bytes > 4 * small.bytes
    assert large.written < 1.5 * small.written


def test_nothing_differs_nothing_is_written(home: Path, patchable: Callable[[], None]) -> None:
    """Two snapshots without a change in between leave the headers alone to be written."""
    for _ in range(3):
        publish(home)
    made = published(home)
    assert made is not None
    assert (made.copied_because, made.written) == (None, HEADERS_BYTES)


def test_a_reader_of_the_former_snapshot_keeps_it(home: Path, patchable: Callable[[], None]) -> None:
    """While DuckDB has it open the live file is copied whole, with the reason; afterwards it is patched again."""
    with duckdb.connect(previous_path(home), read_only=True) as reader:
        patchable()
        publish(home)
        assert _why(home) == "another program has snapshot.previous.duckdb open"
        assert reader.execute(COUNT).fetchall() == [(1,)]
    patchable()
    publish(home)
    assert _why(home) is None
    made = published(home)
    assert made is not None
    assert (made.patched, made.copied) == (1, 3)
    assert query(home, COUNT).rows == [(4,)]


def test_a_backup_under_way_is_not_torn(home: Path, patchable: Callable[[], None]) -> None:
    """A program that copies the snapshot takes no lock; the bytes that it still has to read stay as they were."""
    before = previous_path(home).read_bytes()
    with previous_path(home).open("rb") as backup:
        began = backup.read(5_000)
        patchable()
        publish(home)
        assert began + backup.read() == before
    assert _why(home) == "another program has snapshot.previous.duckdb open"


def test_a_second_name_keeps_its_bytes(home: Path, patchable: Callable[[], None]) -> None:
    """A hard link to a former snapshot, as some backups keep them, is not written into."""
    kept = home / "kept.duckdb"
    kept.hardlink_to(previous_path(home))
    before = kept.read_bytes()
    patchable()
    publish(home)
    assert _why(home) == "snapshot.previous.duckdb has another name"
    assert kept.read_bytes() == before


def test_a_kill_between_two_renames_does_not_patch_the_published_file(
    home: Path, patchable: Callable[[], None]
) -> None:
    """Where both names are one file, it is left alone until the new one is there."""
    previous_path(home).unlink()
    previous_path(home).hardlink_to(snapshot_path(home))
    before = snapshot_path(home).stat().st_ino
    patchable()
    publish(home)
    assert _why(home) == "snapshot.previous.duckdb has another name"
    assert previous_path(home).stat().st_ino == before
    with duckdb.connect(previous_path(home), read_only=True) as former:
        assert former.execute(COUNT).fetchall() == [(2,)]


@pytest.mark.parametrize("killed_at", [0, 1, 7, 20, 33])
def test_killed_while_patching_the_published_snapshot_is_whole(
    home: Path, patchable: Callable[[], None], killed_at: int
) -> None:
    """After any number of writes and half of one more: the public file is untouched, the torn one never used."""
    patchable()
    before = snapshot_path(home).read_bytes()
    child = os.fork()
    if not child:
        writes = iter(range(1_000))
        write = patching._write

        def write_or_die(descriptor: int, content: bytes, place: int) -> None:
            if next(writes) == killed_at:
                write(descriptor, content[: len(content) // 2], place)
                os.kill(os.getpid(), signal.SIGKILL)
            write(descriptor, content, place)

        patching._write = write_or_die
        publish(home)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert snapshot_path(home).read_bytes() == before
    publish(home)
    assert _why(home) == "there is no earlier snapshot to patch yet"
    assert _same(snapshot_path(home), live_path(home))
    assert previous_path(home).read_bytes() == before
    patchable()
    publish(home)
    assert _why(home) is None


def test_whoever_opens_the_file_meanwhile_waits_until_it_is_whole(
    home: Path, patchable: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that opens the file while it is being written reads all of the new state, and the writer goes on."""
    patchable()
    write, opened = patching._write, []

    def write_while_opened(descriptor: int, content: bytes, place: int) -> None:
        if not opened:
            script = "import sys; print(len(open(sys.argv[1], 'rb').read()), open(sys.argv[1], 'rb').read().hex())"
            command = [sys.executable, "-c", script, str(home / ".snapshot.duckdb.part")]
            opened.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
            with pytest.raises(subprocess.TimeoutExpired):
                opened[0].wait(1)
        write(descriptor, content, place)

    monkeypatch.setattr(patching, "_write", write_while_opened)
    publish(home)
    answer, _ = opened[0].communicate()
    assert _why(home) is None
    assert bytes.fromhex(answer.split()[1]) == live_path(home).read_bytes()


def test_a_damaged_block_is_not_copied(home: Path, patchable: Callable[[], None]) -> None:
    """A new block of the live file that does not match its checksum is refused, and both snapshots stay."""
    patchable()
    with session(home) as connection:
        connection.execute("CREATE TABLE ballast AS SELECT md5(range::VARCHAR) AS words FROM range(100000)")
    with live_path(home).open("rb") as live, previous_path(home).open("rb") as former:
        source = Blocks.of(live)
        changed = differing(source, Blocks.of(former))
        # Those of the ballast are full, and no others are new in such number.
        block = changed[-2]
        place = source.at(block) + 2_048
        assert fits(source.read(block))
    with live_path(home).open("r+b") as live:
        live.seek(place)
        live.write(os.urandom(512))
    before = [path.read_bytes() for path in (snapshot_path(home), previous_path(home))]
    with pytest.raises(UnfitCopyError, match="is damaged and was not published"):
        publish(home)
    assert [path.read_bytes() for path in (snapshot_path(home), previous_path(home))] == before


def test_an_emptied_warehouse_is_refused_before_anything_is_written(home: Path, patchable: Callable[[], None]) -> None:
    """The snapshot before the published one is still the second way back."""
    with session(home) as connection:
        connection.execute("DELETE FROM documents")
    before = previous_path(home).read_bytes()
    with pytest.raises(UnfitCopyError, match="it has 0 documents, the published one has 2"):
        publish(home)
    assert previous_path(home).read_bytes() == before
    publish(home, accept_loss=True)
    assert _why(home) is None
    assert restore(home, previous_path(home)).documents == 2


def test_once_a_day_every_byte_is_compared_and_every_table_read(
    home: Path, patchable: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    """Words that changed places in a block leave its checksum as it was; such a block is found, written and said."""
    _exchange_words(live_path(home), previous_path(home))
    known = json.loads(publication_path(home).read_text())
    read_at = known["read_at"].replace("20", "19", 1)
    publication_path(home).write_text(json.dumps(known | {"read_at": read_at}))
    publish(home)
    assert _same(snapshot_path(home), live_path(home))
    assert "blocks that had changed behind the same checksum, now written: 1" in caplog.text
    made = published(home)
    assert made is not None
    assert made.copied_because is None
    assert made.read_at.isoformat() != read_at
    publish(home)
    again = published(home)
    assert again is not None
    assert again.read_at == made.read_at


def _exchange_words(live: Path, former: Path) -> None:
    """Let two words change places in a block that both files have."""
    former.chmod(0o644)
    with live.open("rb") as one, former.open("r+b") as other:
        source, target = Blocks.of(one), Blocks.of(other)
        changed = set(differing(source, target))
        number = next(each for each in range(target.count) if each not in changed)
        block = target.read(number)
        words = [block[place : place + 8] for place in range(8, len(block), 8)]
        place = next(place for place, word in enumerate(words) if word != words[0])
        words[0], words[place] = words[place], words[0]
        exchanged = block[:8] + b"".join(words)
        assert exchanged != block
        assert fits(exchanged)
        os.pwrite(target.descriptor, exchanged, target.at(number))


@pytest.mark.parametrize("said", ["", "[]", '{"read_at": 1}', '{"read_at": "yesterday", "published_at": "today"}'])
def test_an_unreadable_note_means_reading_everything(home: Path, patchable: Callable[[], None], said: str) -> None:
    """Without a note of the last publication all tables are read, and the counts begin again."""
    publication_path(home).write_text(said)
    patchable()
    publish(home)
    made = published(home)
    assert made is not None
    assert (made.patched, made.copied, made.copied_because) == (1, 0, None)
    assert abs((made.read_at - made.published_at).total_seconds()) == 0


def test_a_disk_too_full_to_grow_leaves_both_snapshots(home: Path, patchable: Callable[[], None]) -> None:
    """The space is taken before the first block is written; without it the file is as it was, to the last byte."""
    with session(home) as connection:
        connection.execute("CREATE TABLE ballast AS SELECT md5(range::VARCHAR) AS words FROM range(100000)")
    before = [path.read_bytes() for path in (snapshot_path(home), previous_path(home))]
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before[0]) + 65_536, limits[1]))
        with pytest.raises(WarehouseError, match="the former snapshot stays"):
            publish(home)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert [path.read_bytes() for path in (snapshot_path(home), previous_path(home))] == before
    publish(home)
    assert _why(home) is None


def test_a_patched_snapshot_opens_in_duckdb_1_5(
    home: Path, patchable: Callable[[], None], analysts_python: str
) -> None:
    """Analysts' older DuckDB reads every row of it."""
    patchable()
    publish(home)
    assert _why(home) is None
    script = """
import duckdb, sys
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    names = "SELECT table_name FROM duckdb_tables() WHERE NOT internal"
    for (name,) in connection.execute(names).fetchall():
        connection.execute(f'SELECT bit_xor(hash(each)) FROM "{name}" AS each').fetchall()
    print(connection.execute("SELECT count(*) FROM documents").fetchall()[0][0])
"""
    said = subprocess.check_output([analysts_python, "-c", script, str(snapshot_path(home))], text=True)
    assert said == "3\n"
