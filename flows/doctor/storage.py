"""The folder that holds all state: the disk, the warehouse and its lock, the snapshot, what waits to be recorded."""

from __future__ import annotations

import os
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from alerts.figures import counted
from flows.doctor.diagnosis import good, problem, warning
from warehouse.load.landing import landing_folder, waiting_batches
from warehouse.store.condition import live_file, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.settings import Settings
from flows.doctor.diagnosis import Diagnosis

GIGABYTE = 1_000_000_000
# Recording rewrites blocks, publishing may copy the whole file beside the former one.
ROOM = 3
FEW_INODES = 0.02
NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ceph", "glusterfs"})
# A batch is recorded within seconds of its landing where a run is at work.
LATE = timedelta(hours=1)
# Minutes; a session on the live file lasts seconds.
LONG_HELD = 10


def folder(settings: Settings) -> Iterator[Diagnosis]:
    """Whether it can be written, and whether its locks can be trusted."""
    home = settings.home.resolve()
    nearest = next(each for each in (home, *home.parents) if each.exists())
    if not os.access(nearest, os.W_OK | os.X_OK) or not nearest.is_dir():
        yield problem(
            "home",
            f"{home} cannot be written by this user",
            "nothing can be recorded or delivered",
            f"give it to the user that runs the monitor: chown -R USER {home}",
        )
    elif (kind := _file_system(nearest)) in NETWORK:
        yield warning(
            "home",
            f"{home} is on a network file system ({kind})",
            "file locks may not work there, so two runs may write at the same time",
            "move it to a local disk, and share exports instead: mandates export --help",
        )
    else:
        yield good("home", f"{home} can be written")


def _file_system(path: Path) -> str:
    """The kind of the file system that holds `path`; empty where the system does not say."""
    best = ("", "")
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    for line in mounts:
        _, place, kind, *_ = line.split(" ")
        place = place.replace("\\040", " ")
        if path.is_relative_to(place) and len(place) >= len(best[0]):
            best = (place, kind)
    return best[1]


def disk(settings: Settings) -> Iterator[Diagnosis]:
    """Room for recording and for one more copy of the warehouse, and file names for it."""
    home = settings.home.resolve()
    nearest = next(each for each in (home, *home.parents) if each.exists())
    usage = shutil.disk_usage(nearest)
    live = live_file(home, wait_seconds=0)
    wanted = max(GIGABYTE, ROOM * (live.bytes if live else 0))
    inodes = os.statvfs(nearest)
    if usage.free < wanted:
        yield problem(
            "disk",
            f"only {usage.free / GIGABYTE:.1f} GB are free at {nearest}; {wanted / GIGABYTE:.1f} GB are needed",
            "a run may fill the disk and fail; what is already recorded is safe",
            "free some space, or lower MANDATES_RAW_BUDGET_BYTES: the oldest fetched files are then deleted",
        )
    elif inodes.f_files and inodes.f_favail < FEW_INODES * inodes.f_files:
        yield problem(
            "disk",
            f"only {inodes.f_favail:,} of {inodes.f_files:,} inodes are free at {nearest}",
            "no new files can be created, although there is space",
            "delete small files that nobody needs, or recreate the file system with more inodes",
        )
    else:
        yield good("disk", f"{usage.free / GIGABYTE:.0f} GB are free")


def warehouse(settings: Settings) -> Iterator[Diagnosis]:
    """The live file: whether it opens, who has it, and whether this program knows its version."""
    live = live_file(settings.home)
    if live is None:
        gone = (settings.home / "snapshot.duckdb").exists()
        if gone:
            yield problem(
                "warehouse",
                f"{settings.home / 'live.duckdb'} is missing, but its snapshot still exists",
                "nothing is recorded",
                "restore the published state: mandates snapshot --restore",
            )
        else:
            yield good("warehouse", f"none yet in {settings.home.resolve()}; the first run creates it")
    elif live.is_elsewhere:
        process = f"process {live.holder}" if live.holder else "another process"
        yield problem(
            "warehouse",
            f"{settings.home / 'live.duckdb'} is open in a program that is not one of ours ({process})",
            "nothing is recorded or delivered until that program closes it",
            "close it there and open snapshot.duckdb instead"
            + (f"; to see which program it is: ps -fp {live.holder}" if live.holder else ""),
        )
    elif live.holder is not None or (live.trouble and "is held by" in live.trouble):
        yield _held(settings, live.trouble or "")
    elif live.schema is None:
        # A file that cannot be written is not damaged, and restoring would fail, too.
        repair = (
            "restore the published state (the damaged file is kept): mandates snapshot --restore"
            if os.access(settings.home, os.W_OK)
            else f"make {settings.home.resolve()} writable; nothing is lost"
        )
        yield problem(
            "warehouse",
            f"{settings.home / 'live.duckdb'} cannot be opened: {live.trouble}",
            "nothing is recorded or delivered",
            repair,
        )
    elif live.schema > live.known:
        yield problem(
            "warehouse",
            f"it was written by a newer program (tables {live.schema}; this program knows {live.known})",
            "this program refuses to open it",
            "use the newer program, or restore a backup",
        )
    elif live.schema < live.known:
        yield warning(
            "warehouse",
            f"its tables have version {live.schema}; this program uses {live.known}",
            "the next run upgrades it and keeps the old file beside it",
            "see first what the upgrade does: mandates upgrade --plan",
        )
    else:
        yield good("warehouse", f"{live.bytes / 1e6:,.1f} MB, table version {live.schema}")


def _held(settings: Settings, words: str) -> Diagnosis:
    lock = settings.home / "live.lock"
    minutes = (time.time() - lock.stat().st_mtime) / 60 if lock.exists() else 0
    where = words.partition(" and was not free")[0]
    if minutes < LONG_HELD:
        return good("warehouse", f"{where}, as during a run")
    return problem(
        "warehouse",
        f"{where}, for {minutes:,.0f} minutes",
        "nobody else can record or deliver",
        "see what that process is doing (ps -fp PID), and end it if it hangs: what was recorded is kept",
    )


def published(settings: Settings) -> Iterator[Diagnosis]:
    """The snapshot: whether it is there, whole and up to date."""
    home = settings.home
    found = snapshot(home, thorough=True)
    if found is None:
        if (home / "live.duckdb").exists():
            yield warning("snapshot", "there is none", "analysts, search and exports have no data", "mandates snapshot")
        return
    if found.damage:
        yield problem(
            "snapshot",
            f"{home / 'snapshot.duckdb'} is damaged: {found.damage}",
            "analysts see errors, and there is no good copy of the warehouse",
            "publish it again: mandates snapshot",
        )
    elif found.is_behind:
        live = live_file(home)
        # A warehouse that cannot be read is restored from this snapshot, and never published.
        can_publish = live is None or live.schema is not None or live.holder is not None
        yield warning(
            "snapshot",
            f"it is of {found.written_at:%Y-%m-%d %H:%M} UTC, and the warehouse was written later",
            "analysts do not see what was recorded since",
            "publish it again: mandates snapshot"
            if can_publish
            else "once the warehouse is restored: mandates run --all",
        )
    else:
        yield good("snapshot", f"of {found.written_at:%Y-%m-%d %H:%M} UTC, read to its end")


def landing(settings: Settings) -> Iterator[Diagnosis]:
    """What was fetched and not yet recorded."""
    place = landing_folder(settings.home)
    now = datetime.now(UTC)
    late = [
        path
        for path in waiting_batches(settings.home)
        if now - datetime.fromtimestamp(path.stat().st_mtime, UTC) > LATE
    ]
    damaged = list(place.glob("*.damaged"))
    if late:
        yield problem(
            "landing",
            f"{counted(len(late), 'batch has', 'batches have')} waited in {place} for more than an hour",
            "their documents are neither recorded nor sent to anybody",
            "mandates run; with workers on other machines, check that the deployment `record` runs",
        )
    if damaged:
        yield warning(
            "landing",
            f"{counted(len(damaged), 'unreadable batch was', 'unreadable batches were')} set aside in {place}",
            "their documents are missing until the source is polled again",
            "mandates run --all, then delete the files",
        )
    if not late and not damaged:
        yield good("landing", "no batches are waiting")
