"""The pictures of the Prefect UI in the documentation, taken of a real server whose worker watches the bundled site.

    python -m website.screenshots        writes docs/images/prefect-*.png

All documents are invented. One source of the site fails, so that a failure can be seen.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from demo.site import PublicationSite
from flows.commands.demo import configuration
from tests.flows.prefect_server import prefect, server, wait_for
from website.chromium import page
from website.pictures import IMAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.flows.prefect_server import Server
    from website.chromium import Page

WIDTH: Final = 1280
FAILING: Final = ("demo-gfmd-labour", "/pfp/ppd/labour-migration")


@dataclass(frozen=True, slots=True)
class Screen:
    """A picture: where in the UI, the words to wait for, its height, and what has to be clicked first."""

    name: str
    path: str
    words: tuple[str, ...]
    height: int
    prepare: str = ""


@contextmanager
def watched_site(place: Path) -> Iterator[Server]:
    """A server with everything deployed and a worker, after a first run, one with nothing due, and some others."""
    with PublicationSite(place / "site") as site:
        config = configuration(place / "config", site)
        site.fault(FAILING[1], "410")
        with server(place / "state", place / "home", config) as running:
            deployed = running.run(str(Path(sys.executable).with_name("mandates")), "deploy")
            if deployed.returncode:
                raise RuntimeError(deployed.stderr)
            (schedule,) = running.ask("deployments/name/monitor/monitor")["schedules"]
            running.run(prefect, "deployment", "schedule", "pause", "monitor/monitor", schedule["id"])
            running.start(prefect, "worker", "start", "--pool", "mandates")
            ran(running, "monitor")
            ran(running, "monitor")
            ran(running, "backfill", source="demo-un-library", since="2020-01-01")
            ran(running, "watch")
            yield running


def ran(running: Server, flow: str, **parameters: Any) -> dict[str, Any]:
    """A run of a deployment, when it has ended."""
    deployment = running.ask(f"deployments/name/{flow}/{flow}")
    run_id = running.ask(f"deployments/{deployment['id']}/create_flow_run", {"parameters": parameters})["id"]

    def ended() -> dict[str, Any] | None:
        run: dict[str, Any] = running.ask(f"flow_runs/{run_id}")
        return run if run["state_type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"} else None

    run: dict[str, Any] = wait_for(ended)
    return run


def screens(running: Server) -> list[Screen]:
    """The pictures, for the runs and artifacts of this server."""
    run = next(
        run
        for run in running.ask("flow_runs/filter", {"flows": {"name": {"any_": ["monitor"]}}})
        if run["state_name"] == "Partly failed"
    )
    table, health, bar = (
        running.ask("artifacts/filter", {"artifacts": {"key": {"any_": [key]}}})[0]["id"]
        for key in ("mandates-run", "mandates-health", "mandates-progress")
    )
    return [
        Screen("prefect-runs", "runs", ("Partly failed", "Nothing due"), 1080),
        Screen("prefect-run", f"runs/flow-run/{run['id']}", ("Partly failed", FAILING[0]), 1000),
        Screen("prefect-table", f"artifacts/artifact/{table}", (FAILING[0], "fetched"), 1300),
        Screen("prefect-health", f"artifacts/artifact/{health}", ("Needs attention", FAILING[0]), 1250),
        Screen("prefect-progress", f"artifacts/artifact/{bar}", ("Loading the past",), 420),
        Screen("prefect-deployments", "deployments", ("backfill", "monitor"), 800),
        Screen("prefect-automations", "automations", ("worker died",), 700),
    ]


def take(running: Server, folder: Path) -> list[Path]:
    """Write each picture to `folder`.

    Raises:
        RuntimeError: there is no Chromium.
        TimeoutError: a page does not show what it should.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ui = running.api.removesuffix("/api")
    with page(WIDTH) as shown:
        return [_taken(shown, ui, screen, folder) for screen in screens(running)]


def _taken(shown: Page, ui: str, screen: Screen, folder: Path) -> Path:
    shown.show(f"{ui}/{screen.path}", *screen.words, height=screen.height, prepare=screen.prepare)
    target = folder / f"{screen.name}.png"
    target.write_bytes(shown.picture())
    return target


def main() -> None:
    """Take the pictures."""
    with tempfile.TemporaryDirectory() as place, watched_site(Path(place)) as running:
        for path in take(running, IMAGES):
            sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
