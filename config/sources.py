"""The sources: what is watched and how each is read, from `sources.yaml`.

A source has a kind (`config/source_kinds.py`); each misfit is refused with file, line and key.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import ConfigDict, Discriminator, RootModel, Tag, model_validator

from config.sessions import load_sessions
from config.source_kinds import (
    CalendarSource,
    FeedSource,
    FilesSource,
    JsonSource,
    ListingSource,
    OaiSource,
    PagesSource,
    PythonSource,
)
from config.source_probe import ProbeSource
from config.strict_yaml import ConfigError, line_of, load
from config.topics import topics_named

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "CalendarSource",
    "FeedSource",
    "FilesSource",
    "JsonSource",
    "ListingSource",
    "OaiSource",
    "PagesSource",
    "ProbeSource",
    "PythonSource",
    "Source",
    "load_sources",
]

# What else a source may depend on, in the same folder.
_BESIDE = ("topics.yaml", "sessions.yaml")
_kinds = ("feed", "listing", "json", "oai-marcxml", "symbol-probe", "pages", "calendar", "files", "python")


def _tag(value: Any) -> str | None:
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    # The tags end in "Source" so that the loader can tell them from keys of the file.
    return f"{kind}Source" if kind in _kinds else None


Source = Annotated[
    Union[  # noqa: UP007 - the members are annotated
        Annotated[FeedSource, Tag("feedSource")],
        Annotated[ListingSource, Tag("listingSource")],
        Annotated[JsonSource, Tag("jsonSource")],
        Annotated[OaiSource, Tag("oai-marcxmlSource")],
        Annotated[ProbeSource, Tag("symbol-probeSource")],
        Annotated[PagesSource, Tag("pagesSource")],
        Annotated[CalendarSource, Tag("calendarSource")],
        Annotated[FilesSource, Tag("filesSource")],
        Annotated[PythonSource, Tag("pythonSource")],
    ],
    Discriminator(
        _tag,
        custom_error_type="kind",
        custom_error_message=f"`kind` must be one of {', '.join(_kinds)}",
        # The key, then its values, for the loader to say which was meant.
        custom_error_context={"expected": ", ".join(f"'{each}'" for each in ("kind", *_kinds))},
    ),
]


class SourceFile(RootModel[tuple[Source, ...]]):
    """`sources.yaml`: a list of sources."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _lists_sources(cls, value: Any) -> Any:
        if not value:
            raise ValueError("has no sources; each begins with `- id: NAME`")
        if not isinstance(value, list):
            misfit = "is not a list of sources; each begins with `- id: NAME` at the left margin"
            raise ValueError(misfit)  # noqa: TRY004 - pydantic makes errors of a file of ValueErrors only
        return value


def load_sources(path: Path) -> tuple[Source, ...]:
    """The sources in `path`, in the order of the file.

    Raises:
        ConfigError: the file cannot be read or does not fit; the sentence names file, line and key.
    """
    # A run looks at it several times, and five hundred sources take a third of a second.
    return _loaded(path, _stamp(path), *(_stamp(path.parent / name) for name in _BESIDE))


def _stamp(path: Path) -> tuple[int, ...] | None:
    """What changes with the file; None where it cannot be read."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_ino, state.st_size, state.st_mtime_ns


@lru_cache(maxsize=4)
def _loaded(path: Path, *_stamps: tuple[int, ...] | None) -> tuple[Source, ...]:
    sources = load(path, SourceFile, places=False).root
    twice = [name for name, times in Counter(source.id for source in sources).items() if times > 1]
    if twice:
        place = [number for number, source in enumerate(sources) if source.id == twice[0]][-1]
        raise ConfigError(path, f"two sources have the id {twice[0]!r}", line=_line(path, place), key=f"{twice[0]}.id")
    with_topics = (_with_topics(path, place, source) for place, source in enumerate(sources))
    return tuple(_with_sessions(path, place, source) for place, source in enumerate(with_topics))


def _with_topics(path: Path, place: int, source: Source) -> Source:
    try:
        lists = topics_named(source.filter.topics, path.parent)
    except KeyError as error:
        raise ConfigError(path, error.args[0], line=_line(path, place), key=f"{source.id}.filter.topics") from None
    return source.model_copy(update={"filter": source.filter.with_lists(lists)}) if lists else source


def _with_sessions(path: Path, place: int, source: Source) -> Source:
    if not isinstance(source, ProbeSource) or source.meets is None:
        return source
    try:
        return source.with_sessions(load_sessions(path.parent / "sessions.yaml"))
    except KeyError as error:
        raise ConfigError(path, error.args[0], line=_line(path, place, "vars"), key=source.id) from None


def _line(path: Path, place: int, key: str = "id") -> int | None:
    from ruamel.yaml import YAML  # noqa: PLC0415 - only for an error

    return line_of(YAML(typ="rt", pure=True).load(path.read_text(encoding="utf-8")), [place, key])
