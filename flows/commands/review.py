"""`mandates review`: what is uncertain, and what a person makes of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.written import GivenPath

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.settings import Settings
    from warehouse.review.uncertain import Uncertain

_file = GivenPath(path_type=Path, dir_okay=False)
_LONGEST = 300


@click.command(epilog="Example: mandates review --out review.yaml; edit it; mandates review --apply review.yaml")
@click.option("--out", "target", type=_file, help="Write uncertain readings to FILE, to record your decisions in.")
@click.option("--apply", "source", type=GivenPath(path_type=Path, dir_okay=False, exists=True), help="Record FILE.")
@click.option(
    "--export-gold",
    "gold",
    type=GivenPath(path_type=Path, file_okay=False),
    help="Write the documents that have decisions to DIRECTORY, as texts and labels to measure with.",
)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(0), help="How many to list; 0 for all.")
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object a line; with a file or DIRECTORY, the result as JSON."
)
def command(target: Path | None, source: Path | None, gold: Path | None, limit: int, *, as_json: bool) -> None:
    """List what a person should check, the least certain first, and record what people decide.

    The list has resolutions, decisions and declarations that could be read only in part or not at all, clauses whose
    reading is uncertain, decisions whose task has since disappeared or changed, and mandates of which it is not known
    whether they were carried out. Each entry gives the reason, the reading, and another possible reading.

    Decisions are only ever added, like those of `mandates decisions`. They survive new readings and show in the views.
    People who were notified of something else get a correction with the next `mandates deliver` or `run`.

    Exit code 0, even if something is uncertain; 1: a file cannot be used, and nothing in it was recorded.
    """
    from config.settings import Settings
    from warehouse.load.decisions import record_decisions

    if sum(path is not None for path in (target, source, gold)) > 1:
        raise click.UsageError("use one of --out FILE, --apply FILE and --export-gold DIRECTORY")
    settings = Settings()
    record_decisions(settings.home)
    if source is not None:
        _apply(settings, source, as_json=as_json)
    elif gold is not None:
        _export(settings, gold, as_json=as_json)
    else:
        _list(settings, target, limit, as_json=as_json)


def _list(settings: Settings, target: Path | None, limit: int, *, as_json: bool) -> None:
    from warehouse.review.review_file import write_review
    from warehouse.review.uncertain import uncertain
    from warehouse.store.database import session

    with session(settings.home) as connection:
        items = uncertain(connection)
    if target is not None:
        write_review(items, target)
        done = {"path": str(target), "items": len(items)}
        click.echo(json.dumps(done) if as_json else f"{len(items)} to check in {target}")
        return
    shown = items[: limit or None]
    for item in shown:
        click.echo(_as_json(item) if as_json else _as_lines(item))
    if not as_json:
        click.echo(f"{len(items)} to check; --out FILE writes a file to decide in" if items else "Nothing to check.")
    if len(shown) < len(items):
        click.echo(f"cut after {len(shown)} of {len(items)}: --limit N shows more, --limit 0 all", err=True)


def _apply(settings: Settings, source: Path, *, as_json: bool) -> None:
    from alerts.figures import counted
    from warehouse.load.decisions import decisions_of, without_task
    from warehouse.review.deciding import decide
    from warehouse.review.review_file import read_review
    from warehouse.store.database import session
    from warehouse.store.snapshot import publish

    home = settings.home
    with session(home) as connection:
        recorded = decisions_of(connection)
    decisions = read_review(source, datetime.now(UTC), recorded)
    unknown: Sequence[str] = ()
    if decisions:
        decide(home, decisions)
        with session(home) as connection:
            unknown = without_task(connection, decisions)
        publish(home)
    for key in unknown:
        click.echo(f"mandates: no recorded task or text has the key {key}", err=True)
    done = {"decisions": len(decisions), "without_task": list(unknown)}
    click.echo(json.dumps(done) if as_json else f"{counted(len(decisions), 'new decision')} recorded")


def _export(settings: Settings, gold: Path, *, as_json: bool) -> None:
    from alerts.figures import counted
    from warehouse.review.gold import export_gold
    from warehouse.store.database import session

    with session(settings.home) as connection:
        written = export_gold(connection, gold)
    done = {"path": str(gold), "documents": written}
    click.echo(json.dumps(done) if as_json else f"{counted(written, 'document')} written to {gold}")


def _as_json(item: Uncertain) -> str:
    from dataclasses import asdict

    more = {"place": item.place, "read_as": item.read_as, "otherwise": item.otherwise}
    return json.dumps(asdict(item) | more, ensure_ascii=False, default=str)


def _as_lines(item: Uncertain) -> str:
    from flows.console import cut, visible

    place = f", {item.place}" if item.place else ""
    words = f"\n      “{cut(item.words, _LONGEST)}”" if item.words and item.what in {"clause", "ledger"} else ""
    lines = (
        f"{item.confidence:.2f}  {item.document[:120]}{place}: {item.reason}{words}",
        f"      read as: {cut(item.read_as, _LONGEST)}",
        f"      or else: {cut(item.otherwise, _LONGEST)}",
        f"      {item.url or ''}",
    )
    return visible("\n".join(lines)) + "\n"
