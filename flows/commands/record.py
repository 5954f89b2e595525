"""`mandates record`: record what other machines have landed, and deliver the alerts."""

from __future__ import annotations

import json

import click

from flows.cli import exit_failed


@click.command(epilog="Example: MANDATES_LANDING=/mnt/landing mandates record")
@click.option("--json", "as_json", is_flag=True, help="Print what happened as JSON.")
def command(as_json: bool) -> None:
    """Record the batches that are waiting, here and in the shared landing place, and deliver the alerts.

    Run it on the machine that has the warehouse, as often as you like: each batch is recorded once.

    Exit code 0: success; 1: an alert could not be delivered.
    """
    from config.settings import Settings
    from config.subscriptions import load_subscriptions
    from flows.console import print_trouble, progress
    from flows.engine import speak_up

    speak_up()
    settings = Settings()
    with progress("Recording …"):
        from flows.delivering import deliver_now
        from flows.recording import record_landed
        from flows.report import recorded_line

        recorded = record_landed(settings, load_subscriptions(settings.config))
        report = deliver_now(settings)
    if as_json:
        said = {"batches": len(recorded.batch_ids), "new_documents": recorded.new_documents, "sent": len(report.rows)}
        click.echo(json.dumps(said, indent=2))
    else:
        click.echo(recorded_line(recorded))
    print_trouble(report)
    if report.failed or not report.well:
        raise SystemExit(exit_failed)
