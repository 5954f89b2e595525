"""`mandates mute`: no more messages about a mandate, for anybody."""

from __future__ import annotations

import click


@click.command(epilog="Example: mandates mute 3f2a9c1d4b7e-request-1")
@click.argument("keys", metavar="KEY...", nargs=-1, required=True)
@click.option("--undo", is_flag=True, help="Send messages about it again.")
@click.option("--why", default="", help="The reason; it is kept with the decision.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
def command(keys: tuple[str, ...], undo: bool, why: str, as_json: bool) -> None:
    """Stop reminders, corrections and all other messages about a mandate, for everybody.

    Each message gives the KEY of its mandates; the beginning of one is enough if it is unambiguous. This is a decision
    like those of `mandates decisions`: it survives new readings and new words, and the views show it. Messages that are
    waiting go out without the mandate, or not at all; they are kept as `suppressed`, and `mandates outbox retry` sends
    them.
    """
    from flows.fates import decide

    decide("muted", keys, "no longer muted" if undo else "muted", undo=undo, why=why, as_json=as_json)
