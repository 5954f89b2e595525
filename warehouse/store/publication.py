"""How the published snapshot was made: `snapshot.json`, for operators, and for the next publication.

It says something of the files and is no part of them: without it the next snapshot is read to its end, and the counts
begin again.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

READ_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Publication:
    """One publication: its time, the bytes of the file and those that were written for it.

    `copied_because` is None where only the blocks that differ were written. All tables were last read to their end at
    `read_at`. `patched` and `copied` count the publications so far, this one included.
    """

    published_at: datetime
    bytes: int
    written: int
    copied_because: str | None
    read_at: datetime
    patched: int = 0
    copied: int = 0

    def __str__(self) -> str:
        """One line for people."""
        how = f"copied whole: {self.copied_because}" if self.copied_because else f"{self.written / 1e6:.1f} MB written"
        return f"{self.bytes / 1e6:.1f} MB, {how}"


def publication_path(home: Path) -> Path:
    """Where it is kept."""
    return home / "snapshot.json"


def published(home: Path) -> Publication | None:
    """The last publication; None where nothing readable says so."""
    try:
        known = json.loads(publication_path(home).read_bytes())
        times = {name: datetime.fromisoformat(known[name]).astimezone(UTC) for name in ("published_at", "read_at")}
        counts = {name: int(known[name]) for name in ("bytes", "written", "patched", "copied")}
        return Publication(**known | times | counts)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_to_be_read(last: Publication | None) -> bool:
    """Whether all tables are to be read again; a clock that went back asks for it too."""
    return last is None or not timedelta(0) <= datetime.now(UTC) - last.read_at < READ_EVERY


def note(home: Path, last: Publication | None, now: Publication) -> None:
    """Keep `now` as the last publication, counted on from `last`.

    Raises:
        OSError: it cannot be written.
    """
    patched, copied = (last.patched, last.copied) if last else (0, 0)
    if now.copied_because is None:
        counted = replace(now, patched=patched + 1, copied=copied)
    else:
        counted = replace(now, patched=patched, copied=copied + 1)
    path = publication_path(home)
    aside = path.with_name(f".{path.name}.part")
    aside.write_text(json.dumps(asdict(counted), default=datetime.isoformat, indent=2) + "\n", encoding="utf-8")
    aside.replace(path)
