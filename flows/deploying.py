"""Putting `prefect.yaml` on a Prefect server: check it, make the work pool, deploy, and guard against zombies."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

from prefect.automations import Automation
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.exceptions import ObjectAlreadyExists

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from config.deployments import Deployment

zombies = "mandates: crash runs whose worker died"


class DeployError(Exception):
    """`prefect deploy` refused; the sentence is its own."""


async def make_pools(deployments: Iterable[Deployment]) -> list[str]:
    """Make the process work pools that the deployments name; those that exist stay as they are."""
    made = []
    async with get_client() as client:
        for name in sorted({deployment.work_pool.name for deployment in deployments}):
            try:
                await client.create_work_pool(WorkPoolCreate(name=name, type="process"))
                made.append(name)
            except ObjectAlreadyExists:
                pass
    return made


def deploy_all(path: Path, deployments: Iterable[Deployment]) -> None:
    """Deploy one by one: `deploy --all` stops at the first failure and leaves the rest as they were.

    Raises:
        DeployError: Prefect refused one; its message and the deployment's name are in the sentence.
    """
    # Workers run the flows in the folder where `mandates deploy` was called: ./config and ./data mean the same to them.
    command = [sys.executable, "-P", "-m", "prefect", "--no-prompt", "deploy", "--prefect-file", str(path.resolve())]
    # Prefect puts it into the file; a variable that is not set would stay as it is written.
    environment = os.environ | {"MANDATES_PYTHON": shlex.quote(sys.executable)}
    refused = []
    for deployment in deployments:
        done = subprocess.run(  # noqa: S603 - our own interpreter, names from a checked file
            [*command, "-n", deployment.name], capture_output=True, text=True, check=False, env=environment
        )
        if done.returncode:
            refused.append(f"{deployment.name}: {(done.stderr or done.stdout).strip()[-1000:]}")
    if refused:
        raise DeployError("\n".join(refused))


async def guard_against_zombies() -> None:
    """Make the automation that ends runs whose worker was killed.

    A worker that gets SIGTERM leaves its run Running for ever, and the run keeps the only slot of its deployment. Runs
    send a heartbeat every 30 s (PREFECT_FLOWS_HEARTBEAT_FREQUENCY in prefect.yaml); three missed ones end them.
    """
    automation = Automation(
        name=zombies,
        description="A run that sent no heartbeat for 90 seconds is marked as crashed, so that the next one can start.",
        trigger=EventTrigger(
            after={"prefect.flow-run.heartbeat"},
            # Any event of a run shows that it lives or has ended; ours end under several names (flows/states.py).
            expect={"prefect.flow-run.*"},
            match=ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]}),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=90),
        ),
        actions=[
            ChangeFlowRunState(
                name=None, force=False, state=StateType.CRASHED, message="No heartbeat for 90 seconds: the worker died."
            )
        ],
    )
    try:
        existing = await Automation.aread(name=zombies)
    except ValueError:
        await automation.acreate()
        return
    automation.id = existing.id
    await automation.aupdate()
