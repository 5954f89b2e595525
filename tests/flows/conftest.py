"""Fixtures of the flows: an installation in which all is well, to plant faults in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from config.settings import Settings
from flows import recorder
from scrapers.reading import workers
from tests.flows.nurseries import Nurseries
from tests.watched import configured, desk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.watched import Desk

MANDATES = str(Path(sys.executable).parent / "mandates")
PAPER = """Ferry crews

The Assembly,

1. Requests the Secretariat to report on ferry crews by 30 June 2031.
"""
SUBSCRIPTIONS = """targets: {desk: mailbox}
operators: [desk]
subscriptions: {everything: {targets: [desk], first_crawl: tell}}
"""


@pytest.fixture(scope="session", autouse=True)
def _forked_nurseries() -> Iterator[None]:
    """Reading processes come from one that is ready, but for tests that call the command."""
    with Nurseries() as nurseries, pytest.MonkeyPatch.context() as patched:
        if sys.platform == "linux":
            patched.setattr(workers, "_started", nurseries.started)
        yield


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation in which a folder was read, a message sent, and all is well."""
    place = tmp_path_factory.mktemp("sound")
    (place / "papers").mkdir()
    (place / "papers" / "paper.txt").write_text(PAPER)
    (place / "config").mkdir()
    (place / "config" / "sources.yaml").write_text(f"- {{id: papers, kind: files, path: {place / 'papers'}}}\n")
    (place / "config" / "subscriptions.yaml").write_text(SUBSCRIPTIONS)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "MANDATES_"))}
    done = subprocess.run(
        [MANDATES, "--home", str(place / "home"), "--config", str(place / "config"), "run"],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return place


@pytest.fixture
def place(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it of the test's own."""
    for name in ("home", "config"):
        subprocess.run(["cp", "-a", sound / name, tmp_path / name], check=True)
        monkeypatch.setenv(f"MANDATES_{name.upper()}", str(tmp_path / name))
    monkeypatch.setenv("MANDATES_CONTACT", "mailto:monitor@example.org")
    for name in [name for name in os.environ if name.startswith("PREFECT_API")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def at() -> Iterator[Desk]:
    """Where messages arrive."""
    with desk() as made:
        yield made


@pytest.fixture
def settings(home: Path, tmp_path: Path, at: Desk, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home whose alerts go to the desk; groups come at once."""
    config = configured(tmp_path / "config", [{"id": "x", "kind": "feed", "url": "http://127.0.0.1:9/x"}])
    monkeypatch.setenv("MANDATES_CONFIG", str(config))
    monkeypatch.setattr(recorder, "GROUP_SECONDS", 0.05)
    for name, value in at.env.items():
        monkeypatch.setenv(name, value)
    return Settings()
