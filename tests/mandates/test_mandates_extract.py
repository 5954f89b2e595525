"""The command `mandates extract`, as programs and people call it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from flows.commands.extract import command
from tests.scrapers.pdf_pages import body, pages, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from reportlab.pdfgen.canvas import Canvas

gold = Path(__file__).parent / "gold"
clause_keys = {
    "number", "start", "end", "quote", "display", "verb", "is_mandate", "type", "addressee",
    "due", "due_start", "due_end", "due_basis", "agenda_item", "rule",
}  # fmt: skip


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def _records(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_json_obeys_the_contract() -> None:
    """One object a document, with the text's hash and every field that other programs rely on."""
    path = gold / "en_pages.txt"
    (record,) = _records(_run("--format", "json", path))
    text = path.read_bytes().decode("utf-8")
    assert record["text_sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert (record["chars"], record["language"], record["symbol"]) == (len(text), "en", "A/RES/81/931")
    assert all(clause_keys <= set(clause) for clause in record["clauses"])
    assert all({"start", "end", "quote", "symbol"} <= set(cited) for cited in record["citations"])
    assert all(text[clause["start"] : clause["end"]] == clause["quote"] for clause in record["clauses"])


def test_display_holds_no_page_furniture() -> None:
    """What people see of a clause that runs over a page break is its words alone."""
    (record,) = _records(_run("--json", gold / "en_pages.txt"))
    assert record["clauses"][2]["display"] == (
        "3. Requests the Secretary-General to prepare, within existing resources, an inventory of landing places, and "
        "to submit to the General Assembly at its eighty-third session a report on the condition of these places, "
        "including in remote estuaries, with recommendations;"
    )


def test_newlines_are_kept(tmp_path: Path) -> None:
    """Offsets count the carriage returns of the file, and --text-out gives it back byte for byte."""
    out = tmp_path / "text.txt"
    path = gold / "en_told.txt"
    (record,) = _records(_run("--json", path, "--text-out", out))
    assert out.read_bytes() == path.read_bytes()
    first = record["clauses"][0]
    assert out.read_bytes().decode("utf-8")[first["start"] : first["end"]] == first["quote"]


def test_folder_gives_one_line_a_document() -> None:
    """A folder is read file by file, in order."""
    records = _records(_run("--json", gold))
    assert [Path(record["file"]).name for record in records] == sorted(path.name for path in gold.glob("*.txt"))


def test_terminal_marks_mandates_and_says_why() -> None:
    """People see the mark of a mandate, its deadline resolved, and with --explain the rule and the words behind it."""
    shown = " ".join(_run("--explain", gold / "en_pages.txt").stdout.split())
    assert "▶ 3. Requests" in shown
    assert "2027-06-30 (stated date)" in shown
    assert "convening: directive-to-organ: 'requests'" in shown


def test_explaining_a_pdf_says_what_was_left_out_and_whether_all_words_arrived(tmp_path: Path) -> None:
    """With --explain people see the share of words that arrived, and counts and samples of what was left out."""

    def draw(number: int) -> Callable[[Canvas], None]:
        def page(canvas: Canvas) -> None:
            write(canvas, 70, 800, "Counting of boats", 8)
            body(canvas)
            write(canvas, 70, 40, f"{number}/4", 8)

        return page

    path = tmp_path / "boats.pdf"
    path.write_bytes(pages(*map(draw, range(1, 5))))
    shown = " ".join(_run("--explain", path).stdout.split())
    assert "text layer: 100.00 % of" in shown
    assert "3 × running head (Counting of boats)" in shown
    assert "4 × page number (1/4; 2/4; 3/4)" in shown
    assert "left out" not in _run(path).stdout


def test_unreadable_files_are_named_and_the_rest_shown(tmp_path: Path) -> None:
    """A file in another encoding or without text fails by name with exit code 1; the others are still shown."""
    (tmp_path / "a.txt").write_bytes(b"caf\xe9")
    (tmp_path / "b.txt").write_bytes(b"\x00\x01\x02\x00" * 40)
    (tmp_path / "c.txt").write_text("The Council,\n\n1. Requests the Secretariat to report.\n", encoding="utf-8")
    result = _run("--json", tmp_path)
    assert result.exit_code == 1
    assert [Path(record["file"]).name for record in _records(result)] == ["c.txt"]
    assert "a.txt: is not UTF-8 (byte 3)" in result.stderr
    assert "b.txt: the text is binary" in result.stderr


@pytest.mark.parametrize("name", ["none.txt", "folder"])
def test_missing_paths_are_a_usage_error(tmp_path: Path, name: str) -> None:
    """A path that is not there, or a folder without documents, is said with exit code 2."""
    (tmp_path / "folder").mkdir()
    assert _run(tmp_path / name).exit_code == 2


def test_damaged_pdf_is_an_error_not_a_crash(tmp_path: Path) -> None:
    """What only looks like a PDF is refused with a sentence."""
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.7\nnothing more")
    result = _run("--json", path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "broken.pdf" in result.stderr


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    """A text cannot steer the terminal that shows it."""
    path = tmp_path / "escape.txt"
    path.write_text("The Council,\n\n1. Requests \x1b[31mthe Secretariat to report.\n", encoding="utf-8")
    assert "\x1b[31m" not in _run(path).stdout


def test_parts_are_listed(tmp_path: Path) -> None:
    """A file with two resolutions lists both, with their spans and the places of their clauses."""
    path = tmp_path / "two.txt"
    text = "".join(
        f"81/{number}. Matter {number}\n\nThe General Assembly,\n\n1. Requests the Secretary-General to report.\n\n"
        for number in (211, 212)
    )
    path.write_text(text)
    (record,) = _records(_run("--format", "json", path))
    second = text.index("81/212")
    assert [(part["symbol"], part["start"], part["end"], part["clauses"]) for part in record["parts"]] == [
        ("A/RES/81/211", 0, second, [0]),
        ("A/RES/81/212", second, len(text), [1]),
    ]
    assert record["parts"][1]["title"] == "Matter 212"
    assert record["parts"][1]["kind"] == "resolution"
