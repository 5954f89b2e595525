"""`mandates coverage`: what was seen of each counted series and each body, and what was not."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from warehouse.query.coverage import BodyCoverage, Coverage, NotSeen, SeriesCoverage

_STATES = {
    "seen": "seen",
    "awaited": "not seen yet",
    "behind": "NOT SEEN",
    "unknown": "unknown",
    "no calendar": "no calendar",
    "nothing seen": "nothing seen",
}


@click.command(epilog="Example: mandates coverage --numbers")
@click.option("--numbers", is_flag=True, help="List each number that is missing or could not be read.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(numbers: bool, as_json: bool) -> None:
    """Show which numbers of each counted series were seen, and the last session seen of each body.

    Reads the published snapshot. A number that was asked for in vain for 60 days is a known hole: some are never
    used. Exit code 1: a number has been missing for three days, a document could not be read, a source has not been
    crawled successfully for three days, or nothing was seen of a session that ended at least 60 days ago.
    """
    from config.settings import Settings
    from warehouse.query.coverage import coverage_line, coverage_of
    from warehouse.query.opening import reading

    with reading(Settings().home) as connection:
        coverage = coverage_of(connection)
    if as_json:
        whole = asdict(coverage) | {"line": coverage_line(coverage.series), "is_complete": coverage.is_complete}
        click.echo(json.dumps(whole, ensure_ascii=False, default=str))
    else:
        _show(coverage, numbers=numbers)
    if not coverage.is_complete:
        raise SystemExit(1)


def _show(coverage: Coverage, *, numbers: bool) -> None:
    from flows.grid import print_grid

    if coverage.series:
        heads = ("series", "source", "seen", "missing", "known holes", "not read", "missing since", "up to")
        print_grid(heads, [_series(each) for each in coverage.series])
    else:
        click.echo("No source counts numbers yet (kind symbol-probe, or a listing with `series`).")
    if numbers and coverage.not_seen:
        click.echo()
        print_grid(
            ("number", "source", "what", "since", "last asked for"), [_number(each) for each in coverage.not_seen]
        )
    if coverage.bodies:
        click.echo()
        columns = ("body", "documents", "last session seen", "newest", "last session held", "state", "next session")
        print_grid(columns, [_body(each) for each in coverage.bodies if each.documents])
        unseen = ", ".join(each.body for each in coverage.bodies if not each.documents)
        if unseen:
            click.echo(f"\nNo documents, but sessions in the calendar: {unseen}")
    if not numbers and coverage.not_seen:
        click.echo(f"\nNumbers not seen or not read: {len(coverage.not_seen):,}; --numbers lists them")


def _series(series: SeriesCoverage) -> Sequence[str]:
    return (
        series.name,
        series.source_id,
        f"{series.seen:,} of {series.numbers:,}",
        f"{series.open_holes:,}" if series.open_holes else "",
        f"{series.known_holes:,}" if series.known_holes else "",
        f"{series.failed:,}" if series.failed else "",
        _day(series.missing_since),
        _day(series.last_success) + ("" if series.is_watched else " (NOT WATCHED)"),
    )


def _number(number: NotSeen) -> Sequence[str]:
    what = "could not be read" if number.state == "failed" else "known hole" if number.is_known_hole else "missing"
    if number.is_known_elsewhere and number.state == "missing":
        what += ", recorded from another source"
    label = number.label or f"{number.series} {number.number}".strip()
    return label, number.source_id, what, _day(number.since), _day(number.asked_at)


def _body(body: BodyCoverage) -> Sequence[str]:
    from flows.spans import span

    held = ""
    if body.last_session_held is not None and body.held_start_on and body.held_end_on:
        mark = "about " if body.held_is_expected else ""
        held = f"{body.last_session_held} ({mark}{span(body.held_start_on, body.held_end_on)})"
    coming = ""
    if body.next_session is not None:
        mark = "about " if body.next_is_expected else ""
        coming = f"{body.next_session} ({mark}{_day(body.next_start_on)})"
    state = _STATES[body.state]
    if body.sessions_not_seen:
        state += f"; no documents of {_runs(body.sessions_not_seen)}"
    last = "" if body.last_session_seen is None else str(body.last_session_seen)
    return body.body, f"{body.documents:,}", last, _day(body.newest_on), held, state, coming


def _runs(numbers: Sequence[int]) -> str:
    """49–51, 53: numbers that follow each other as one."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _day(day: date | datetime | None) -> str:
    return "" if day is None else f"{day:%-d %b %Y}"
