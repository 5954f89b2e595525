"""The wheel with a real Prefect server and a real worker, in a folder that `mandates init` wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.newcomer import PAGE, TO
from demo.site import PublicationSite
from tests.flows.prefect_server import server, wait_for
from tests.packaging.installed import environment, wheel
from tests.post_office import PostOffice

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.prefect
@pytest.mark.slow
def test_a_worker_runs_what_the_wheel_deployed(tmp_path: Path) -> None:
    """Flows are found without a checkout, and ./config, ./data and ./.env are those of the folder of the deployment."""
    installed = environment(tmp_path / "env")
    installed.pip(wheel(tmp_path / "dist"))
    mandates, prefect = (str(installed.bin / "mandates"), [str(installed.bin / "python"), "-m", "prefect"])
    watch = tmp_path / "watch"
    watch.mkdir()
    with (
        PostOffice() as office,
        PublicationSite(tmp_path / "site") as site,
        server(tmp_path / "state", tmp_path / "nowhere", tmp_path / "nowhere") as running,
    ):
        for name in ("MANDATES_HOME", "MANDATES_CONFIG"):
            del running.environment[name]
        running.folder = watch
        options = ["--source", f"{site.url}{PAGE}", "--private", "--first-crawl", "tell", "--mail", TO]
        made = running.run(mandates, "init", *options, "--mail-server", office.url)
        assert made.returncode == 0, made.stderr
        done = running.run(mandates, "deploy")
        assert done.returncode == 0, done.stderr
        # Only the folder in which the flows run says where the configuration is: the worker is started elsewhere.
        running.folder = tmp_path
        running.start(*prefect, "worker", "start", "--pool", "mandates")
        deployed = running.ask("deployments/name/monitor/monitor")
        run = running.ask(f"deployments/{deployed['id']}/create_flow_run", {})

        def ended() -> str | None:
            state: str = running.ask(f"flow_runs/{run['id']}")["state_type"]
            return state if state in {"COMPLETED", "FAILED", "CRASHED"} else None

        assert wait_for(ended) == "COMPLETED", running.log.read_text()
        assert wait_for(lambda: office.mails)
    assert (watch / "data" / "snapshot.duckdb").exists()
    assert all(mail.recipients == [TO] for mail in office.mails)
