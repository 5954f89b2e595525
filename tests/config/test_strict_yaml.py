"""The one loader of YAML: whatever a person would not notice is refused with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from config.strict_yaml import ConfigError, load

if TYPE_CHECKING:
    from pathlib import Path


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    every: int = 1


class File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    items: tuple[Item, ...] = ()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "things.yaml"


def refusal(path: Path, text: str | bytes) -> ConfigError:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as caught:
        load(path, File)
    return caught.value


def test_reads_what_fits(path: Path) -> None:
    """A file that fits becomes its model."""
    path.write_text("items:\n- id: a\n  every: 5\n")
    assert load(path, File).items == (Item(id="a", every=5),)


def test_an_empty_file_is_an_empty_model(path: Path) -> None:
    """A file with nothing in it takes the defaults."""
    path.write_text("# nothing yet\n")
    assert load(path, File) == File()


def test_unknown_key(path: Path) -> None:
    """An unknown key is refused with file, line and key."""
    error = refusal(path, "items:\n- id: a\n  evry: 5\n")
    assert (error.line, error.key) == (3, "items.a.evry")
    assert str(error) == f"{path}:3: items.a.evry: is not a known key; did you mean every?"


def test_duplicate_key(path: Path) -> None:
    """A key that stands twice is refused at its second place."""
    error = refusal(path, "items:\n- id: a\n  every: 5\n  every: 6\n")
    assert (error.line, error.key) == (4, "every")


def test_wrong_type(path: Path) -> None:
    """A value of the wrong type is refused with its line."""
    error = refusal(path, "items:\n- id: a\n  every: often\n")
    assert error.line == 3
    assert "integer" in str(error)


def test_every_misfit_is_named_at_once(path: Path) -> None:
    """Two mistakes are told in one go, so that nobody has to try twice."""
    error = refusal(path, "items:\n- id: a\n  evry: 5\n- id: [1]\n")
    assert f"{path}:3" in str(error)
    assert f"{path}:4" in str(error)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("- id: a\n", 1, "must have keys with values"),
        ("items\n", 1, "must have keys with values"),
        ("items:\n- every: 5\n", 2, "items.0.id: "),
        ("items:\n- id: a\n  every: often\n", 3, "items.a.every: should be a valid integer"),
    ],
)
def test_shapes_are_told_in_words_of_ours(path: Path, text: str, line: int, words: str) -> None:
    """A list instead of keys, a key that is missing and a wrong value have a line and plain words."""
    error = refusal(path, text)
    assert error.line == line
    assert words in str(error)


def test_a_file_of_the_configuration_that_is_missing_says_where_to_look(tmp_path: Path) -> None:
    """Outside a checkout the folder that was looked in is named, and how to name another."""
    with pytest.raises(
        ConfigError, match=r"No such file or directory; it was looked for in .*`mandates --config DIR.* `mandates init`"
    ):
        load(tmp_path / "sources.yaml", File)


def test_broken_yaml(path: Path) -> None:
    """Text that is no YAML is refused with the line of the parser."""
    assert refusal(path, "items:\n- id: 'a\n").line is not None


@pytest.mark.parametrize(
    "raw", [b"\xff\xfeitems", b"items: !!python/object:os.system x", b"&a [*a]", b"!!python/object/apply:os.system [x]"]
)
def test_hostile_files(path: Path, raw: bytes) -> None:
    """Bytes that are no text, tags that would make objects, and self-references are refused."""
    assert refusal(path, raw).path == path


def test_a_missing_file(path: Path) -> None:
    """A file that is not there is named."""
    with pytest.raises(ConfigError, match=r"things\.yaml: cannot be read: No such file"):
        load(path, File)


@given(st.text(max_size=200))
def test_any_text_gives_a_model_or_a_config_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Whatever stands in a file, the loader answers with a model or with its own error."""
    path = tmp_path_factory.mktemp("yaml") / "any.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        load(path, File)
    except ConfigError as error:
        assert error.path == path
