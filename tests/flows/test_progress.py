"""How far a run has come, whoever shows it."""

from __future__ import annotations

import pytest

from config.settings import Settings
from flows.console import counted_progress
from flows.progress import Polling
from flows.reanalysing import apply_todays_rules
from flows.round import run_round
from tests.sites.publisher import source_of


class Heard(list[tuple[float, float, str]]):
    """What was said."""

    def __call__(self, done: float, total: float, note: str = "") -> None:
        """Keep it."""
        self.append((done, total, note))


def test_a_source_counts_by_its_documents_until_it_is_done() -> None:
    """Progress never goes back; a crawl under way is never all done; all sources done is all done."""
    heard = Heard()
    big = source_of(id="big", kind="feed", url="https://example.org/a", policy={"max_new": 200})
    small = source_of(id="small", kind="feed", url="https://example.org/b")
    polling = Polling(2, heard)
    polling.landed(big, 100, is_last=False)
    polling.landed(small, 3, is_last=True)
    polling.landed(big, 100, is_last=False)
    polling.landed(big, 0, is_last=True)
    assert [round(done, 2) for done, _, _ in heard] == [0.5, 1.5, 1.95, 2.0]
    assert heard[-1] == (2.0, 2, "2 of 2 sources polled, 203 documents read")


@pytest.mark.usefixtures("place")
async def test_a_run_says_how_far_it_has_come() -> None:
    """A real run ends at all of its sources."""
    heard = Heard()
    await run_round(Settings(), due_or_not=True, progress=heard)
    assert heard[-1][:2] == (1.0, 1)
    assert heard[-1][2].startswith("1 of 1 source polled")


@pytest.mark.usefixtures("place")
def test_a_reanalysis_says_how_far_it_has_come() -> None:
    """Applying today's rules ends at all texts."""
    heard = Heard()
    apply_todays_rules(Settings(), texts=False, apply=False, notify=False, progress=heard)
    assert heard[-1] == (1, 1, "1 of 1 text read")


@pytest.mark.usefixtures("home")
def test_the_terminal_takes_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Where nobody watches, one line says what goes on, and a note draws nothing."""
    with counted_progress("Counting …", "things") as progress:
        progress(1, 3, "one \x1b[2J [red]thing")
    assert capsys.readouterr().err == "Counting …\n"
