"""The tables that commands print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alerts.clock import digest_words
from flows.grid import print_grid

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADS = ("id", "state", "target", "due", "what")
ROWS = [
    (
        "762596c1fdba",
        "suppressed",
        "secretariat",
        "11-30 08:00",
        "HU/RES/6 on the care of people at sea, 4 findings",
    ),
    ("0a2596c1fdba", "sent", "desk", "", "HU/RES/6"),
]
LONG = "tried once: the server answered " + "that it has nothing of this kind " * 20


def printed(
    capsys: pytest.CaptureFixture[str], rows: Sequence[Sequence[str]], below: Sequence[str] | None = None
) -> list[str]:
    print_grid(HEADS, rows, below)
    return capsys.readouterr().out.splitlines()


def test_a_terminal_has_one_line_a_row_and_one_for_its_note(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 80 columns each row is one line, its note another one, and short words such as the state are whole."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")
    head, _, first, note, second = printed(capsys, ROWS, [LONG, ""])
    assert head.split() == list(HEADS)
    assert first.split()[:3] == ["762596c1fdba", "suppressed", "secretariat"]
    assert note.startswith("    tried once: the server")
    assert note.endswith("…")
    assert second.split()[-1] == "HU/RES/6"
    assert all(len(line) <= 80 for line in (head, first, note, second))


def test_a_pipe_has_every_word(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is cut or folded where there is no edge, neither cells nor notes."""
    lines = printed(capsys, ROWS, [LONG, ""])
    assert len(lines) == 5
    assert ROWS[0][-1] in lines[2]
    assert lines[3].strip() == LONG.strip()


def test_a_table_without_notes_folds(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A place such as a file with its line number is whole, over several lines where it has to be."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    place = "/srv/monitor/configuration/of/the/secretariat/subscriptions.yaml:1234"
    lines = printed(capsys, [(*ROWS[0][:-1], place)])
    assert "".join(line[-30:].split()[-1] for line in lines[2:]).endswith(":1234")
    assert "…" not in "".join(lines)


@pytest.mark.parametrize(
    ("digest", "words"),
    [
        ("weekly:2026-11-30:fr", "weekly digest of 30 Nov (fr)"),
        ("daily:2026-12-01", "daily digest of 1 Dec"),
        ("baseline:2026-11-22", "first crawl of 22 Nov"),
        ("unread:2026-11-22T08:00:00Z", "texts not read completely of 22 Nov"),
        ("test", "test"),
    ],
)
def test_a_digest_is_named_in_words(digest: str, words: str) -> None:
    """No internal key is shown to people."""
    assert digest_words(digest) == words
