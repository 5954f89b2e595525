"""Whatever the order of claims, calls and deaths of two dispatchers, each delivery arrives and no repeat is hidden."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.alerts.made_findings import ask, document, histories_follow_the_ways, noon, put, subscribed
from warehouse.outbox.dispatcher import Outbox

if TYPE_CHECKING:
    from warehouse.model import Delivery

steps = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from(["claim", "call", "accept", "answer", "die", "leave"])), max_size=20
)


@dataclass
class Dispatcher:
    """One dispatcher as the test moves it; `calling` is in the air, `accepted` when the server has taken it."""

    home: Path
    outbox: Outbox
    queue: list[Delivery] = field(default_factory=list)
    calling: Delivery | None = None
    accepted: bool = False


@pytest.mark.parametrize("orders", [5, pytest.param(60, marks=pytest.mark.long)])
def test_any_order(orders: int) -> None:
    """At the end an heir sends what is left: all is sent, and doubts cover the repeats."""
    settings(max_examples=orders, deadline=None)(given(steps)(_sent_in))()


def _sent_in(order: list[tuple[int, str]]) -> None:
    home = Path(tempfile.mkdtemp(prefix="mandates-"))
    try:
        put(home, subscribed(home / "config", yaml), [document(number) for number in range(4)])
        taken: Counter[str] = Counter()
        two = [Dispatcher(home, Outbox(home)) for _ in range(2)]
        for place, (who, what) in enumerate(order):
            move(two[who], what, place, taken)
        for dispatcher in two:
            dispatcher.outbox._journal.close(remove=False)
        with Outbox(home) as heir:
            while claimed := heir.claim(noon + timedelta(minutes=5), 3):
                for delivery in claimed:
                    heir.sending(delivery, now=noon + timedelta(minutes=5))
                    taken[delivery.delivery_id] += 1
                    heir.settle(delivery, "sent", now=noon + timedelta(minutes=5))
        rows = ask(home, "SELECT delivery_id, state, doubts, worker FROM deliveries")
        assert {(state, worker) for _, state, _, worker in rows} == {("sent", None)}
        assert all(1 <= taken[delivery_id] <= 1 + doubts for delivery_id, _, doubts, _ in rows)
        assert not list((home / "outbox").iterdir())
        histories_follow_the_ways(home)
    finally:
        shutil.rmtree(home)


yaml = "targets: {desk: mailbox}\nsubscriptions: {all: {targets: [desk]}}\n"


def move(own: Dispatcher, what: str, place: int, taken: Counter[str]) -> None:
    """One step of one dispatcher, where it makes sense."""
    now = noon + timedelta(seconds=place)
    if what == "claim" and own.calling is None:
        own.queue = list(own.outbox.claim(now, 2))
    elif what == "call" and own.calling is None and own.queue:
        own.calling, own.accepted = own.queue.pop(0), False
        own.outbox.sending(own.calling, now=now)
    elif what == "accept" and own.calling is not None and not own.accepted:
        own.accepted = True
        taken[own.calling.delivery_id] += 1
    elif what == "answer" and own.calling is not None:
        own.outbox.settle(
            own.calling, "sent" if own.accepted else "failed", now=now, due_at=None if own.accepted else now
        )
        own.calling = None
    elif what in {"die", "leave"}:
        if what == "die":
            own.outbox._journal.close(remove=False)
        else:
            own.outbox.__exit__(None, None, None)
        own.outbox, own.queue, own.calling = Outbox(own.home), [], None
