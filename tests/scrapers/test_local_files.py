"""Local files as a source: what is read, what is refused, and what is not read again."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from config.source_blocks import Policy
from scrapers.crawl import local
from scrapers.crawl.local import crawl_files
from scrapers.kinds import folders
from scrapers.kinds.files import read_file
from scrapers.publication import Memory
from scrapers.reading import here
from tests.sites.publisher import crawled, remembered, source_of
from tests.watched import configured, resolution, running

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scrapers.publication import Harvest

POSTS = """Same example practice

Submitted by A. Sample on

The first practice counts boats.

Same example practice

Submitted by B. Sample on

The second practice paints boats.

Other example practice

Submitted by C. Sample on

The third practice hires boats.
"""


class Reader:
    """Reads in this process, and keeps the names of the files that it was given."""

    def __init__(self) -> None:
        self.read: list[str] = []

    async def __call__(self, function: Callable[..., Any], *arguments: Any, owner: str = "") -> Any:
        """As `here`."""
        assert function is read_file
        self.read.append(arguments[1])
        return await here(function, *arguments, owner=owner)


async def looked(
    paths: Sequence[Path],
    memory: Memory | None = None,
    *,
    reader: Reader | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> list[Harvest]:
    """What local files give: the parts, and behind them the end."""
    landed: list[Harvest] = []

    async def land(part: Harvest) -> None:
        landed.append(part)

    end = await crawl_files(
        "local", paths, memory or Memory(), Policy(), reading=reader or Reader(), land=land, tell=tell
    )
    return [*landed, end]


def known(harvests: Sequence[Harvest], memory: Memory | None = None) -> Memory:
    """What the warehouse would know after them."""
    for harvest in harvests:
        memory = remembered(harvest, memory)
    assert memory is not None
    return memory


def notes(folder: Path, count: int) -> None:
    """So many files, each with a text of its own."""
    folder.mkdir(exist_ok=True)
    for number in range(count):
        (folder / f"{number:03}.txt").write_text(f"Note {number}\n\nA note about boat{number}.")


async def test_many_files_come_in_parts_each_once(tmp_path: Path) -> None:
    """Parts of a hundred files, then the rest; each file's publication and state are handed over once."""
    notes(tmp_path, 250)
    harvests = await looked([tmp_path])
    assert [each.outcome for each in harvests] == ["part", "part", "ok"]
    assert all(len(each.publications) <= local.PART_DOCUMENTS + local._AT_ONCE for each in harvests)
    urls = Counter(publication.url for harvest in harvests for publication in harvest.publications)
    assert urls == {(tmp_path / f"{number:03}.txt").as_uri(): 1 for number in range(250)}
    assert sum(len(harvest.items) for harvest in harvests) == 250
    assert harvests[-1].items_seen == 250


async def test_what_is_held_is_bounded_by_a_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part holds the bytes of one part, and of the files that were under way beside it, however many there are."""
    monkeypatch.setattr(local, "PART_BYTES", 10_000)
    texts = [f"A note about boat{number}. " * 80 for number in range(60)]
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.txt").write_text(text)
    size = max(map(len, texts))
    harvests = await looked([tmp_path])
    assert len(harvests) > 5
    for harvest in harvests:
        held = sum(len(each.text.raw) for each in harvest.publications if each.text is not None)
        held += sum(len(answer.raw) for answer in harvest.answers)
        assert held < 10_000 + size * local._AT_ONCE
    assert sum(len(harvest.publications) for harvest in harvests) == 60


async def test_unchanged_files_are_not_read_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The second look reads nothing, a third one only what was changed, touched or added, and says so beforehand."""
    caplog.set_level("INFO")
    notes(tmp_path, 6)
    reader = Reader()
    memory = known(await looked([tmp_path], reader=reader))
    assert sorted(reader.read) == [f"{number:03}.txt" for number in range(6)]
    reader.read.clear()
    (again,) = await looked([tmp_path], memory, reader=reader)
    assert reader.read == []
    assert (again.outcome, again.items_unchanged, again.items_seen) == ("not_modified", 6, 6)
    assert not again.publications
    assert not again.items
    (tmp_path / "002.txt").write_text("Another note altogether.")
    os.utime(tmp_path / "003.txt", ns=(0, 0))
    (tmp_path / "new.txt").write_text("A new note.")
    (third,) = await looked([tmp_path], memory, reader=reader)
    assert sorted(reader.read) == ["002.txt", "003.txt", "new.txt"]
    assert (third.outcome, third.items_unchanged) == ("ok", 4)
    assert [line for line in caplog.messages if "already" in line] == [
        "local: 4 of 7 files are recorded already; reading the other 3"
    ]


async def test_a_file_that_was_refused_is_read_again(tmp_path: Path) -> None:
    """What failed is tried by each look, though its bytes are the same; what was taken is left alone."""
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "good.txt").write_text("A note about boats.")
    memory = known(await looked([tmp_path]))
    reader = Reader()
    (again,) = await looked([tmp_path], memory, reader=reader)
    assert reader.read == ["empty.txt"]
    assert again.outcome == "failed"
    assert "empty.txt" in (again.error or "")


async def test_a_better_reader_reads_everything_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The version of the readers is part of what a file is known to be unchanged by."""
    notes(tmp_path, 3)
    memory = known(await looked([tmp_path]))
    monkeypatch.setattr(local, "_READERS", "next")
    reader = Reader()
    await looked([tmp_path], memory, reader=reader)
    assert len(reader.read) == 3


def _link_out(path: Path) -> None:
    outside = path.parent.parent / "private.txt"
    outside.write_text("What only the owner of this machine may read.")
    path.symlink_to(outside)


def _device(path: Path) -> None:
    try:
        os.mknod(path, 0o666 | 0o020000, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only the superuser can make a device")


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        # The name of a socket may be 108 bytes long.
        before = Path.cwd()
        os.chdir(path.parent)
        try:
            made.bind(path.name)
        finally:
            os.chdir(before)


def _locked(path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("the superuser can read everything; tests/security/test_hostile_files.py takes that right away")
    path.write_text("A locked note.")
    path.chmod(0)


HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "link.txt": (_link_out, "leads nowhere or out of the folder"),
    "gone.txt": (lambda path: path.symlink_to("nowhere.txt"), "leads nowhere or out of the folder"),
    "loop.txt": (lambda path: path.symlink_to(path.name), "leads nowhere or out of the folder"),
    "pipe.pdf": (os.mkfifo, "is not a regular file"),
    "device.txt": (_device, "is not a regular file"),
    "socket.txt": (_socket, "No such device or address"),
    "locked.txt": (_locked, "Permission denied"),
    "void.pdf": (lambda path: path.write_bytes(b""), "the file is empty"),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_cannot_be_read_is_said_and_holds_nobody_up(tmp_path: Path, name: str) -> None:
    """It is a failed item with its reason, its bytes are nowhere, and the file beside it is taken."""
    make, reason = HOSTILE[name]
    folder = tmp_path / "files"
    notes(folder, 1)
    make(folder / name)
    reader = Reader()
    (harvest,) = await looked([folder], reader=reader)
    assert [publication.title for publication in harvest.publications] == ["Note 0"]
    (row,) = harvest.dropped
    assert (row.title, row.kind) == (name, "failed")
    assert reason in row.reason
    assert harvest.outcome == "failed"
    assert name in (harvest.error or "")
    (state,) = [state for state in harvest.items if state.state == "failed"]
    assert state.reason == row.reason
    if name != "void.pdf":
        assert reader.read == ["000.txt"]


@pytest.mark.parametrize(("name", "reason"), [("loop.txt", "symbolic links"), ("pipe.pdf", "not a regular file")])
async def test_one_given_by_name_is_refused_too(tmp_path: Path, name: str, reason: str) -> None:
    """A link is followed where a person names it; what never begins or ends is not opened for that."""
    HOSTILE[name][0](tmp_path / name)
    (harvest,) = await looked([tmp_path / name])
    assert harvest.outcome == "failed"
    assert reason in harvest.dropped[0].reason


async def test_a_link_is_followed_where_a_person_names_it(tmp_path: Path) -> None:
    """And inside a folder where it stays in the folder; a folder behind a link is not gone into."""
    folder = tmp_path / "files"
    folder.mkdir()
    (tmp_path / "outside.txt").write_text("A note outside.")
    (folder / "named.txt").symlink_to(tmp_path / "outside.txt")
    (harvest,) = await looked([folder / "named.txt"])
    assert (harvest.outcome, len(harvest.publications)) == ("ok", 1)
    (folder / "named.txt").unlink()
    (folder / "inside.txt").write_text("A note inside.")
    (folder / "again.txt").symlink_to("inside.txt")
    (folder / "round").symlink_to(folder, target_is_directory=True)
    (harvest,) = await looked([folder])
    assert harvest.outcome == "ok"
    assert harvest.items_seen == 2


async def test_a_folder_called_like_a_document_is_a_folder(tmp_path: Path) -> None:
    """Its files are read; it is no file itself."""
    (tmp_path / "x.pdf").mkdir()
    (tmp_path / "x.pdf" / "inner.txt").write_text("An inner note.")
    for given in (tmp_path, tmp_path / "x.pdf"):
        (harvest,) = await looked([given])
        assert [publication.url for publication in harvest.publications] == [
            (tmp_path / "x.pdf" / "inner.txt").as_uri()
        ]
        assert harvest.outcome == "ok"


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="needs a file of Linux that says it is empty and has more in it"
)
async def test_a_file_that_grows_over_the_limit_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size when it was opened counts for nothing: reading ends at the limit, and says so."""
    endless = Path("/proc/self/status")
    monkeypatch.setattr(folders, "max_bytes", 100)
    (harvest,) = await looked([endless])
    assert "grew over the limit of 100 bytes" in harvest.dropped[0].reason


async def test_a_file_that_grows_is_read_to_where_it_was(tmp_path: Path) -> None:
    """A writer that never pauses does not hold up the look, and the next look reads the file again."""
    path = tmp_path / "grows.txt"
    path.write_text("A note about boats.\n")
    over, wrote = threading.Event(), threading.Event()

    def write() -> None:
        with path.open("a") as file:
            while not over.is_set() and file.tell() < 50_000_000:
                file.write("Another note about boats.\n" * 100)
                file.flush()
                wrote.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        wrote.wait()
        first = await looked([path])
    finally:
        over.set()
        writer.join()
    assert first[-1].outcome == "ok"
    with path.open("a") as file:
        file.write("The last note.\n")
    reader = Reader()
    await looked([path], known(first), reader=reader)
    assert reader.read == ["grows.txt"]


async def test_a_file_that_is_gone_when_its_turn_comes(tmp_path: Path) -> None:
    """A folder that changes under the look costs the file that went, and no other."""
    notes(tmp_path, 40)

    def told(done: int, total: int) -> None:
        (tmp_path / "039.txt").unlink(missing_ok=True)

    harvests = await looked([tmp_path], tell=told)
    assert sum(len(harvest.publications) for harvest in harvests) == 39
    assert [row.reason for harvest in harvests for row in harvest.dropped] == ["No such file or directory"]


async def test_progress_hears_of_every_file(tmp_path: Path) -> None:
    """Read, unchanged or refused: each counts once, of the number that is known from the start."""
    notes(tmp_path, 12)
    memory = known(await looked([tmp_path]))
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "new.txt").write_text("A new note.")
    heard: list[tuple[int, int]] = []
    await looked([tmp_path], memory, tell=lambda done, total: heard.append((done, total)))
    assert heard == [(number, 14) for number in range(1, 15)]


async def test_posts_of_one_title_are_each_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over two parts too, and over two files, no post takes the place of another of its title."""
    monkeypatch.setattr(local, "PART_DOCUMENTS", 1)
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(POSTS)
    harvests = await looked([tmp_path])
    assert len(harvests) == 3
    publications = [publication for harvest in harvests for publication in harvest.publications]
    assert Counter(publication.title for publication in publications) == {
        "Same example practice": 4,
        "Other example practice": 2,
    }
    assert len({publication.document_id for publication in publications}) == 6
    assert len({publication.url for publication in publications}) == 6


async def test_a_number_in_a_title_is_not_taken_for_a_second_post(tmp_path: Path) -> None:
    """Posts called "Practice", "Practice" and "Practice 2" are three."""
    path = tmp_path / "posts.txt"
    path.write_text(
        POSTS.replace("Other example practice", "Same example practice 2")
        + "\n\nSame example practice\n\nSubmitted by D. Sample on\n\nThe fourth practice sells boats.\n"
    )
    (harvest,) = await looked([path])
    assert len({publication.document_id for publication in harvest.publications}) == 4


async def test_a_configured_folder_is_refused_the_same_things(tmp_path: Path) -> None:
    """The kind `files` looks at a folder as `mandates ingest` does."""
    folder = tmp_path / "files"
    notes(folder, 2)
    _link_out(folder / "link.txt")
    os.mkfifo(folder / "pipe.txt")
    source = source_of(kind="files", path=str(folder))
    harvest = await crawled(source)
    assert (harvest.outcome, len(harvest.publications)) == ("failed", 2)
    assert sorted(row.title or "" for row in harvest.dropped) == ["link.txt", "pipe.txt"]


@pytest.mark.slow
def test_the_command_says_it_all_as_json(tmp_path: Path) -> None:
    """`mandates ingest --json` counts and names what was refused, and reads nothing the second time."""
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.html").write_text(resolution(f"Resolution {number}"))
    os.mkfifo(folder / "pipe.pdf")
    config = configured(tmp_path / "config", [{"id": "x", "kind": "feed", "url": "http://127.0.0.1:9/x"}])

    def ingested() -> tuple[int, dict[str, Any]]:
        words = ("ingest", "--json", str(folder))
        with running(tmp_path / "home", config, *words, env={"DESK_URL": "json://127.0.0.1:9/"}) as command:
            ended = command.wait()
        return ended.code, json.loads(ended.out)

    code, said = ingested()
    assert code == 1
    assert (said["source"]["items_seen"], said["source"]["publications"], said["new_documents"]) == (4, 3, 3)
    assert [(row["title"], row["reason"]) for row in said["source"]["dropped"]] == [
        ("pipe.pdf", "is not a regular file")
    ]
    assert said["source"]["items_failed"] == 1
    assert said["deliveries_waiting"]
    code, said = ingested()
    assert (code, said["source"]["publications"], said["new_documents"], said["deliveries_waiting"]) == (1, 0, 0, 0)
    (folder / "pipe.pdf").unlink()
    (folder / "3.html").write_text(resolution("Resolution 3"))
    code, said = ingested()
    assert (code, said["source"]["outcome"], said["new_documents"]) == (0, "ok", 1)
