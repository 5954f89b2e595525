"""`mandates changes`: what changed in the ledger between two looks at it, and why."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from flows.commands.query import _cell
from flows.selecting import WORDS, known_body

if TYPE_CHECKING:
    from warehouse.query.changes import LedgerChange, Look

_HEADS = ("document", "clause", "occurrence", "what", "before", "after", "why", "by")


@click.command(epilog="Example: mandates changes 2026-05-01 2026-06-01 --body UNGA")
@click.argument("old")
@click.argument("new", required=False)
@click.option(
    "--body",
    type=WORDS,
    help="Only what this organ adopted or issued (UNGA, AALCO …), organs below it included.",
)
@click.option("--limit", default=100, show_default=True, type=click.IntRange(0), help="Most rows to print; 0 for all.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per change.")
def command(old: str, new: str | None, body: str | None, limit: int, *, as_json: bool) -> None:
    """Show what changed in the ledger from OLD to NEW, with the reason.

    OLD and NEW are each a day (2026-05-01), for the ledger as it was known at the end of that day, or a snapshot
    file. Without NEW, OLD is compared with the published snapshot. The reason is a new document, a new text of the
    document that asks, another reading of it, a review, or the calendar. Exit code 1: nothing changed.
    """
    from config.settings import Settings
    from warehouse.query.changes import changes

    found = changes(_look(old), _look(new), known_body(Settings(), body))
    shown = found[: limit or None]
    if as_json:
        for each in shown:
            click.echo(json.dumps(asdict(each), ensure_ascii=False))
    elif shown:
        _show(shown)
    if len(shown) < len(found):
        click.echo(f"cut after {limit:,} of {len(found):,} changes: --limit N shows more, --limit 0 all", err=True)
    if not found:
        click.echo("nothing changed", err=True)
        raise SystemExit(1)


def _look(said: str | None) -> Look:
    """What OLD or NEW names: a day of the published snapshot, another snapshot, or the published one as it is."""
    from datetime import date
    from pathlib import Path

    from config.settings import Settings
    from warehouse.query.changes import Look
    from warehouse.store.snapshot import snapshot_path

    published = snapshot_path(Settings().home)
    if said is None:
        return Look(published)
    try:
        return Look(published, date.fromisoformat(said))
    except ValueError:
        if not Path(said).is_file():
            raise click.UsageError(f"{said!r} is neither a day (2026-05-01) nor a file") from None
        return Look(Path(said))


def _show(found: tuple[LedgerChange, ...]) -> None:
    from flows.grid import print_grid

    print_grid(_HEADS, [[_cell(each) for each in _line(change)] for change in found])


def _line(change: LedgerChange) -> tuple[object, ...]:
    before, after = ((side or "").replace("_", " ") for side in (change.before, change.after))
    return (
        change.document, change.number, change.occurrence, change.what, before, after, change.reason, change.detail,
    )  # fmt: skip
