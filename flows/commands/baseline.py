"""`mandates baseline`: load what a source published in the past."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import click

from flows.cli import exit_failed

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.sources import Source
    from flows.baseline import Baseline, Estimate
    from scrapers.publication import Past

_EARLIEST = 1900


def _day(ends: str) -> Callable[[click.Context, click.Parameter, str | None], date | None]:
    """Reads `2020-03-31`, or `2020` with this month and day."""

    def read(_context: click.Context, _parameter: click.Parameter, value: str | None) -> date | None:
        if value is None:
            return None
        try:
            day = date.fromisoformat(f"{value}-{ends}" if value.isdecimal() else value)
        except ValueError:
            raise click.BadParameter(f"{value!r} is not a year (2020) or a day (2020-03-31)") from None
        if day.year < _EARLIEST:
            raise click.BadParameter(f"{value!r} is before {_EARLIEST}")
        return day

    return read


@click.command(epilog="Example: mandates baseline un-digital-library --since 2020")
@click.argument("source_id", metavar="SOURCE")
@click.option("--since", required=True, callback=_day("01-01"), help="How far back: a year or a day.")
@click.option("--until", callback=_day("12-31"), help="Leave out everything dated after this year or day.")
@click.option(
    "--plan", is_flag=True, help="Show how far back the source can go, and how long that takes. Sends no requests."
)
@click.option("--again", is_flag=True, help="Start over from the newest end, instead of continuing.")
@click.option("--json", "as_json", is_flag=True, help="Print what happened as JSON.")
def command(source_id: str, *, since: date, until: date | None, plan: bool, again: bool, as_json: bool) -> None:
    """Load what a source published in the past, as far back as you ask and as the source goes.

    Nobody is notified of what is loaded. It appears in search, views and citations like everything else, and reminders
    of deadlines still ahead are sent as usual. The publisher is polled at the source's pace. You can stop at any time:
    the same command continues where it stopped.

    Exit code 1: loading could not continue, or something could not be read.
    """
    from config.settings import Settings
    from flows.baseline import estimate, load_past, request
    from flows.baseline_report import report
    from flows.commands.run import refuse_demo_home
    from flows.console import counted_progress
    from flows.engine import speak_up

    if since > datetime.now(UTC).date():
        raise click.UsageError("--since is in the future")
    if until is not None and until < since:
        raise click.UsageError("--until is before --since")
    refuse_demo_home("baseline")
    settings = Settings()
    asked = request(settings, source_id, since, until, again=again)
    source = asked.source
    if plan:
        left = estimate(source, asked.known, asked.past)
        _show_plan(source, asked.past, left, asked.nothing_further, as_json=as_json)
        return
    speak_up()
    with counted_progress(f"Loading the past of {source.id} …", "days") as progress:
        done = asyncio.run(load_past(settings, source, asked.past, progress))
    if as_json:
        click.echo(json.dumps(_as_record(source, since, done), ensure_ascii=False, indent=2, default=str))
    else:
        for line in report(source, since, done, asked.nothing_further):
            _say(line)
    if done.error is not None or done.failed:
        raise SystemExit(exit_failed)


def _show_plan(source: Source, past: Past, left: Estimate | None, why: str | None, *, as_json: bool) -> None:
    if as_json:
        row = {
            "source": source.id,
            **asdict(past),
            "pace_seconds": source.policy.pace.total_seconds(),
            "documents": left.documents if left else None,
            "seconds": round(left.length.total_seconds()) if left else None,
            "nothing_further": why,
        }
        click.echo(json.dumps(row, ensure_ascii=False, indent=2, default=str))
        return
    from flows.baseline_report import how_far
    from scrapers.crawl.operators_news import span

    where = f"from {past.reached} back to {past.since}" if past.reached else f"back to {past.since}"
    if past.outcome is not None:
        _say(f"{source.id}: {how_far(past, past.since)}; there is nothing left to do (--again starts over)")
    elif why is not None:
        _say(f"{source.id}: only what each run reads can be loaded: {why}")
    elif left is None:
        _say(f"{source.id}: {where}; how much that is cannot be estimated yet: too few dated documents are known")
    else:
        pace = f"{source.policy.pace.total_seconds():g} s between two requests"
        _say(f"{source.id}: {where}: about {left.documents:,} documents, some {span(left.length)} ({pace})")


def _as_record(source: Source, since: date, done: Baseline) -> dict[str, Any]:
    return {
        "source": source.id,
        "since": since,
        "until": done.past.until,
        "reached": done.past.reached,
        "outcome": done.past.outcome,
        "error": done.error,
        "new_documents": done.recorded.new_documents,
        "new_mandates": done.recorded.new_mandates,
        "not_read": [asdict(row) for row in done.failed],
        "texts_read_partly": done.partly,
    }


def _say(line: str) -> None:
    from flows.console import visible

    click.echo(visible(line))
