"""Names that last: which readings keep the keys of clauses and tasks, and where the others lead."""

from __future__ import annotations

import random
import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mandates.analysis import analyse
from mandates.languages.lexicon import lemma_of
from tests.warehouse.former import as_former_version
from tests.warehouse.made import batch, entry
from tests.warehouse.test_warehouse_readings import read
from warehouse.findings.comparison import MOST_COMPARED, pairs
from warehouse.load.keys import clause_keys, task_keys
from warehouse.store.database import live_path, session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from warehouse.model import Entry, Recorded

    Record = Callable[..., Recorded]
    Rows = Callable[..., list[tuple[Any, ...]]]

FORMER = """Keepers of lighthouses

The Assembly,
1. Requests the Secretary-General to report on the lamps of the northern coast at the next session;
2. Decides to include an item on lamps in the provisional agenda.
"""
KEYS = "SELECT clause_key FROM clauses UNION SELECT task_key FROM mandates ORDER BY ALL"
ALIASES = "SELECT old, new, round(score, 2) FROM key_aliases ORDER BY ALL"


def reading(words: str) -> Entry:
    """A reading of the bytes of `FORMER`."""
    return read(words, FORMER)


def test_layout_and_number_are_no_part_of_a_key() -> None:
    """Blanks, hyphens, line breaks, punctuation, case and the printed number change nothing; words and documents do."""
    made = list(
        clause_keys(
            [
                ("v1", "d1", "1", "1. Requests the co-operation of all;"),
                ("v2", "d1", "(2)", "(2)  REQUESTS the  coopera-\ntion of all."),
                ("v3", "d1", None, "Requests the cooperation of all"),
                ("v4", "d1", "1", "1. Requests the cooperation of many;"),
                ("v5", "d2", "1", "1. Requests the co-operation of all;"),
            ]
        )
    )
    assert made[0] == made[1] == made[2]
    assert len({made[0], made[3], made[4]}) == 3


def test_equal_clauses_and_verbs_are_counted() -> None:
    """Two clauses with the same words have two keys, in their order; so have two tasks of one verb in a clause."""
    first, second, other = clause_keys(
        [("v", "d", None, "Agrees"), ("v", "d", None, "Agrees."), ("w", "d", None, "Agrees")]
    )
    assert first != second
    assert first == other
    verbs = [("c", "key", verb, "en") for verb in ("Requests", "also requests", "decides that")]
    assert list(task_keys(verbs)) == ["key:request:1", "key:request:2", "key:decide:1"]


@pytest.mark.parametrize(
    ("written", "language", "lemma"),
    [
        ("FURTHER REQUESTS", "en", "request"),
        ("in this regard urges", "en", "urge"),
        ("Décide", "fr", "décider"),
        ("DECIDE", "fr", "décider"),
        ("Pide", "es", "pedir"),
        ("To postpone", "en", "postpone"),
        ("requests", None, "request"),
        ("", "en", ""),
    ],
)
def test_a_verb_has_one_infinitive(written: str, language: str | None, lemma: str) -> None:
    """However a verb is written, its task is named by the infinitive; a verb that is not listed by its last word."""
    assert lemma_of(written, language) == lemma


def test_another_version_with_the_same_words_has_the_same_keys(recorded: Record, rows: Rows) -> None:
    """The publisher's new text keeps the keys of what it did not change; the view of tasks shows each once."""
    recorded(batch(0, entry(words=FORMER)), batch(1, entry(words=FORMER.replace("northern", "southern"))))
    kept = rows("SELECT count(*) FROM clauses GROUP BY clause_key ORDER BY ALL")
    assert kept == [(1,), (1,), (2,)]
    assert rows("SELECT count(*), count(DISTINCT task_key), bool_or(contains(quote, 'northern')) FROM tasks") == [
        (2, 2, False)
    ]
    assert rows(ALIASES) == []


def test_a_re_reading_with_other_words_leads_the_keys_on(recorded: Record, rows: Rows) -> None:
    """What reads otherwise has an alias straight to its key of today, also after three readings, and back again."""
    recorded(batch(0, reading(FORMER)))
    first = {row[0] for row in rows(KEYS)}
    recorded(batch(1, reading(FORMER.replace("lamps of the", "lamps and horns of the"))))
    second = {row[0] for row in rows(KEYS)}
    assert {(old, new) for old, new, _ in rows(ALIASES)} == set(
        zip(sorted(first - second), sorted(second - first), strict=True)
    )
    assert {score for _, _, score in rows(ALIASES)} == {0.94, 0.95}
    recorded(batch(2, reading(FORMER.replace("lamps of the", "lamps and fog horns of the"))))
    third = {row[0] for row in rows(KEYS)}
    found = rows(ALIASES)
    assert {old for old, _, _ in found} == (first | second) - third
    assert {new for _, new, _ in found} == third - second
    assert rows("SELECT count(*) FROM rereadings") == [(2,)]
    recorded(batch(3, reading(FORMER)))
    found = rows(ALIASES)
    assert {old for old, _, _ in found} == (second | third) - first
    assert {new for _, new, _ in found} == first - second


def test_what_is_not_the_same_has_no_alias(recorded: Record, rows: Rows) -> None:
    """A clause that a new reading lost, or gave wholly other words, leads nowhere."""
    recorded(batch(0, reading(FORMER)))
    lost = rows("SELECT clause_key FROM clauses WHERE number = '1'")
    recorded(batch(1, reading(FORMER.replace("Requests the Secretary-General to report on the lamps of", "Welcomes"))))
    assert lost not in [(old,) for old, _, _ in rows(ALIASES)]
    assert rows("SELECT count(*) FROM key_aliases") == [(0,)]


def test_passages_are_paired_once_and_the_most_alike_first() -> None:
    """Equal words pair before similar ones, whatever their order; nothing is paired twice."""
    before = ["Requests a report on lamps and oil", "Requests a report on lamps"]
    after = ["Requests a report on lamps", "Requests a re port on lamps and oil"]
    assert [(left, right) for left, right, _ in pairs(before, after)] == [(1, 0), (0, 1)]
    assert pairs(["Requests a report on lamps"], after)[0][:2] == (0, 0)
    assert pairs([], after) == pairs(before, []) == []


def test_the_comparison_of_many_passages_is_bounded() -> None:
    """Of two long lists without equal passages only the first are compared with each other."""
    many = MOST_COMPARED + 50
    before = [f"keeper {place} of the old light reports to harbour number {place}" for place in range(many)]
    after = [f"keeper {place} of the new light reports to harbour number {place}" for place in range(many)]
    found = pairs(before, after)
    assert len(found) == MOST_COMPARED
    assert all(left == right for left, right, _ in found)


def test_a_former_home_gets_the_keys_that_a_new_one_has(
    home: Path, recorded: Record, rows: Rows, tmp_path: Path
) -> None:
    """An upgraded file holds the same keys as one that the same batches were loaded into today."""
    made = [entry(symbol=f"A/RES/80/{n}", words=FORMER.replace("lamps", f"lamps of tower {n}")) for n in range(1, 8)]
    recorded(batch(0, *made))
    today = (
        rows("SELECT clause_id, clause_key FROM clauses ORDER BY ALL"),
        rows("SELECT mandate_id, task_key FROM mandates ORDER BY ALL"),
    )
    shutil.copyfile(live_path(home), tmp_path / "today.duckdb")
    as_former_version(home)
    upgraded = (
        rows("SELECT clause_id, clause_key FROM clauses ORDER BY ALL"),
        rows("SELECT mandate_id, task_key FROM mandates ORDER BY ALL"),
    )
    assert upgraded == today
    assert len(today[0]) == len(today[1]) == 14
    assert rows("SELECT count(*) FROM alerts") == [(0,)]


def test_every_deadline_is_a_row(recorded: Record, rows: Rows) -> None:
    """A task with two deadlines has two rows in dues, in their order; tasks and mandates are joined by their names."""
    words = FORMER.replace("at the next session", "at the next session, not as at a session long ago")
    recorded(batch(0, entry(words=words)))
    found = rows(
        "SELECT dues.position, due, due_end IS NOT NULL, basis, sense, verb "
        "FROM dues JOIN tasks USING (task_key) ORDER BY 1"
    )
    assert found == [
        (1, "at the next session", True, "inferred", "on", "Requests"),
        (2, "at a session long ago", True, "inferred", "on", "Requests"),
    ]
    assert rows("SELECT position, verb FROM tasks ORDER BY verb") == [(1, "Decides"), (1, "Requests")]
    assert rows("SELECT reading, reasons, reader, rules IS NOT NULL FROM readings") == [("complete", [], 1, True)]


def perturbed(text: str, seed: int) -> str:
    """The same words as another reader might give them.

    Other blanks, lines of running text that break elsewhere, words broken at a line's end, hyphens lost, and running
    heads with page numbers between paragraphs.
    """
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    lines = text.split("\n")
    read: list[str] = []
    carried = ""
    for number, line in enumerate(lines):
        words = f"{carried}{line}".split(" ")
        carried = ""
        for place, word in enumerate(words):
            draw = chance.random()
            if draw < 0.03:
                words[place] = f" {word}"
            elif draw < 0.04 and re.fullmatch(r"[a-z]{8,}", word) and place > 3:
                words[place] = f"{word[:4]}-\n{word[4:]}"
            elif draw < 0.07:
                words[place] = re.sub(r"(?<=[a-z])-(?=[a-z])", "", word)
        runs_on = re.search(r"[a-z,]$", line) and number + 1 < len(lines) and re.match(r" *[a-z]", lines[number + 1])
        if runs_on and chance.random() < 0.5:
            carried = f"{words.pop()} "
        elif len(words) > 40 and chance.random() < 0.5:
            words[30] = f"\n{words[30]}"
        read.append(" ".join(words))
        if number % 30 == 29 and not line.strip():
            read += [f"EXAMPLE ASSEMBLY, SEVENTH SESSION\n{number // 30 + 1}", ""]
    return "\n".join(read)


@pytest.mark.slow
def test_perturbed_readings_of_real_texts_keep_their_keys(recorded: Record, rows: Rows, shared: Path) -> None:
    """Over all open texts, read again with other blanks, hyphens, line breaks and furniture, 99 % of keys last."""
    paths = sorted((shared / "corpus" / "texts").glob("*.txt"))
    texts = [path.read_text(encoding="utf-8") for path in paths]

    def entries(readings: list[str]) -> list[Entry]:
        made = []
        for path, former, words in zip(paths, texts, readings, strict=True):
            taken = read(words, former, symbol=None, url=f"https://example.org/{path.stem}")
            made.append(replace(taken, analysis=analyse(words)))
        return made

    recorded(batch(0, *entries(texts)))
    former = {row[0] for row in rows(KEYS)}
    done = recorded(batch(1, *entries([perturbed(words, place) for place, words in enumerate(texts)])))
    assert (done.new_documents, done.new_versions, done.findings) == (0, 0, ())
    assert len(done.rereadings) > len(paths) / 2
    now = {row[0] for row in rows(KEYS)}
    led = {old for old, new, _ in rows(ALIASES) if new in now}
    direct = len(former & now) / len(former)
    kept = len(former & (now | led)) / len(former)
    print(f"{len(former)} keys: {direct:.2%} directly, {kept:.2%} with aliases")  # noqa: T201 - the figure is the point
    assert len(former) > 500
    assert kept >= 0.99


@pytest.mark.parametrize("view", ["tasks", "dues", "readings", "current_decisions", "reviews", "decided", "to_review"])
def test_the_views_answer_an_empty_home(home: Path, view: str) -> None:
    """Every view can be asked before anything was recorded."""
    with session(home) as connection:
        assert connection.execute(f"FROM {view}").fetchall() == []
