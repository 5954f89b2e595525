"""The pictures of the Prefect UI in the documentation, taken from a real server whose worker polls the bundled site.

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
    """A file in docs/images: where in the UI, the words to wait for, and how high in CSS pixels."""

    name: str
    path: str
    words: tuple[str, ...]
    height: int


SCREENS: Final = (
    Screen("prefect-runs", "runs", ("Partly failed", "Nothing due"), 1160),
    Screen("prefect-run", "runs/flow-run/{run}", ("Partly failed", FAILING[0]), 640),
    Screen("prefect-table", "artifacts/artifact/{run_artifact}", (FAILING[0], "fetched"), 930),
    Screen("prefect-health", "artifacts/artifact/{health_artifact}", ("Needs attention", FAILING[0]), 1282),
    Screen("prefect-deployments", "deployments", ("backfill", "monitor"), 800),
    Screen("prefect-automations", "automations", ("worker died",), 660),
)


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


def addresses(running: Server) -> dict[str, str]:
    """The ids of the run and the artifacts that are shown."""
    runs = running.ask("flow_runs/filter", {"flows": {"name": {"any_": ["monitor"]}}})
    found = {"run": next(run["id"] for run in runs if run["state_name"] == "Partly failed")}
    for name in ("run", "health"):
        (artifact, *_) = running.ask("artifacts/filter", {"artifacts": {"key": {"any_": [f"mandates-{name}"]}}})
        found[f"{name}_artifact"] = artifact["id"]
    return found


def take(running: Server, folder: Path) -> list[Path]:
    """Write each picture to `folder`.

    Raises:
        RuntimeError: there is no Chromium.
        TimeoutError: a page does not show what it should.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ui = running.api.removesuffix("/api")
    with page(WIDTH) as shown:
        known = addresses(running)
        return [_taken(shown, f"{ui}/{screen.path.format(**known)}", screen, folder) for screen in SCREENS]


def _taken(shown: Page, url: str, screen: Screen, folder: Path) -> Path:
    shown.show(url, *screen.words, height=screen.height)
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
