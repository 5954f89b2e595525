"""`mandates run`: one round on this machine, and the alerts it causes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from flows.cli import exit_failed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prefect.client.schemas.objects import State

    from alerts.model import DispatchReport
    from config.settings import Settings
    from flows.aftermath import Aftermath
    from flows.round import Round


def one_round(sources: Sequence[str], *, due_or_not: bool, prefect: bool = False) -> tuple[Round, DispatchReport]:
    """Poll the sources, record, and deliver: what workers do on a schedule, once and on this machine.

    If a Prefect server is configured, the run shows in its UI. Without a server, or while it is down, the run needs no
    engine; with `prefect`, an embedded server keeps the same record of it.
    """
    import contextlib

    from config.settings import Settings
    from config.sources import load_sources
    from config.subscriptions import load_subscriptions
    from flows.choice import choose
    from flows.engine import server_configured
    from warehouse.model import WarehouseError

    settings = Settings()
    # A mistake in the configuration is reported at once, not after everything has started.
    choose(load_sources(settings.config / "sources.yaml"), sources)
    load_subscriptions(settings.config)
    poll = _as_flow_run if prefect or server_configured() else _without_engine
    try:
        done = poll(settings, sources, due_or_not=due_or_not)
    except Exception:
        # Retries, digests and reminders do not wait until this is repaired.
        with contextlib.suppress(WarehouseError):
            _deliver(settings)
        raise
    return done, done.delivered + _deliver(settings)


def _deliver(settings: Settings) -> DispatchReport:
    """Deliver what waits, whether or not a dispatch deployment does so elsewhere: claims are exclusive."""
    from flows.console import progress

    with progress("Delivering the alerts …"):
        from flows.delivering import deliver_now

        return deliver_now(settings)


def _without_engine(settings: Settings, sources: Sequence[str], *, due_or_not: bool) -> Round:
    import asyncio

    from flows.console import counted_progress
    from flows.engine import speak_up

    speak_up()
    with counted_progress("Polling the sources …", "sources") as progress:
        from flows.round import run_round

        done = asyncio.run(run_round(settings, sources, due_or_not=due_or_not, progress=progress))
    for fault in done.faults:
        raise fault
    return done


def _as_flow_run(settings: Settings, sources: Sequence[str], *, due_or_not: bool) -> Round:
    import asyncio

    from flows.console import progress
    from flows.engine import prepare

    if not prepare(settings.home) and not _server_answers():
        return _without_engine(settings, sources, due_or_not=due_or_not)

    async def finished() -> Round:
        state: State[Round] = await monitor(list(sources) or None, due_or_not, return_state=True)
        # A round without any usable answer is a failed run, and still says what it did.
        done: Round | BaseException = await state.aresult(raise_on_failure=False)
        if isinstance(done, BaseException):
            raise done
        return done

    with progress("Starting Prefect …"):
        from flows.monitor import monitor
    with progress("Polling the sources …"):
        return asyncio.run(finished())


def _server_answers() -> bool:
    """Whether the server can record a run; if it cannot, monitoring matters more than its record."""
    from flows.console import progress

    with progress("Contacting the Prefect server …"):
        from flows.server_check import server_trouble

        trouble = server_trouble()
    if trouble is not None:
        click.echo(
            f"the configured Prefect server {trouble}; this run goes on without it and does not show in its UI",
            err=True,
        )
    return trouble is None


@click.command(epilog="Example: mandates run aalco-51 ipu-archive")
@click.argument("sources", nargs=-1)
@click.option("--all", "due_or_not", is_flag=True, help="Poll every source, including those that are not due yet.")
@click.option("--prefect", is_flag=True, help="Keep a Prefect record of this run even without a server.")
@click.option("--full", is_flag=True, help="Show all that was found, with every word.")
@click.option("--json", "as_json", is_flag=True, help="Print what happened as JSON.")
def command(sources: tuple[str, ...], due_or_not: bool, prefect: bool, full: bool, as_json: bool) -> None:
    """Poll the sources (those that are due, or those you name), record what is new, deliver the alerts.

    Needs no Prefect server. If PREFECT_API_URL names one, the run is shown in its UI; while that server is down,
    the run goes on without it and says so.

    Exit code 0: success; 1: a source failed, one of its items could not be read, or an alert could not be delivered.
    """
    refuse_demo_home("run")
    done, report = one_round(sources, due_or_not=due_or_not, prefect=prefect)
    show(done, report, aftermath(done), as_json=as_json, full=full)
    if done.failed or done.away or done.unread or report.failed or not report.well:
        raise SystemExit(exit_failed)


def refuse_demo_home(command: str) -> None:
    """Keep real sources out of the home of the demonstration."""
    from config.settings import Settings

    if (Settings().home / "demo").exists():
        raise click.UsageError(
            f"{Settings().home} holds the invented documents of `mandates demo`; "
            f"use another home for real sources, for example: mandates --home ./real {command}"
        )


def aftermath(done: Round) -> Aftermath:
    """What the round leaves: what waits to be sent, and the mandates of first crawls that nobody was notified of."""
    from config.settings import Settings
    from flows.aftermath import Aftermath
    from warehouse.outbox.history import silent_mandates, waiting

    home = Settings().home
    first = [finding.finding_id for finding in done.recorded.findings if finding.baseline]
    return Aftermath(waiting(home), silent_mandates(home, first))


def show(done: Round, report: DispatchReport, left: Aftermath, *, as_json: bool = False, full: bool = False) -> None:
    """Print what a round found, or its figures as JSON."""
    from flows.console import print_trouble
    from flows.report import print_round
    from flows.report_json import as_record

    if as_json:
        click.echo(json.dumps(as_record(done, report, left), ensure_ascii=False, indent=2, default=str))
    else:
        print_round(done, report, left, full=full)
    print_trouble(report)
