"""`mandates extract --format un-mandates`: the field names of the United Nations' mandate registry."""

from __future__ import annotations

import json
import lzma
from bisect import bisect_left
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from flows.commands.extract import command
from mandates.analysis import analyse
from mandates.registry import as_registry

ROOT = Path(__file__).parents[2]
GOLD = sorted((Path(__file__).parent / "gold").glob("*.txt"))
SCHEMA = jsonschema.Draft202012Validator(json.loads((ROOT / "docs" / "schemas" / "un-mandates.json").read_text()))

TEXT = """A/RES/81/211

The General Assembly,

Recalling its resolution 75/112 of 9 December 2020,

1. Notes with appreciation the report of the Human Rights Council, and requests the Secretary-General to submit a report
on river ferries at its eighty-third session;

2. Calls upon Member States to inspect river ferries, as set out in resolution 79/5;

3. Decides to convene a meeting of experts in 2028.
"""


def _records(*arguments: str | Path) -> list[dict[str, Any]]:
    result = CliRunner().invoke(command, ["--format", "un-mandates", *map(str, arguments)])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_every_sample_fits_the_schema() -> None:
    """Whatever the language and the form, the record is as the schema in the repository says."""
    records = _records(*GOLD)
    assert len(records) >= len(GOLD)
    for record in records:
        SCHEMA.validate(record)
    assert any(record["paragraphs"] for record in records)


def test_a_paragraph_has_its_verbs_with_who_is_asked(tmp_path: Path) -> None:
    """Each verb of a paragraph is an entry of its own, with its type, its assignees and its deliverables."""
    path = tmp_path / "one.txt"
    path.write_text(TEXT)
    (record,) = _records(path)
    assert (record["document_symbol"], record["issuing_body"]) == ("A/RES/81/211", "UNGA")
    kinds = [(each["position"], each["paragraph_type"], each["prefix"]) for each in record["paragraphs"]]
    assert kinds == [(0, "preambular", None), (1, "operative", "1."), (2, "operative", "2."), (3, "operative", "3.")]
    notes, requests = record["paragraphs"][1]["mandates"]
    assert (notes["action_verb_normalized"], notes["action_verb_type"]) == ("note", "observing")
    assert (requests["action_verb"], requests["action_verb_type"]) == ("requests", "directive")
    assert requests["assignees"] == [
        {
            "assignee": "the Secretary-General",
            "assignee_normalized": "un:secretary-general",
            "assignee_type": "UN Secretariat",
        }
    ]
    assert requests["deliverables"] == [
        {"deliverable": "a report", "deliverable_normalized": "report", "deliverable_type": "report"}
    ]
    assert notes["mentioned_entities"][0]["mentioned_entity_normalized"] == "un:human-rights-council"
    (calls,) = record["paragraphs"][2]["mandates"]
    assert (calls["action_verb_normalized"], calls["assignees"][0]["assignee_type"]) == ("call upon", "Member States")
    assert record["paragraphs"][2]["links"] == [["A/RES/79/5", "https://docs.un.org/en/A/RES/79/5"]]
    assert record["paragraphs"][3]["mandates"][0]["action_verb_type"] == "deciding"
    assert record["paragraphs"][2]["text"].startswith("Calls upon Member States")


def test_each_document_of_a_file_is_a_record(tmp_path: Path) -> None:
    """A file with two resolutions gives two records, each with its own paragraphs."""
    path = tmp_path / "two.txt"
    path.write_text(TEXT + "\n64th plenary meeting\n16 December 2026\n\n" + TEXT.replace("81/211", "81/212"))
    first, second = _records(path)
    assert (first["document_symbol"], second["document_symbol"]) == ("A/RES/81/211", "A/RES/81/212")
    assert [each["text"] for each in first["paragraphs"]] == [each["text"] for each in second["paragraphs"]]


def test_the_schema_refuses_what_it_does_not_name(tmp_path: Path) -> None:
    """The schema is a check: a field more, or a type that the registry does not have, does not fit."""
    path = tmp_path / "one.txt"
    path.write_text(TEXT)
    (record,) = _records(path)
    assert not SCHEMA.is_valid(record | {"more": 1})
    record["paragraphs"][1]["mandates"][0]["action_verb_type"] = "asking"
    assert not SCHEMA.is_valid(record)


@pytest.mark.slow
def test_verbs_and_types_agree_with_the_published_labels(shared: Path) -> None:
    """In at least 97 of 100 paragraphs with published labels the first verb has the same type."""
    same = counted = 0
    with lzma.open(shared / "corpus" / "assignees.jsonl.xz", "rt", encoding="utf-8") as lines:
        for document in map(json.loads, lines):
            found = analyse(document["text"])
            clauses = sorted(found.clauses, key=lambda clause: clause.start)
            read = [each for record in as_registry(found, document["text"]) for each in record["paragraphs"]]
            said = [each for each in read if each["paragraph_type"] == "operative"]
            assert len(said) == len(clauses)
            starts = [clause.start for clause in clauses]
            for label in document["paragraphs"]:
                place = bisect_left(starts, label["start"] - 8)
                if not label["labels"] or not label["labels"][0]["verb"] or place == len(starts):
                    continue
                if abs(starts[place] - label["start"]) < 8:
                    counted += 1
                    same += said[place]["mandates"][0]["action_verb_type"] == label["labels"][0]["force"]
    assert counted > 2000
    assert same / counted >= 0.97


@pytest.mark.parametrize("text", ["", "Nothing is decided here."], ids=["empty", "prose"])
def test_what_decides_nothing_is_a_record_without_paragraphs(text: str) -> None:
    """A text without clauses is still listed."""
    (record,) = as_registry(analyse(text), text)
    assert record["paragraphs"] == []
