"""`prefect.yaml`: what Prefect would silently ignore is refused."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from config.deployments import load_deployments
from config.strict_yaml import ConfigError

checkout = Path(__file__).parent.parent.parent
shipped = checkout / "prefect.yaml"
NAMES = {"monitor", "dispatch", "digest", "watch", "record", "fetch", "backfill", "reanalyse", "survey"}


def test_the_shipped_file_names_flows_that_exist() -> None:
    """Each entrypoint is a flow of ours, named by module, and each of its parameters is explained."""
    from prefect import Flow
    from prefect.utilities.callables import parameter_schema

    deployments = load_deployments(shipped)
    assert {deployment.name for deployment in deployments} == NAMES
    for deployment in deployments:
        module, _, name = deployment.entrypoint.partition(":")
        flow = getattr(importlib.import_module(module), name)
        assert isinstance(flow, Flow)
        # Forms show what a parameter means.
        assert all(field.get("description") for field in parameter_schema(flow).properties.values()), name


def test_no_flow_module_bears_the_name_of_a_package() -> None:
    """`flows/alerts.py` would shadow `alerts/` when Prefect puts flows/ on the path."""
    packages = {folder.parent.name for folder in checkout.glob("*/__init__.py")}
    assert not packages & {module.stem for module in (checkout / "flows").glob("*.py")}


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("concurrency_limit:", "concurency_limit:", "concurency_limit: is not a known key"),
        ("collision_strategy:", "collision_stratgy:", "collision_stratgy: is not a known key"),
        ("    triggers:", "    trigers:", "trigers: is not a known key"),
        ("schedule_after:", "shedule_after:", "shedule_after: is not a known key"),
        ("schedule_after: 3", "schedule_after: 1", "make schedule_after at least as long as within"),
        ("    - interval: 600", "    - timezone: UTC", "needs either interval or cron"),
        ("timezone: UTC", "timezone: Geneva", "Europe/Zurich"),
        ("mandate_monitor.jobs:monitor", "mandate_monitor/jobs.py:monitor", "write it by module"),
    ],
)
def test_a_misspelt_key_is_caught(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    """A key that Prefect would pass over in silence is refused with its line."""
    text = shipped.read_text()
    assert right in text
    path = tmp_path / "prefect.yaml"
    path.write_text(text.replace(right, wrong))
    with pytest.raises(ConfigError, match=r"prefect\.yaml:\d+: ") as caught:
        load_deployments(path)
    assert said in str(caught.value)
