"""What a run leaves behind: deliveries that wait, and until when; mandates of first crawls that nobody was notified of."""  # noqa: E501 - a sentence

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from alerts.figures import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warehouse.outbox.history import Waiting


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What is left after a run: deliveries that wait, and mandates of first crawls that nobody was notified of."""

    waiting: tuple[Waiting, ...] = ()
    silent: int = 0


def waiting_lines(waiting: Sequence[Waiting]) -> Iterator[str]:
    """What waits, until when and for what: "2 messages to desk wait until Mon 23 Nov 07:30 UTC (quiet hours)"."""
    for each in waiting:
        count = counted(each.deliveries, "message")
        verb = "waits" if each.deliveries == 1 else "wait"
        if each.state == "held":
            yield f"{count} to {each.target} {verb} for your approval (mandates outbox list --state held)"
            continue
        until = f"{each.due_at.astimezone(UTC):%a %-d %b %H:%M} UTC" if each.due_at else "the next run"
        kind = (each.digest or "").partition(":")[0]
        why = f"{kind} digest" if kind in {"daily", "weekly"} else each.reason or ""
        yield f"{count} to {each.target} {verb} until {until}" + (f" ({why})" if why else "")


def silent_line(silent: int) -> str:
    """Say that a first crawl notifies nobody, and how it can."""
    verb = "was" if silent == 1 else "were"
    return (
        f"{counted(silent, 'mandate')} {verb} recorded as a baseline and nobody was notified; "
        "with `first_crawl: tell` in subscriptions.yaml, the first crawl of a source notifies"
    )
