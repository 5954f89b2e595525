"""The flows as Prefect's workers import them: under the one name that is on their path."""

# ruff: noqa: E402 - the flows can be found only after the first lines

from mandate_monitor import prepare_path

prepare_path()

from flows.dispatching import dispatch
from flows.monitor import monitor, record
from flows.watch import watch

__all__ = ["dispatch", "monitor", "record", "watch"]
