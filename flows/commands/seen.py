"""`mandates seen`: somebody is taking care of a mandate."""

from __future__ import annotations

import click


@click.command(epilog="Example: mandates seen 3f2a9c1d4b7e-request-1")
@click.argument("keys", metavar="KEY...", nargs=-1, required=True)
@click.option("--undo", is_flag=True, help="Nobody is taking care of it any more.")
@click.option("--why", default="", help="A remark, such as who is taking care of it; it is kept with the decision.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
def command(keys: tuple[str, ...], undo: bool, why: str, as_json: bool) -> None:
    """Record that somebody is taking care of a mandate.

    Each message gives the KEY of its mandates; the beginning of one is enough if it is unambiguous. There will be no
    reminder 60 days before a deadline; those at 14 days and on the day are still sent, as are corrections and changes.
    The views show it (`decided`), and current_decisions says who and when.
    """
    from flows.fates import decide

    decide("seen", keys, "no longer marked as seen" if undo else "seen", undo=undo, why=why, as_json=as_json)
