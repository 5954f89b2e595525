"""Where the files of a configuration say that secrets are kept, found without asking whether they are valid.

A backup must leave secrets out, and be made even while somebody is in the middle of an edit.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from config.strict_yaml import max_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

YAML_ENDINGS = frozenset({".yaml", ".yml"})
_KINDS = {"env": "the environment variable {}", "file": "the file {}", "prefect_secret": "the Prefect Secret block {}"}


@dataclass(frozen=True, slots=True)
class SecretReferences:
    """What is referred to, in words for people; the files among it; and YAML files that could not be read."""

    words: tuple[str, ...]
    files: frozenset[Path]
    unreadable: tuple[Path, ...]


def secret_references(paths: tuple[Path, ...]) -> SecretReferences:
    """All `{env: …}`, `{file: …}` and `{prefect_secret: …}` in these YAML files; paths are resolved."""
    found: set[tuple[str, str]] = set()
    unreadable = []
    for path in paths:
        try:
            with path.open("rb") as file:
                found.update(_within(YAML(typ="safe", pure=True).load(file.read(max_bytes))))
        except (OSError, YAMLError, ValueError, RecursionError):
            unreadable.append(path)
    files = frozenset(Path(value).expanduser().resolve() for kind, value in found if kind == "file")
    return SecretReferences(
        tuple(sorted(_KINDS[kind].format(value) for kind, value in found)), files, tuple(unreadable)
    )


def _within(tree: Any) -> Iterator[tuple[str, str]]:
    """The references of a tree; aliases of one node are looked at once."""
    waiting, seen = [tree], set()
    while waiting:
        node = waiting.pop()
        if not isinstance(node, dict | list) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, dict):
            if len(node) == 1:
                ((kind, value),) = node.items()
                if kind in _KINDS and isinstance(value, str):
                    yield kind, value
            waiting.extend(node.values())
        else:
            waiting.extend(node)
