"""`mandates snapshot`: publish the file that analysts open, or go back to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.written import GivenPath

if TYPE_CHECKING:
    from config.settings import Settings


@click.command(epilog="Example: mandates snapshot && duckdb -readonly data/snapshot.duckdb")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.option("--accept-loss", is_flag=True, help="Publish even if data that the former snapshot has is missing.")
@click.option("--restore", "back", is_flag=True, help="Put the last published state in the place of live.duckdb.")
@click.option(
    "--from",
    "source",
    type=GivenPath(exists=True, dir_okay=False, path_type=Path),
    help="With --restore: a backup instead of the snapshot.",
)
def command(as_json: bool, accept_loss: bool, back: bool, source: Path | None) -> None:
    """Publish the current state of the warehouse as snapshot.duckdb, in one step.

    The copy is verified first: it is not published if the warehouse is damaged or has lost data. The former snapshot
    is kept as snapshot.previous.duckdb. Programs that have it open can keep reading it. Only the blocks that changed
    are written, unless a program still has the snapshot before the former one open: then everything is copied.
    """
    from config.settings import Settings
    from warehouse.store.publication import published
    from warehouse.store.snapshot import publish

    if source is not None and not back:
        raise click.UsageError("--from needs --restore")
    if accept_loss and back:
        raise click.UsageError("use either --accept-loss or --restore")
    settings = Settings()
    if back:
        _restore(settings, source, as_json=as_json)
        return
    path = publish(settings.home, accept_loss=accept_loss)
    made = published(settings.home)
    assert made is not None  # noqa: S101 - written by `publish`
    done = {"path": str(path), "bytes": made.bytes, "written": made.written, "copied_because": made.copied_because}
    click.echo(json.dumps(done) if as_json else f"{path} ({made})")


def _restore(settings: Settings, source: Path | None, *, as_json: bool) -> None:
    from alerts.figures import counted
    from warehouse.store.restore import restore

    done = restore(settings.home, source)
    if as_json:
        record = {
            "path": str(done.live),
            "source": str(done.source),
            "written_at": done.written_at.isoformat(),
            "documents": done.documents,
            "pending": done.pending,
            "kept_as": str(done.kept_as) if done.kept_as else None,
        }
        click.echo(json.dumps(record))
        return
    click.echo(f"{done.live}: restored from {done.source}, written {done.written_at:%Y-%m-%d %H:%M} UTC")
    click.echo(f"{counted(done.documents, 'document')}; what was recorded later is read again by `mandates run --all`")
    if done.kept_as is not None:
        click.echo(f"the file that was there is kept as {done.kept_as}")
    if done.pending:
        pending = counted(done.pending, "delivery", "deliveries")
        click.echo(f"{pending} may have gone out since then: mandates outbox list, mandates outbox drop ID")
