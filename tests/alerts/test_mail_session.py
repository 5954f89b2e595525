"""One SMTP session for the mails of a batch: each is still a message of its own with its own answer."""

from __future__ import annotations

import smtplib
import socket
import time
from typing import TYPE_CHECKING

from alerts import mail_session
from alerts.dispatch import dispatch
from tests.alerts.made_findings import document, noon, put, subscribed
from tests.post_office import PostOffice, patience

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from alerts.model import DispatchReport


def sent(home: Path, folder: Path, office: PostOffice, monkeypatch: pytest.MonkeyPatch, *names: str) -> DispatchReport:
    """Five documents for each recipient, dispatched at once."""
    monkeypatch.setenv("MAIL_URL", office.url)
    targets = "".join(
        f"  {name}: {{url: {{env: MAIL_URL}}, to: {name}@example.org, timeout_seconds: {patience(name)}}}\n"
        for name in names
    )
    subscriptions = subscribed(
        folder, f"targets:\n{targets}subscriptions: {{all: {{targets: [{', '.join(names)}]}}}}\n"
    )
    put(home, subscriptions, [document(number) for number in range(1, 6)])
    return dispatch(home, subscriptions, now=lambda: noon)


def test_a_batch_needs_one_connection(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five messages to one target go over one connection, each with one recipient and an id of its own."""
    with PostOffice() as office:
        assert sent(home, tmp_path, office, monkeypatch, "desk").sent == 5
        assert len({mail.peer for mail in office.mails}) == 1
        assert all(mail.recipients == ["desk@example.org"] for mail in office.mails)
        assert len({mail.message["X-Delivery-Id"] for mail in office.mails}) == 5


def test_a_server_that_has_had_enough_gets_a_new_connection(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 421 on a used connection is no refusal of the message: it goes over another one, once."""
    with PostOffice(most=2) as office:
        assert sent(home, tmp_path, office, monkeypatch, "desk").sent == 5
        assert len({mail.peer for mail in office.mails}) == 3
        assert len({mail.message["X-Delivery-Id"] for mail in office.mails}) == len(office.mails) == 5


def test_a_refused_recipient_does_not_spoil_the_others(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A recipient that is gone and one that is slow to answer keep their own outcomes; the others are served."""
    with PostOffice() as office:
        report = sent(home, tmp_path, office, monkeypatch, "desk", "gone-a", "slow-a")
    assert [row.state for row in report.rows if row.target == "desk"] == ["sent"] * 5
    assert {row.state for row in report.rows if row.target == "gone-a"} == {"dead"}
    assert {row.state for row in report.rows if row.target == "slow-a"} <= {"uncertain", "pending"}
    assert sum(mail.recipients == ["desk@example.org"] for mail in office.mails) == 5


def test_a_connection_that_rested_too_long_is_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What rested longer than servers like to wait, or was closed by the server, is not used."""
    monkeypatch.setattr(mail_session, "LONGEST_REST_SECONDS", 600.0)
    session = mail_session.Session()
    with PostOffice() as office:

        def connect() -> smtplib.SMTP:
            return smtplib.SMTP("127.0.0.1", office.port, timeout=60)

        with session.connection(connect) as (first, used):
            assert not used
        with session.connection(connect) as (again, used):
            assert used
            assert again is first
        later = time.monotonic() + mail_session.LONGEST_REST_SECONDS + 1
        with monkeypatch.context() as clock:
            clock.setattr(time, "monotonic", lambda: later)
            with session.connection(connect) as (second, used):
                assert not used
        assert second is not first
        assert second.sock is not None
        second.sock.shutdown(socket.SHUT_RDWR)
        with session.connection(connect) as (third, used):
            assert not used
        assert third is not second
        session.close()


def test_a_server_that_hangs_up_gets_a_new_connection(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A used connection that is closed at the next sender leaves no doubt: nothing was taken, and all arrive once."""
    with PostOffice(most=2, hangs_up=True) as office:
        report = sent(home, tmp_path, office, monkeypatch, "desk")
        assert {row.state for row in report.rows} == {"sent"}
        assert len({mail.message["X-Delivery-Id"] for mail in office.mails}) == len(office.mails) == 5


def test_what_ends_after_its_batch_does_not_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """A send that was left to itself ends its connection when it comes back after the end of the batch."""
    session = mail_session.Session()
    with PostOffice() as office:

        def connect() -> smtplib.SMTP:
            return smtplib.SMTP("127.0.0.1", office.port, timeout=60)

        with session.connection(connect) as (late, _):
            session.close()
        assert late.sock is None
        with session.connection(connect) as (_, used):
            assert not used
        session.close()
