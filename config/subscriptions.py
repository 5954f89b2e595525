"""Who is notified of what, where, when and in which language: `subscriptions.yaml`, or files in `subscriptions/`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    StringConstraints,
    model_validator,
)

from config.filters import About, Filters, without_mandate
from config.settings import Settings, web_page
from config.strict_yaml import ConfigError, line_of, load
from config.suggestions import did_you_mean, or_known
from config.targets import Heartbeat, Name, Named, Target
from config.time_zones import check_zone
from config.topics import topics_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
# How the sources are is for operators, and for those who ask.
everything: tuple[About, ...] = tuple(kind for kind in get_args(About) if kind != "source_state")

# New mandates from one source in one run. No document of the labelled corpus has more than 27, and a session of a small
# body some 40: more are a rebuilt site, an archive that was never listed, or a plenary day that an operator expects.
BRAKE = 50


def _hours(text: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", text):
        raise ValueError('write quiet hours as "22:00-07:00"')
    if text[:5] == text[6:]:
        raise ValueError("quiet hours that begin and end at the same time would never end")
    return text


def _web_or_mail(text: str) -> str:
    if not re.fullmatch(r"(mailto:[^\s<>@]+@[^\s<>@]+|https://[^\s<>]+)", text):
        raise ValueError("write a mailto: or an https: address")
    return text


class Subscription(Named):
    """Who is notified of what, how, and when."""

    targets: tuple[Name, ...] = Field(min_length=1, description="who gets the messages")
    about: tuple[About, ...] = Field(everything, min_length=1, description="the kinds of news to send")
    filters: Filters = Field(default=Filters(), description="which documents and mandates to send; all if not given")
    mode: Literal["at_once", "daily", "weekly"] = Field(
        default="at_once", description="a message for each document at once, or a digest each day or week"
    )
    at: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = Field(
        default="07:00", description="local time of a digest"
    )
    on: Day = Field(default="monday", description="weekday of a weekly digest")
    zone: Annotated[str, AfterValidator(check_zone)] = Field(
        default="UTC", description="time zone of `at` and `quiet`, e.g. Europe/Zurich"
    )
    quiet: Annotated[str, AfterValidator(_hours)] | None = Field(
        default=None, description="hours in which nothing is sent, e.g. 22:00-07:00"
    )
    language: Literal["en", "fr", "es"] = Field(default="en", description="of the words around the findings")
    cap: int = Field(20, ge=1, description="how many documents of one run get a message each; more become one digest")
    first_crawl: Literal["silent", "tell"] = Field(
        default="silent",
        description="whether to send alerts for what a new source already lists: `silent` (no) or `tell` (yes)",
    )

    @model_validator(mode="after")
    def _can_match(self) -> Self:
        if self.filters.needs_mandate and set(self.about) <= without_mandate:
            raise ValueError(
                "can never match: the filters ask for a mandate's type, addressee or deadline, which "
                f"{', '.join(self.about)} do not have"
            )
        return self

    @property
    def quiet_times(self) -> tuple[time, time] | None:
        """Begin and end of the quiet hours, in local time."""
        if self.quiet is None:
            return None
        begin, _, end = self.quiet.partition("-")
        return time.fromisoformat(begin), time.fromisoformat(end)


class SubscriptionsFile(BaseModel):
    """One YAML file. Several are read as one, so names must not repeat between them."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    targets: dict[Name, Target] = Field(default_factory=dict, description="the recipients, by name")
    subscriptions: dict[Name, Subscription] = Field(
        default_factory=dict, description="who is notified of what, by name"
    )
    operators: tuple[Name, ...] = Field(
        default=(),
        description="targets that are notified of failing sources, undelivered messages and unreadable texts",
    )
    register_url: Annotated[str, AfterValidator(web_page)] | None = Field(
        default=None,
        description="the address of the register to which these messages link, in place of `MANDATES_REGISTER_URL`",
    )
    unsubscribe: Annotated[str, AfterValidator(_web_or_mail)] | None = Field(
        default=None, description="a mailto: or https: address where recipients can stop the messages"
    )
    brake: Annotated[int, Field(ge=1)] | Literal["off"] | None = Field(
        None,
        description="how many new mandates one source may bring in one run before alerts wait for an operator "
        f"({BRAKE} if not given), or off",
    )
    heartbeat: Heartbeat | None = Field(default=None, description="the address that each run reports to")
    weekly_report: Literal["off"] | Day | None = Field(
        None, description="the day on which operators get the weekly report (monday if not given), or off"
    )
    _lines: dict[tuple[str, ...], int | None] = PrivateAttr(default_factory=dict)

    @model_validator(mode="wrap")
    @classmethod
    def _with_lines(cls, tree: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Remember the line of every name, so that what only a send can find out is also reported with its place."""
        file = handler(tree)
        places = [
            ("operators",),
            *(("targets", name) for name in file.targets),
            *(("subscriptions", name) for name in file.subscriptions),
            *(("subscriptions", name, "filters", "sources") for name in file.subscriptions),
        ]
        return file.placed({place: line_of(tree, list(place)) for place in places})

    def placed(self, lines: dict[tuple[str, ...], int | None]) -> Self:
        """Tell it the lines of its names, once, when it is read."""
        self._lines.update(lines)
        return self

    def line(self, *place: str) -> int | None:
        """The line of a name."""
        return self._lines.get(place)


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """All subscriptions and targets of an installation; every name that is used is known.

    `brake` is how many new mandates one source may bring in one run; None for any number. `folder` is where they were
    read; `sources.yaml` and `templates/` may lie beside them.
    """

    subscriptions: tuple[Subscription, ...]
    targets: Mapping[str, Target]
    operators: tuple[str, ...] = ()
    register_url: str | None = None
    unsubscribe: str | None = None
    brake: int | None = BRAKE
    heartbeat: Heartbeat | None = None
    weekly_report: Day | None = "monday"
    folder: Path | None = None

    @property
    def nobody(self) -> str | None:
        """Why nobody will be notified, as a sentence for operators; None where somebody will."""
        if self.subscriptions:
            return None
        where = f" in {self.folder}" if self.folder is not None else ""
        return f"no subscriptions: nobody will be notified (subscriptions.yaml{where})"

    def named(self, names: Sequence[str]) -> tuple[Subscription, ...]:
        """The subscriptions of these names, in the order of the files; names that are gone are left out."""
        return tuple(subscription for subscription in self.subscriptions if subscription.name in names)


def load_subscriptions(config_dir: Path) -> Subscriptions:
    """Read `subscriptions.yaml` and every `subscriptions/*.yaml` under `config_dir`.

    Raises:
        ConfigError: a file cannot be used, a name is unknown or used twice; with file and line.
    """
    single = config_dir / "subscriptions.yaml"
    paths = [*([single] if single.exists() else []), *sorted((config_dir / "subscriptions").glob("*.yaml"))]
    files = {path: load(path, SubscriptionsFile) for path in paths or [single]}
    targets: dict[str, Target] = {}
    subscriptions: dict[str, Subscription] = {}
    for path, file in files.items():
        for name, target in file.targets.items():
            _once(targets, name, path, file.line("targets", name))
            targets[name] = target.named(name, _place(path, file.line("targets", name)))
        for name, subscription in file.subscriptions.items():
            _once(subscriptions, name, path, file.line("subscriptions", name))
            complete = _with_topics(path, file, subscription, name)
            subscriptions[name] = complete.named(name, _place(path, file.line("subscriptions", name)))
    for path, line, key, name in _used(files):
        if name not in targets:
            raise ConfigError(path, f"there is no target {name!r}{or_known(name, targets)}", line=line, key=key)
    for path, file in files.items():
        _sources_exist(path, file, config_dir / "sources.yaml")
    return Subscriptions(
        subscriptions=tuple(subscriptions.values()),
        targets=targets,
        operators=tuple(dict.fromkeys(name for file in files.values() for name in file.operators)),
        register_url=next((file.register_url for file in files.values() if file.register_url), Settings().register_url),
        unsubscribe=next((file.unsubscribe for file in files.values() if file.unsubscribe), None),
        heartbeat=next((file.heartbeat for file in files.values() if file.heartbeat), None),
        brake=_unless_off([file.brake for file in files.values()], BRAKE),
        weekly_report=_unless_off([file.weekly_report for file in files.values()], "monday"),
        folder=config_dir,
    )


def _with_topics(path: Path, file: SubscriptionsFile, subscription: Subscription, name: str) -> Subscription:
    """The subscription with what each `topic:…` among its words stands for."""
    if not (wanted := subscription.filters.named_topics):
        return subscription
    try:
        # Beside subscriptions.yaml, or above subscriptions/.
        folder = path.parent if path.name == "subscriptions.yaml" else path.parent.parent
        lists = topics_named(wanted, folder)
    except KeyError as error:
        place = ("subscriptions", name, "filters", "words")
        raise ConfigError(path, error.args[0], line=file.line("subscriptions", name), key=".".join(place)) from None
    return subscription.model_copy(update={"filters": subscription.filters.with_lists(lists)})


def _unless_off(given: Sequence[Any], default: Any) -> Any:
    """The first value that a file gives, else the default; None where it is off."""
    first = next((each for each in given if each is not None), default)
    return None if first == "off" else first


def _sources_exist(path: Path, file: SubscriptionsFile, sources_yaml: Path) -> None:
    """A wanted source that nobody asks can never match. `local` is what `mandates ingest` records under."""
    wanted = {
        (name, pattern)
        for name, subscription in file.subscriptions.items()
        if subscription.filters.sources is not None
        for pattern in subscription.filters.sources.any or ()
    }
    if not wanted or not sources_yaml.exists():
        return
    from config.sources import load_sources  # noqa: PLC0415 - it takes 45 ms to load, and most files filter by no source

    known = [source.id for source in load_sources(sources_yaml)] + ["local"]
    for name, pattern in sorted(wanted):
        if not any(fnmatchcase(source, pattern) for source in known):
            place = ("subscriptions", name, "filters", "sources")
            problem = f"can never match: no source is called {pattern!r} in sources.yaml{did_you_mean(pattern, known)}"
            raise ConfigError(path, problem, line=file.line(*place), key=".".join(place))


def _used(files: Mapping[Path, SubscriptionsFile]) -> Iterator[tuple[Path, int | None, str, str]]:
    """Every place where a file uses a target's name."""
    for path, file in files.items():
        for name in file.operators:
            yield path, file.line("operators"), "operators", name
        for key, subscription in file.subscriptions.items():
            for name in subscription.targets:
                yield path, file.line("subscriptions", key), f"subscriptions.{key}.targets", name


def _once(known: Mapping[str, Named], name: str, path: Path, line: int | None) -> None:
    if name in known:
        raise ConfigError(path, f"this name is already used at {known[name].place}", line=line, key=name)


def _place(path: Path, line: int | None) -> str:
    return f"{path}:{line}" if line is not None else str(path)
