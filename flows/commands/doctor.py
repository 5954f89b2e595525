"""`mandates doctor`: what is wrong with an installation, what effect that has, and how to fix it."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.cli import exit_failed
from flows.written import GivenPath

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.doctor.diagnosis import Diagnosis

_SIGNS = {"good": "ok", "unchecked": "?", "warning": "!", "problem": "X"}


@click.command(epilog="Example: mandates doctor --json | jq '.[] | select(.level == \"problem\")'")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--send", metavar="SUBSCRIPTION", help="Also send a test message to the targets of this subscription.")
@click.option("--file", type=GivenPath(path_type=Path), help="Your own prefect.yaml, if that is the one you deploy.")
@click.option("--brief", is_flag=True, help="Show only warnings and problems.")
def command(as_json: bool, send: str | None, file: Path | None, brief: bool) -> None:
    """Check the whole installation: versions, files, secrets, disk, warehouse, snapshot, sources, outbox and server.

    Changes nothing. Exit code 1: something needs your attention.
    """
    from alerts.secrecy import redactor
    from config.settings import Settings
    from flows.console import progress
    from flows.doctor.examination import examine

    settings = Settings()
    found: list[Diagnosis] = []
    with progress("Checking the installation …"):
        found.extend(examine(settings, file))
        if send is not None:
            found.extend(_sent(send))
    if as_json:
        click.echo(redactor.clean(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=2)))
    else:
        _print([each for each in found if not brief or each.level in {"warning", "problem"}])
    if any(each.level == "problem" for each in found):
        sys.exit(exit_failed)


def _sent(name: str) -> list[Diagnosis]:
    from flows.commands.subscriptions import send_test
    from flows.doctor.diagnosis import good, problem

    found = []
    for row in send_test(name):
        words = f"{row['target']}: {row['outcome']}"
        if row["outcome"] == "accepted":
            found.append(good("test message", words))
        else:
            cure = "correct the address or the server's settings, then: mandates subscriptions test " + name
            found.append(
                problem("test message", f"{words} ({row['reason']})", "messages to this target do not arrive", cure)
            )
    return found


def _print(found: Sequence[Diagnosis]) -> None:
    from alerts.figures import counted
    from alerts.secrecy import redactor
    from flows.console import visible

    for each in found:
        words = each.words.replace("\n", "\n      ")
        click.echo(redactor.clean(visible(f"{_SIGNS[each.level]:>2}  {each.check}: {words}")))
        for lead, words in (("effect", each.follows), ("fix", each.cure)):
            if words:
                click.echo(redactor.clean(visible(f"      {lead}: {words}")))
    problems = sum(each.level == "problem" for each in found)
    warnings = sum(each.level == "warning" for each in found)
    if problems or warnings:
        click.echo(f"{counted(problems, 'problem')}, {counted(warnings, 'warning')}")
    else:
        click.echo("no problems found")
