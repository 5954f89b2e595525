"""The restoration that docs/backup.md describes, with its own commands: a machine is lost, and work goes on."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from demo.site import PublicationSite
from flows.commands.demo import configuration
from warehouse.store.database import live_path
from warehouse.store.verify import rows_read

pytestmark = pytest.mark.slow
page = (Path(__file__).parent.parent.parent / "docs" / "backup.md").read_text(encoding="utf-8")
# Rows that every run adds.
OF_RUNS = {"batches", "fetches", "sources", "sightings"}


def written(heading: str) -> list[list[str]]:
    """The commands under a heading of the page, in order."""
    section = page.partition(f"\n{heading}\n")[2].partition("\n## ")[0] if heading else page.partition("\n## ")[0]
    blocks = re.findall(r"```sh\n(.+?)```", section, re.DOTALL)
    return [shlex.split(line, comments=True) for block in blocks for line in block.splitlines() if line.strip()]


def test_after_the_documented_restoration_nothing_is_lost_and_nothing_sent_twice(tmp_path: Path) -> None:
    """The same rows, no message again, and the next publication is found and sent."""
    folder, elsewhere = tmp_path / "watch", tmp_path / "backup"
    folder.mkdir()
    dropped = ("MANDATES_", "PREFECT_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}

    def call(words: list[str]) -> str:
        words = [word.replace("/mnt/backup/mandates", str(elsewhere)) for word in words]
        assert words[0] == "mandates"
        program = str(Path(sys.executable).with_name(words[0]))
        done = subprocess.run(
            [program, *words[1:]], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    with PublicationSite(tmp_path / "site") as site:
        configuration(folder / "config", site)
        call(["mandates", "run"])
        before = rows_read(live_path(folder / "data"))
        assert before["documents"] > 0
        assert before["deliveries"] > 0

        backup, check, plan = written("")
        assert [each[1] for each in (backup, check, plan)] == ["backup", "backup", "restore"]
        call(backup)
        assert "no damage" in call(check)
        shutil.rmtree(folder / "data")
        shutil.rmtree(folder / "config")
        assert "would restore" in call(plan)
        assert not (folder / "data").exists()

        restore, doctor, pending, run = written("## Restoring")
        call(restore)
        assert rows_read(live_path(folder / "data")) == before
        call(doctor)
        assert "pending" not in call(pending).splitlines()[-1]
        call(run)
        after = rows_read(live_path(folder / "data"))
        assert {name: rows for name, rows in after.items() if name not in OF_RUNS} == {
            name: rows for name, rows in before.items() if name not in OF_RUNS
        }
        assert not list((folder / "data").glob("mail/*/*")), "a message was sent again"

        site.publish_next(1)
        call(run)
        assert rows_read(live_path(folder / "data"))["documents"] > before["documents"]
        assert list((folder / "data").glob("mail/*/*.eml"))
