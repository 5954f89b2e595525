"""Fixtures that every room's tests may use."""

from __future__ import annotations

import gc
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as examples

from config.settings import Settings
from tests.patience import PATIENCE
from tests.sites.publisher import Publisher
from tests.warehouse.chronicle import lived
from warehouse.query.ledger_today import LEDGER
from warehouse.review.waiting_list import LISTED
from warehouse.store import schema

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

checkout = Path(__file__).parent.parent
# On a busy machine an example takes a second where it takes a moment elsewhere; no time decides a test.
examples.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("patient")
# What collecting makes stays until the end. Looking for garbage in it takes a fifth of the time of collecting.
gc.disable()


def pytest_collection_finish() -> None:
    """From here on garbage is collected, though never among what collecting made."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what takes minutes, unless it is asked for; then the files that take longest come first.

    Workers take files in this order, so that none is left alone with a long one at the end. Within a file the tests
    stay in the order that they have, which is a random one.
    """
    if os.environ.get("MANDATES_FAULTS") != "long":
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="takes minutes: make faults"))
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    places = {path: (_pace(tests), -len(tests)) for path, tests in files.items()}
    items.sort(key=lambda item: places[item.path])


def _pace(tests: list[pytest.Item]) -> int:
    """0 for a file that starts Prefect servers, 1 for one that is slow for another reason, 2 for all others."""
    marks = {mark.name for test in tests for mark in test.iter_markers() if not test.get_closest_marker("skip")}
    return 0 if "prefect" in marks else 1 if "slow" in marks else 2


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real publications beside the checkout; a user who clones the project has none."""
    folder = checkout.parent / "shared"
    if not (folder / "corpus").is_dir():
        pytest.skip("needs ../shared, the folder of real publications, which is not part of the project")
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty MANDATES_HOME of the test's own."""
    folder = tmp_path / "home"
    monkeypatch.setenv("MANDATES_HOME", str(folder))
    return folder


@pytest.fixture
def settings_of_a_desk(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An empty home, and a configuration without sources: a desk is notified of everything after the first crawl."""
    config = tmp_path / "config"
    config.mkdir()
    shutil.copyfile(checkout / "config" / "sessions.yaml", config / "sessions.yaml")
    (config / "subscriptions.yaml").write_text(
        "targets: {desk: mailbox}\nsubscriptions: {everything: {targets: [desk], first_crawl: silent}}\n"
    )
    monkeypatch.setenv("MANDATES_CONFIG", str(config))
    return Settings()


@pytest.fixture(scope="session")
def chronicle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose ledger has something of everything, published, to be read: making it takes seconds."""
    return lived(tmp_path_factory.mktemp("chronicle"))


@pytest.fixture
def lived_home(home: Path, chronicle: Path) -> Path:
    """The test's home with the chronicle of three sessions, published."""
    return Path(shutil.copytree(chronicle, home, dirs_exist_ok=True))


@pytest.fixture
def patient_register() -> Iterator[None]:
    """Pages of the register take as long as a busy machine needs; a test may make one of the limits short."""
    with pytest.MonkeyPatch.context() as patched:
        for name in ("QUERY_SECONDS", "WAIT_SECONDS"):
            patched.setattr(f"register.desk.{name}", PATIENCE)
        patched.setattr("warehouse.query.ledger_today.QUERY_SECONDS", PATIENCE)
        for kept in (LEDGER, LISTED):
            patched.setattr(kept, "first_seconds", PATIENCE)
            patched.setattr(kept, "fresh_seconds", PATIENCE)
        yield


@pytest.fixture
async def publisher() -> AsyncIterator[Publisher]:
    """A site on loopback that answers as the test tells it to."""
    async with Publisher() as site:
        yield site


@pytest.fixture(scope="session", autouse=True)
def _made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A new warehouse is a copy of the first one that was made in this process: to make one takes a second."""
    make, wanted_by_all = schema._make, schema.migrations()
    first = tmp_path_factory.mktemp("made") / "live.duckdb"

    def made(path: Path, connect: schema.Connect, wanted: tuple[schema.Migration, ...]) -> None:
        if wanted != wanted_by_all:
            make(path, connect, wanted)
            return
        if not first.exists():
            make(first, connect, wanted)
        shutil.copyfile(first, path.with_name(path.name + ".new"))
        path.with_name(path.name + ".new").rename(path)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(schema, "_make", made)
        yield


@pytest.fixture(autouse=True)
def _own_environment() -> Iterator[None]:
    """What a command called in this process sets for itself (`--config`, `--home`) ends with its test."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(autouse=True)
def _no_server_by_accident(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flow that would start a Prefect server by itself fails at once; tests that want one start it."""
    monkeypatch.setenv("PREFECT_SERVER_ALLOW_EPHEMERAL_MODE", "false")
    monkeypatch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    monkeypatch.setenv("DO_NOT_TRACK", "1")
