"""The words of the pages: `words/<page>.yaml`, each phrase in three languages side by side.

A phrase is a text, or one text for one thing and another for many:

    due_soon: {en: Due soon, fr: Échéance proche, es: Vence pronto}
    found: {en: {one: "{n} mandate", many: "{n} mandates"}, fr: …, es: …}

What the values of fields are called is not said there, but for messages, files and pages in `config/labels.yaml`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from config.labels import FIELDS, labels
from config.typography import french

LANGUAGES = ("en", "fr", "es")
_FOLDER = Path(__file__).parent / "words"


class Phrases:
    """The phrases of one page in one language: `words.due_soon`, `words("found", n=3)`."""

    def __init__(self, page: str, language: str, texts: dict[str, Any]) -> None:
        self._page, self._language, self._texts = page, language, texts

    def __getattr__(self, name: str) -> str:
        if name.startswith("_") or name not in self._texts:
            raise AttributeError(f"{self._page}.yaml has no phrase {name!r}")
        return self(name)

    def __getitem__(self, name: str) -> str:
        """A phrase whose name has a value (`words["state_" ~ state]`), else the label of the value, else the value."""
        if name in self._texts:
            return self(name)
        return _labels(self._language).get(name) or name.partition("_")[2] or name

    def __call__(self, name: str, /, **values: Any) -> str:
        """A phrase with its values; `n` decides between one and many."""
        text = self._texts[name][self._language]
        if isinstance(text, dict):
            # In French, none is singular.
            singular = values["n"] == 1 or (values["n"] == 0 and self._language == "fr")
            text = text["one" if singular else "many"]
        shown = {
            key: number(value, self._language) if isinstance(value, int) else value for key, value in values.items()
        }
        return str(text).format(**shown) if shown else str(text)


@cache
def phrases(page: str, language: str) -> Phrases:
    """The phrases of `words/<page>.yaml`; a page without a file has none."""
    path = _FOLDER / f"{page}.yaml"
    texts = YAML(typ="safe").load(path) if path.exists() else None
    return Phrases(page, language, {name: _set(text, language) for name, text in (texts or {}).items()})


def _set(text: Any, language: str) -> Any:
    """One phrase in all languages, or its one and many, with the blanks that the language of the page has."""
    if isinstance(text, dict):
        return {key: _set(part, language) for key, part in text.items()}
    return french(text) if language == "fr" and isinstance(text, str) else text


@cache
def _labels(language: str) -> dict[str, str]:
    return {
        f"{field}_{value}".replace(" ", "_"): label
        for field in FIELDS
        for value, label in labels(field, language).items()
    }


def capital(words: str) -> str:
    """A label as it begins a line."""
    return words[:1].upper() + words[1:]


def number(value: int, language: str) -> str:
    """A number with the separators of the language: 12,345, 12 345."""
    return f"{value:,}" if language == "en" else f"{value:,}".replace(",", "\u202f")
