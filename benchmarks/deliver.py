"""Deliveries a second to a local SMTP server, beside bare Apprise and one SMTP session; and from commit to acceptance.

The mail server runs in a process of its own, so that its work is not counted as ours.
"""

from __future__ import annotations

import os
import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.mime.text import MIMEText
from pathlib import Path
from typing import TYPE_CHECKING

import alerts.deliver  # noqa: F401 - first of all, see _bare
from alerts.dispatch import dispatch
from alerts.match import alerts_for
from alerts.render import Renderer
from alerts.sample import sample_delivery, sample_findings
from benchmarks._figures import Figure, Options
from config.subscriptions import load_subscriptions
from warehouse.findings import finding_store
from warehouse.outbox.enqueue import enqueue
from warehouse.store.database import session, transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alerts.model import Message
    from config.subscriptions import Subscriptions
    from warehouse.findings.finding import Finding

    Accepted = Callable[[int], list[float]]

MAILS = 200
AIM_MAILS = 100.0
COMMITS = 20

_server = """
import socket, sys, time
from aiosmtpd.controller import Controller
class Takes:
    async def handle_DATA(self, server, session, envelope):
        print(time.time(), flush=True)
        return "250 OK"
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
controller = Controller(Takes(), hostname="127.0.0.1", port=port)
controller.start()
print(port, flush=True)
sys.stdin.read()
controller.stop()
"""


def main(options: Options) -> list[Figure]:
    """Print both rates, their ratio, and the times from commit to acceptance."""
    mails, rounds = (20, 1) if options.quick else (MAILS, options.rounds)
    with mail_server() as (port, accepted), tempfile.TemporaryDirectory() as folder:
        os.environ["BENCH_MAIL_URL"] = f"mailto://127.0.0.1:{port}?mode=insecure&from=mandates@example.org"
        subscriptions = subscriptions_made(Path(folder))
        findings = findings_made(mails)
        ours, bare, floor = [], [], []
        for number in range(rounds):
            home = Path(folder) / f"home-{number}"
            put(home, subscriptions, findings)
            ours.append(_dispatched(home, subscriptions, mails))
            bare.append(_bare(subscriptions, findings, port))
            floor.append(_one_session(subscriptions, findings, port))
            accepted(3 * mails)
        ratio = statistics.median(ours) / statistics.median(bare)
        print(f"bare Apprise   {mails / statistics.median(bare):6.1f} mails/s  (median of {rounds} x {mails})")
        print(f"one session    {mails / statistics.median(floor):6.1f} mails/s  (smtplib alone)")
        print(f"mandates       {mails / statistics.median(ours):6.1f} mails/s  (render, outbox, journal, states)")
        print(f"time           {ratio:6.2f} x bare Apprise")
        waits = sorted(_commit_to_acceptance(Path(folder) / "one", subscriptions, accepted))
        p50, p95 = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
        print(f"from commit to acceptance, dispatch in the same process: p50 {p50:.0f} ms, p95 {p95:.0f} ms")
    return [
        Figure("mails", mails / statistics.median(ours), "/s", AIM_MAILS),
        Figure("mails, bare Apprise", mails / statistics.median(bare), "/s"),
        Figure("mails, one bare SMTP session", mails / statistics.median(floor), "/s"),
        Figure("dispatch beside bare Apprise", ratio, "x"),
        Figure("commit to acceptance, one process: median", p50, "ms"),
        Figure("commit to acceptance, one process: 95th percentile", p95, "ms"),
    ]


@contextmanager
def mail_server() -> Iterator[tuple[int, Accepted]]:
    """A mail server in a process of its own; `accepted(n)` waits for n messages and gives the times they were taken."""
    process = subprocess.Popen(
        [sys.executable, "-c", _server], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdin is not None
    port = int(process.stdout.readline())
    lines = process.stdout

    def accepted(count: int) -> list[float]:
        return [float(lines.readline()) for _ in range(count)]

    try:
        yield port, accepted
    finally:
        process.stdin.close()
        process.wait(timeout=10)
        process.stdout.close()


def subscriptions_made(folder: Path) -> Subscriptions:
    """One mail target that wants everything."""
    (folder / "subscriptions.yaml").write_text(
        "targets: {mail: {url: {env: BENCH_MAIL_URL}, to: reader@example.org}}\n"
        "subscriptions: {all: {targets: [mail], cap: 100000, first_crawl: tell}}\nbrake: off\n",
        encoding="utf-8",
    )
    return load_subscriptions(folder)


def findings_made(count: int) -> list[Finding]:
    """So many findings, each of a document of its own."""
    first = sample_findings(datetime.now(UTC))[0]
    shown = first.document
    assert shown is not None
    return [
        replace(first, finding_id=f"{n:064x}", document=replace(shown, document_id=f"{n:064x}")) for n in range(count)
    ]


def put(home: Path, subscriptions: Subscriptions, findings: list[Finding]) -> None:
    """Record findings with their alerts, in one transaction."""
    now = datetime.now(UTC)
    with session(home) as connection, transaction(connection):
        enqueue(connection, alerts_for(subscriptions, now)(finding_store.write(connection, findings)), now)


def _dispatched(home: Path, subscriptions: Subscriptions, mails: int) -> float:
    started = time.perf_counter()
    assert dispatch(home, subscriptions).sent == mails
    return time.perf_counter() - started


def _messages(subscriptions: Subscriptions, findings: list[Finding]) -> list[Message]:
    renderer, shell = Renderer(subscriptions), sample_delivery("mail", ["all"])
    return [renderer.render(replace(shell, findings=(finding,), digest=None), "mail") for finding in findings]


def _bare(subscriptions: Subscriptions, findings: list[Finding], port: int) -> float:
    """The same mails, rendered beforehand, each with a fresh object of Apprise's plugin (a used one waits 5.5 s)."""
    import apprise  # noqa: PLC0415 - after alerts.deliver, which keeps its warnings away
    from apprise.plugins.email import NotifyEmail  # noqa: PLC0415

    messages = _messages(subscriptions, findings)
    url = f"mailto://127.0.0.1:{port}?mode=insecure&from=mandates@example.org&to=reader@example.org"
    asked = apprise.plugins.url_to_dict(url)  # type: ignore[no-untyped-call]
    started = time.perf_counter()
    for message in messages:
        notifier = apprise.Apprise()
        notifier.add(NotifyEmail(**asked))  # type: ignore[no-untyped-call]
        assert notifier.notify(body=message.body, title=message.subject, body_format="html")
    return time.perf_counter() - started


def _one_session(subscriptions: Subscriptions, findings: list[Finding], port: int) -> float:
    """The same words over one connection, without anything around it."""
    messages = _messages(subscriptions, findings)
    started = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as session:
        for message in messages:
            mail = MIMEText(message.body, "html", "utf-8")
            mail["Subject"] = message.subject
            session.sendmail("mandates@example.org", "reader@example.org", mail.as_string())
    return time.perf_counter() - started


def _commit_to_acceptance(home: Path, subscriptions: Subscriptions, accepted: Accepted) -> list[float]:
    waits = []
    for finding in findings_made(COMMITS):
        put(home, subscriptions, [finding])
        committed = time.time()
        assert dispatch(home, subscriptions).sent == 1
        waits.append((accepted(1)[0] - committed) * 1000)
    return waits
