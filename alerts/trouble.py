"""What operators read of deliveries that were given up, are held in doubt or wait for their approval."""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING

from alerts.escape import one_line
from alerts.figures import counted
from alerts.match import operator_rows
from warehouse.findings.finding import Finding
from warehouse.outbox.rows import sha256

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from alerts.model import TargetError, Tone
    from config.subscriptions import Subscriptions
    from warehouse.model import AlertRow, DeliveryRow
    from warehouse.outbox.held import Held

# The first line of a source's all-clear (scrapers.crawl.operators_news).
_recovered = re.compile(r"\A[^\n]* has recovered\b")
# So many are named one by one in a message, a log line or a run's state; the rest is counted.
most_named = 5


def alarms(
    subscriptions: Subscriptions, troubles: Sequence[DeliveryRow], now: datetime
) -> Mapping[str, Sequence[AlertRow]]:
    """Delivery id → the alerts by which operators hear of it; the failing channel itself is left out.

    An alarm that cannot be delivered raises no further alarm, or two dead channels would accuse each other for ever.
    Such a one, and one for which no other operator is named, has no alerts: it stays in the state of every dispatch,
    in `mandates outbox list`, and in the next message that does reach an operator.
    """
    return {
        trouble.delivery_id: operator_rows(subscriptions, [_finding(trouble, now)], now)
        for trouble in troubles
        if trouble.kinds != ("delivery_state",)
    }


def tone_of(findings: Sequence[Finding]) -> Tone:
    """How good the news is: of a source or a delivery that fails, of one that has recovered, of what was not read."""
    kinds = {finding.kind for finding in findings}
    if not kinds & {"source_state", "delivery_state"}:
        return "warning" if kinds and kinds <= {"item_unreadable", "reading_incomplete"} else "info"
    last = max(findings, key=lambda finding: finding.found_at)
    return "success" if last.kind == "source_state" and _recovered.search(last.note or "") else "failure"


def in_words(trouble: DeliveryRow) -> str:
    """One line: what was not delivered to whom, why, and what to do about it."""
    begun = trouble.delivery_id[:12]
    what = one_line(trouble.symbol or trouble.title, 80)
    return (
        f"“{what}” to {trouble.target} {_fate(trouble)}: {one_line(trouble.reason or 'no reason given', 200)}"
        f" (mandates outbox retry {begun}, or drop {begun})"
    )


def unreported_lines(troubles: Sequence[DeliveryRow]) -> tuple[str, ...]:
    """What nobody has been notified of, a line each: how many, then the first of them; nothing where there is none."""
    if not troubles:
        return ()
    count = counted(len(troubles), "delivery", "deliveries")
    rest = len(troubles) - most_named
    return (
        f"{count} did not arrive, and no operator could be notified:",
        *(in_words(trouble) for trouble in troubles[:most_named]),
        *([f"and {rest} more; `mandates outbox list` shows them all"] if rest > 0 else []),
    )


def closed_targets(
    subscriptions: Subscriptions, closed: Mapping[str, TargetError], now: datetime
) -> Sequence[AlertRow]:
    """The alerts by which operators hear, once a day, that a target has no usable address and its deliveries wait."""
    findings = [
        Finding.for_operators(
            "delivery_state",
            finding_id=sha256("target_closed", name, str(error), now.date().isoformat()),
            about=name,
            title=name,
            note=(
                f"Target {name} has no usable address\nReason: {error}\n"
                "Meanwhile: its messages wait, and go out once this is repaired; all other targets get theirs."
            ),
            now=now,
        )
        for name, error in closed.items()
    ]
    return operator_rows(subscriptions, findings, now)


def held_notice(subscriptions: Subscriptions, held: Sequence[Held], now: datetime) -> Sequence[AlertRow]:
    """The one message by which operators hear of all that waits for their approval, and what they can do."""
    note = "\n".join((
        *(_in_numbers(each) for each in held),
        "See them: mandates outbox list --state held",
        "Send them: mandates outbox release, or only those of one source: mandates outbox release SOURCE",
        "Drop one, or those of a source: mandates outbox drop ID, mandates outbox drop SOURCE",
    ))  # fmt: skip
    title = counted(sum(each.deliveries for each in held), "message")
    finding = Finding.for_operators(
        "alerts_held",
        finding_id=sha256("alerts_held", now.isoformat()),
        about="held",
        title=title,
        note=note,
        now=now,
    )
    return operator_rows(subscriptions, [finding], now)


def _in_numbers(held: Held) -> str:
    mandates = f" with {counted(held.mandates, 'new mandate')}" if held.mandates else ""
    messages, documents = counted(held.deliveries, "message"), counted(held.documents, "document")
    return f"{messages} about {documents}{mandates}: {held.reason}"


def _fate(trouble: DeliveryRow) -> str:
    state = "is held because it may have arrived," if trouble.state == "uncertain" else "was given up"
    return f"{state} after {counted(trouble.attempts, 'attempt')}"


def _finding(trouble: DeliveryRow, now: datetime) -> Finding:
    """The first line is the subject; below it what failed, since when, who is without it, and what to do."""
    begun, target = trouble.delivery_id[:12], trouble.target
    what = one_line(trouble.symbol or trouble.title, 80)
    about = f"“{what}”" + (f" and {trouble.findings - 1:,} more" if trouble.findings > 1 else "")
    note = "\n".join(
        (
            f"A message to {target} may not have arrived"
            if trouble.state == "uncertain"
            else f"A message to {target} was not delivered",
            f"Message: {about}, for {', '.join(trouble.subscriptions)}; it {_fate(trouble)}",
            f"Since: {trouble.created_at.astimezone(UTC):%-d %B %Y, %H:%M} UTC",
            f"Reason: {trouble.reason or 'no reason given'}",
            f"Try again: mandates outbox retry {begun}",
            f"Drop it: mandates outbox drop {begun}",
        )
    )
    name = sha256("delivery_state", trouble.delivery_id, trouble.state, now.isoformat())
    return Finding.for_operators("delivery_state", finding_id=name, about=target, title=target, note=note, now=now)
