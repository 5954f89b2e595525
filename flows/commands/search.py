"""`mandates search`: find words in documents and mandates."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.text import Text

    from warehouse.query.search import Answer, Hit
    from warehouse.query.search_volumes import Unit


@click.command(epilog="Example: mandates search --mandates 'trafficking \"progress report\" migra*'")
@click.argument("words", nargs=-1, required=True)
@click.option("--mandates", "unit", flag_value="mandate", help="Only mandates.")
@click.option("--documents", "unit", flag_value="document", help="Only documents.")
@click.option("--body", help="Only what this organ adopted or issued (UNGA, AALCO, IPU …).")
@click.option("--kind", help="Only documents of this kind (resolution, report, news …).")
@click.option("--stage", help="Only this stage (draft, adopted …).")
@click.option("--language", help="Only this language (en, fr …).")
@click.option("--year", type=int, help="Only this year of adoption or issue.")
@click.option("--type", "type", help="Only mandates of this type (reporting_request …).")
@click.option("--addressee", help="Only mandates with this addressee (un:secretary-general …).")
@click.option("--due", metavar="WHEN", help="Only mandates due in this year, month or day (2027, 2027-05, 2027-05-31).")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many to show.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per hit, one per line.")
def command(words: tuple[str, ...], unit: Unit | None, limit: int, as_json: bool, **filters: Any) -> None:
    """Search the published snapshot, best hits first.

    All words must occur. Use quotes for "a phrase", a star for a prefix*, and -word after -- to exclude a word. Exit
    code 1: no hits.
    """
    from config.settings import Settings
    from warehouse.query.filters import Filters
    from warehouse.query.search import search

    answer = search(Settings().home, " ".join(words), Filters.of(**filters), unit=unit, limit=limit)
    if as_json:
        for hit in answer.hits:
            click.echo(json.dumps(_plain(hit), ensure_ascii=False))
        if answer.more:
            click.echo(_bounded(answer), err=True)
    else:
        _show(answer)
    if not answer.hits:
        raise SystemExit(1)


def _plain(hit: Hit) -> dict[str, Any]:
    """A hit for programs; the marks become square brackets."""
    from warehouse.query.search_volumes import MARK_CLOSE, MARK_OPEN

    passage = hit.passage.replace(MARK_OPEN, "[").replace(MARK_CLOSE, "]")
    return asdict(hit) | {"passage": passage}


def _show(answer: Answer) -> None:
    from rich.console import Console
    from rich.text import Text

    from flows.console import visible
    from warehouse.findings.titles import display_title

    console = Console(highlight=False)
    for hit in answer.hits:
        title = display_title(hit.title, hit.symbol, hit.body)
        head = Text(visible(hit.symbol or title), style="bold")
        if hit.symbol and title != hit.symbol:
            head.append(f"  {visible(title)}", style="not bold")
        console.print(head, soft_wrap=True)
        facts = [hit.body, hit.published_on, f"paragraph {hit.number}" if hit.number else None]
        facts += [f"page {hit.page}" if hit.page else None, (hit.type or "").replace("_", " "), hit.url]
        console.print(Text("  " + " · ".join(fact for fact in facts if fact), style="dim"), soft_wrap=True)
        console.print(_marked(hit.passage), soft_wrap=True)
    shown = f"{len(answer.hits)} of " + (f"more than {answer.total:,}" if answer.more else f"{answer.total:,}")
    click.echo(f"{shown} {'hit' if answer.total == 1 else 'hits'}" if answer.hits else "no hits")
    if answer.more:
        click.echo(_bounded(answer))


def _bounded(answer: Answer) -> str:
    """Say that there were too many hits to rank them all."""
    return f"more than {answer.total:,} hits: only the newest {answer.total:,} were ranked; add words or a filter"


def _marked(passage: str) -> Text:
    """The passage with its words marked; what is in a document is shown as words and never read as markup."""
    from rich.text import Text

    from flows.console import visible
    from warehouse.query.search_volumes import MARK_CLOSE, MARK_OPEN

    line = Text("  ")
    for piece in passage.split(MARK_OPEN):
        marked, closed, rest = piece.partition(MARK_CLOSE)
        line.append(visible(marked), style="bold yellow" if closed else "")
        line.append(visible(rest))
    return line
