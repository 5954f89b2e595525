"""`mandates review`: listed, written out, decided, recorded, and measured with."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from flows.cli import cli
from tests.warehouse.made import analysis_of, batch, entry, text
from tests.warehouse.test_warehouse_keys import FORMER, reading
from tests.warehouse.test_warehouse_review import DOUBT, decide, doubtful, unread
from tests.watched import answered, checkout
from warehouse.findings.reanalysis import reanalyse
from warehouse.load.kept import Reader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from click.testing import Result

    from warehouse.model import Recorded

    Record = Callable[..., Recorded]
    Rows = Callable[..., list[tuple[Any, ...]]]

pytestmark = pytest.mark.slow


def review(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["review", *map(str, arguments)])


def edited(path: Path, verdicts: dict[str, dict[str, Any]], who: str = "desk") -> None:
    """Fill in a review file: words of a document → the answers for its entry."""
    yaml = YAML(typ="safe")
    tree = yaml.load(path.read_text())
    tree["who"] = who
    for item in tree["items"]:
        for words, answers in verdicts.items():
            if words in item["document"]:
                item.update(answers)
    with path.open("w") as file:
        yaml.dump(tree, file)


@pytest.fixture
def listed(recorded: Record) -> None:
    """Three things to look at: a text that could not be read, and two doubtful clauses."""
    recorded(
        batch(
            0,
            doubtful(entry()),
            doubtful(entry("A/RES/80/2", title="Harbours", words=text.replace("sea", "bay")), "3", 0.85),
            unread("A/RES/80/3", title="Beacons"),
        )
    )


def test_words_that_the_end_of_a_line_parted_are_whole(recorded: Record, tmp_path: Path) -> None:
    """As in messages; in the file to decide in, too."""
    recorded(batch(0, doubtful(entry(words=text.replace("on it", "on its eighty- first year")))))
    shown = review().output
    assert "report on its eighty-first year at the next session" in shown
    path = tmp_path / "review.yaml"
    review("--out", path)
    assert "report on its eighty-first year at the next session" in " ".join(path.read_text().split())


@pytest.mark.usefixtures("listed")
def test_both_readings_are_listed_worst_first(home: Path) -> None:
    """Each has its reason, what was read and how it could be read otherwise; programs get a line each."""
    shown = review().output
    assert shown.index("Beacons") < shown.index("Care of travellers") < shown.index("Harbours")
    assert "read as: reporting request; to the Secretary-General; due at the next session" in shown
    assert "or else: the day is that of an event, not a deadline" in shown
    assert "3 to check; --out FILE" in shown
    one, *others = (json.loads(line) for line in review("--json").output.splitlines())
    assert (one["what"], one["symbol"], one["confidence"], one["read_as"]) == (
        "text", "A/RES/80/3", 0.0, "nothing that the text decides",
    )  # fmt: skip
    assert [(other["reason"], other["place"]) for other in others] == [
        (DOUBT, "paragraph 2, page 2"),
        (DOUBT, "paragraph 3, page 2"),
    ]
    cut = review("--limit", 1)
    assert "cut after 1 of 3" in cut.stderr


@pytest.mark.usefixtures("listed")
def test_a_file_is_decided_in_and_applied_once(home: Path, tmp_path: Path, rows: Rows) -> None:
    """Confirmed, corrected and rejected entries become decisions; what is left empty waits; again adds nothing."""
    path = tmp_path / "review.yaml"
    assert review("--out", path).output == f"3 to check in {path}\n"
    edited(
        path,
        {
            "Beacons": {"verdict": "confirm", "why": "a procedural note"},
            "Care": {"verdict": "correct", "right": {"due_end": "none", "addressee": "the Registrar"}},
        },
    )
    for new in (3, 0):
        done = review("--apply", path)
        assert (done.exit_code, done.output) == (0, f"{new} new decisions recorded\n")
    assert rows("SELECT field, value, who, why FROM current_decisions ORDER BY 1") == [
        ("addressee", "the Registrar", "desk", ""),
        ("due_end", "none", "desk", ""),
        ("reviewed", "yes", "desk", "a procedural note"),
    ]
    assert rows("SELECT symbol FROM to_review") == [("A/RES/80/2",)]
    edited(path, {"Harbours": {"verdict": "reject"}})
    assert review("--apply", path).exit_code == 0
    assert rows("SELECT count(*) FROM current_mandates WHERE symbol = 'A/RES/80/2'") == [(1,)]
    assert review().output == "Nothing to check.\n"


@pytest.mark.usefixtures("listed")
def test_decisions_outlive_new_readings(home: Path, tmp_path: Path, rows: Rows) -> None:
    """After everything was analysed again the decided fields still show, and nothing is to be looked at twice."""
    path = tmp_path / "review.yaml"
    review("--out", path)
    edited(path, {"Care": {"verdict": "correct", "right": {"type": "budget"}}, "Beacons": {"verdict": "confirm"}})
    review("--apply", path)
    shown = "SELECT type, decided FROM current_mandates WHERE decided IS NOT NULL"
    before = rows(shown)
    assert before == [("budget", ["type"])]
    changed = Reader(lambda kept: analysis_of(kept.text.replace("2. Requests", "2) Requests")))
    assert reanalyse(home, changed, apply=True).changes
    assert reanalyse(home, Reader(lambda kept: doubtful(entry(words=kept.text)).analysis), apply=True).changes
    assert rows(shown) == before
    assert rows("SELECT symbol FROM to_review WHERE symbol <> 'A/RES/80/2'") == []


def test_a_decision_that_could_not_be_carried_is_listed(
    home: Path, recorded: Record, rows: Rows, tmp_path: Path
) -> None:
    """Its former and its present words are the two readings; confirmed it holds for those of today, else it goes."""
    recorded(batch(0, reading(FORMER)))
    decide(home, str(rows("SELECT task_key FROM tasks WHERE verb = 'Requests'")[0][0]), "state", "done")
    recorded(batch(1, reading(FORMER.replace("the lamps of the northern coast", "horns"))))
    path = tmp_path / "review.yaml"
    review("--out", path)
    (item,) = YAML(typ="safe").load(path.read_text())["items"]
    assert "northern coast" in item["otherwise"]
    assert "horns" in item["read_as"]
    edited(path, {"": {"verdict": "confirm", "why": "the same task"}})
    assert review("--apply", path).exit_code == 0
    assert review().output == "Nothing to check.\n"
    recorded(batch(2, reading(FORMER.replace("1. Requests the Secretary-General to report on", "1. Welcomes"))))
    review("--out", path)
    edited(path, {"": {"verdict": "reject"}})
    assert review("--apply", path).exit_code == 0
    assert review().output == "Nothing to check.\n"


@pytest.mark.parametrize(
    ("answers", "who", "said"),
    [
        ({"verdict": "maybe"}, "desk", "verdict is 'maybe'; use one of confirm, reject, correct"),
        ({"verdict": "correct"}, "desk", "`right` must have one or more of is_mandate, type"),
        ({"verdict": "correct", "right": {"type": "wish"}}, "desk", "type cannot be 'wish'"),
        ({"verdict": "confirm", "right": {"type": "budget"}}, "desk", "has `right` without"),
        ({"verdict": "confirm"}, " ", "`who` at the top is empty"),
        ({"verdict": "confirm", "colour": "red"}, "desk", "has keys other than"),
    ],
)
@pytest.mark.usefixtures("listed")
def test_a_file_with_a_mistake_is_refused_whole(
    tmp_path: Path, rows: Rows, answers: dict[str, Any], who: str, said: str
) -> None:
    """The entry is named, the exit code is 1, and nothing of the file is recorded."""
    path = tmp_path / "review.yaml"
    review("--out", path)
    edited(path, {"Beacons": {"verdict": "confirm"}, "Care": answers}, who)
    done = answered(tmp_path / "home", checkout / "config", "review", "--apply", str(path))
    assert done.code == 1
    assert "review.yaml: entry " in done.err
    assert said in done.err
    assert rows("SELECT count(*) FROM decisions") == [(0,)]


def test_what_was_decided_can_be_measured_with(
    home: Path, tmp_path: Path, recorded: Record, shared: Path, rows: Rows
) -> None:
    """The texts and labels are those that the scorer reads: today's reading scored against itself is right in all."""
    recorded(
        batch(0, doubtful(entry()), doubtful(entry("A/RES/80/2", title="Harbours", words=text.replace("sea", "bay"))))
    )
    keys = dict(rows("SELECT verb, task_key FROM tasks JOIN documents USING (document_id) WHERE symbol = 'A/RES/80/1'"))
    decide(home, keys["Requests"], "addressee", "the Registrar")
    decide(home, keys["Decides"], "is_mandate", "no")
    folder = tmp_path / "made"
    assert review("--export-gold", folder).output == f"1 document written to {folder}\n"
    (path,) = (folder / "gold").glob("*.json")
    gold = json.loads(path.read_text(encoding="utf-8"))
    assert (folder / "texts" / gold["file"]).read_text(encoding="utf-8") == text
    assert [(c["number"], c["is_mandate"], c["type"], c["addressee"], c["due"]) for c in gold["clauses"]] == [
        ("1", False, "statement", None, None),
        ("2", True, "reporting_request", "the Registrar", "at the next session"),
        ("3", False, "exhortation", None, None),
    ]
    assert gold["clauses"][2]["debatable_fields"] == ["type"]
    assert "debatable" not in gold["clauses"][1]
    done = subprocess.run(
        [
            sys.executable, str(shared / "evaluation" / "score.py"), "--gold", str(folder / "gold"),
            "--texts", str(folder / "texts"), "--predictions", str(folder / "gold"), "--json",
        ],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    scored = json.loads(done.stdout.splitlines()[-1])
    assert (scored["clause_f1"], scored["mandate_f1"], scored["addressee_accuracy"], scored["documents"]) == (
        1,
        1,
        1,
        1,
    )
