"""`.env` in the working folder: read by every command, never stronger than the environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from config.env_file import MAX_BYTES, load_env_file
from config.strict_yaml import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("DESK_URL=mailto://127.0.0.1", "mailto://127.0.0.1"),
        ("export DESK_URL = 'a b'", "a b"),
        ('DESK_URL="x # y"  # a comment', "x # y"),
        ("DESK_URL=slack://A/B#room", "slack://A/B#room"),
        ("DESK_URL=x   # a comment", "x"),
        ("DESK_URL=", ""),
        ("# DESK_URL=x", None),
    ],
)
def test_a_line_becomes_a_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, value: str | None
) -> None:
    """Quotes, comments and `export` are read as a shell reads them."""
    monkeypatch.delenv("DESK_URL", raising=False)
    (tmp_path / ".env").write_text(f"\ufeff# first\n\n{line}\r\n", encoding="utf-8")
    load_env_file(tmp_path)
    assert os.environ.get("DESK_URL") == value


def test_the_environment_takes_precedence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is set already keeps its value."""
    monkeypatch.setenv("DESK_URL", "from the shell")
    (tmp_path / ".env").write_text("DESK_URL=from the file\n")
    load_env_file(tmp_path)
    assert os.environ["DESK_URL"] == "from the shell"


@pytest.mark.parametrize("text", ["A=1\npassword hunter2\n", "A=hunter2\0\n", "x" * (MAX_BYTES + 1)])
def test_a_damaged_file_is_refused_without_its_words(tmp_path: Path, text: str) -> None:
    """The error names the file and the line, and repeats no secret."""
    (tmp_path / ".env").write_text(text)
    with pytest.raises(ConfigError, match=r"\.env") as caught:
        load_env_file(tmp_path)
    assert "hunter2" not in str(caught.value)


def test_without_a_file_nothing_happens(tmp_path: Path) -> None:
    """Nobody needs a `.env`."""
    before = dict(os.environ)
    load_env_file(tmp_path)
    assert dict(os.environ) == before
