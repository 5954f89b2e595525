"""The mandate matrix goes out as a sheet and comes back, whatever people and office programs do with it."""

from __future__ import annotations

import csv
import shutil
from datetime import date, datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest

from alerts.papers.words import LANGUAGES, headings, months, words_of
from flows.selecting import STATES
from tests.warehouse.made import batch, nobody
from tests.warehouse.sheets import (
    HEADINGS_ROW,
    Desk,
    columns,
    edited,
    filled,
    made_session,
    rewritten,
    table,
)
from tests.warehouse.test_warehouse_keys import FORMER, reading
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.matrix.cells import days_in
from warehouse.matrix.marks import KEYS, PEOPLES, READ_ONLY
from warehouse.store.database import session
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from openpyxl.worksheet.worksheet import Worksheet

    from warehouse.model import Batch

    Rows = Callable[..., list[tuple[Any, ...]]]

pytestmark = pytest.mark.slow

FRENCH = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # noqa: SIM905
SPANISH = "ene feb mar abr may jun jul ago sept oct nov dic".split()  # noqa: SIM905
# Workbooks know no time zones.
MAY = datetime(2027, 5, 3)  # noqa: DTZ001
LEGAL = {"list of ports": {"responsible": "Legal", "note": "ask the harbour master"}}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with AALCO's 64th session, to be copied: making one takes longer than most of what is tested with it."""
    return made_session(tmp_path_factory.mktemp("made"))


@pytest.fixture
def desk(home: Path, tmp_path: Path, made: Path) -> Desk:
    """Somebody with AALCO's 64th session before them."""
    shutil.copytree(made, home)
    return Desk(home, tmp_path)


def record_more(home: Path, *batches: Batch) -> None:
    """Record these, too."""
    for each in batches:
        land(home, each)
    record(home, nobody)


def decisions(plan: dict[str, Any]) -> list[tuple[str, str | None]]:
    """Fields and values that a plan would record."""
    return sorted((each["decision"]["field"], each["decision"]["value"]) for each in plan["changes"])


def test_the_workbook_is_ready_to_be_read_filtered_and_printed(desk: Desk) -> None:
    """Headings are frozen and repeated, filters cover the table, pages are landscape and numbered, keys are hidden."""
    sheet = openpyxl.load_workbook(desk.export()).active
    at = columns(sheet)
    assert set(at) == {*READ_ONLY, *PEOPLES, *KEYS}
    assert at["addressee"] == 1
    assert sheet.max_row == HEADINGS_ROW + 5
    assert sheet.freeze_panes == f"B{HEADINGS_ROW + 1}"
    assert sheet.auto_filter.ref.startswith(f"A{HEADINGS_ROW}:")
    assert sheet.print_title_rows == f"${HEADINGS_ROW}:${HEADINGS_ROW}"
    assert sheet.page_setup.orientation == "landscape"
    # One page wide, which is the default, and as long as it takes.
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert "&P" in sheet.oddFooter.right.text
    hidden = [column for column, look in sheet.column_dimensions.items() if look.hidden]
    assert len(hidden) >= 1
    assert "AALCO, session 64" in sheet["A1"].value
    assert "5 mandates in 2 documents" in sheet["A2"].value
    links = [cell.hyperlink.target for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert all(link.startswith("https://example.org/") for link in links)
    assert len(links) == 10
    dues = [sheet.cell(row, at["due"]).value for row in range(HEADINGS_ROW + 1, sheet.max_row + 1)]
    assert sum(isinstance(due, datetime) for due in dues) == 2


def test_a_sheet_left_as_it_is_decides_nothing(desk: Desk) -> None:
    """Neither as it was written nor as another program saves it is any cell an edit."""
    path = desk.export()
    for _ in range(2):
        plan = desk.plan(path)
        assert (plan["changes"], plan["conflicts"], plan["problems"]) == ([], [], [])
        assert plan["rows"] == 5
        edited(path, lambda _: None)


def test_what_people_fill_in_is_planned_then_recorded(desk: Desk, rows: Rows) -> None:
    """The plan changes nothing; --yes keeps each cell, and views, the next sheet and the brief show it."""
    path = edited(desk.export(), filled(LEGAL))
    assert decisions(desk.plan(path)) == [("note", "ask the harbour master"), ("responsible", "Legal")]
    assert rows("SELECT count(*) FROM decisions") == [(0,)]
    assert decisions(desk.record(path)) == [("note", "ask the harbour master"), ("responsible", "Legal")]
    shown = [("Legal", None, "ask the harbour master")]
    for view in ("ledger", "current_mandates", "current_deadlines", "open_mandates"):
        assert rows(f"SELECT responsible, status, remark FROM {view} WHERE quote LIKE '%list of ports%'") == shown
    assert rows("SELECT DISTINCT who, why LIKE 'mandate matrix, X%' FROM decisions") == [("desk", True)]
    again = [row for row in table(desk.export("again.xlsx")) if "Legal" in row]
    assert len(again) == 1
    assert "Legal" in desk.run("brief", "--body", "AALCO")
    assert decisions(desk.plan(path)) == []
    assert "1 row written" in desk.run("matrix", "--responsible", "legal", "--out", str(desk.folder / "legal.xlsx"))


def test_the_reason_has_no_hidden_characters(desk: Desk) -> None:
    """The name of the export, which anybody may have edited, is recorded on one line and without unseen characters."""
    path = desk.export("sheet.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, first, *_ = csv.reader(file)
    first[head.index("Export")] = "one\u202e\nexport\x1b"
    first[head.index("Responsible unit")] = "Legal"
    plan = desk.plan(_write_csv(path, [head, first], ",", "utf-8"))
    assert [each["decision"]["why"] for each in plan["changes"]] == ["mandate matrix, one export"]
    assert plan["exports"] == ["one export"]


def test_an_emptied_cell_takes_the_decision_back(desk: Desk) -> None:
    """What the sheet was exported with and no longer has is withdrawn."""
    desk.record(edited(desk.export(), filled(LEGAL)))
    path = edited(desk.export(), filled({"list of ports": {"responsible": None}}))
    assert decisions(desk.record(path)) == [("responsible", None)]
    assert [value for (field, _), value in desk.decided().items() if field == "responsible"] == [None]


def test_rows_may_be_sorted_left_out_and_doubled(desk: Desk) -> None:
    """Only what is edited counts: rows in another order, fewer of them, or twice the same, decide the same."""
    path = desk.export()
    head, *body = table(edited(path, filled(LEGAL)))
    wanted = desk.plan(path)
    row = next(row for row in body if "Legal" in row)
    for several in ([*reversed(body)], [row], [row, *body], [*body[:2], row, row]):
        assert decisions(desk.plan(rewritten(path, [head, *several]))) == decisions(wanted)
    old = [None if value in {"Legal", "ask the harbour master"} else value for value in row]
    assert decisions(desk.plan(rewritten(path, [head, old, row, old]))) == decisions(wanted)


def test_rows_of_one_mandate_that_disagree_are_a_conflict(desk: Desk) -> None:
    """Two rows with one key that say different things are shown, and neither is taken."""
    path = desk.export()
    head, *body = table(edited(path, filled(LEGAL)))
    row = next(row for row in body if "Legal" in row)
    other = ["Treaties" if value == "Legal" else value for value in row]
    plan = desk.record(rewritten(path, [head, row, other]), code=1)
    assert [(each["field"], sorted(each["says"])) for each in plan["conflicts"]] == [
        ("responsible", ["Legal", "Treaties"])
    ]
    assert decisions(plan) == [("note", "ask the harbour master")]
    assert not any(field == "responsible" for field, _ in desk.decided())


def test_two_people_fill_in_the_same_sheet(desk: Desk) -> None:
    """Each decides what they wrote; where somebody decided otherwise since the export, that is shown and kept."""
    first, second, third = (desk.export(name) for name in ("first.xlsx", "second.xlsx", "third.xlsx"))
    desk.record(edited(first, filled(LEGAL)), who="Ann Desk")
    plan = desk.record(edited(second, filled({"list of ports": {"status": "drafting"}})), who="Bob Desk")
    assert decisions(plan) == [("status", "drafting")]
    plan = desk.record(edited(third, filled({"list of ports": {"responsible": "Treaties"}})), code=1)
    (conflict,) = plan["conflicts"]
    assert (conflict["decided"], conflict["who"], conflict["says"]) == ("Legal", "Ann Desk", ["Treaties"])
    said = desk.run("matrix", "--import", str(third), "--by", "desk")
    assert "the sheet says “Treaties”, but Ann Desk on" in said
    assert {field: value for (field, _), value in desk.decided().items()} == {
        "responsible": "Legal", "note": "ask the harbour master", "status": "drafting",
    }  # fmt: skip
    # After a new export they know of it, and may decide otherwise.
    plan = desk.record(edited(desk.export(), filled({"list of ports": {"responsible": "Treaties"}})))
    assert decisions(plan) == [("responsible", "Treaties")]


def _serials(sheet: Worksheet, shape: Callable[[date], Any]) -> None:
    at = columns(sheet)["due"]
    for row in range(HEADINGS_ROW + 1, sheet.max_row + 1):
        cell = sheet.cell(row, at)
        if cell.value is not None:
            cell.value, cell.number_format = shape(cell.value.date()), "General"


@pytest.mark.parametrize(
    "shape",
    [
        lambda day: (day - date(1899, 12, 30)).days,
        lambda day: str((day - date(1899, 12, 30)).days),
        lambda day: (day - date(1904, 1, 1)).days,
        lambda day: f"{day:%d/%m/%Y}",
        lambda day: f"{day:%m/%d/%Y}",
        lambda day: f"{day:%d.%m.%y}",
        lambda day: f"{day:%Y-%m-%d} 00:00:00",
        lambda day: f"{day.day} {FRENCH[day.month - 1]} {day.year}",
        lambda day: f"{day.day}-{SPANISH[day.month - 1]}-{day:%y}",
    ],
)
def test_dates_that_programs_turn_are_no_edits(desk: Desk, shape: Callable[[date], Any]) -> None:
    """A date that comes back as a number of days or as text in any order is still that date."""
    path = edited(desk.export(), lambda sheet: _serials(sheet, shape))
    plan = desk.plan(path)
    assert (plan["changes"], plan["problems"]) == ([], [])
    path = edited(desk.export(), lambda sheet: _serials(sheet, lambda day: shape(day.replace(year=day.year + 1))))
    assert len(desk.plan(path)["problems"]) == 2


def test_dates_in_peoples_columns_are_kept_as_they_look(desk: Desk) -> None:
    """A status that a program took for a date is that date, and a number is its digits."""
    path = edited(desk.export(), filled({"list of ports": {"status": MAY}, "count the lamps": {"status": 5.0}}))
    assert decisions(desk.plan(path)) == [("status", "2027-05-03"), ("status", "5")]


def test_columns_may_be_moved_and_named_in_another_language(desk: Desk) -> None:
    """Headings in any of the three languages are known, in any order; a column of one's own is not read."""
    path = desk.export()
    head, *body = table(edited(path, filled(LEGAL)))
    names = {heading: name for name, heading in words_of("en").headings.items()}
    order = sorted(range(len(head)), key=lambda place: head[place])
    for language in LANGUAGES:
        other = [words_of(language).headings[names[heading]] for heading in head]
        moved = [[row[place] for place in order] + ["mine"] for row in (other, *body)]
        moved[0][-1] = "Our own"
        plan = desk.plan(rewritten(path, [["Some words above"], *moved]))
        assert decisions(plan) == [("note", "ask the harbour master"), ("responsible", "Legal")]
        assert (plan["problems"], plan["unknown"]) == ([], ["Our own"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_in_any_language_comes_back(desk: Desk, language: str) -> None:
    """The words of a row are hashed as they were written, whatever the language."""
    path = desk.export("sheet.xlsx", "--language", language, "--group", "deadline")
    assert (desk.plan(path)["changes"], desk.plan(path)["problems"]) == ([], [])
    sheet = openpyxl.load_workbook(path).active
    assert next(cell.value for cell in sheet[HEADINGS_ROW]) == words_of(language).headings["due"]


def test_edits_in_columns_that_are_shown_are_named_and_ignored(desk: Desk) -> None:
    """Whoever changes a request or an addressee is informed that this decides nothing."""
    path = edited(desk.export(), filled({"list of ports": {"addressee": "the Harbour Master", "responsible": "Legal"}}))
    plan = desk.record(path)
    (problem,) = plan["problems"]
    assert "addressee was changed to “the Harbour Master”, which decides nothing" in problem["problem"]
    assert decisions(plan) == [("responsible", "Legal")]


def test_missing_columns_change_nothing(desk: Desk) -> None:
    """A sheet that lost a column of people's, or the hashes, takes nothing back and overwrites nothing."""
    desk.record(edited(desk.export(), filled(LEGAL)))
    path = edited(desk.export(), filled({"count the lamps": {"responsible": "Stores"}}))
    head, *body = table(path)
    for heading in ("Responsible unit", "Check"):
        place = head.index(heading)
        fewer = [[value for at, value in enumerate(row) if at != place] for row in (head, *body)]
        plan = desk.plan(rewritten(path, fewer))
        assert decisions(plan) == ([("responsible", "Stores")] if heading == "Check" else [])
        assert plan["conflicts"] == []
    blank = {head.index("Check"), head.index("Notes")}
    cleared = [[None if at in blank else value for at, value in enumerate(row)] for row in body]
    assert ("note", None) not in decisions(desk.plan(rewritten(path, [head, *cleared])))


def test_rows_without_a_known_key_are_named(desk: Desk) -> None:
    """A row that somebody added, and one whose mandate is gone, are not taken and not silent."""
    path = desk.export()
    head, *body = table(path)
    added = [None] * len(head)
    added[head.index("Responsible unit")] = "Legal"
    gone = ["0" * 24 + ":request:1" if at == head.index("Key") else value for at, value in enumerate(body[0])]
    plan = desk.record(rewritten(path, [head, added, gone]), code=1)
    assert [each["problem"].split(":")[0] for each in plan["problems"]] == [
        "has no key, so it belongs to no mandate",
        f"no mandate of today has the key {'0' * 24}",
    ]
    assert plan["changes"] == []


def test_a_formula_is_no_text(desk: Desk) -> None:
    """A formula that people write is not calculated and not trusted: the cell is named and left out."""
    path = edited(desk.export(), filled({"list of ports": {"responsible": "=1+1", "deliverable": "=A1"}}))
    plan = desk.record(path, code=1)
    assert plan["changes"] == []
    assert ["is a formula" in each["problem"] or "a formula" in each["problem"] for each in plan["problems"]] == [
        True, True,
    ]  # fmt: skip


def _write_csv(path: Path, rows: list[list[Any]], separator: str, encoding: str) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows(rows)
    return path


@pytest.mark.parametrize(
    ("separator", "encoding"), [(";", "utf-8-sig"), (",", "utf-8"), ("\t", "utf-16"), (";", "cp1252")]
)
def test_csv_comes_back_as_office_programs_save_it(desk: Desk, separator: str, encoding: str) -> None:
    """Semicolons with a byte order mark, commas, tabs in UTF-16 and Windows' code page are all read."""
    path = desk.export("sheet.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *body = csv.reader(file)
    assert desk.plan(_write_csv(path, [head, *body], separator, encoding))["problems"] == []
    place = head.index("Responsible unit")
    body[0][place] = "Légal; ports"
    plan = desk.plan(_write_csv(path, [head, *body], separator, encoding))
    assert (decisions(plan), plan["problems"]) == ([("responsible", "Légal; ports")], [])


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "'=1+1", "''@x", '=HYPERLINK("https://example.org")'])
def test_words_that_look_like_formulas_are_text_both_ways(desk: Desk, text: str) -> None:
    """They go out as text that no program runs, and come back as the same words."""
    with session(desk.home) as connection:
        key = connection.execute("SELECT task_key FROM tasks WHERE quote LIKE '%list of ports%'").fetchall()[0][0]
    from warehouse.load.decisions import land_decisions, record_decisions
    from warehouse.review.decision import Decision

    at = datetime(2026, 3, 5).astimezone()
    land_decisions(
        desk.home, [Decision(key, "note", text, "desk", at, ""), Decision(key, "status", text, "desk", at, "")]
    )
    record_decisions(desk.home)
    publish(desk.home)
    path = desk.export()
    sheet = openpyxl.load_workbook(path).active
    place = columns(sheet)["note"]
    (cell,) = (
        sheet.cell(row, place) for row in range(HEADINGS_ROW + 1, sheet.max_row + 1) if sheet.cell(row, place).value
    )
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    assert decisions(desk.plan(path)) == []
    path = desk.export("sheet.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *body = csv.reader(file)
    (guarded,) = (row[head.index("Notes")] for row in body if row[head.index("Notes")])
    assert guarded == f"'{text}"
    assert decisions(desk.plan(path)) == []
    # The CSV opened in a program, which keeps the apostrophes, and saved as a workbook.
    assert decisions(desk.plan(rewritten(desk.folder / "again.xlsx", [head, *body]))) == []


def test_decisions_outlive_another_reading(desk: Desk, rows: Rows) -> None:
    """When a text is read otherwise, what people decided goes on, and a sheet exported before it still lands."""
    record_more(desk.home, batch(1, reading(FORMER)))
    publish(desk.home)
    path = desk.folder / "lamps.xlsx"
    desk.run("matrix", "--symbol", "A/RES/80/1", "--out", str(path))
    desk.record(edited(path, filled({"northern coast": {"responsible": "Lights"}})))
    key = rows("SELECT task_key FROM ledger WHERE responsible = 'Lights'")
    record_more(desk.home, batch(2, reading(FORMER.replace("lamps of the", "lamps and horns of the"))))
    assert rows("SELECT responsible FROM current_mandates WHERE quote LIKE '%lamps and horns%'") == [("Lights",)]
    assert rows("SELECT task_key FROM tasks WHERE quote LIKE '%lamps and horns%'") != key
    plan = desk.record(edited(path, filled({"northern coast": {"status": "half way"}})))
    assert decisions(plan) == [("status", "half way")]
    assert rows("SELECT responsible, status FROM current_mandates WHERE quote LIKE '%lamps and horns%'") == [
        ("Lights", "half way")
    ]


def test_a_sheet_is_not_written_over(desk: Desk) -> None:
    """A file that exists may hold what people filled in; --force replaces it."""
    path = desk.export()
    before = path.read_bytes()
    assert "exists already" in desk.run("matrix", "--out", str(path), code=2)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (["--body", "aalco"], 5),
        (["--body", "AAL*", "--body", "UNGA"], 7),
        (["--session", "80"], 2),
        (["--symbol", "AALCO/RES/64/*"], 5),
        (["--symbol", "AALCO/RES/64/_ 1"], 0),
        (["--symbol", "aalco/res/64/s 2"], 2),
        (["--addressee", "secretary-general"], 5),
        (["--addressee", "un:secretary-general", "--body", "AALCO"], 4),
        (["--type", "agenda_placement", "--body", "AALCO"], 1),
        (["--due-after", "1990-01-01", "--body", "AALCO"], 2),
        (["--due-before", "1990-01-01"], 0),
        (["--state", "withdrawn"], 0),
        (["--topic", "travel"], 0),
    ],
)
def test_selections(desk: Desk, words: list[str], count: int) -> None:
    """Each option lets through what it names; stars are the only sign that stands for others."""
    said = desk.run("matrix", *words, "--json", "--out", str(desk.folder / "some.csv"), code=None)
    assert f'"rows": {count}' in said


def test_the_words_of_all_languages_are_complete() -> None:
    """Each language has a heading for each column and a name for each state, and no heading means two columns."""
    for language in LANGUAGES:
        words = words_of(language)
        assert set(words.headings) == {*READ_ONLY, *PEOPLES, *KEYS}
        assert set(words.states) == set(STATES)
    pairs = {(words_of(each).headings[name].casefold(), name) for each in LANGUAGES for name in words_of(each).headings}
    assert len({heading for heading, _ in pairs}) == len(pairs)
    assert {heading for heading, _ in pairs} <= set(headings())


def test_every_day_is_known_in_every_form() -> None:
    """A day is among those that its number and its forms in text may mean; other text means none."""
    for day in (date(2027, 1, 31), date(2028, 2, 29), date(2031, 12, 1)):
        forms = [day.isoformat(), f"{day:%d/%m/%Y}", f"{day:%m/%d/%y}", str((day - date(1899, 12, 30)).days)]
        forms += [f"{day.day} {name} {day.year}" for name, number in months().items() if number == day.month]
        assert all(day in list(days_in(form, months())) for form in forms)
    assert [list(days_in(text, months())) for text in ("", "soon", "1/2", "99/99/99", "9" * 500)] == [[]] * 5
