"""The JSON Schemas: current in docs/schemas, and of one mind with the loader about what may be written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from config.schemas import MODELS, schema_text
from config.strict_yaml import ConfigError, load

CHECKOUT = Path(__file__).parents[2]


def validator(name: str) -> Draft202012Validator:
    """What an editor makes of a schema."""
    schema = json.loads(schema_text(name))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def as_json(text: str) -> Any:
    """A YAML text as an editor sees it: days are strings."""
    return json.loads(json.dumps(YAML(typ="safe").load(text), default=str))


@pytest.mark.parametrize("name", MODELS)
def test_the_documented_schemas_are_current(name: str) -> None:
    """docs/schemas holds what `mandates schema` prints; `make schemas` writes it."""
    assert (CHECKOUT / "docs" / "schemas" / f"{name}.json").read_text(encoding="utf-8") == schema_text(name)


@pytest.mark.parametrize(
    "path",
    [
        "config/sources.yaml",
        "config/subscriptions.yaml",
        "config/sessions.yaml",
        "config/topics.yaml",
        "demo/sources.yaml",
        "demo/subscriptions.yaml",
    ],
)
def test_what_comes_with_the_program_fits(path: str) -> None:
    """Files that the program reads are valid by the schema, too."""
    file = CHECKOUT / path
    assert not list(validator(file.stem).iter_errors(as_json(file.read_text(encoding="utf-8"))))


_TO = "subscriptions: {desk: {targets: [desk]%s}}\ntargets: {desk: mailbox}\n"


@pytest.mark.parametrize(
    ("name", "text", "fits"),
    [
        ("subscriptions", _TO % "", True),
        ("subscriptions", _TO % ", filters: {bodies: AALCO, due_within_days: 365}", True),
        ("subscriptions", _TO % ", filters: {bodies: [AALCO, IPU], types: {not: budget}}", True),
        ("subscriptions", _TO % ", filters: {due_within_days: {any: 90, not: 7}}", True),
        ("subscriptions", _TO % ", filters: {types: report}", False),
        ("subscriptions", _TO % ", filters: {bodies: {none: [IPU]}}", False),
        ("subscriptions", _TO % ", modus: daily", False),
        ("subscriptions", "targets: {desk: {url: {env: DESK_URL}, to: desk@example.org}}\n", True),
        ("subscriptions", "targets: {desk: letterbox}\n", False),
        ("sessions", "shipped: false\n", True),
        ("sessions", "sessions: [{body: IPU, number: 160, start: 2030-01-01}]\n", False),
        ("topics", "fisheries: {terms: {en: {sure: [fish*]}}}\n", True),
        ("topics", "fisheries: {terms: {de: {sure: [Fisch*]}}}\n", False),
        ("sources", "- {id: a, kind: feed, url: 'https://example.org/feed', every: 30m}\n", True),
        ("sources", "- {id: a, kind: feed, url: 'https://example.org/feed', every: often}\n", False),
    ],
)
def test_schema_and_loader_agree(tmp_path: Path, name: str, text: str, fits: bool) -> None:
    """What an editor underlines is refused, and what it accepts is read; short forms included."""
    path = tmp_path / f"{name}.yaml"
    path.write_text(text)
    assert validator(name).is_valid(as_json(text)) == fits
    if fits:
        load(path, MODELS[name])
    else:
        with pytest.raises(ConfigError):
            load(path, MODELS[name])
