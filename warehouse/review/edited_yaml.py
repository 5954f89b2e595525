"""YAML files that people edit: written whole or not at all, read within a limit."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from warehouse.review.decision import DecisionError
from warehouse.store.paths import replacing

if TYPE_CHECKING:
    from pathlib import Path

# Some 80,000 decisions, which take 17 s to read.
MOST_BYTES = 20_000_000


def write_yaml(path: Path, head: str, tree: dict[str, Any]) -> None:
    """Write `head`, which are comments, and what follows it into `path`.

    Raises:
        DecisionError: the file cannot be written.
    """
    try:
        with replacing(path) as aside, aside.open("w", encoding="utf-8") as file:
            file.write(head)
            _yaml().dump(tree, file)
    except OSError as error:
        raise DecisionError(f"{path}: cannot be written ({error.strerror or error})") from error


def read_yaml(path: Path) -> Any:
    """What is in a file.

    Raises:
        DecisionError: it cannot be read, is too large, or is not valid YAML.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise DecisionError(f"{path}: cannot be read: {error.strerror or error}") from error
    if len(content) > MOST_BYTES:
        raise DecisionError(f"{path}: is larger than {MOST_BYTES:,} bytes")
    try:
        return _yaml().load(content.decode("utf-8"))
    except (YAMLError, ValueError, RecursionError) as error:
        raise DecisionError(f"{path}: is not valid YAML: {error}") from error


def as_text(name: str, value: Any) -> str:
    """The value of a key as text: YAML reads some as dates, numbers or truth values.

    Raises:
        DecisionError: it is something else.
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | date | int):
        return str(value)
    raise DecisionError(f"{name} must be text, not {value!r:.60}")


def _yaml() -> YAML:
    """The parser and writer in C: the others take a minute for 5 MB."""
    yaml = YAML(typ="safe", pure=False)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 110
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment] # ruamel declares it as None
    return yaml
