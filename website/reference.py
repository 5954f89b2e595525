"""The configuration reference, made from the JSON Schemas and the settings.

python -m website.reference        writes docs/configuration.md (`make schemas` calls it)
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from config.schemas import MODELS, schema_of
from config.settings import Settings, variable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PAGE: Final = Path(__file__).parents[1] / "docs" / "configuration.md"
_HEAD: Final = """\
# Configuration reference

Every key of the four configuration files and every variable, with its type and default. [Sources](sources.md) and
[Alerts](alerts.md) explain the same keys, with examples. This page is made from the JSON Schemas by `make schemas`.
`mandates init` writes the schemas beside your files, so that editors complete keys and mark mistakes.

A key in **bold** is required. A duration is a number and a unit: `30s`, `15m`, `1h`, `7d`, `2w`.
"""
_SPOKEN: Final = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true` or `false`"}
_ISO_DURATION: Final = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")

Schema = dict[str, Any]


def reference() -> str:
    """The page."""
    parts = [_HEAD]
    for name in MODELS:
        parts.append(f"\n## {name}.yaml\n")
        parts.extend(_file(schema_of(name)))
    parts.append(
        "\n## Environment variables\n\nSet them in the shell, in the service, or in `.env` in the working folder.\n\n"
    )
    parts.append("| variable | default | meaning |\n|---|---|---|\n")
    for name, setting in Settings.model_fields.items():
        default = f"{setting.default:g}" if isinstance(setting.default, float) else setting.default
        parts.append(f"| `{variable(name)}` | `{default}` | {_cell(setting.description or '')} |\n")
    return "".join(parts)


def _file(schema: Schema) -> Iterator[str]:
    """A file's own keys, then each kind of block in it."""
    blocks: dict[str, Schema] = {name: each for name, each in schema["$defs"].items() if not name.startswith("Choice_")}
    kinds = [each for name, each in blocks.items() if name.endswith("Source")]
    if kinds:
        yield "\nA list of sources; each has a `kind`.\n"
        shared = [
            key
            for key in kinds[0]["properties"]
            if all(each["properties"].get(key) == kinds[0]["properties"][key] for each in kinds)
        ]
        yield "\n### Every source\n"
        yield from _table(kinds[0], schema["$defs"], shared)
        for kind in kinds:
            name = kind["properties"]["kind"]["const"]
            yield f"\n### Kind `{name}`\n\n{_sentence(kind)}"
            yield from _table(
                kind, schema["$defs"], [key for key in kind["properties"] if key not in {*shared, "kind"}]
            )
    elif "properties" not in schema:
        yield f"\n{_sentence(schema)}"
    else:
        yield "\n### The file\n"
        yield from _table(schema, schema["$defs"], list(schema["properties"]))
    for name, each in blocks.items():
        full = next((part for part in each.get("anyOf", ()) if "properties" in part), each)
        if each not in kinds and "properties" in full:
            yield f"\n### {name}\n\n{_sentence(each | full)}"
            yield from _table(full, schema["$defs"], list(full["properties"]))


def _sentence(schema: Schema) -> str:
    text = re.sub(r"\s*\n\s*", " ", schema.get("description", "")).strip()
    return f"{text}\n" if text else ""


def _table(schema: Schema, blocks: Mapping[str, Schema], keys: list[str]) -> Iterator[str]:
    if not keys:
        yield "\nNo keys of its own.\n"
        return
    yield "\n| key | type | default | meaning |\n|---|---|---|---|\n"
    for key in keys:
        each = schema["properties"][key]
        meaning = _cell(each.get("description", ""))
        name = f"**`{key}`**" if key in schema.get("required", ()) else f"`{key}`"
        yield f"| {name} | {_type(each, blocks)} | {_default(each.get('default'))} | {meaning} |\n"


def _type(schema: Schema, blocks: Mapping[str, Schema]) -> str:
    if "$ref" in schema:
        return _named(schema["$ref"].rpartition("/")[2], blocks)
    if "const" in schema or "enum" in schema:
        return ", ".join(f"`{_plain(value)}`" for value in schema.get("enum") or [schema["const"]])
    if "anyOf" in schema or "oneOf" in schema:
        parts = [part for part in schema.get("anyOf") or schema["oneOf"] if part.get("type") != "null"]
        return " or ".join(dict.fromkeys(_type(part, blocks) for part in parts))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}), blocks)}"
    if schema.get("type") == "object":
        inner = schema.get("patternProperties", {}).values() or [schema.get("additionalProperties") or {}]
        return f"names, each with {_type(next(iter(inner)), blocks)}"
    return _simple(schema)


def _simple(schema: Schema) -> str:
    """The type of a single value."""
    if "smhdw" in schema.get("pattern", ""):
        return "duration"
    return str(schema.get("format") or _SPOKEN.get(schema.get("type", ""), "any value"))


def _named(name: str, blocks: Mapping[str, Schema]) -> str:
    if name.startswith("Choice_"):
        one = _type(blocks[name]["anyOf"][0], blocks)
        return f"{one}; one, a list, or `{{any: […], not: […]}}`"
    return f"[{name}](#{name.lower()})"


def _default(value: Any) -> str:
    if value is None or isinstance(value, dict) or value == []:
        return ""
    if isinstance(value, list):
        return ", ".join(f"`{_plain(each)}`" for each in value)
    return f"`{_plain(value)}`"


def _plain(value: Any) -> str:
    """As it is written in YAML; durations as people write them."""
    if isinstance(value, bool):
        return str(value).lower()
    duration = _ISO_DURATION.fullmatch(value) if isinstance(value, str) and value[:1] == "P" else None
    if duration is None:
        return str(value)
    parts = [
        f"{number}{unit}" for number, unit in zip(duration.groups(), "dhms", strict=True) if number and number != "0"
    ]
    return " ".join(parts) or "0s"


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().replace("|", "\\|")


def main() -> None:
    """Write the page."""
    PAGE.write_text(reference(), encoding="utf-8")


if __name__ == "__main__":
    main()
