"""`mandates export`: the snapshot as Parquet."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command(epilog="Example: mandates export /srv/mandates && ls /srv/mandates/current/mandates")
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--accept-loss", is_flag=True, help="Export even if data that the current export has is missing.")
@click.option("--json", "as_json", is_flag=True, help="Print folder and row counts as JSON.")
def command(folder: Path | None, accept_loss: bool, as_json: bool) -> None:
    """Write the snapshot as Parquet into a new folder under FOLDER [home/export]; FOLDER/current then points at it.

    `current` always shows one complete state; earlier exports stay until you remove them.
    """
    from config.settings import Settings
    from warehouse.store.export import export

    home = Settings().home
    done = export(home, folder or home / "export", accept_loss=accept_loss)
    if as_json:
        click.echo(json.dumps({"folder": str(done.folder), "pointer": str(done.pointer), "rows": done.rows}))
        return
    for table, rows in done.rows.items():
        click.echo(f"{rows:>10,}  {table}")
    click.echo(f"{done.pointer} -> {done.folder.name}")
