"""A newcomer with the wheel alone: four commands to the first alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.newcomer import MOST_COMMANDS, TO, offline, play
from tests.packaging.installed import wheel

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
def test_four_commands_lead_to_the_first_alert(tmp_path: Path) -> None:
    """Install, init, a first run that notifies nobody, and the run after a publication: a mail quotes the mandate."""
    (tmp_path / "home").mkdir()
    newcomer, mails = play(tmp_path / "home", offline(wheel(tmp_path / "dist")))
    assert len(newcomer.seconds) <= MOST_COMMANDS
    (mail,) = mails
    assert mail.recipients == [TO]
    assert "new mandate" in str(mail.message["Subject"])
    assert "Directs the Secretariat to publish the proceedings" in " ".join(mail.plain.split())
