"""The one loader of YAML: it refuses what a person would not notice, and says where it is.

Unknown keys, duplicate keys and wrong types are refused with file, line and key.

Errors:
    ConfigError      `path`, `line` (from 1, None where there is none), `key`
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from config.known_keys import keys_at
from config.redaction import hosts_only
from config.suggestions import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pydantic_core import ErrorDetails

# How pydantic lists the values that a key may have.
_QUOTED = re.compile(r"'([^']+)'")
Model = TypeVar("Model", bound=BaseModel)

# What lies in the folder that --config names; whoever misses one of these may be in the wrong folder.
_of_the_folder = frozenset({"sources.yaml", "subscriptions.yaml", "sessions.yaml", "topics.yaml"})
# A configuration is written by people; anything larger is a mistake or an attack on the parser.
max_bytes = 5_000_000
# What pydantic says in the words of a programmer, for people who write YAML.
_plain = {
    "extra_forbidden": "is not a known key",
    "missing": "is missing",
    "model_type": "must have keys with values, `key: value`",
    "dict_type": "must have keys with values, `key: value`",
    "tuple_type": "must be a list, each member after a `-`",
    "list_type": "must be a list, each member after a `-`",
    "string_type": "must be text (in quotes if YAML would read it as something else)",
    "too_short": "has too few members",
}


class ConfigError(Exception):
    """A configuration file that cannot be used; the sentence names the file, the line and the key."""

    def __init__(self, path: Path, problem: str, *, line: int | None = None, key: str | None = None) -> None:
        super().__init__(_said(path, line, key, problem))
        self.path = path
        self.line = line
        self.key = key


def _said(path: Path, line: int | None, key: str | None, problem: str) -> str:
    # The address of a webhook or a mail server, written where it does not belong, is a secret.
    said = hosts_only(f"{f'{key}: ' if key else ''}{problem}")
    return f"{path}{f':{line}' if line is not None else ''}: {said}"


def load(path: Path, model: type[Model], *, places: bool = True) -> Model:
    """Read `path` as one `model`; without `places` the model need not know on which line a value is written.

    Raises:
        ConfigError: the file cannot be read, is no YAML, or does not fit the model. All misfits are named, one a line.
    """
    if not places:
        # The parser in C takes a seventh of the time. What it refuses is read again, by the one that knows lines.
        with contextlib.suppress(OSError, YAMLError, ValueError, RecursionError):
            return model.model_validate(_quickly(path))
    tree = _tree(path)
    try:
        return model.model_validate(tree)
    except ValidationError as error:
        raise _placed(path, tree, model, error) from error


def _quickly(path: Path) -> Any:
    content = path.read_bytes()
    if len(content) > max_bytes:
        raise ValueError("too large")
    return YAML(typ="safe", pure=False).load(content.decode("utf-8"))


def _tree(path: Path) -> Any:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(path, f"cannot be read: {error.strerror or error}{_elsewhere(path, error)}") from error
    if len(content) > max_bytes:
        raise ConfigError(path, f"is larger than {max_bytes:,} bytes")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(path, f"is not UTF-8 (byte {error.start})") from error
    try:
        tree = YAML(typ="rt", pure=True).load(text)
    except DuplicateKeyError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        key = str(error.problem or "").partition('"')[2].partition('"')[0]
        raise ConfigError(path, "this key appears twice", line=line, key=key or None) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = f"is not valid YAML: {error.problem or error.context}"
        raise ConfigError(path, problem, line=mark.line + 1 if mark else None) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(path, f"is not valid YAML: {error}") from error
    tag = getattr(getattr(tree, "tag", None), "value", None)
    if tag:
        raise ConfigError(path, f"has the tag {tag}; write the values without one", line=1)
    return {} if tree is None else tree


def _placed(path: Path, tree: Any, model: type[BaseModel], error: ValidationError) -> ConfigError:
    """All misfits of a file in one error, each with its line; the first one's place becomes the error's own."""
    found: list[tuple[int | None, str, str]] = []
    misfits = error.errors(include_url=False)
    for misfit in misfits:
        if misfit["type"] == "too_short" and any(_is_within(each["loc"], misfit["loc"]) for each in misfits):
            # A list whose members were refused has none left.
            continue
        place = [part for part in misfit["loc"] if not _is_union_tag(part, tree)]
        said = misfit["msg"].removeprefix("Value error, ").replace("Input should", "should", 1)
        problem = _plain.get(misfit["type"]) or said
        if misfit["type"] != "missing":
            # A short form, such as one value for a list of them, has no keys where its long form has.
            while len(place) > 1 and not _is_written(tree, place):
                place.pop()
        found.append((line_of(tree, place) if place else 1, named(tree, place), problem + _meant(model, misfit)))
    # What is in the file comes first: a key that is missing is often one that is misspelt.
    found.sort(key=lambda row: (row[0] is None, row[0] or 0))
    (line, key, problem), *more = found
    also = "".join(f"\n{_said(path, a_line, a_key, a_problem)}" for a_line, a_key, a_problem in more)
    return ConfigError(path, problem + also, line=line, key=key or None)


def _is_within(inner: tuple[int | str, ...], outer: tuple[int | str, ...]) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer


def _meant(model: type[BaseModel], misfit: ErrorDetails) -> str:
    """The key or value that was probably meant."""
    given = misfit["input"]
    if misfit["type"] == "extra_forbidden":
        return did_you_mean(str(misfit["loc"][-1]), keys_at(model, misfit["loc"]))
    expected = _QUOTED.findall(str(misfit.get("ctx", {}).get("expected", "")))
    if not expected:
        return ""
    if isinstance(given, dict):
        # A union distinguished by a key: the key may be wrong, or its value.
        (key, *values) = expected
        return did_you_mean(str(given[key]), values) if key in given else _instead(key, given)
    return did_you_mean(given, expected) if isinstance(given, str) else ""


def _instead(key: str, given: dict[Any, Any]) -> str:
    near = nearest(key, map(str, given), most=1)
    return f"; did you mean {key} instead of {near[0]}?" if near else ""


def named(tree: Any, place: Sequence[int | str]) -> str:
    """A place in words: members of a list that have an id are called by it, not by their number."""
    words: list[str] = []
    for part in place:
        tree = tree[part] if _reaches(tree, part) else None
        known = tree.get("id") if isinstance(part, int) and isinstance(tree, CommentedMap) else None
        words.append(known if isinstance(known, str) and known else str(part))
    return ".".join(words)


def _is_written(tree: Any, place: Sequence[int | str]) -> bool:
    for part in place:
        if not _reaches(tree, part):
            return False
        tree = tree[part]
    return True


def _reaches(tree: Any, part: int | str) -> bool:
    if isinstance(tree, CommentedSeq):
        return isinstance(part, int) and part < len(tree)
    return isinstance(tree, CommentedMap) and part in tree


def _elsewhere(path: Path, error: OSError) -> str:
    if path.name not in _of_the_folder or not isinstance(error, FileNotFoundError | NotADirectoryError):
        return ""
    return (
        f"; it was looked for in {path.parent.absolute()}: name the folder that holds your YAML with "
        "`mandates --config DIR …` or MANDATES_CONFIG, or set one up with `mandates init`"
    )


def _is_union_tag(part: int | str, tree: Any) -> bool:
    """Pydantic puts the tag of a discriminated union into the place; it is no key of the file."""
    return isinstance(part, str) and ("[" in part or part.endswith("Source")) and not _holds(tree, part)


def _holds(tree: Any, key: str) -> bool:
    return isinstance(tree, CommentedMap) and key in tree


def line_of(tree: Any, place: list[int | str]) -> int | None:
    """The line (from 1) of the deepest part of `place` that is in `tree`."""
    line: int | None = None
    for part in place:
        if isinstance(tree, CommentedMap) and part in tree:
            line = tree.lc.key(part)[0] + 1
            tree = tree[part]
        elif isinstance(tree, CommentedSeq) and isinstance(part, int) and part < len(tree) and tree.lc.data:
            line = tree.lc.item(part)[0] + 1
            tree = tree[part]
    return line
