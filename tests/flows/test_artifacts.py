"""What flows leave in the Prefect UI when it does not take it, or when it is too much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows import artifacts
from flows.artifacts import MOST_ROWS, show_page, show_table

if TYPE_CHECKING:
    import pytest


async def test_a_table_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows beyond the limit are counted above the table."""
    left: list[dict[str, Any]] = []

    async def leave(**artifact: Any) -> None:
        left.append(artifact)

    monkeypatch.setattr(artifacts, "acreate_table_artifact", leave)
    for more in (0, 5):
        await show_table("rows", [{"n": str(number)} for number in range(MOST_ROWS + more)], "All")
    assert [len(each["table"]) for each in left] == [MOST_ROWS, MOST_ROWS]
    assert [each["description"] for each in left] == ["All", "All; 5 more are not shown"]


async def test_a_server_that_takes_no_artifact_fails_no_run(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What the run was for is done by then, so it is only logged."""

    async def refuse(**_: Any) -> None:
        raise OSError("no server")

    monkeypatch.setattr(artifacts, "acreate_table_artifact", refuse)
    monkeypatch.setattr(artifacts, "acreate_markdown_artifact", refuse)
    await show_table("rows", [{"n": "1"}], "All")
    await show_page("words", "Words")
    assert "the table rows could not be written: no server" in caplog.text
    assert "the page words could not be written: no server" in caplog.text
