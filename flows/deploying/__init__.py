"""Deploying `prefect.yaml` to a Prefect server: what it asks for, what the server has, and carrying out the difference.

`planned` compares and changes nothing; `deploy` carries out a plan. Neither prints anything: the command does that.
"""

from flows.deploying.automations import HARDLY_BEGUN, NEVER_BEGUN, ZOMBIES
from flows.deploying.deploy import DeployError, deploy, planned
from flows.deploying.plan import Change, Difference, Kept, Plan

__all__ = [
    "HARDLY_BEGUN",
    "NEVER_BEGUN",
    "ZOMBIES",
    "Change",
    "DeployError",
    "Difference",
    "Kept",
    "Plan",
    "deploy",
    "planned",
]
