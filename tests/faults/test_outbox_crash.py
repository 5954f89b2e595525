"""Dispatchers that are killed at random, servers that refuse, stall and lie dead: nothing is lost, and doubt is shown.

MANDATES_FAULTS=long pytest tests/faults/test_outbox_crash.py -s        # 1,000 deliveries, 40 kills
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import hashlib
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.alerts.made_findings import ask, document, histories_follow_the_ways, put, subscribed
from tests.patience import PATIENCE
from tests.post_office import Mail, Post, PostOffice, WebHook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

long = os.environ.get("MANDATES_FAULTS") == "long"
documents, kills_wanted = (125, 40) if long else (15, 6)
mail_targets = ("reader-1", "reader-2", "reader-3", "reader-4", "reader-5", "gone-1")
hook_targets = ("hook-1", "hook-2")
dispatchers = 3
# Targets wait a second for their server.
too_late = 1.6

# A dispatcher as a process: it goes on until it is killed. Waits are short, the steps are those of every dispatcher.
program = """
import sys, time, logging
from datetime import timedelta
from pathlib import Path
from alerts.dispatch import Patience, dispatch
from config.subscriptions import load_subscriptions
logging.getLogger("alerts").setLevel(logging.CRITICAL)
home, config = Path(sys.argv[1]), Path(sys.argv[2])
brief, longer = timedelta(milliseconds=100), timedelta(seconds=1)
patience = Patience(attempts=10_000, first=brief, longest=longer, rests_after=10**6, batch=20)
while True:
    dispatch(home, load_subscriptions(config), patience=patience)
    time.sleep(0.05)
"""


@dataclass
class World:
    """What the servers did, as they saw it."""

    rng: random.Random
    lock: threading.Lock = field(default_factory=threading.Lock)
    taken: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    stalled: set[str] = field(default_factory=set)

    def refuses(self) -> bool:
        """15 % of all requests are refused for now."""
        with self.lock:
            no = self.rng.random() < 0.15
            self.refused += no
            return no

    def takes(self, delivery_id: str) -> bool:
        """Take a message down; whether its answer comes too late (2 % of the deliveries, once each)."""
        with self.lock:
            self.taken[delivery_id] += 1
            late = (
                int(hashlib.sha256(delivery_id.encode()).hexdigest(), 16) % 50 == 0 and delivery_id not in self.stalled
            )
            if late:
                self.stalled.add(delivery_id)
            return late

    def answer(self, post: Post) -> int:
        """What the webhook says."""
        if self.refuses():
            return 503
        if self.takes(post.headers["x-delivery-id"]):
            time.sleep(too_late)
        return 200


class Office(PostOffice):
    """The mail server of this world."""

    world: World

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        said = await super().handle_DATA(server, session, envelope)
        mail: Mail = self.mails[-1]
        if self.world.takes(str(mail.message["X-Delivery-Id"])):
            await asyncio.sleep(too_late)
        return said


@pytest.fixture
def world() -> World:
    return World(random.Random(20261121))  # noqa: S311 - the same refusals each time, no secret


@pytest.fixture
def servers(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One mail server and one webhook server for all targets."""
    office = Office(answer=lambda _address: "451 4.3.0 try again later" if world.refuses() else None)
    office.world = world
    with office, WebHook(answer=world.answer) as hook:
        monkeypatch.setenv("MAIL_URL", office.url)
        for name in hook_targets:
            monkeypatch.setenv(name.upper().replace("-", "_"), f"json://127.0.0.1:{hook.port}/{name}")
        yield


@pytest.mark.slow
@pytest.mark.usefixtures("servers")
def test_nothing_is_lost_whatever_dies(
    home: Path, tmp_path: Path, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each delivery arrives or is dead and reported; at most one repeat a kill or time-out, counted as doubt."""
    yaml = "targets:\n  operators-box: mailbox\n"
    yaml += "".join(
        f"  {t}: {{url: {{env: MAIL_URL}}, to: {t}@example.org, timeout_seconds: 1}}\n" for t in mail_targets
    )
    yaml += "".join(
        f"  {t}: {{url: {{env: {t.upper().replace('-', '_')}}}, timeout_seconds: 1}}\n" for t in hook_targets
    )
    targets = ", ".join((*mail_targets, *hook_targets))
    # All documents come from one source at once, which would be held.
    yaml += f"brake: off\noperators: [operators-box]\nsubscriptions: {{all: {{targets: [{targets}], cap: 100000}}}}\n"
    subscriptions = subscribed(tmp_path / "config", yaml)
    total = documents * len((*mail_targets, *hook_targets))
    found = [document(number) for number in range(documents)]
    assert put(home, subscriptions, found, datetime.now(UTC))[1] == total

    kills, seconds = run_and_kill(home, tmp_path / "config", world.rng)

    states = Counter(
        dict(ask(home, "SELECT state, count(*) FROM deliveries WHERE target <> 'operators-box' GROUP BY 1"))
    )
    rows = ask(home, "SELECT delivery_id, state, target, doubts FROM deliveries WHERE target <> 'operators-box'")
    repeats = {key: count - 1 for key, count in world.taken.items() if count > 1}
    doubts = {row[0]: row[3] for row in rows}
    with capsys.disabled():
        print(  # noqa: T201 - the counts are what this test is run for
            f"\n{total} deliveries in {seconds:.0f} s, {kills} kills of {dispatchers} dispatchers, "
            f"{world.refused} refusals for now, {len(world.stalled)} answers too late: {dict(states)}, "
            f"lost {sum(row[1] == 'sent' and not world.taken[row[0]] for row in rows)}, "
            f"repeats {sum(repeats.values())}, doubts {sum(doubts.values())}"
        )
    # Nothing is lost: what is called sent was taken by a server, and all is sent but what was refused for good.
    assert states == {"sent": total - documents, "dead": documents}
    assert all(world.taken[delivery_id] for delivery_id, state, _, _ in rows if state == "sent")
    assert {target for _, state, target, _ in rows if state == "dead"} == {"gone-1"}
    # The operators were told of each delivery that died; a long message names fifty, and says how many more there are.
    told = "".join(map(plain_words, (home / "mail" / "operators-box").iterdir()))
    dead = {delivery_id[:12] for delivery_id, state, _, _ in rows if state == "dead"}
    named = set(re.findall(r"outbox retry ([0-9a-f]{12})", told))
    assert named <= dead
    assert len(named) + sum(int(more) for more in re.findall(r"and (\d+) more; `mandates outbox list`", told)) == len(
        dead
    )
    # A kill leaves at most one delivery in doubt; all other doubts are time-outs. No repeat is hidden.
    died = "SELECT count(*) FROM delivery_events WHERE state = 'uncertain' AND note LIKE 'the dispatcher died%'"
    assert ask(home, died)[0][0] <= kills
    assert all(doubts[delivery_id] >= more for delivery_id, more in repeats.items())
    assert not list((home / "outbox").glob("*.jsonl")) or kills
    histories_follow_the_ways(home)


def plain_words(path: Path) -> str:
    """The plain part of a mail in a file."""
    body = email.message_from_bytes(path.read_bytes(), policy=email.policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def run_and_kill(home: Path, config: Path, rng: random.Random) -> tuple[int, float]:
    """Three dispatchers, one killed every moment and replaced, until enough were killed and nothing waits."""
    started = time.monotonic()
    running = [start(home, config) for _ in range(dispatchers)]
    kills = 0
    try:
        while True:
            if kills < kills_wanted:
                # Long enough to have begun, short enough to be in the middle of things.
                time.sleep(rng.uniform(0.2, 1.2))
                victim = running.pop(rng.randrange(len(running)))
                victim.send_signal(signal.SIGKILL)
                victim.wait()
                kills += 1
                running.append(start(home, config))
                continue
            time.sleep(0.5)
            if ask(home, "SELECT count(*) FROM deliveries WHERE state NOT IN ('sent', 'dead')") == [(0,)]:
                return kills, time.monotonic() - started
            assert time.monotonic() - started < PATIENCE, "the dispatchers do not come to an end"
            assert all(process.poll() is None for process in running), "a dispatcher ended by itself"
    finally:
        for process in running:
            process.kill()
            process.wait()


def start(home: Path, config: Path) -> subprocess.Popen[bytes]:
    """A dispatcher process."""
    return subprocess.Popen([sys.executable, "-c", program, str(home), str(config)])
