"""The `mandates` command as people type it: a process with a home and a configuration of its own."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks._measured import measured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks._measured import Cost

CHECKOUT = Path(__file__).parent.parent
MANDATES = Path(sys.executable).parent / "mandates"


@dataclass(frozen=True, slots=True)
class Installation:
    """A folder that holds a home, and a configuration for each set of sources; `checkout` is whose code runs."""

    folder: Path
    checkout: Path = CHECKOUT

    @property
    def home(self) -> Path:
        """Where its state is."""
        return self.folder / "home"

    def configured(self, name: str, sources: Sequence[dict[str, Any]]) -> Path:
        """A configuration with these sources; its one subscription takes what a new source shows as known."""
        config = self.folder / name
        config.mkdir(parents=True, exist_ok=True)
        # JSON is YAML, and written a hundred times as fast.
        (config / "sources.yaml").write_text(json.dumps(sources), encoding="utf-8")
        (config / "subscriptions.yaml").write_text(
            "targets: {desk: mailbox}\nsubscriptions: {all: {targets: [desk]}}\n", encoding="utf-8"
        )
        sessions = (CHECKOUT / "config" / "sessions.yaml").read_text(encoding="utf-8")
        (config / "sessions.yaml").write_text(sessions, encoding="utf-8")
        return config

    def mandates(self, config: Path, *words: str | Path) -> tuple[Cost, dict[str, Any]]:
        """Run the command with `--json`, and give its cost and its answer.

        Raises:
            CommandError: it failed.
        """
        # Settings of whoever measures must not decide what is measured, nor a Prefect server of theirs be asked.
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("MANDATES_", "PREFECT_"))
        }
        environment |= {"PYTHONPATH": str(self.checkout), "PREFECT_HOME": str(self.folder / "nobody's")}
        command = [MANDATES, "--home", self.home, "--config", config, *words, "--json"]
        cost, said = measured(command, folder=self.checkout, environment=environment)
        answer: dict[str, Any] = json.loads(said)
        return cost, answer


def idle_run(folder: Path, checkout: Path = CHECKOUT, words: Sequence[str] = ()) -> Cost:
    """What `mandates run` costs with a single source that is not due: the start, and hardly more."""
    papers = folder / "papers"
    papers.mkdir(parents=True, exist_ok=True)
    (papers / "paper.txt").write_text("The Assembly,\n1. Requests the Secretariat to report in 2030.\n", "utf-8")
    there = Installation(folder, checkout)
    config = there.configured("config", [{"id": "papers", "kind": "files", "path": str(papers), "every": "30d"}])
    if not there.home.exists():
        there.mandates(config, "run")
    cost, answer = there.mandates(config, "run", *words)
    assert answer["not_due"] == ["papers"], answer
    return cost
