"""`mandates calendar`: the upcoming sessions, with the agenda of each and what is due in it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from flows.selecting import WORDS, known_bodies, known_body
from flows.written import NewFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rich.text import Text

    from config.settings import Settings
    from warehouse.query.sessions import Sitting

MOST_ITEMS = 8
_NARROWEST = 80
_DAY = click.DateTime(["%Y-%m-%d"])


class _Number(click.IntRange):
    """The number of a session, by which messages call it."""

    name = "number of a session"


@click.command(
    epilog="Examples: mandates calendar --body AALCO --months 18; mandates calendar --ics sessions.ics; "
    "mandates calendar --set AALCO 64 2026-09-14 2026-09-18 --by 'A. Clerk' --source https://example.org/64"
)
@click.option("--body", "bodies", type=WORDS, multiple=True, help="Only this body (UNGA, AALCO …); can be repeated.")
@click.option("--months", default=12, show_default=True, type=click.IntRange(1, 120), help="How far to look ahead.")
@click.option("--full", is_flag=True, help="Show every agenda item and deadline.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per session, one a line.")
@click.option("--ics", type=NewFile(), help="Write the sessions to an iCalendar FILE.")
@click.option(
    "--set",
    "entry",
    type=(WORDS, _Number(1), _DAY, _DAY),
    metavar="BODY NUMBER START END",
    help="Enter the days of a session in your sessions.yaml; needs --by and --source.",
)
@click.option("--by", help="With --set: who enters it.")
@click.option("--source", help="With --set: where the days come from, such as a URL.")
def command(
    bodies: tuple[str, ...],
    *,
    months: int,
    full: bool,
    as_json: bool,
    ics: Path | None,
    entry: tuple[str, int, datetime, datetime] | None,
    by: str | None,
    source: str | None,
) -> None:
    """Show the sessions that are running and the upcoming ones, as of the published snapshot.

    Below each session are the items that recorded documents place on its agenda, and the deadlines of the body's
    mandates that fall into it. Days that were not announced, but follow from a rule or from former sessions, are
    marked as expected.
    """
    from config.settings import Settings

    settings = Settings()
    if entry is not None:
        _set(settings, entry, by, source)
        return
    if by is not None or source is not None:
        raise click.UsageError("--by and --source belong to --set")
    _refresh(settings)
    now = datetime.now(UTC)
    first, last = now.date(), _later(now.date(), months)
    bodies = known_bodies(settings, bodies)
    found = _sittings(settings, first, last, bodies)
    if ics is not None:
        _write(ics, bodies, found, now, last)
    elif as_json:
        for sitting in found:
            click.echo(json.dumps(asdict(sitting) | {"name": sitting.name}, ensure_ascii=False, default=str))
    else:
        _show(found, now.date(), full=full)


def _set(settings: Settings, entry: tuple[str, int, datetime, datetime], by: str | None, source: str | None) -> None:
    from config.own_sessions import set_session
    from config.sessions import SessionDates
    from flows.sessions import keep_calendar
    from flows.spans import span

    if not by or not source:
        raise click.UsageError("--set needs --by NAME and --source URL: who enters the days, and where they come from")
    if len(f"{by}{source}".splitlines()) > 1:
        raise click.UsageError("--by and --source are one line each")
    body, number, start, end = entry
    try:
        body = known_body(settings, body) or body
    except click.UsageError as error:
        # It may be new; but so may a mistyped one be.
        click.echo(f"{error.format_message()}; it is entered as a new one, and no recorded document uses it", err=True)
    if end < start:
        raise click.UsageError("the session ends before it starts")
    session = SessionDates(body, number, start.date(), end.date(), "listed", source, by)
    set_session(settings.config / "sessions.yaml", session)
    keep_calendar(settings)
    click.echo(
        f"{body} {number}: {span(session.start, session.end)}, entered by {by}. Deadlines read from now on use "
        "these days; `mandates reanalyse --apply` applies them to what is already recorded."
    )


def _refresh(settings: Settings) -> None:
    """Bring an edited sessions.yaml into the snapshot; where the warehouse is busy, say that it will be later."""
    from flows.sessions import is_current, keep_calendar
    from warehouse.model import LockedError

    try:
        if not is_current(settings):
            keep_calendar(settings)
    except LockedError as error:
        click.echo(f"sessions.yaml has changed; this will show once the warehouse is free again ({error})", err=True)


def _sittings(settings: Settings, first: date, last: date, bodies: Sequence[str]) -> tuple[Sitting, ...]:
    from warehouse.query.opening import reading
    from warehouse.query.sessions import sittings

    with reading(settings.home) as connection:
        return sittings(connection, first, last, bodies)


def _write(path: Path, bodies: Sequence[str], found: Sequence[Sitting], now: datetime, until: date) -> None:
    from alerts.figures import counted
    from warehouse.feeds.calendar_entries import session_entries
    from warehouse.feeds.calendar_file import write_calendar

    name = f"Sessions: {', '.join(bodies)}" if bodies else "Sessions"
    done = write_calendar(path, name, session_entries(found), now=now, until=until)
    figures = f"new: {done.new}, changed: {done.changed}, cancelled: {done.cancelled}"
    click.echo(f"{path}: {counted(done.entries, 'session')}; {figures}")


def _show(found: Sequence[Sitting], today: date, *, full: bool) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    width = max(console.width, _NARROWEST) if console.is_terminal else 10_000
    for line in _lines(found, today, width, MOST_ITEMS if not full else 10_000):
        console.print(line, soft_wrap=True)
    if not found:
        click.echo("no sessions known in these months; enter one with --set")


def _lines(found: Sequence[Sitting], today: date, width: int, most: int) -> Iterator[Text]:
    from rich.text import Text

    from flows.console import cut, visible
    from flows.spans import span

    for sitting in found:
        head = Text(visible(sitting.name), style="bold")
        head.append(f"   {span(sitting.start, sitting.end)}", style="not bold yellow")
        head.append(f"   {_when(sitting, today)}", style="not bold dim")
        yield head
        yield Text("  " + cut(visible(_about(sitting)), width - 2), style="dim")
        items = [f"{each.item}  ({each.place})" for each in sitting.items]
        due = [f"{each.due_end:%-d %b %Y}  {each.subject}" for each in sitting.deadlines]
        for title, count, rows in (
            (f"on its agenda: {len(items)}", len(items), items),
            (f"due in it: {sitting.due}, {len(due)} of them open", sitting.due, due),
        ):
            if count:
                yield Text(f"  {title}", style="cyan")
            for row in rows[:most]:
                yield Text("    " + cut(visible(row), width - 4))
            if len(rows) > most:
                yield Text(f"    … and {len(rows) - most} more: --full", style="dim")
        yield Text()


def _about(sitting: Sitting) -> str:
    """How its days are known."""
    known = {"expected": "expected from", "computed": "by"}.get(sitting.confidence, "known from")
    words = f"{known} {sitting.source}" + (f", entered by {sitting.who}" if sitting.who else "")
    return f"{words}; others say {sitting.otherwise}" if sitting.otherwise else words


def _when(sitting: Sitting, today: date) -> str:
    from alerts.figures import counted

    if sitting.start > today:
        days = (sitting.start - today).days
        return f"in {counted(days, 'day')}"
    left = (sitting.end - today).days
    if not sitting.is_announced:
        return "running, if its days are as expected"
    return f"running, {counted(left, 'day')} left" if left else "last day today"


def _later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, 28))
