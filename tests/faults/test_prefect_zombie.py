"""A worker that is killed leaves its run behind; the run must end, or it would hold the only slot of its deployment."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from prefect_server import prefect, server, wait_for

from demo.site import PublicationSite
from flows.commands.demo import configuration

pytestmark = [pytest.mark.prefect, pytest.mark.slow, pytest.mark.long]


def test_a_run_whose_worker_died_is_crashed_and_the_next_one_runs(tmp_path: Path) -> None:
    """Without a heartbeat for 90 seconds the run is marked as crashed, and another run of the deployment succeeds."""
    with PublicationSite(tmp_path / "site") as site:
        config = configuration(tmp_path / "config", site)
        with server(tmp_path / "state", tmp_path / "home", config) as running:
            assert running.run(str(Path(sys.executable).parent / "mandates"), "deploy").returncode == 0
            worker = running.start(prefect, "worker", "start", "--pool", "mandates")
            monitor = running.ask("deployments/name/monitor/monitor")["id"]

            def start() -> str:
                run = running.ask(
                    f"deployments/{monitor}/create_flow_run", {"parameters": {"sources": ["demo-aalco-64"]}}
                )
                return str(run["id"])

            def state(run_id: str) -> str:
                found: dict[str, Any] = running.ask(f"flow_runs/{run_id}")
                return str(found["state_type"])

            site.fault("/resolutions64thAS", "slow_drip")
            doomed = start()
            wait_for(lambda: state(doomed) == "RUNNING")
            wait_for(lambda: any(request.target == "/resolutions64thAS" for request in site.requests))
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
            site.mend()
            wait_for(lambda: state(doomed) == "CRASHED")
            running.start(prefect, "worker", "start", "--pool", "mandates")
            following = start()
            wait_for(lambda: state(following) in {"COMPLETED", "FAILED", "CANCELLED", "CRASHED"})
            assert state(following) == "COMPLETED"
