"""`mandates export`: the snapshot as Parquet for readers on other machines."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from config.settings import Settings


@click.command(
    epilog="Examples: mandates export /srv/mandates; mandates export s3://bucket/mandates; "
    "mandates export /srv/mandates --check"
)
@click.argument("target", required=False)
@click.option("--accept-loss", is_flag=True, help="Export even if the snapshot has lost data that the target has.")
@click.option(
    "--grace",
    type=click.FloatRange(min=0),
    default=24.0,
    show_default=True,
    help="How many hours to keep files that are no longer used.",
)
@click.option("--check", "only_check", is_flag=True, help="Verify all files of TARGET instead of exporting.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def command(target: str | None, accept_loss: bool, grace: float, only_check: bool, as_json: bool) -> None:
    """Write the snapshot as Parquet to TARGET [home/export], a folder or a URL such as s3://bucket/path.

    Only the months of publication that have changed since the last export are written. Readers always see one complete
    state. Exit code 1: the export failed, and the previous state is unchanged; or --check found damage.
    """
    from config.settings import Settings

    settings = Settings()
    target = target or str(settings.home / "export")
    if only_check:
        _check(target, as_json=as_json)
    else:
        _make(settings, target, timedelta(hours=grace), accept_loss=accept_loss, as_json=as_json)


def _make(settings: Settings, target: str, grace: timedelta, *, accept_loss: bool, as_json: bool) -> None:
    from alerts.figures import counted
    from flows.console import counted_progress
    from warehouse.export.making import export

    with counted_progress("Exporting …", "partitions") as tell:
        done = export(
            settings.home,
            target,
            accept_loss=accept_loss,
            grace=grace,
            progress=tell,
        )
    if as_json:
        record = {
            "target": done.target,
            "made_at": done.manifest.made_at.isoformat(),
            "rows": done.manifest.rows,
            "files": len(done.manifest.files),
            "partitions_written": done.partitions,
            "bytes_written": done.written,
            "removed": done.removed,
        }
        click.echo(json.dumps(record, ensure_ascii=False))
        return
    for table, rows in done.manifest.rows.items():
        click.echo(f"{rows:>10,}  {table}")
    if done.partitions:
        wrote = f"{counted(done.partitions, 'partition')} written ({done.written / 1e6:.1f} MB)"
    else:
        wrote = "nothing has changed"
    removed = f"; {counted(done.removed, 'unused file')} removed" if done.removed else ""
    click.echo(f"{done.target}: {wrote}{removed}")
    if done.former:
        folders = ", ".join(folder.name for folder in done.former)
        click.echo(f"folders of the former layout, which you can delete when nobody uses them any more: {folders}")


def _check(target: str, *, as_json: bool) -> None:
    from alerts.figures import counted
    from flows.console import counted_progress
    from warehouse.export.checking import check

    with counted_progress("Reading the export …", "files") as tell:
        found = check(target, progress=tell)
    if as_json:
        record = {
            "target": found.target,
            "made_at": found.made_at.isoformat(),
            "rows": found.rows,
            "files": found.files,
            "bytes": found.bytes,
            "problems": list(found.problems),
        }
        click.echo(json.dumps(record, ensure_ascii=False))
    else:
        for problem in found.problems:
            click.echo(problem)
        state = f"{counted(found.files, 'file')}, {found.bytes / 1e6:.1f} MB, exported at {found.made_at:%F %R} UTC"
        count = counted(len(found.problems), "problem") if found.problems else "no damage"
        click.echo(f"{found.target}: {state}: {count}")
        if found.problems:
            click.echo("delete a damaged file, and the next export writes it again")
    if found.problems:
        raise SystemExit(1)
