"""A document in the terminal: clauses coloured by type, mandates marked, deadlines underlined, and, when asked, why.

The document's words are shown with control characters taken out, so that a text cannot steer the terminal.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from mandates.model import Analysis, Clause, ClauseType, Due, Heading

colours: dict[ClauseType, str] = {
    "agenda_placement": "cyan",
    "reporting_request": "green",
    "task_assignment": "yellow",
    "establishment": "magenta",
    "convening": "blue",
    "budget": "red",
    "extension_renewal": "bright_magenta",
    "exhortation": "default",
    "statement": "dim",
}
mark = "▶"
_HOW_READ = {"complete": "completely", "partial": "in part", "none": "not at all"}
_control = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def show(
    name: str,
    analysis: Analysis,
    *,
    explain: bool = False,
    reading: str | None = None,
    console: Console | None = None,
) -> None:
    """Print `analysis` of the document called `name`; with `explain` the rule and the words behind each label.

    `reading` says how the text was taken from the document: what is in it and what was left out.
    """
    from rich.console import Console

    console = console or Console()
    console.rule(_safe(name))
    _show_heading(console, analysis.heading)
    for note in analysis.notes:
        console.print(f"! {note}", style="yellow", markup=False)
    for reason in analysis.reading_reasons:
        console.print(f"! read {_HOW_READ[analysis.reading]}: {reason}", style="bold yellow", markup=False)
    parts = {part.clauses[0]: part for part in analysis.parts if part.clauses} if len(analysis.parts) > 1 else {}
    for place, clause in enumerate(analysis.clauses):
        if (part := parts.get(place)) is not None:
            said = "  ".join(filter(None, (part.symbol, part.title)))
            console.rule(_safe(said or part.kind), style="dim", align="left")
        console.print(_clause(clause))
        if explain:
            for why in clause.evidence:
                console.print(
                    f"    {why.label}: {why.rule}: {_safe(why.quote)!r}", style="dim", markup=False, highlight=False
                )
    for line in (reading or "").splitlines():
        console.print(_safe(line), style="dim", markup=False, highlight=False)
    found = sum(len(clause.mandates) for clause in analysis.clauses)
    counts = {
        "preambular paragraph": len(analysis.preamble),
        "clause": len(analysis.clauses),
        "mandate": found,
        "citation": len(analysis.citations),
    }
    console.print(
        ", ".join(f"{count} {name if count == 1 else name + 's'}" for name, count in counts.items()),
        style="bold",
        highlight=False,
    )


def _show_heading(console: Console, heading: Heading) -> None:
    said = [heading.symbol, heading.kind, heading.stage, heading.adopted_on and heading.adopted_on.isoformat()]
    console.print("  ".join(part for part in said if part), style="dim", markup=False, highlight=False)
    if heading.title:
        console.print(_safe(heading.title), style="bold", markup=False, highlight=False)


def _clause(clause: Clause) -> Text:
    """One clause: the mark of a mandate, its words in the colour of its type, its deadlines underlined, its facts after."""  # noqa: E501 - a sentence
    from rich.text import Text

    words = Text(f"{mark if clause.is_mandate else ' '} ")
    body = Text(_safe(clause.display), style=colours[clause.type])
    body.highlight_words([_safe(" ".join(clause.verb.split()))], style="bold", case_sensitive=True)
    for mandate in clause.mandates:
        for due in mandate.dues:
            body.highlight_words([_safe(" ".join(due.quote.split()))], style="underline", case_sensitive=True)
    words.append_text(body)
    facts: list[str] = [clause.type]
    if clause.addressee and clause.is_mandate:
        facts.append(_safe(" ".join(clause.addressee.split())))
    facts += [
        f"{_safe(' '.join(due.quote.split()))} = {_days(due)}" for mandate in clause.mandates for due in mandate.dues
    ]
    words.append(f"\n    [{' · '.join(facts)}]", style="italic" if clause.is_mandate else "dim italic")
    for reason in clause.review:
        words.append(f"\n    please check: {reason}", style="yellow")
    return words


def _days(due: Due) -> str:
    """The days that a deadline comes to and how they are known."""
    if due.due_start is None and due.due_end is None:
        return "no day known"
    days = [day.isoformat() for day in (due.due_start, due.due_end) if day]
    return f"{' to '.join(dict.fromkeys(days))} ({due.basis})"


def _safe(words: str) -> str:
    return _control.sub(" ", words)
