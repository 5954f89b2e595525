"""Prefect, embedded: where its state goes, and when a server of its own comes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from flows import engine

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is set here is undone afterwards."""
    for name in list(os.environ):
        if name.startswith("PREFECT_"):
            monkeypatch.delenv(name)
    monkeypatch.setattr(os, "environ", os.environ.copy())
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))


def test_a_server_named_in_the_environment(tmp_path: Path) -> None:
    """PREFECT_API_URL is a server."""
    assert engine.server_configured({"PREFECT_API_URL": "http://127.0.0.1:4200/api", "PREFECT_HOME": str(tmp_path)})
    assert not engine.server_configured({"PREFECT_HOME": str(tmp_path)})


def test_a_server_named_in_the_profile(tmp_path: Path) -> None:
    """A server in Prefect's active profile counts, one in another profile does not."""
    (tmp_path / "profiles.toml").write_text(
        'active = "work"\n[profiles.work]\nPREFECT_API_URL = "http://127.0.0.1:4200/api"\n[profiles.play]\n'
    )
    environment = {"PREFECT_HOME": str(tmp_path)}
    assert engine.server_configured(environment)
    assert not engine.server_configured(environment | {"PREFECT_PROFILE": "play"})


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("prefect.toml", '[api]\nurl = "http://127.0.0.1:4200/api"\n'),
        ("pyproject.toml", '[tool.prefect.api]\nurl = "http://127.0.0.1:4200/api"\n'),
    ],
)
def test_a_server_named_in_the_folder(tmp_path: Path, file: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files that Prefect reads in the working folder count as well; empty or broken ones name no server."""
    monkeypatch.chdir(tmp_path)
    assert not engine.server_configured({})
    (tmp_path / file).write_text(words)
    assert engine.server_configured({})
    (tmp_path / file).write_text("[")
    assert not engine.server_configured({})


def test_profiles_elsewhere(tmp_path: Path) -> None:
    """PREFECT_PROFILES_PATH says where the profiles are."""
    (tmp_path / "mine.toml").write_text('active = "a"\n[profiles.a]\nPREFECT_API_URL = "http://127.0.0.1:4200/api"\n')
    assert engine.server_configured({"PREFECT_PROFILES_PATH": str(tmp_path / "mine.toml")})


def test_without_a_server_the_state_is_in_the_home(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Prefect's own state goes into MANDATES_HOME, begun from the prepared database."""
    prepared = tmp_path / "prepared.db"
    prepared.write_bytes(b"migrated")
    monkeypatch.setattr(engine, "prepared_database", prepared)
    assert engine.prepare(home)
    assert os.environ["PREFECT_HOME"] == str((home / "prefect").resolve())
    assert (home / "prefect" / "prefect.db").read_bytes() == b"migrated"
    (home / "prefect" / "prefect.db").write_bytes(b"in use")
    assert engine.prepare(home)
    assert (home / "prefect" / "prefect.db").read_bytes() == b"in use"


def test_with_a_server_nothing_is_made(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a server is configured, no state of Prefect's is kept here."""
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4200/api")
    assert not engine.prepare(home)
    assert not (home / "prefect").exists()
    assert os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
