"""Putting `prefect.yaml` on a Prefect server: what it asks for, what the server has, the difference, and making it so.

`planned` compares and changes nothing; `deploy` carries out a plan. Both are silent: the command does the talking.
"""

from flows.deploying.automations import NEVER_BEGUN, ZOMBIES
from flows.deploying.deploy import DeployError, deploy, planned
from flows.deploying.plan import Change, Difference, Kept, Plan

__all__ = ["NEVER_BEGUN", "ZOMBIES", "Change", "DeployError", "Difference", "Kept", "Plan", "deploy", "planned"]
