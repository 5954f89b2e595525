"""The JSON Schemas of the configuration files, by which editors complete keys and underline mistakes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from config.session_entries import SessionsFile
from config.sources import SourceFile
from config.subscriptions import SubscriptionsFile
from config.topics import TopicsFile

if TYPE_CHECKING:
    from pydantic import BaseModel

MODELS: Final[dict[str, type[BaseModel]]] = {
    "sources": SourceFile,
    "subscriptions": SubscriptionsFile,
    "sessions": SessionsFile,
    "topics": TopicsFile,
}


def schema_of(name: str) -> dict[str, Any]:
    """The schema of `NAME.yaml`; `name` is one of `MODELS`."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"{name}.yaml of Mandate Monitor"}
    return {**MODELS[name].model_json_schema(), **head}


def schema_text(name: str) -> str:
    """The same as JSON, with a newline at its end."""
    return json.dumps(schema_of(name), indent=2, ensure_ascii=False) + "\n"


def modeline(name: str) -> str:
    """The first line of a YAML file, by which editors find its schema in `schemas/` beside it."""
    return f"# yaml-language-server: $schema=schemas/{name}.json\n"
