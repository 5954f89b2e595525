"""The flows as Prefect's workers import them: under the one name that is on their path."""

# ruff: noqa: E402 - the flows can be found only after the first lines, and read the environment

from mandate_monitor import prepare_path

prepare_path()

from config.env_file import load_env_file

# In the folder where `mandates deploy` was called.
load_env_file()

from flows.dispatching import dispatch
from flows.fetch import fetch
from flows.monitor import monitor, record
from flows.on_demand import backfill, reanalyse, survey
from flows.watch import watch

__all__ = ["backfill", "dispatch", "fetch", "monitor", "reanalyse", "record", "survey", "watch"]
