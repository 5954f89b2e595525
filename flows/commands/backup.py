"""`mandates backup`: copy the whole installation elsewhere, and check that the copy can be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from config.settings import Settings


@click.command(epilog="Example: mandates backup /mnt/backup/mandates")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--keep", type=click.IntRange(min=1), default=14, show_default=True, help="How many backups to keep.")
@click.option("--check", "only_check", is_flag=True, help="Verify all backups in FOLDER instead of making one.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def command(folder: Path, keep: int, only_check: bool, as_json: bool) -> None:
    """Back up the warehouse, fetched files, waiting batches and the configuration to FOLDER. Runs can continue.

    Only what changed since the last backup is written; each backup can be restored by itself with `mandates restore`.
    What was written is read back before older backups are removed. Secrets are not included: keep `.env` and the files
    that targets refer to elsewhere. Exit code 1: the backup could not be made or verified, or --check found damage.
    """
    from config.settings import Settings

    settings = Settings()
    if only_check:
        _check(folder, as_json=as_json)
    else:
        _make(settings, folder, keep, as_json=as_json)


def _make(settings: Settings, folder: Path, keep: int, *, as_json: bool) -> None:
    from alerts.figures import counted
    from flows.console import counted_progress
    from warehouse.backup.making import backup

    with counted_progress("Backing up …", "MB") as tell:
        made = backup(
            settings.home,
            settings.config,
            folder,
            keep=keep,
            progress=lambda done, total: tell(done // 1_000_000, total // 1_000_000),
        )
    manifest = made.manifest
    if as_json:
        record = {
            "generation": made.generation.name,
            "manifest": str(made.generation.path),
            "files": len(manifest.files),
            "bytes": manifest.size,
            "written": made.written,
            "rows": dict(manifest.rows),
            "left_out": list(manifest.left_out),
            "removed": list(made.dropped),
        }
        click.echo(json.dumps(record, ensure_ascii=False))
        return
    documents = counted(manifest.rows.get("documents", 0), "document")
    size = f"{manifest.size / 1e6:.1f} MB, {made.written / 1e6:.1f} MB of it new"
    click.echo(
        f"{folder}: {made.generation.name}, {counted(len(manifest.files), 'file')}, {documents}, {size}; verified"
    )
    if made.dropped:
        click.echo(f"removed {counted(len(made.dropped), 'older backup')}: {', '.join(made.dropped)}")
    click.echo("not in the backup:")
    for each in manifest.left_out:
        click.echo(f"  {each}")


def _check(folder: Path, *, as_json: bool) -> None:
    from alerts.figures import counted
    from flows.console import counted_progress
    from warehouse.backup.checking import check

    with counted_progress("Reading the backups …", "pieces") as tell:
        found = check(folder, progress=tell)
    if as_json:
        record = {"generations": list(found.generations), "bytes": found.bytes, "problems": list(found.problems)}
        click.echo(json.dumps(record, ensure_ascii=False))
    else:
        for problem in found.problems:
            click.echo(problem)
        read = f"{counted(len(found.generations), 'backup')}, {found.bytes / 1e6:.1f} MB"
        click.echo(f"{folder}: {read}: {counted(len(found.problems), 'problem') if found.problems else 'no damage'}")
        if found.problems:
            click.echo("delete a damaged piece, and the next backup writes it again if the installation still has it")
    if found.problems:
        raise SystemExit(1)
