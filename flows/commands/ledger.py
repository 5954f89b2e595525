"""`mandates ledger`: what became of each mandate."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from flows.commands.query import _cell, _plain
from flows.selecting import STATE, TYPE, WORDS, known_body

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from config.settings import Settings
    from warehouse.query.ledger import AsOf
    from warehouse.query.queries import Table

_HEADS = ("document", "clause", "state", "due", "who", "what", "shown by")
_HISTORY_HEADS = ("occurrence", "due", "state", "since", "until", "why", "shown by")


@click.command(epilog="Example: mandates ledger --body UNGA --state overdue --state due_soon")
@click.argument("key", required=False)
@click.option("--symbol", type=WORDS, help="Only mandates of this document.")
@click.option(
    "--body",
    type=WORDS,
    help="Only what this organ adopted or issued (UNGA, AALCO, IPU …), organs below it included.",
)
@click.option(
    "--addressee",
    type=WORDS,
    help="Only mandates with this addressee: an id (un:secretary-general) or words of the name.",
)
@click.option("--type", "type", type=TYPE, help="Only mandates of this type.")
@click.option("--state", "states", multiple=True, type=STATE, help="Only this state; can be repeated.")
@click.option("--due-within", type=click.IntRange(0), metavar="DAYS", help="Only what is due within this many days.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="The states of this day.")
@click.option(
    "--known-at",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]),
    metavar="TIME",
    help="What was known at this time (UTC); a day alone means its end.",
)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(0), help="Most rows to print; 0 for all.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per row, with every column.")
@click.option("--rebuild", is_flag=True, help="Work the whole ledger out again, then publish the snapshot.")
def command(
    key: str | None,
    limit: int,
    *,
    as_of: datetime | None,
    known_at: datetime | None,
    as_json: bool,
    rebuild: bool,
    **wanted: Any,
) -> None:
    """Show what became of each mandate: its state, since when, and the document that shows it.

    With KEY, the task_key of one mandate, show its whole history. Exit code 1: there is nothing to show.
    """
    from alerts.figures import counted
    from config.settings import Settings
    from warehouse.query.filters import Filters
    from warehouse.query.ledger import AsOf, ledger

    settings = Settings()
    if rebuild:
        _rebuild()
        return
    asked = AsOf(as_of.date() if as_of else None, _end(known_at))
    if key is not None:
        _show_task(key, asked, as_json=as_json)
        return
    found = ledger(settings.home, Filters.of(**_narrowed(settings, asked, **wanted)), asked, limit=limit or None)
    if as_json:
        _say_json(found)
    elif found.rows:
        _show(found)
    if found.more:
        click.echo(f"cut after {counted(limit, 'row')}: --limit N shows more, --limit 0 all", err=True)
    if not found.rows:
        click.echo("nothing in the ledger matches", err=True)
        raise SystemExit(1)


def _narrowed(
    settings: Settings, as_of: AsOf, *, body: str | None, states: Sequence[str], due_within: int | None, **more: Any
) -> dict[str, Any]:
    """The options as filters: organs below a body are included, and days are counted from the one that is asked for."""
    from datetime import timedelta

    more |= {"state": states}
    if (known := known_body(settings, body)) is not None:
        more["body"] = (known, f"{known}-*")
    if due_within is not None:
        more |= {"due_after": as_of.today, "due_before": as_of.today + timedelta(days=due_within)}
    return more


def _end(known_at: datetime | None) -> datetime | None:
    """A time in UTC; a day alone is the end of it."""
    from datetime import UTC, timedelta

    if known_at is None:
        return None
    whole_day = not (known_at.hour or known_at.minute or known_at.second)
    return known_at.replace(tzinfo=UTC) + (timedelta(days=1, microseconds=-1) if whole_day else timedelta())


def _rows(table: Table) -> Iterator[dict[str, Any]]:
    for row in table.rows:
        yield dict(zip(table.columns, row, strict=True))


def _say_json(table: Table) -> None:
    for row in _rows(table):
        click.echo(json.dumps(_plain(row), ensure_ascii=False))


def _show(table: Table) -> None:
    from alerts.figures import counted
    from flows.grid import print_grid

    print_grid(_HEADS, [_line(row) for row in _rows(table)])
    click.echo(counted(len(table.rows), "row"))


def _line(row: dict[str, Any]) -> list[str]:
    due = f"{_cell(row['due_end'])}{' (expected)' if row['is_expected'] else ''}"
    shown = row["evidence_symbol"] or row["evidence_title"] or row["note"]
    said = (
        row["symbol"] or row["title"],
        row["number"],
        _state(row["state"]),
        due,
        row["addressee"],
        row["quote"],
        shown,
    )
    return [_cell(each) for each in said]


def _state(state: str) -> str:
    return state.replace("_", " ")


def _show_task(key: str, as_of: AsOf, *, as_json: bool) -> None:
    from config.settings import Settings
    from flows.console import visible
    from flows.grid import print_grid
    from warehouse.query.ledger import history, task

    home = Settings().home
    today, spans = task(home, key, as_of), history(home, key)
    if not today.rows and not spans.rows:
        click.echo(f"{visible(key)}: the ledger has no such task; `mandates ledger --json` shows the keys", err=True)
        raise SystemExit(1)
    if as_json:
        past = [_plain(row) for row in _rows(spans)]
        for row in _rows(today):
            mine = [each for each in past if each["occurrence"] == row["occurrence"]]
            click.echo(json.dumps({**_plain(row), "history": mine}, ensure_ascii=False))
        return
    for row in [*_rows(today)][:1]:
        click.echo(visible(f"{row['symbol'] or row['title']}, paragraph {row['number'] or '?'}: {row['quote']}"))
    print_grid(_HISTORY_HEADS, [_past(row) for row in _rows(spans)])


def _past(row: dict[str, Any]) -> Sequence[str]:
    why = row["note"] or row["rule"]
    shown = row["evidence_symbol"] or row["evidence_title"]
    said = (row["occurrence"], row["due_end"], _state(row["state"]), row["since"], row["until"], why, shown)
    return [_cell(each) for each in said]


def _rebuild() -> None:
    from datetime import UTC, datetime

    from alerts.figures import counted
    from config.settings import Settings
    from warehouse.ledger.recording import rebuild
    from warehouse.store.database import session
    from warehouse.store.snapshot import publish

    settings = Settings()
    with (
        session(settings.home) as connection,
        click.progressbar(length=1, label="working out the ledger", show_eta=True) as bar,
    ):

        def tell(done: int, steps: int) -> None:
            bar.length = steps
            bar.update(done - bar.pos)

        changed = rebuild(connection, datetime.now(UTC), tell)
    publish(settings.home)
    click.echo(f"{counted(changed, 'account')} changed; the snapshot is published")
