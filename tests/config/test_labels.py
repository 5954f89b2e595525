"""What values are called: one word for each, in each language."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from config.blocks import Kind, Stage
from config.filters import MandateType, State
from config.labels import FIELDS, Basis, labels


@pytest.mark.parametrize(
    ("field", "values"),
    [("type", MandateType), ("state", State), ("kind", Kind), ("stage", Stage), ("basis", Basis)],
)
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_every_value_has_a_label(field: Any, values: Any, language: str) -> None:
    """Also one that is added later; two values of a field are not called the same."""
    found = labels(field, language)
    assert set(found) == set(get_args(values))
    assert len(set(found.values())) == len(found)


def test_other_languages_have_the_english_labels() -> None:
    """Documents are in more languages than messages."""
    assert all(labels(field, "ar") == labels(field, "en") != labels(field, "es") for field in FIELDS)
