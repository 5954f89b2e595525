"""The flows that people start: load the past of a source, apply today's rules to what was kept, try the sources.

Each does what a command does (`mandates baseline`, `reanalyse`, `sources survey`). Prefect's forms take the
explanations of parameters from the docstrings.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Literal, cast

from prefect import flow
from prefect.states import Completed, Failed

from alerts.escape import markdown
from config.settings import Settings
from config.sources import load_sources
from flows import survey_report
from flows.artifacts import show_page, show_table, shown_progress
from flows.baseline import load_past, request
from flows.baseline_report import report
from flows.engine import run_name, speak_up
from flows.reanalysing import apply_todays_rules, reanalysed_lines
from flows.survey import survey_live, to_survey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.survey import Surveyed

log = logging.getLogger(__name__)

EARLIEST = date(1900, 1, 1)


class ParameterError(Exception):
    """Parameters that are valid each, but not together."""


@flow(name="backfill", flow_run_name="{source} back to {since}")
async def backfill(source: str, since: date, until: date | None = None, again: bool = False) -> None:
    """Load what a source published in the past; nobody is notified.

    A run with the same parameters continues where an earlier one stopped. The publisher is polled at the source's pace.

    Args:
        source: The id of the source in sources.yaml.
        since: How far back: the first day of the period.
        until: Leave out everything dated after this day.
        again: Start over from the newest end, instead of continuing where an earlier run stopped.

    Raises:
        ParameterError: there is no such period.
        UnknownSourceError: no source has this id.
        ConfigError: the configuration cannot be used. Nothing was requested then.
    """
    speak_up()
    if since > datetime.now(UTC).date():
        raise ParameterError(f"since is in the future: {since}")
    if since < EARLIEST:
        raise ParameterError(f"since is before {EARLIEST.year}: {since}")
    if until is not None and until < since:
        raise ParameterError(f"until ({until}) is before since ({since})")
    settings = Settings()
    asked = request(settings, source, since, until, again=again)
    async with shown_progress(f"Loading the past of {markdown(source)}") as progress:
        done = await load_past(settings, asked.source, asked.past, progress)
    if done.failed:
        rows = [(row.title or row.url, row.reason) for row in done.failed]
        await _table("not-read", ("item", "why it was not read"), rows, "Items of the past that could not be read")
    line = "; ".join(report(asked.source, since, done, asked.nothing_further))
    log.info("%s", line)
    # Prefect takes a returned state as the run's own.
    if done.error is not None:
        return cast("None", Failed(data=done, message=line))
    return cast("None", Completed(data=done, message=line))


@flow(name="reanalyse", flow_run_name=run_name("Reanalysis"))
async def reanalyse(changes: Literal["show", "apply", "apply and notify"] = "show", texts: bool = False) -> None:
    """Apply today's rules to everything that was kept.

    Args:
        changes: What to do with the clauses and mandates that now read differently. "show" writes nothing; "apply"
            writes them and notifies nobody of what is new; "apply and notify" also sends alerts for mandates that
            nobody was notified of. In both cases, people who were notified of something that now reads differently get
            a correction.
        texts: Also extract the texts again from the bytes that were kept; otherwise only the rules are applied.

    Raises:
        ConfigError: the configuration cannot be used.
        WarehouseError: the warehouse cannot be read or written; what was applied before stays.
    """
    speak_up()
    apply, notify = changes != "show", changes == "apply and notify"
    async with shown_progress("Reading everything again") as progress:
        done = await asyncio.to_thread(
            apply_todays_rules, Settings(), texts=texts, apply=apply, notify=notify, progress=progress
        )
    if done.changes:
        rows = [
            (each.change, each.unit, each.symbol or each.document_id[:12], each.number or "", each.quote, each.detail)
            for each in done.changes
        ]
        heads = ("change", "unit", "document", "number", "words", "what changed")
        await _table("reanalysis", heads, rows, "Clauses and mandates that read differently by today's rules")
    line = "; ".join([*reanalysed_lines(done, apply=apply, notify=notify), *([] if apply else ["nothing was written"])])
    log.info("%s", line)
    return cast("None", Completed(data=(done.texts, done.read_otherwise), message=line))


@flow(name="survey", flow_run_name=run_name("Survey of sources"))
async def survey(sources: list[str] | None = None, include_off: bool = False) -> None:
    """Try all sources at once: which work, which are refused, which have changed. Nothing is recorded.

    A few pages and documents of each publisher are requested, at the source's pace. The run completes whether or not
    the sources work: its report says what to do about each.

    Args:
        sources: The ids of the sources in sources.yaml; by default, all that are on.
        include_off: Also try the sources that are off.

    Raises:
        UnknownSourceError: no source has such an id.
        ConfigError: the configuration cannot be used. Nothing was asked then.
    """
    speak_up()
    settings = Settings()
    wanted = to_survey(load_sources(settings.config / "sources.yaml"), sources, include_off=include_off)

    began = datetime.now(UTC)
    async with shown_progress("Trying the sources") as progress:

        def tell(done: Surveyed, number: int) -> None:
            said = f"{number} of {len(wanted)}: {done.source.id}: {done.verdict.word}"
            log.info(said)
            progress(number, len(wanted), said)

        surveyed = await survey_live(settings, wanted, tell)
    await show_page("survey", survey_report.page(surveyed, began, as_html=False))
    line = survey_report.summary(surveyed)
    log.info("%s", line)
    return cast("None", Completed(data=len(surveyed), message=line))


async def _table(key: str, heads: Sequence[str], rows: Sequence[Sequence[Any]], what: str) -> None:
    """Leave a table of escaped cells in the Prefect UI."""
    table = [{head: markdown(cell or "") for head, cell in zip(heads, row, strict=True)} for row in rows]
    await show_table(key, table, f"{what}: {len(rows):,}")
