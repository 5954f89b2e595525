"""What `prefect.yaml` may say. Prefect ignores a key that it does not know, so a misspelt one would go unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from config.strict_yaml import load
from config.time_zones import check_zone

if TYPE_CHECKING:
    from pathlib import Path


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WorkPool(_Strict):
    """The pool whose workers run a deployment, and what they get in their environment."""

    name: str
    work_queue_name: str | None = None
    job_variables: dict[str, object] = Field(default_factory=dict)


class ConcurrencyLimit(_Strict):
    """How many runs at once, and what becomes of one more."""

    limit: Annotated[int, Field(ge=1)]
    collision_strategy: Literal["ENQUEUE", "CANCEL_NEW"]


class Schedule(_Strict):
    """One schedule; `interval` in seconds.

    With `from_subscriptions`, `mandates deploy` replaces it by one schedule for each digest time, if there are any.
    """

    interval: Annotated[int, Field(ge=10)] | None = None
    cron: str | None = None
    timezone: Annotated[str, AfterValidator(check_zone)] = "UTC"
    slug: str
    active: bool = True
    from_subscriptions: bool = False

    @model_validator(mode="after")
    def _has_one_rule(self) -> Self:
        if (self.interval is None) == (self.cron is None):
            raise ValueError("needs either interval or cron")
        return self


class Trigger(_Strict):
    """An event that starts a run; `within` and `schedule_after` in seconds."""

    type: Literal["event"]
    name: str
    description: str = ""
    enabled: bool = True
    match: dict[str, str]
    expect: tuple[str, ...]
    within: Annotated[int, Field(ge=0)] = 0
    schedule_after: Annotated[int, Field(ge=0)] = 0
    parameters: dict[str, object] | None = None

    @model_validator(mode="after")
    def _absorbs_nothing_that_the_run_misses(self) -> Self:
        # Prefect starts no run for an event that comes within `within` seconds of the one that started the last.
        if self.schedule_after < self.within:
            raise ValueError(
                f"an event up to {self.within} s after another starts no run of its own, and the run of the first has "
                f"begun after {self.schedule_after} s; make schedule_after at least as long as within"
            )
        return self


class Deployment(_Strict):
    """One deployment."""

    name: str
    description: str
    entrypoint: str
    parameters: dict[str, object] = Field(default_factory=dict)
    enforce_parameter_schema: bool = True
    tags: tuple[str, ...] = ()
    work_pool: WorkPool
    concurrency_limit: ConcurrencyLimit
    schedules: tuple[Schedule, ...]
    triggers: tuple[Trigger, ...] = ()

    @field_validator("entrypoint")
    @classmethod
    def _by_module(cls, entrypoint: str) -> str:
        # The file form (flows/monitor.py:monitor) puts flows/ first on sys.path.
        if not all(part.isidentifier() for part in entrypoint.replace(":", ".").split(".")) or ":" not in entrypoint:
            raise ValueError(f"write it by module, as in mandate_monitor.jobs:monitor, not {entrypoint!r}")
        return entrypoint


class Deployments(_Strict):
    """The whole file."""

    name: str
    prefect_version: str = Field(alias="prefect-version")
    definitions: dict[str, object] = Field(default_factory=dict)
    deployments: tuple[Deployment, ...]


def load_file(path: Path) -> Deployments:
    """Read `prefect.yaml`.

    Raises:
        ConfigError: a key that Prefect would ignore, or a value that it would store as it is.
    """
    return load(path, Deployments)


def load_deployments(path: Path) -> tuple[Deployment, ...]:
    """The deployments of `prefect.yaml`; errors as of `load_file`."""
    return load_file(path).deployments
