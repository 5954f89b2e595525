"""`mandates deploy`: put the flows on a Prefect server."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from config.shipped import deployments_file
from flows.written import GivenPath

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.deploying import Difference, Plan

# From here on, freeing what a failed statement left behind waits for no lock (docs/decisions/item-to-mail.md).
SOUND_PYTHON = (3, 12)
# As `terraform plan -detailed-exitcode` ends if there is something to do.
CHANGES = 2
_LONGEST = 60
_DONE = {"create": "created", "change": "changed", "remove": "removed"}


@click.command(epilog="Examples: mandates deploy --plan; mandates deploy")
@click.option(
    "--file",
    "path",
    type=GivenPath(path_type=Path),
    help="Your own prefect.yaml, instead of the one that comes with the program.",
)
@click.option("--plan", is_flag=True, help="Show what would be created, changed and removed; change nothing.")
@click.option("--exit-code", is_flag=True, help="With --plan: exit code 2 if there is something to change.")
@click.option("--resume", is_flag=True, help="Also resume what was paused or switched off in the UI.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan, or what was done, as JSON.")
@click.option("--check", is_flag=True, help="Only check the file; do not contact a server.")
@click.option("--print", "printed", is_flag=True, help="Print the file that comes with the program, to start your own.")
def command(
    path: Path | None, *, plan: bool, exit_code: bool, resume: bool, as_json: bool, check: bool, printed: bool
) -> None:
    """Make a Prefect server match prefect.yaml: its work pools, deployments, schedules and automations.

    Only what differs is changed, so it is safe to repeat. What an earlier deploy created and the file no longer names
    is removed; what others created stays. What somebody paused in the UI stays paused, unless you use --resume.

    The workers run the flows in the current folder, so that ./config and ./data mean the same to them.
    """
    if printed:
        click.echo(deployments_file().read_text(encoding="utf-8"), nl=False)
        return
    if exit_code and not plan:
        raise click.UsageError("--exit-code needs --plan")
    path = path or deployments_file()
    if check:
        from config.deployments import load_deployments

        click.echo(f"{path}: {len(load_deployments(path))} deployments, all keys valid")
        return
    found = _planned(path, resume=resume)
    if not plan:
        _carry_out(found)
    if as_json:
        click.echo(json.dumps(_as_record(found, done=not plan), ensure_ascii=False, indent=2, default=str))
    else:
        for line in _lines(found, done=not plan):
            click.echo(line)
        if not plan:
            _next_steps(found)
    if exit_code and found.changes:
        raise SystemExit(CHANGES)


def _planned(path: Path, *, resume: bool) -> Plan:
    import asyncio

    from config.deployments import load_deployments
    from config.settings import Settings
    from flows.calling import console_script
    from flows.console import progress
    from flows.engine import server_configured

    # A mistake in the file is reported before Prefect is loaded, which takes a second.
    load_deployments(path)
    if not server_configured():
        raise click.ClickException(
            f"no Prefect server is configured; start one with `{console_script('prefect')} server start` and set "
            "PREFECT_API_URL=http://127.0.0.1:4200/api"
        )
    with progress("Comparing with the server …"):
        from flows.deploying import planned

        return asyncio.run(planned(path, Settings(), resume=resume))


def _carry_out(plan: Plan) -> None:
    import asyncio

    from flows.console import progress
    from flows.deploying import deploy

    with progress("Deploying …"):
        asyncio.run(deploy(plan))


def _lines(plan: Plan, *, done: bool) -> Iterator[str]:
    """The plan, or what was done: a line for each object and one for each of its differences."""
    from alerts.figures import counted

    for change in plan.changes:
        yield f"{_DONE[change.action] if done else change.action} {change.kind} {change.name}"
        for difference in change.differences:
            yield f"    {difference.path}: {_difference(difference)}"
    for kept in plan.kept:
        yield f"{'kept' if done else 'keep'} {kept.kind} {kept.name}: it {kept.words}"
    if any(kept.words == "is paused" for kept in plan.kept):
        yield "what is paused stays paused; --resume resumes it"
    same = f"{plan.same} already as in the file"
    yield f"{counted(len(plan.changes), 'change')}, {same}" if plan.changes else f"nothing to change, {same}"


def _difference(difference: Difference) -> str:
    old, new = difference.old, difference.new
    if isinstance(old, list) and isinstance(new, list) and all(isinstance(each, str) for each in (*old, *new)):
        words = [f"adds {_short(each)}" for each in new if each not in old]
        words += [f"drops {_short(each)}" for each in old if each not in new]
        return ", ".join(words) or "in another order"
    return f"{_short(old)} → {_short(new)}"


def _short(value: object) -> str:
    from flows.console import cut, visible

    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return "(nothing)" if value is None else cut(visible(words), _LONGEST)


def _as_record(plan: Plan, *, done: bool) -> dict[str, Any]:
    return {
        "done": done,
        "changes": [
            {
                "action": change.action,
                "kind": change.kind,
                "name": change.name,
                "differences": [{"path": each.path, "old": each.old, "new": each.new} for each in change.differences],
            }
            for change in plan.changes
        ],
        "kept": [{"kind": each.kind, "name": each.name, "words": each.words} for each in plan.kept],
        "same": plan.same,
    }


def _next_steps(plan: Plan) -> None:
    import os

    from config.settings import Settings
    from flows.calling import console_script
    from flows.serve.place import serving

    served = serving(Settings().home)
    # `mandates serve` has workers. Any other pool is for other machines.
    if served is None or os.environ.get("PREFECT_API_URL") != served:
        click.echo(f"now start a worker: {console_script('mandates')} worker --pool {plan.pools[0]}")
        for change in plan.changes:
            if change.kind == "deployment" and change.action == "create" and change.name.startswith("monitor/"):
                click.echo(
                    f"its schedule starts the first run of {change.name}; "
                    f"to start one now: {console_script('prefect')} deployment run {change.name}"
                )
    if sys.version_info < SOUND_PYTHON:
        click.echo(
            "note: with Python 3.11 and SQLite, a Prefect server freezes for a minute now and then; "
            "run it with Python 3.12 or later, or on PostgreSQL",
            err=True,
        )
