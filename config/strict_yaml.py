"""The one loader of YAML: it refuses what a person would not notice, and says where it stands.

Unknown keys, duplicate keys and wrong types are refused with file, line and key.

Errors:
    ConfigError      `path`, `line` (from 1, None where there is none), `key`
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

if TYPE_CHECKING:
    from pathlib import Path

Model = TypeVar("Model", bound=BaseModel)

# What lies in the folder that --config names; whoever misses one of these may stand in the wrong place.
_of_the_folder = frozenset({"sources.yaml", "subscriptions.yaml", "sessions.yaml"})
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
    return f"{path}{f':{line}' if line is not None else ''}: {f'{key}: ' if key else ''}{problem}"


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
        raise _placed(path, tree, error) from error


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


def _placed(path: Path, tree: Any, error: ValidationError) -> ConfigError:
    """All misfits of a file in one error, each with its line; the first one's place becomes the error's own."""
    found: list[tuple[int | None, str, str]] = []
    for misfit in error.errors(include_url=False):
        place = [part for part in misfit["loc"] if not _is_union_tag(part, tree)]
        key = ".".join(str(part) for part in place)
        said = misfit["msg"].removeprefix("Value error, ").replace("Input should", "should", 1)
        problem = _plain.get(misfit["type"]) or said
        found.append((line_of(tree, place) if place else 1, key, problem))
    # What stands in the file comes first: a key that is missing is often one that is misspelt.
    found.sort(key=lambda row: (row[0] is None, row[0] or 0))
    (line, key, problem), *more = found
    also = "".join(f"\n{_said(path, a_line, a_key, a_problem)}" for a_line, a_key, a_problem in more)
    return ConfigError(path, problem + also, line=line, key=key or None)


def _elsewhere(path: Path, error: OSError) -> str:
    if path.name not in _of_the_folder or not isinstance(error, FileNotFoundError | NotADirectoryError):
        return ""
    return (
        f"; it was looked for in {path.parent.absolute()}: name the folder that holds your YAML with "
        "`mandates --config DIR …` or MANDATES_CONFIG"
    )


def _is_union_tag(part: int | str, tree: Any) -> bool:
    """Pydantic puts the tag of a discriminated union into the place; it is no key of the file."""
    return isinstance(part, str) and ("[" in part or part.endswith("Source")) and not _holds(tree, part)


def _holds(tree: Any, key: str) -> bool:
    return isinstance(tree, CommentedMap) and key in tree


def line_of(tree: Any, place: list[int | str]) -> int | None:
    """The line (from 1) of the deepest part of `place` that stands in `tree`."""
    line: int | None = None
    for part in place:
        if isinstance(tree, CommentedMap) and part in tree:
            line = tree.lc.key(part)[0] + 1
            tree = tree[part]
        elif isinstance(tree, CommentedSeq) and isinstance(part, int) and part < len(tree) and tree.lc.data:
            line = tree.lc.item(part)[0] + 1
            tree = tree[part]
    return line
