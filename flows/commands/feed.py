"""`mandates feed`: mandates as a feed or as calendar entries, for programs that follow files."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from flows.selecting import STATE, TYPE, WORDS, known_body
from flows.written import NewFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from warehouse.feeds.chosen import Task
    from warehouse.query.filters import Filters

# Feed readers fetch the whole file each time.
_ENTRIES = 500


@click.command(
    epilog="Examples: mandates feed --body AALCO --atom aalco.xml; "
    "mandates feed --addressee un:secretary-general --ics secretary-general.ics"
)
@click.argument("words", nargs=-1)
@click.option("--atom", type=NewFile(), help="Write an Atom feed to FILE.")
@click.option("--ics", type=NewFile(), help="Write the deadlines to an iCalendar FILE.")
@click.option("--body", type=WORDS, help="Only what this organ adopted or issued (UNGA, AALCO, IPU …).")
@click.option("--kind", help="Only documents of this kind (resolution, report, news …).")
@click.option("--stage", help="Only this stage (adopted …).")
@click.option("--language", help="Only this language (en, fr …).")
@click.option("--year", type=int, help="Only this year of adoption or issue.")
@click.option("--type", "type", type=TYPE, help="Only mandates of this type.")
@click.option(
    "--addressee", type=WORDS, help="Only this addressee: an id (un:secretary-general …), or part of the words."
)
@click.option("--due", metavar="WHEN", help="Only mandates due in this year, month or day (2027, 2027-05, 2027-05-31).")
@click.option("--state", multiple=True, type=STATE, help="Only this state; can be repeated.")
@click.option("--responsible", type=WORDS, help="Only mandates for which people named this unit as responsible.")
@click.option("--title", help="What the feed or calendar is called; by default its filter.")
@click.option("--address", metavar="URL", help="Where the Atom feed will be published on the web.")
@click.option(
    "--limit", default=_ENTRIES, show_default=True, type=click.IntRange(1, 10_000), help="Most mandates in the feed."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def command(
    words: tuple[str, ...],
    *,
    atom: Path | None,
    ics: Path | None,
    title: str | None,
    address: str | None,
    limit: int,
    as_json: bool,
    **filters: Any,
) -> None:
    """Write the mandates that match a filter, as of the published snapshot, for feed readers and calendar programs.

    WORDS are searched for as in `mandates search`. Write to the same file each time: unchanged entries keep
    their times, changed ones are marked, and deadlines that were met or withdrawn are cancelled. A mandate keeps its
    id when its text is read again.
    """
    from alerts.figures import counted
    from config.settings import Settings
    from warehouse.feeds.atom_file import write_feed
    from warehouse.feeds.calendar_entries import deadline_entries
    from warehouse.feeds.calendar_file import write_calendar
    from warehouse.query.filters import Filters

    if atom is None and ics is None:
        raise click.UsageError("give --atom FILE, --ics FILE, or both")
    now, settings = datetime.now(UTC), Settings()
    filters["body"] = known_body(settings, filters["body"])
    wanted = Filters.of(**filters)
    tasks = _chosen(settings.home, words, wanted)
    title = title or _title(words, wanted, tasks)
    done: dict[str, Any] = {}
    if atom is not None:
        feed = write_feed(atom, title, tasks, now=now, limit=limit, address=address)
        done["atom"] = {"path": str(atom), "entries": feed.entries, "new": feed.new, "changed": feed.changed}
    if ics is not None:
        calendar = write_calendar(ics, title, deadline_entries(tasks), now=now)
        done["ics"] = {
            "path": str(ics),
            "entries": calendar.entries,
            "new": calendar.new,
            "changed": calendar.changed,
            "cancelled": calendar.cancelled,
        }
    if as_json:
        click.echo(json.dumps(done, ensure_ascii=False))
        return
    for each in done.values():
        figures = ", ".join(f"{name}: {each[name]}" for name in ("new", "changed", "cancelled") if name in each)
        click.echo(f"{each['path']}: {counted(each['entries'], 'entry', 'entries')}; {figures}")


def _chosen(home: Path, words: tuple[str, ...], filters: Filters) -> list[Task]:
    from warehouse.feeds.chosen import chosen
    from warehouse.query.opening import reading
    from warehouse.query.search import ranking

    found = ranking(home, " ".join(words), filters, unit="mandate").ids if words else None
    with reading(home) as connection:
        return chosen(connection, filters, mandate_ids=found)


def _title(words: tuple[str, ...], filters: Filters, tasks: Sequence[Task]) -> str:
    """What is wanted, in words: "Mandates: UNGA, report requested, addressed to the Secretary-General"."""
    from alerts.frame import frame
    from alerts.papers.wanted import wanted
    from alerts.papers.words import words_of

    # Whoever is asked for, by id or by part of the words, is named in all of these.
    named = [(each, task.addressee) for each in filters.addressee for task in tasks]
    said = ", ".join(filter(None, (*words, wanted(filters, words_of("en"), frame("en"), named))))
    return f"Mandates: {said}" if said else "Mandates"
