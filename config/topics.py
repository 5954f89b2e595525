"""The topics of `topics.yaml`: the words that show what a publication is about.

A list for migration comes with the program. One's own file adds lists to it; one of the same name replaces ours.
"""

from __future__ import annotations

import hashlib
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    RootModel,
    StringConstraints,
    model_validator,
)

from config.shipped import shipped
from config.strict_yaml import load
from config.suggestions import or_known
from config.term_expressions import expressible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

# A term is a few words; an ellipsis between them stands for up to four others, `(a|b)` for either.
Term = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=2, max_length=600), AfterValidator(expressible)
]
TopicName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
# How a subscription's `words` name a topic.
TOPIC = "topic:"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Terms(_Part):
    """The terms of one language: `*` for the rest of a word, `(a|b)` for either, `...` for up to four other words."""

    sure: tuple[Term, ...] = Field(default=(), description="a term that names the topic by itself: refugee*")
    usual: tuple[Term, ...] = Field(
        default=(), description="a term that may have another sense, which the words under `unless` reveal: migration"
    )
    perhaps: tuple[Term, ...] = Field(
        default=(),
        description="a term that needs another one beside it: it counts half, and not at all in running text",
    )
    unless: tuple[Term, ...] = Field(
        default=(), description="words that show that `usual` and `perhaps` terms mean something else: birds, software"
    )
    without: tuple[Term, ...] = Field(default=(), description="phrases that are removed first: data migration")


class Weights(_Part):
    """The points of a term, by where it is found. Each place counts its best term; mentions count each time."""

    title: int = Field(default=4, ge=0, le=100, description="in the title")
    summary: int = Field(default=3, ge=0, le=100, description="in the summary that the source gives")
    clause: int = Field(default=3, ge=0, le=100, description="in a paragraph that asks somebody to do something")
    mention: int = Field(default=1, ge=0, le=100, description="for each mention elsewhere in the text")


class Topic(_Part):
    """One topic: its terms by language, their points, and how many points are needed."""

    needs: int = Field(default=3, ge=1, le=1000, description="how many points make a publication about the topic")
    weights: Weights = Field(default=Weights(), description="points by place")
    terms: dict[Literal["en", "fr", "es"], Terms] = Field(min_length=1, description="the terms by language")

    @cached_property
    def digest(self) -> str:
        """A hash of all of it, by which its expressions are found again in another process."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    @model_validator(mode="after")
    def _has_terms(self) -> Self:
        if not any(terms.sure or terms.usual or terms.perhaps for terms in self.terms.values()):
            raise ValueError("has no terms: give at least one under `sure`, `usual` or `perhaps`")
        return self


class TopicsFile(RootModel[dict[TopicName, Topic]]):
    """The topics by name. A topic with the name of a built-in one replaces it."""

    model_config = ConfigDict(frozen=True)


class NamesTopics(BaseModel):
    """A block of a file that names topics; the loader puts in what the names stand for."""

    _lists: dict[str, Topic] = PrivateAttr(default_factory=dict)

    @property
    def lists(self) -> Mapping[str, Topic]:
        """The topics that are asked for, by name."""
        return self._lists

    def with_lists(self, lists: Mapping[str, Topic]) -> Self:
        """The same with the topics that its names stand for."""
        complete = self.model_copy()
        complete._lists = dict(lists)  # noqa: SLF001 - its own
        return complete


def load_topics(folder: Path) -> Mapping[str, Topic]:
    """The topics that come with the program and those of `topics.yaml` in `folder`, which need not exist.

    Raises:
        ConfigError: a file cannot be read or does not fit; with file, line and key.
    """
    own = folder / "topics.yaml"
    return {**_loaded(shipped("topics.yaml"), 0), **(_loaded(own, own.stat().st_mtime_ns) if own.exists() else {})}


@lru_cache(maxsize=8)
def _loaded(path: Path, _stamp: int) -> Mapping[str, Topic]:
    return load(path, TopicsFile, places=False).root


def topics_named(names: Iterable[str], folder: Path) -> dict[str, Topic]:
    """The topics of these names.

    Raises:
        ConfigError: `topics.yaml` cannot be used.
        KeyError: there is no such topic; its argument is the sentence.
    """
    wanted = list(dict.fromkeys(names))
    known = load_topics(folder) if wanted else {}
    for name in wanted:
        if name not in known:
            raise KeyError(f"there is no topic {name!r}{or_known(name, known)}")
    return {name: known[name] for name in wanted}
