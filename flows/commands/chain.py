"""`mandates chain`: a resolution with all that it renews and that renews it, clause by clause."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warehouse.links.difference import Change
    from warehouse.query.chains import ClauseStep, Resolution

# Words shown before and after what changed; the rest of a clause that stayed the same is left out.
AROUND = 8


@click.command(epilog="Example: mandates chain A/RES/80/218")
@click.argument("symbol")
@click.option("--all", "everything", is_flag=True, help="Also show the clauses whose words did not change.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per resolution, one a line.")
def command(symbol: str, *, everything: bool, as_json: bool) -> None:
    """Show the series of resolutions to which SYMBOL belongs, and how each clause changed from one to the next.

    Each clause is the same (apart from dates and the numbers of sessions and documents), changed, new or dropped. In
    changed clauses, [-words that were removed-] and {+words that were added+} are marked. A draft leads to the series
    of the resolution that was adopted from it.

    Exit code 1: SYMBOL is not recorded, no recorded resolution renews it or is renewed by it, or there is no snapshot.
    """
    from config.settings import Settings
    from warehouse.query.chains import chain_of, is_recorded

    home = Settings().home
    chain = chain_of(home, symbol)
    if not chain:
        why = "no recorded resolution renews it or is renewed by it" if is_recorded(home, symbol) else "is not recorded"
        raise click.ClickException(f"{symbol[:80]}{'…' if len(symbol) > 80 else ''}: {why}")  # noqa: PLR2004 - a line
    for resolution in chain:
        if as_json:
            click.echo(json.dumps(asdict(resolution), ensure_ascii=False, default=str))
        else:
            for line in _lines(resolution, everything=everything):
                _say(line)


def _say(line: str) -> None:
    from flows.console import visible

    click.echo(visible(line))


def _lines(resolution: Resolution, *, everything: bool) -> Iterator[str]:
    said = [resolution.symbol or resolution.document_id[:12], resolution.title]
    if resolution.published_on is not None:
        said.append(f"{resolution.published_on:%Y-%m-%d}")
    yield "  ".join(said)
    if resolution.renews is not None:
        counts = Counter(clause.change for clause in resolution.clauses)
        shares = ", ".join(f"{counts[change]} {change}" for change in ("same", "changed", "new", "dropped"))
        yield f"  renews {resolution.renews}: {shares}"
    for clause in resolution.clauses:
        if everything or clause.change != "same":
            yield f"    {clause.change:8}{_place(clause)}  {_words(clause)}{_since(clause)}"
    yield ""


def _place(clause: ClauseStep) -> str:
    """Its number, and the former one where that was another."""
    now, was = (number and number.strip("() .") for number in (clause.number, clause.former_number))
    return f"{was} → {now}" if now and was and now != was else now or was or "–"


def _since(clause: ClauseStep) -> str:
    since = clause.since_symbol and clause.since and f"{clause.since_symbol}, {clause.since:%Y-%m-%d}"
    return f"  [since {since}]" if since else ""


def _words(clause: ClauseStep) -> str:
    from warehouse.links.difference import difference

    if clause.change != "changed" or clause.words is None or clause.former_words is None:
        return clause.words or clause.former_words or ""
    return " ".join(map(_marked, difference(clause.former_words, clause.words)))


def _marked(change: Change) -> str:
    if change.kind == "out":
        return f"[-{change.words}-]"
    if change.kind == "in":
        return f"{{+{change.words}+}}"
    words = change.words.split()
    return change.words if len(words) <= 2 * AROUND else " ".join((*words[:AROUND], "…", *words[-AROUND:]))
