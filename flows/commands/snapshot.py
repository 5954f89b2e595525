"""`mandates snapshot`: publish the file that analysts open."""

from __future__ import annotations

import json

import click


@click.command(epilog="Example: mandates snapshot && duckdb -readonly data/snapshot.duckdb")
@click.option("--json", "as_json", is_flag=True, help="Print path and size as JSON.")
def command(as_json: bool) -> None:
    """Publish the current state of the warehouse as snapshot.duckdb, in one step.

    Programs that have the previous snapshot open can keep reading it.
    """
    from config.settings import Settings
    from warehouse.store.snapshot import publish

    settings = Settings()
    path = publish(settings.home, wait_seconds=settings.lock_wait_seconds)
    size = path.stat().st_size
    click.echo(json.dumps({"path": str(path), "bytes": size}) if as_json else f"{path} ({size / 1e6:.1f} MB)")
