"""How a run ended, in the name of its state, so that the list of runs reads by itself.

    Completed     everything that was due was done
    Nothing due   no source was due, or no alert
    Partly failed some sources failed; what the others showed is recorded
    Alerts left   everything is recorded; alerts wait for the next dispatch
    All failed    no source gave a usable answer
    Not recorded  the warehouse could not be written; what was landed waits for the next run
    Not sent      the shared landing place could not be reached: sources were not polled, or what was fetched waits for
                  the next run
    Failed        an error in the configuration or in this program, or an alert that nobody could be notified of

The type is still one of Prefect's own (COMPLETED or FAILED): schedules and limits depend on it.
Events are named after the name (`prefect.flow-run.Partly failed`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from prefect.states import Completed, Failed

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

    from alerts.model import DispatchReport
    from flows.fetching import Fetching
    from flows.round import Round
    from warehouse.model import WarehouseError

Result = TypeVar("Result")

NOTHING_DUE = "Nothing due"
PARTLY_FAILED = "Partly failed"
ALERTS_LEFT = "Alerts left"
ALL_FAILED = "All failed"
NOT_RECORDED = "Not recorded"
NOT_SENT = "Not sent"


def round_ended(done: Round, message: str) -> State[Round]:
    """The state of a run that polled sources; the worst that happened names it."""
    if done.unanswered:
        return Failed(name=ALL_FAILED, data=done, message=message)
    if done.away:
        return Failed(name=NOT_SENT, data=done, message=message)
    if done.failed:
        return Completed(name=PARTLY_FAILED, data=done, message=message)
    is_idle = not (done.crawled or done.recorded.batch_ids)
    return completed(done, message, is_idle=is_idle, delivered=done.delivered)


def completed(result: Result, message: str, *, is_idle: bool, delivered: DispatchReport) -> State[Result]:
    """The state of a run in which nothing failed. `is_idle`: it had nothing to do, unless it delivered something."""
    if delivered.left is not None:
        return Completed(name=ALERTS_LEFT, data=result, message=message)
    if is_idle and not delivered.rows:
        return Completed(name=NOTHING_DUE, data=result, message=message)
    return Completed(data=result, message=message)


def fetched(done: Fetching) -> State[Fetching]:
    """The state of a worker's run; what was not sent waits in its home."""
    failed = len(done.failed) + len(done.damaged)
    if failed and failed == len(done.crawled) + len(done.damaged):
        return Failed(name=ALL_FAILED, data=done, message=done.headline)
    if done.left is not None or done.away:
        return Failed(name=NOT_SENT, data=done, message=done.headline)
    if failed:
        return Completed(name=PARTLY_FAILED, data=done, message=done.headline)
    return Completed(name=None if done.crawled else NOTHING_DUE, data=done, message=done.headline)


def not_fetched(error: WarehouseError) -> State[WarehouseError]:
    """The state of a worker's run that could not reach the shared landing place, and polled nothing."""
    return Failed(name=NOT_SENT, data=error, message=str(error))


def not_recorded(error: WarehouseError) -> State[WarehouseError]:
    """The state of a run that could not write the warehouse."""
    return Failed(name=NOT_RECORDED, data=error, message=str(error))
