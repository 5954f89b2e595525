"""`mandates sources`: list the sources, try one, propose one, see how they are doing."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.cli import exit_failed
from flows.written import GivenPath

if TYPE_CHECKING:
    from config.sources import Source


def _file() -> Path:
    from config.settings import Settings

    return Settings().config / "sources.yaml"


def _sources() -> tuple[Source, ...]:
    from config.sources import load_sources

    return load_sources(_file())


def _one(source_id: str) -> Source:
    from flows.choice import choose

    return choose(_sources(), [source_id])[0]


@click.group(invoke_without_command=True, epilog="Example: mandates sources check un-news-migration --live")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """List the sources in sources.yaml; the subcommands test a source, propose one, and show the state of each."""
    if context.invoked_subcommand is None:
        _list(as_json=as_json)


@command.command("list", epilog="Example: mandates sources list --json")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def list_(as_json: bool) -> None:
    """List the sources in sources.yaml with their kind, interval, state and address."""
    _list(as_json=as_json)


def _list(*, as_json: bool) -> None:
    from config.redaction import public
    from config.settings import Settings
    from flows.grid import print_grid
    from flows.health import healths

    sources = _sources()
    states = {health.source_id: health for health in healths(Settings().home, sources)}
    rows = [
        {
            "id": source.id,
            "kind": source.kind,
            "every_seconds": int(source.every.total_seconds()),
            "state": states[source.id].state,
            "url": public(source.url),
            "title": source.title,
            "off": source.off,
        }
        for source in sources
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    shown = [(source, states[source.id]) for source in sources]
    print_grid(
        ("source", "kind", "every", "state", "address", "why"),
        [
            (each.id, each.kind, _span(int(each.every.total_seconds())), health.words, public(each.url), health.why)
            for each, health in shown
        ],
    )


@command.command("check", epilog="Example: mandates sources check gfmd-migrant-smuggling --sample page.html")
@click.argument("source_id")
@click.option("--live", is_flag=True, help="Poll the publisher, as a run would. Nothing is recorded.")
@click.option(
    "--sample",
    type=GivenPath(exists=True, path_type=Path),
    help="Read a saved page, or a folder with a site.yaml, instead of the web.",
)
@click.option(
    "--save",
    type=GivenPath(file_okay=False, path_type=Path),
    help="With --live: save the responses as a sample, for --sample and for the tests (tests/sites/ID).",
)
@click.option("--json", "as_json", is_flag=True, help="Print what would be recorded as JSON.")
def check(source_id: str, live: bool, sample: Path | None, save: Path | None, as_json: bool) -> None:
    """Show what a run would record from a source, and why rows are dropped. Exit code 1: the source would fail."""
    if live == (sample is not None):
        raise click.UsageError("use either --live or --sample FILE")
    if save is not None and not live:
        raise click.UsageError("--save needs --live")
    source = _one(source_id)
    from flows.trial import as_shown, from_sample, from_web, keep_sample, print_check, words_on
    from scrapers.kinds.registry import kind_of

    if save is not None and kind_of(source).find is None:
        raise click.UsageError("--save saves responses from the web; a folder needs no sample")

    if sample is not None:
        harvest = from_sample(source, sample)
    else:
        harvest, sampling = from_web(source)
    shown = as_shown(harvest)
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        print_check(shown)
    if save is not None:
        if harvest.outcome == "failed":
            click.echo(f"nothing was saved in {save}, because the source failed", err=True)
        else:
            click.echo("\n".join(words_on(keep_sample(source, harvest, sampling, save))), err=True)
    if harvest.outcome == "failed":
        raise SystemExit(exit_failed)


@command.command("survey", epilog="Example: mandates sources survey --live --all --report survey.html")
@click.argument("source_ids", nargs=-1, metavar="[SOURCE_ID]...")
@click.option("--live", is_flag=True, help="Poll the publishers, a few pages and documents each. Nothing is recorded.")
@click.option(
    "--samples",
    type=GivenPath(exists=True, file_okay=False, path_type=Path),
    help="Read samples instead of the web: a folder with one folder per source.",
)
@click.option("--all", "everything", is_flag=True, help="Include sources that are off.")
@click.option(
    "--save",
    type=GivenPath(file_okay=False, path_type=Path),
    help="With --live: save the responses of the sources that work as samples, a folder each.",
)
@click.option(
    "--report", type=GivenPath(dir_okay=False, path_type=Path), help="Write the survey as a page: .md or .html."
)
@click.option("--json", "as_json", is_flag=True, help="Print the survey as JSON.")
def survey(
    source_ids: tuple[str, ...],
    *,
    live: bool,
    samples: Path | None,
    everything: bool,
    save: Path | None,
    report: Path | None,
    as_json: bool,
) -> None:
    """Try all sources in one go and say which work, which are refused, and which have changed.

    Exit code 1: at least one of them does not work.
    """
    if live == (samples is not None):
        raise click.UsageError("use either --live or --samples FOLDER")
    if save is not None and not live:
        raise click.UsageError("--save needs --live")
    if report is not None and report.suffix.lower() not in {".md", ".html"}:
        raise click.UsageError("--report must end in .md or .html")
    import asyncio
    from datetime import UTC, datetime

    from config.settings import Settings
    from flows import survey_report
    from flows.console import visible
    from flows.grid import print_grid
    from flows.survey import Surveyed, keep, survey_live, survey_samples, to_survey

    wanted = to_survey(_sources(), source_ids, include_off=everything)

    def tell(done: Surveyed, number: int) -> None:
        click.echo(visible(f"[{number}/{len(wanted)}] {done.source.id}: {done.verdict.word}"), err=True)

    began = datetime.now(UTC)
    if samples is not None:
        surveyed = survey_samples(wanted, samples, tell)
    else:
        surveyed = asyncio.run(survey_live(Settings(), wanted, tell))
    if save is not None:
        click.echo(f"saved {len(keep(surveyed, save))} samples in {save}", err=True)
    if report is not None:
        report.write_text(
            survey_report.page(surveyed, began, as_html=report.suffix.lower() == ".html"), encoding="utf-8"
        )
        click.echo(f"wrote {report}", err=True)
    if as_json:
        click.echo(json.dumps(survey_report.as_json(surveyed), ensure_ascii=False, indent=2))
    else:
        print_grid(("source", "result", "why", "what to do"), survey_report.rows(surveyed))
        click.echo(survey_report.summary(surveyed))
    if any(each.verdict.word != "works" for each in surveyed):
        raise SystemExit(exit_failed)


@command.command("new", epilog="Example: mandates sources new https://example.org/resolutions")
@click.argument("url")
@click.option("--sample", type=GivenPath(exists=True, dir_okay=False, path_type=Path), help="Read a saved page.")
@click.option("--private", is_flag=True, help="The URL is on a private network (an intranet, a test site).")
def new(url: str, sample: Path | None, private: bool) -> None:
    """Propose a source for a URL: its feed if it has one, otherwise the rows that look most like a list.

    Looks at the page, at that of its first item, and at one that this leads to.
    """
    from flows.proposing import proposed
    from scrapers.http import urls
    from scrapers.publication import RefusedError, ScraperError

    try:
        proposal = proposed(url, sample=sample, private=private)
    except ScraperError as error:
        hint = "; use --private for an intranet" if isinstance(error, RefusedError) and not private else ""
        raise click.ClickException(f"{urls.public(url)}: {error}{hint}") from error
    click.echo(proposal, nl=False)


@command.command("status", epilog="Example: mandates sources status --json")
@click.option("--json", "as_json", is_flag=True, help="Print the table as JSON.")
@click.option("--strict", is_flag=True, help="Exit code 1 if a source is late, too.")
def status(as_json: bool, strict: bool) -> None:
    """Show the state of each source in the last published snapshot, with the items that could not be read.

    The delays are medians over the last 90 days, with the 95th percentile in parentheses: from publication to listing,
    from listing to recording, and from recording to the first accepted message.

    Exit code 1: a source is failing or blocked.
    """
    from config.settings import Settings
    from flows.grid import print_grid
    from flows.health import healths, print_delays

    home = Settings().home
    found = healths(home, _sources())
    if as_json:
        rows = [
            {
                "source": health.source_id,
                "state": health.state,
                "reason": health.reason,
                "since": health.since.isoformat() if health.since else None,
                "items_waiting": health.items.waiting,
                "items_filtered": health.items.filtered,
                "items_failed": health.items.failed,
                "slow": health.slow,
                "delays": {"90 days": asdict(health.delays.lately), "all": asdict(health.delays.ever)},
                "failing": [
                    {
                        "title": item.title,
                        "url": item.url,
                        "reason": item.reason,
                        "since": item.since.isoformat(),
                        "tries": item.tries,
                        "next_try": item.next_try.isoformat() if item.next_try else None,
                    }
                    for item in health.items.failing
                ],
            }
            for health in found
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        print_grid(
            ("source", "state", "why", "since"),
            [
                (health.source_id, health.words, health.why, f"{health.since:%Y-%m-%d}" if health.since else "")
                for health in found
            ],
        )
        print_delays([health for health in found if health.state != "off"])
        click.echo(f"sources: {_file()} (use --config for another folder); history: {home}")
    unwell = {"failing", "blocked", "late"} if strict else {"failing", "blocked"}
    if any(health.state in unwell for health in found):
        raise SystemExit(exit_failed)


@command.command("schema", epilog="Example: mandates sources schema > sources.schema.json")
def schema() -> None:
    """Write the JSON Schema of sources.yaml, for editors."""
    from config.schemas import schema_text

    click.echo(schema_text("sources"), nl=False)


def _span(seconds: int) -> str:
    for unit, name in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds % unit == 0:
            return f"{seconds // unit}{name}"
    return f"{seconds}s"
