"""`mandates run` while the Prefect server that is configured is down: monitoring goes on, and says so."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from flows import server_check
from tests.patience import PATIENCE
from tests.sites.publisher import Answer
from tests.watched import called, published, rows
from warehouse.store.database import session
from warehouse.store.lock import Deadline, turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A configuration whose one source is a folder with one resolution; alerts go to a mailbox in the home."""
    for name in ("config", "papers"):
        (tmp_path / name).mkdir()
    (tmp_path / "papers" / "paper.txt").write_text(
        "Ferry crews\n\nThe Assembly,\n\n1. Requests the Secretariat to report on ferry crews by 30 June 2031.\n"
    )
    (tmp_path / "config" / "sources.yaml").write_text(f"- {{id: papers, kind: files, path: {tmp_path / 'papers'}}}\n")
    (tmp_path / "config" / "subscriptions.yaml").write_text(
        "targets: {desk: mailbox}\noperators: [desk]\nsubscriptions: {all: {targets: [desk], first_crawl: tell}}\n"
    )
    return tmp_path / "config"


@pytest.fixture
def closed() -> Iterator[str]:
    """The address of a server that is not there."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}/api"


def test_a_run_goes_on_while_the_server_is_down(papers: Path, tmp_path: Path, closed: str) -> None:
    """What is new is recorded and sent, one line says that the UI will not show it, and the run succeeds."""
    ended = called(tmp_path / "home", papers, "run", env={"PREFECT_API_URL": closed})
    assert ended.code == 0, ended.said
    assert "the configured Prefect server cannot be reached (ConnectError); this run goes on without it" in ended.err
    assert "Traceback" not in ended.said
    assert rows(tmp_path / "home", "SELECT count(*) FROM documents") == [(1,)]
    assert len(list((tmp_path / "home" / "mail" / "desk").rglob("*.eml"))) == 1


def test_a_failed_source_fails_the_run_as_ever(papers: Path, tmp_path: Path, closed: str) -> None:
    """That the server is down is no excuse for a source that failed."""
    (tmp_path / "papers" / "paper.txt").unlink()
    (tmp_path / "papers").rmdir()
    ended = called(tmp_path / "home", papers, "run", env={"PREFECT_API_URL": closed})
    assert ended.code == 1, ended.said
    assert "this run goes on without it" in ended.err


def test_a_warehouse_that_is_held_for_too_long(papers: Path, tmp_path: Path) -> None:
    """The run fails in one line that names the holder, and the next one records."""
    home = tmp_path / "home"
    with session(home):
        pass
    with turn(home / "live.lock", Deadline(PATIENCE)):
        ended = called(home, papers, "run", env={"MANDATES_LOCK_WAIT_SECONDS": "0.5"})
    assert ended.code == 1, ended.said
    assert f"is held by process {os.getpid()}" in ended.last_line, ended.said
    assert "Traceback" not in ended.said
    assert called(home, papers, "run").code == 0
    assert rows(home, "SELECT count(*) FROM documents") == [(1,)]


def test_a_server_without_its_database_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that answers with errors, or not at all, is known for what it is after one question."""
    with published() as site:
        monkeypatch.setenv("PREFECT_API_URL", f"{site.url}/api")
        site.says("/api/work_pools/filter", Answer(status=503))
        assert server_check.server_trouble() == "answers with HTTP 503"
        assert len([target for target in site.targets() if target.startswith("/api/work_pools")]) == 1
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{silent.getsockname()[1]}/api")
        monkeypatch.setattr(server_check, "ANSWERS_WITHIN", 0.5)
        assert server_check.server_trouble() == "does not answer within 0 s"
