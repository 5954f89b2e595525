"""Local files as a source: a folder, or the files that `mandates ingest` is given. Nothing is fetched.

Several files are read at once, each in a reading process. What is read is handed over in parts; a file that has not
changed since it was recorded is not read again.
"""

from __future__ import annotations

import asyncio
import logging
import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scrapers.crawl import identity
from scrapers.crawl.item import Item
from scrapers.crawl.item_states import ItemStates
from scrapers.crawl.parts import PART_BYTES, PART_DOCUMENTS
from scrapers.crawl.several import judged
from scrapers.http.urls import shown_name
from scrapers.kinds.files import read_file
from scrapers.kinds.folders import files_at, files_in, read_bytes, stamp_of
from scrapers.publication import DroppedRow, Harvest, RawAnswer, TextError
from scrapers.reading import here
from scrapers.text.readers import READERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from config.source_blocks import Policy
    from config.sources import FilesSource
    from scrapers.crawl.visit import Analyse, Land
    from scrapers.kinds.folders import Found
    from scrapers.publication import Memory, Publication
    from scrapers.reading import Reading

    # Hears how many files were looked at, of how many.
    Tell = Callable[[int, int], None]

log = logging.getLogger(__name__)

# Files under way at once, so that the readers never wait; the bytes of so many are held.
_AT_ONCE = 2 * (os.cpu_count() or 1)
_MOST_NAMED = 5
# A better reader reads again what has not changed.
_READERS = "-".join(str(version) for version in READERS.values())


@dataclass(frozen=True, slots=True)
class Judging:
    """What a source says of its files, and its filter; then the analysis. Travels to the readers."""

    source: FilesSource | None
    analyse: Analyse | None

    def __call__(self, publication: Publication) -> tuple[Publication | None, str]:
        """The publication completed; or None, and the reason why it does not concern us."""
        source = self.source
        if source is None:
            return self.analyse(publication) if self.analyse is not None else publication, ""
        publication = replace(
            publication,
            body=publication.body or source.body,
            kind=source.publishes if publication.kind == "other" else publication.kind,
            stage=publication.stage or source.stage,
            topics=source.topics,
        )
        return judged(publication, source.filter, summary=None, topics=source.topics, analyse=self.analyse)


@dataclass(slots=True)
class _Look:
    """One look at local files, while it goes on."""

    source_id: str
    memory: Memory
    policy: Policy
    judge: Judging
    reading: Reading
    land: Land | None
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    states: ItemStates = field(init=False)
    unchanged: int = 0
    publications: list[Publication] = field(default_factory=list)
    dropped: list[DroppedRow] = field(default_factory=list)
    answers: list[RawAnswer] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    times: dict[str, int] = field(default_factory=dict)
    held_bytes: int = 0

    def __post_init__(self) -> None:
        self.states = ItemStates(
            self.memory.items, self.policy, self.started, sweep=False, baseline=self.memory.first_crawl
        )

    def is_unchanged(self, found: Found) -> bool:
        """Whether a file was recorded, or refused by the filter, as it is now."""
        known = self.states.get(found.path.absolute().as_uri())
        return known is not None and known.state in {"taken", "filtered"} and known.row == _row(stamp_of(found.path))

    async def file(self, found: Found) -> None:
        """Read one file, if it has changed."""
        if self.is_unchanged(found):
            self.unchanged += 1
            return
        path, address = found.path, found.path.absolute().as_uri()
        item = Item(url=address, title=shown_name(path.name))
        try:
            raw, stamp = await asyncio.to_thread(read_bytes, found)
            read = await self.reading(
                read_file, self.source_id, shown_name(path.name), address, raw, self.judge, owner=self.source_id
            )
        except (TextError, OSError) as error:
            reason = str((error.strerror if isinstance(error, OSError) else None) or error)
            self.failed.append(f"{shown_name(path)}: {reason}")
            self.dropped.append(DroppedRow(address, shown_name(path.name), reason, "failed"))
            self.states.failed(address, item, "", reason)
            return
        self.dropped += read.refused
        carried = False
        for publication in read.publications:
            text = publication.text
            # Of several documents in one file the first carries its bytes.
            if text is not None and text.raw_sha256 == read.raw_sha256 and not carried:
                publication, carried = replace(publication, text=replace(text, raw=raw)), True  # noqa: PLW2901
            self._take(publication)
        if not carried:
            self.answers.append(RawAnswer(raw, read.raw_sha256))
        self.held_bytes += len(raw)
        if read.publications:
            self.states.taken(address, item, _row(stamp) or "", read.publications[0].identity)
        else:
            self.states.filtered(address, item, _row(stamp) or "", read.refused[0].reason, read=True)
        if self.land is not None and (len(self.publications) >= PART_DOCUMENTS or self.held_bytes >= PART_BYTES):
            await self.land(self.harvest("part"))

    def _take(self, publication: Publication) -> None:
        """Each document once: the first of the files that hold it. Posts of one title are distinguished by a number."""
        times = self.times[publication.identity] = self.times.get(publication.identity, 0) + 1
        if times == 1:
            self.publications.append(publication)
        elif "#" in publication.url and publication.symbol is None:
            name, url = f"{publication.identity}-{times}", f"{publication.url}-{times}"
            twin = replace(publication, identity=name, document_id=identity.document_id(name), url=url, seen_url=url)
            # A post may have that number in its title.
            self._take(twin)

    def ended(self, files: int) -> Harvest:
        """The rest, of a look at so many files."""
        outcome = "failed" if self.failed else "not_modified" if files and self.unchanged == files else "ok"
        return self.harvest(outcome, items_seen=files, error=_sentence(self.failed))

    def harvest(self, outcome: str, **more: object) -> Harvest:
        """What is held, which is held no longer."""
        made = Harvest(
            source_id=self.source_id,
            started_at=self.started,
            finished_at=datetime.now(UTC),
            outcome=outcome,  # type: ignore[arg-type]
            publications=tuple(self.publications),
            dropped=tuple(self.dropped),
            answers=tuple(self.answers),
            items=self.states.hand_over(),
            items_waiting=self.states.count("waiting"),
            items_failed=self.states.count("failed"),
            items_unchanged=self.unchanged,
            **more,  # type: ignore[arg-type]
        )
        self.publications, self.dropped, self.answers, self.held_bytes = [], [], [], 0
        return made


async def crawl_files(
    source_id: str,
    paths: Sequence[Path],
    memory: Memory,
    policy: Policy,
    *,
    reading: Reading = here,
    analyse: Analyse | None = None,
    land: Land | None = None,
    tell: Tell | None = None,
) -> Harvest:
    """Publications of the files and folders given; a folder is read with all below it.

    A file that cannot be read is a dropped row with the reason, and the harvest's outcome is then "failed"; the others
    are taken all the same. `land` is given parts, `tell` hears how far it has come.
    """
    look = _Look(source_id, memory, policy, Judging(None, analyse), reading, land)
    files = await asyncio.to_thread(list, files_at(paths))
    if 0 < (unchanged := sum(map(look.is_unchanged, files))) < len(files):
        counts = (unchanged, len(files), len(files) - unchanged)
        log.info("%s: %d of %d files are recorded already; reading the other %d", source_id, *counts)
    await _each(look, files, tell)
    if not files:
        look.failed.append(f"no file to read at {', '.join(map(shown_name, paths)) or 'no path'}")
    return look.ended(len(files))


async def crawl_folder(
    source: FilesSource, memory: Memory, *, reading: Reading, analyse: Analyse | None, land: Land | None
) -> Harvest:
    """The kind `files`: what a folder holds now. One that is gone, or holds fewer files than expected, has failed."""
    folder, least = Path(source.path), source.item.expect.min
    look = _Look(source.id, memory, source.policy, Judging(source, analyse), reading, land)
    files = await asyncio.to_thread(files_in, folder, source.glob)
    if files is None:
        return look.harvest("failed", error=f"{shown_name(folder)}: there is no such folder")
    await _each(look, files, None)
    if len(files) < least:
        look.failed = [f"{shown_name(folder)}: {len(files)} files, at least {least} were expected"]
    return look.ended(len(files))


async def _each(look: _Look, files: Sequence[Found], tell: Tell | None) -> None:
    """Look at all files, several at once, in their order."""
    left: Iterator[Found] = iter(files)
    done = 0

    async def work() -> None:
        nonlocal done
        for found in left:
            await look.file(found)
            done += 1
            if tell is not None:
                tell(done, len(files))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(_AT_ONCE):
                group.create_task(work())
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None


def _row(stamp: str | None) -> str | None:
    return f"{stamp} {_READERS}" if stamp is not None else None


def _sentence(failed: Sequence[str]) -> str | None:
    """The files that could not be read: the first few by name."""
    more = f"; and {len(failed) - _MOST_NAMED} more" if len(failed) > _MOST_NAMED else ""
    return "; ".join(failed[:_MOST_NAMED]) + more or None
