"""When the last run of each kind began and ended, and whether well: one small file for each kind, for the metrics.

A run that had nothing to do leaves its file too, so that a deployment that no longer runs can be seen. Rows in the
warehouse would cost each idle run a transaction and a new snapshot.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

log = logging.getLogger(__name__)
Kind = Literal["monitor", "dispatch", "record", "fetch", "watch", "backfill", "reanalyse"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class LastRun:
    """A run that has ended; `failed` if an error of this program, the configuration or the warehouse ended it."""

    kind: Kind
    began: datetime
    ended: datetime
    failed: bool


@contextmanager
def noted(home: Path, kind: Kind) -> Iterator[None]:
    """Note the run that happens in this block when it has ended; one that is killed leaves the note of the last."""
    began, failed = datetime.now(UTC), True
    try:
        yield
        failed = False
    finally:
        _note(home, LastRun(kind, began, datetime.now(UTC), failed))


def last_runs(home: Path) -> list[LastRun]:
    """Of each kind that has run in this home."""
    return [run for kind in KINDS if (run := _read(home, kind)) is not None]


def _note(home: Path, run: LastRun) -> None:
    if not home.is_dir():  # nothing has run here, and a wrong configuration makes no home
        return
    path = _path(home, run.kind)
    # Runs of one kind may end at the same moment: from cron, by hand, and on a server.
    aside = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    said = {"began": run.began.isoformat(), "ended": run.ended.isoformat(), "failed": run.failed}
    try:
        path.parent.mkdir(exist_ok=True)
        aside.write_text(json.dumps(said) + "\n", encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        log.warning("%s cannot be written (%s): the metrics do not know of this run", path, error.strerror or error)


def _read(home: Path, kind: Kind) -> LastRun | None:
    try:
        said = json.loads(_path(home, kind).read_bytes())
        began, ended = (datetime.fromisoformat(said[name]).astimezone(UTC) for name in ("began", "ended"))
        return LastRun(kind, began, ended, failed=bool(said["failed"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _path(home: Path, kind: Kind) -> Path:
    return home / "runs" / f"{kind}.json"
