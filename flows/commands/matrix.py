"""`mandates matrix`: the sheet that secretariats make after a session, out and in again."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows.selecting import filters_of, selecting
from flows.written import GivenPath, NewFile, writing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alerts.papers.matrix import Matrix
    from warehouse.matrix.plan import Change, Conflict, Plan

_SUFFIXES = (".xlsx", ".csv", ".docx", ".html")


@click.command(
    epilog="Examples: mandates matrix --body AALCO --session 64; mandates matrix --import matrix.xlsx --by 'Legal desk'"
)
@selecting
@click.option(
    "--out",
    "target",
    type=NewFile(),
    default=Path("matrix.xlsx"),
    show_default=True,
    help="Write FILE (.xlsx, .csv, .docx or .html).",
)
@click.option(
    "--group",
    default="addressee",
    show_default=True,
    type=click.Choice(["addressee", "deadline", "document"]),
    help="The first column, by which the rows are sorted and grouped.",
)
@click.option("--language", default="en", show_default=True, type=click.Choice(["en", "fr", "es"]))
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@click.option(
    "--import",
    "source",
    type=GivenPath(path_type=Path, dir_okay=False, exists=True),
    help="Show what the filled-in FILE would decide.",
)
@click.option("--by", "who", metavar="NAME", help="Who filled FILE in: a person or a desk.")
@click.option("--yes", is_flag=True, help="Record the decisions of FILE.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(
    target: Path,
    group: Any,
    language: str,
    source: Path | None,
    who: str | None,
    *,
    force: bool,
    yes: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Write the mandates of a session, or any others, to a sheet, and read it back when people have filled it in.

    An option may be given several times: one of its values must match. All options must match. A star stands for any
    letters. Word files need the extra `office`.

    People fill in the responsible unit, a status and notes. --import shows what the sheet would decide; with --yes it
    is recorded. Only edited cells count, so a sheet may be sorted, shortened or filled in by several people. What
    somebody has decided otherwise since the export is shown as a conflict and not changed.

    Exit code 1: no mandates were found, the file cannot be used, or with --yes something was left out that a person
    should look at.
    """
    if source is not None:
        if who is None or not who.strip():
            raise click.UsageError("--import needs --by NAME")
        _import(source, who.strip(), yes=yes, as_json=as_json)
        return
    if who is not None or yes:
        raise click.UsageError("--by and --yes go with --import")
    if target.suffix.lower() not in _SUFFIXES:
        raise click.UsageError(f"--out must end in {', '.join(_SUFFIXES)}")
    if target.exists() and not force:
        # It may hold what people have filled in.
        raise click.UsageError(f"{target} exists already; choose another file, or replace it with --force")
    _export(target, group, language, given, as_json=as_json)


def _export(target: Path, group: Any, language: str, given: dict[str, Any], *, as_json: bool) -> None:
    from alerts.figures import counted
    from alerts.papers.matrix import export_id, matrix
    from config.settings import Settings
    from warehouse.matrix.rows import select

    filters, now = filters_of(given, Settings()), datetime.now(UTC)
    rows = select(Settings().home, filters)
    if not rows:
        click.echo(json.dumps({"path": None, "rows": 0}) if as_json else "no mandates were found; nothing was written")
        raise SystemExit(1)
    made = matrix(rows, filters, now, language=language, by=group)
    with writing(target):
        _write(made, target)
    done = {"path": str(target), "rows": len(rows), "export": export_id(now)}
    click.echo(json.dumps(done) if as_json else f"{counted(len(rows), 'row')} written to {target}")


def _write(made: Matrix, target: Path) -> None:
    from warehouse.store.paths import replacing

    suffix = target.suffix.lower()
    if suffix == ".xlsx":
        from alerts.papers.workbook import write_workbook

        write_workbook(made, target)
    elif suffix == ".csv":
        from alerts.papers.csv_file import write_csv

        write_csv(made, target)
    elif suffix == ".docx":
        from alerts.papers.word import write_matrix

        write_matrix(made, target)
    else:
        from alerts.papers.page import matrix_page

        with replacing(target) as aside:
            aside.write_text(matrix_page(made), encoding="utf-8")


def _import(source: Path, who: str, *, yes: bool, as_json: bool) -> None:
    from alerts.papers.words import headings, months
    from config.settings import Settings
    from warehouse.load.decisions import land_decisions, record_decisions
    from warehouse.matrix.plan import plan
    from warehouse.matrix.returned import read_sheet
    from warehouse.store.database import session
    from warehouse.store.snapshot import publish

    settings = Settings()
    home = settings.home
    sheet = read_sheet(source, headings(), months())
    # Before all else: what somebody decides from now on is later than what this sheet decides, and holds.
    now = datetime.now(UTC)
    record_decisions(home)
    with session(home) as connection:
        planned = plan(connection, sheet, who, now)
    if yes and planned.decisions:
        land_decisions(home, planned.decisions)
        record_decisions(home)
        publish(home)
    if as_json:
        record = asdict(planned) | {"recorded": yes, "missing": sheet.missing, "unknown": sheet.unknown}
        click.echo(json.dumps(record, ensure_ascii=False, default=str))
    else:
        from flows.console import visible

        for line in _lines(planned, sheet.missing, sheet.unknown, yes=yes):
            click.echo(visible(line))
    if yes and planned.needs_somebody:
        raise SystemExit(1)


def _lines(planned: Plan, missing: tuple[str, ...], unknown: tuple[str, ...], *, yes: bool) -> Iterator[str]:
    from alerts.figures import counted

    exports = f" of {', '.join(planned.exports[:5])}" if planned.exports else ""
    yield f"{counted(planned.rows, 'row')}{exports}"
    if missing:
        yield f"columns that the sheet no longer has: {', '.join(missing)}; nothing in them is changed"
    if unknown:
        yield f"columns that are not read: {', '.join(each[:60] for each in unknown[:20])}"
    for change in planned.changes:
        yield f"  {_of(change)}{change.decision.field}: {_shown(change.before)} → {_shown(change.decision.value)}"
    for conflict in planned.conflicts:
        yield f"! {_of(conflict)}{conflict.field}: {_why_not(conflict)}"
    for problem in planned.problems:
        yield f"{' ' if problem.is_ignored else '!'} row {problem.row} {problem.problem}"
    count = counted(len(planned.changes), "decision")
    left = sum(not each.is_ignored for each in planned.problems) + len(planned.conflicts)
    more = f"; {counted(left, 'entry', 'entries')} (!) left out, for a person to look at" if left else ""
    if yes:
        yield f"{count} recorded{more}"
    else:
        yield f"{count} to record{more}" + ("; repeat with --yes to record" if planned.changes else "")


def _of(each: Change | Conflict) -> str:
    clause = f", paragraph {each.clause}" if each.clause else ""
    rows = f"{'row' if len(each.rows) == 1 else 'rows'} {', '.join(map(str, each.rows[:5]))}"
    return f"{rows} ({each.document[:80]}{clause}) "


def _why_not(conflict: Conflict) -> str:
    if len(conflict.says) > 1:
        return f"the rows disagree: {' / '.join(_shown(value) for value in conflict.says[:5])}; nothing is changed"
    by = f"{conflict.who} on {conflict.at:%Y-%m-%d %H:%M} UTC" if conflict.at is not None else "somebody"
    return (
        f"the sheet says {_shown(conflict.says[0])}, but {by} decided {_shown(conflict.decided)} since the export; "
        "nothing is changed"
    )


def _shown(value: str | None) -> str:
    said = " ".join((value or "").split())
    return f"“{said[:80]}{'…' if len(said) > 80 else ''}”" if said else "(empty)"  # noqa: PLR2004 - what fits on a line
