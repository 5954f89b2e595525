"""JSON from strangers: what can be read is read, and what cannot is a failure that says why."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.kinds import json_records
from scrapers.publication import ReadError
from tests.sites.publisher import Answer, Publisher, crawled, source_of


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a":' * 200_000, "nested too deeply"),
        (b'[{"t": "Bo', "cut off after 10 characters"),
        (b'[{"t": "Boats"}, ', "cut off after 17 characters"),
        (b'[{"t": "Boats"', "cut off after 14 characters"),
        (b"<!doctype html><p>Sorry", "the response is HTML, not JSON"),
        (b"Sorry", "the response is not valid JSON: "),
        (b"", "the response is not valid JSON: "),
        (b'[{"t": "Boats"}] and more', "the response is not valid JSON: Extra data"),
        (b"[1,]", "the response is not valid JSON: "),
    ],
)
async def test_what_is_no_json_says_why(publisher: Publisher, raw: bytes, says: str) -> None:
    """Cut off, nested without end, a page in place of an answer: the source fails with that."""
    with pytest.raises(ReadError, match=says):
        json_records.parse(raw)
    if raw:
        url = publisher.says("/api", Answer(raw, type="application/json"))
        harvest = await crawled(source_of(kind="json", url=url, item={"json": "*"}, fields={"title": {"json": "t"}}))
        assert (harvest.outcome, says in (harvest.error or "")) == ("failed", True)


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        (b'[{"t": 81}]', "81"),
        (b'[{"t": 2.10}]', "2.10"),
        (b'[{"t": 1e999}]', "1e999"),
        (b'[{"t": ' + b"9" * 5000 + b"}]", "9" * 1000),
        (b'[{"t": "One", "t": "Two"}]', "Two"),
        (b'\xef\xbb\xbf[{"t": "Boats"}]', "Boats"),
        ('[{"t": "Été"}]'.encode("utf-16-le"), "Été"),
        ('[{"t": "Été"}]'.encode("utf-16"), "Été"),
        ('[{"t": "Été"}]'.encode("utf-32-be"), "Été"),
        ('[{"t": "Été"}]'.encode("cp1252"), "Été"),
        ('[{"t": "Été <meta charset=koi8-r>"}]'.encode("cp1252"), "Été"),
        ('[{"t": "Été là-bas '.encode() + b'\x92 \xc3"}]', "Été là-bas ’ \ufffd"),
        (b'[{"t": "\\ud83d", "n": NaN, "i": -Infinity}]', "?"),
    ],
)
async def test_json_is_read_as_it_is_written(publisher: Publisher, raw: bytes, title: str) -> None:
    """Numbers of any length in their own digits, the last of two equal keys, any encoding that JSON may come in."""
    url = publisher.says("/api", Answer(raw, type="application/json; charset=iso-8859-1"))
    harvest = await crawled(source_of(kind="json", url=url, item={"json": "*"}, fields={"title": {"json": "t"}}))
    assert [publication.title for publication in harvest.publications] == [title]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("metadata[key=dc.title].value", ["One", "Two"]),
        ("metadata[key=dc.date].value", ["2026"]),
        ("metadata[key=dc].value", []),
        ("metadata[name=dc.title].value", []),
        ("title[key=dc.title].value", []),
        ("metadata.*.key", ["dc.title", "dc.title", "dc.date"]),
    ],
)
def test_a_member_of_a_list_is_chosen_by_one_of_its_values(path: str, found: list[str]) -> None:
    """Repositories list a record's fields as pairs of key and value; a condition picks those with a key."""
    pairs = [("dc.title", "One"), ("dc.title", "Two"), ("dc.date", "2026")]
    record = {"title": "none", "metadata": [{"key": key, "value": value} for key, value in pairs] + ["no pair"]}
    assert json_records.at(record, path) == found


def test_numbers_are_no_words_of_a_row() -> None:
    """Coordinates and counters do not crowd out what a person would read."""
    assert json_records.JsonRow(json_records.parse(b'{"a": [1, 2.5], "b": "Boats"}')).words == "Boats"


values = st.recursive(
    st.none() | st.booleans() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(values)
def test_any_json_is_read_as_it_was(value: object) -> None:
    """What has no numbers comes back the same."""
    assert json_records.parse(json.dumps(value).encode()) == value


@given(st.binary(max_size=200) | st.text(alphabet='[]{}",:0123456789.eE-NaInfty\\u', max_size=60).map(str.encode))
def test_any_bytes_are_json_or_a_read_error(raw: bytes) -> None:
    """No other error comes out."""
    try:
        json_records.parse(raw)
    except ReadError as error:
        assert "JSON" in str(error)
