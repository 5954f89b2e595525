"""`mandates review`: what is uncertain, and what a person makes of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.settings import Settings
    from warehouse.review import Uncertain

_file = click.Path(path_type=Path, dir_okay=False)


@click.command(epilog="Example: mandates review --out review.yaml; edit it; mandates review --apply review.yaml")
@click.option("--out", "target", type=_file, help="Write what is uncertain into FILE, to decide in.")
@click.option("--apply", "source", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="Record FILE.")
@click.option(
    "--export-gold",
    "gold",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the documents that were decided upon into DIR, as texts and labels to measure with.",
)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(0), help="List so many at most; 0 for all.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line; with a file or DIR, the result as JSON.")
def command(target: Path | None, source: Path | None, gold: Path | None, limit: int, *, as_json: bool) -> None:
    """List what somebody should look at, the least sure first, and record what people decide.

    Listed are texts called resolution, decision or declaration of which nothing or only part could be read, clauses
    whose reading is not sure, and decisions whose task is gone or reads otherwise since. Each has the reason, what was
    read, and how it could be read otherwise.

    Decisions are only ever added, as those of `mandates decisions`. They outlive new readings and show in the views.
    Those who were notified of something else get a correction with the next `mandates deliver` or `run`.

    Exit code 0, also where something is uncertain; 1 where a file cannot be used, and nothing of it is recorded.
    """
    from config.settings import Settings
    from warehouse.load.decisions import record_decisions

    if sum(path is not None for path in (target, source, gold)) > 1:
        raise click.UsageError("use one of --out FILE, --apply FILE and --export-gold DIR")
    settings = Settings()
    record_decisions(settings.home, wait_seconds=settings.lock_wait_seconds)
    if source is not None:
        _apply(settings, source, as_json=as_json)
    elif gold is not None:
        _export(settings, gold, as_json=as_json)
    else:
        _list(settings, target, limit, as_json=as_json)


def _list(settings: Settings, target: Path | None, limit: int, *, as_json: bool) -> None:
    from warehouse.database import session
    from warehouse.review import uncertain
    from warehouse.review_file import write_review

    with session(settings.home, wait_seconds=settings.lock_wait_seconds) as connection:
        items = uncertain(connection)
    if target is not None:
        write_review(items, target)
        done = {"path": str(target), "items": len(items)}
        click.echo(json.dumps(done) if as_json else f"{len(items)} to look at in {target}")
        return
    shown = items[: limit or None]
    for item in shown:
        click.echo(_as_json(item) if as_json else _as_lines(item))
    if not as_json:
        click.echo(
            f"{len(items)} to look at; --out FILE writes a file to decide in" if items else "Nothing to look at."
        )
    if len(shown) < len(items):
        click.echo(f"cut after {len(shown)} of {len(items)}: --limit N shows more, --limit 0 all", err=True)


def _apply(settings: Settings, source: Path, *, as_json: bool) -> None:
    from warehouse.database import session
    from warehouse.load.decisions import decisions_of, land_decisions, record_decisions, without_task
    from warehouse.review_file import read_review
    from warehouse.snapshot import publish

    home, wait_seconds = settings.home, settings.lock_wait_seconds
    with session(home, wait_seconds=wait_seconds) as connection:
        recorded = decisions_of(connection)
    decisions = read_review(source, datetime.now(UTC), recorded)
    unknown: Sequence[str] = ()
    if decisions:
        land_decisions(home, decisions)
        record_decisions(home, wait_seconds=wait_seconds)
        with session(home, wait_seconds=wait_seconds) as connection:
            unknown = without_task(connection, decisions)
        publish(home, wait_seconds=wait_seconds)
    for key in unknown:
        click.echo(f"mandates: nothing that is recorded has the key {key}", err=True)
    done = {"decisions": len(decisions), "without_task": list(unknown)}
    click.echo(json.dumps(done) if as_json else f"{len(decisions)} new decisions recorded")


def _export(settings: Settings, gold: Path, *, as_json: bool) -> None:
    from warehouse.database import session
    from warehouse.gold import export_gold

    with session(settings.home, wait_seconds=settings.lock_wait_seconds) as connection:
        written = export_gold(connection, gold)
    done = {"path": str(gold), "documents": written}
    click.echo(json.dumps(done) if as_json else f"{written} documents in {gold}")


def _as_json(item: Uncertain) -> str:
    from dataclasses import asdict

    more = {"place": item.place, "read_as": item.read_as, "otherwise": item.otherwise}
    return json.dumps(asdict(item) | more, ensure_ascii=False, default=str)


def _as_lines(item: Uncertain) -> str:
    from flows.console import visible

    place = f", {item.place}" if item.place else ""
    words = f"\n      “{' '.join(item.quote.split())[:300]}”" if item.quote and item.what == "clause" else ""
    lines = (
        f"{item.confidence:.2f}  {item.document[:120]}{place}: {item.reason}{words}",
        f"      read as: {item.read_as[:300]}",
        f"      or else: {item.otherwise[:300]}",
        f"      {item.url or ''}",
    )
    return visible("\n".join(lines)) + "\n"
