"""Sheets that come back from people may come from anybody: nothing in them runs, and none takes much time or memory."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest

from alerts.papers.words import headings, months
from warehouse.matrix import package
from warehouse.matrix.marks import guarded, is_risky, unguarded
from warehouse.matrix.package import MOST_BYTES, MOST_UNPACKED
from warehouse.matrix.returned import Returned, read_sheet
from warehouse.matrix.rows import MatrixError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEAD = "<row><c t='inlineStr'><is><t>Key</t></is></c><c t='inlineStr'><is><t>Notes</t></is></c></row>"
ROW = "<row><c t='inlineStr'><is><t>k:request:1</t></is></c><c t='inlineStr'><is><t>x</t></is></c></row>"


def read(path: Path) -> Returned:
    """A sheet as the command reads it."""
    return read_sheet(path, headings(), months())


def workbook(path: Path, sheet: str | Iterable[bytes], more: Mapping[str, bytes | str] | None = None) -> Path:
    """A workbook with this XML as its sheet, and other parts."""
    book = openpyxl.Workbook()
    book.active["A1"] = "Key"
    plain = io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in made.namelist():
            if name != "xl/worksheets/sheet1.xml" and name not in (more or {}):
                new.writestr(name, made.read(name))
        for name, content in (more or {}).items():
            new.writestr(name, content)
        pieces = [sheet.encode()] if isinstance(sheet, str) else sheet
        with new.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for piece in pieces:
                part.write(piece)
    return path


def rows(xml: str) -> str:
    """A sheet of these rows."""
    return f"<worksheet {MAIN}><sheetData>{xml}</sheetData></worksheet>"


def test_a_plain_workbook_is_read(tmp_path: Path) -> None:
    """What the other tests make hostile is read where it is not."""
    sheet = read(workbook(tmp_path / "a.xlsx", rows(HEAD + ROW)))
    assert [(row.number, row.text("task_key"), row.text("note")) for row in sheet.rows] == [(2, "k:request:1", "x")]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/macrosheets/sheet1.xml", "macros"),
        ("xl/externalLinks/externalLink1.xml", "links to other workbooks"),
        ("xl/connections.xml", "data connections"),
        ("xl/embeddings/oleObject1.bin", "embedded objects"),
        ("XL/ActiveX/activeX1.bin", "embedded objects"),
    ],
)
def test_macros_links_and_objects_are_refused(tmp_path: Path, name: str, what: str) -> None:
    """The sentence says what the workbook has, and how to save it without."""
    with pytest.raises(MatrixError, match=what):
        read(workbook(tmp_path / "a.xlsx", rows(HEAD + ROW), {name: b"x"}))


def test_entities_are_refused(tmp_path: Path) -> None:
    """No part may define entities: neither a billion laughs nor a file of this machine is ever expanded."""
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha" * 10}">' for n in range(9))
    for kind in (laughs, '<!ENTITY a8 SYSTEM "file:///etc/passwd">'):
        with pytest.raises(MatrixError, match="entities"):
            read(workbook(tmp_path / "a.xlsx", f"<!DOCTYPE x [{kind}]>" + rows(HEAD + ROW.replace("x<", "&a8;<"))))


def _peak(path: Path) -> int:
    tracemalloc.start()
    try:
        with pytest.raises(MatrixError):
            read(path)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_bomb_is_refused_within_bounds(tmp_path: Path) -> None:
    """A small file that unpacks to gigabytes is refused by its own table of contents, before any of it is unpacked."""
    block = b" " * 1_000_000
    begin, end = f"<worksheet {MAIN}><sheetData>{HEAD}".encode(), b"</sheetData></worksheet>"
    path = workbook(tmp_path / "a.xlsx", (begin, *[block] * 300, end))
    assert path.stat().st_size < 1_000_000 < MOST_UNPACKED
    assert _peak(path) < 5_000_000


@pytest.mark.parametrize("stated", [None, 9])
def test_many_parts_are_refused_before_they_are_listed(tmp_path: Path, stated: int | None) -> None:
    """A table of contents with many entries is refused unread, even if the file states a small number of them."""
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as made:
        for number in range(20_000):
            made.writestr(f"xl/parts/{number}.xml", b"")
    if stated is not None:
        content = bytearray(path.read_bytes())
        content[-14:-10] = stated.to_bytes(2, "little") * 2
        path.write_bytes(content)
    with pytest.raises(MatrixError, match="parts" if stated is None else "table of contents"):
        read(path)
    assert _peak(path) < 1_000_000


def test_a_zip_for_very_large_files_is_refused(tmp_path: Path) -> None:
    """A second record at the end, which would be believed instead of the first, is refused."""
    path = workbook(tmp_path / "a.xlsx", rows(HEAD + ROW))
    content = path.read_bytes()
    path.write_bytes(content[:-22] + b"PK\6\7" + b"\0" * 16 + content[-22:])
    with pytest.raises(MatrixError, match="very large files"):
        read(path)


@pytest.mark.slow
@pytest.mark.parametrize("row", [ROW, "<row/>" * 7, "<row>" + "<c/>" * 6 + "</row>"])
def test_a_million_rows_are_refused_in_little_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: str) -> None:
    """Whether filled or empty, rows and cells beyond the limit end the reading, and those before it are not kept."""
    monkeypatch.setattr(package, "MOST_ELEMENTS", 200_000)
    block = (row * 1000).encode()
    begin, end = f"<worksheet {MAIN}><sheetData>{HEAD}".encode(), b"</sheetData></worksheet>"
    path = workbook(tmp_path / "a.xlsx", (begin, *[block] * min(1000, 75_000_000 // len(block)), end))
    assert _peak(path) < 20_000_000


def test_empty_rows_and_cells_are_passed_over(tmp_path: Path) -> None:
    """Programs write rows and cells that have only a style."""
    empty = "<row/>" * 20_000 + "<row>" + "<c s='0'/>" * 16_384 + "</row>"
    (row,) = read(workbook(tmp_path / "a.xlsx", rows(HEAD + empty + ROW))).rows
    assert (row.number, row.text("note")) == (20_003, "x")


def test_one_endless_text_is_cut(tmp_path: Path) -> None:
    """A cell holds what Excel's cells can hold; the rest of it is never kept."""
    block = b"a" * 1_000_000
    begin = f"<worksheet {MAIN}><sheetData>{HEAD}<row><c t='inlineStr'><is><t>k</t></is></c><c t='str'><v>".encode()
    path = workbook(tmp_path / "a.xlsx", (begin, *[block] * 20, b"</v></c></row></sheetData></worksheet>"))
    (row,) = read(path).rows
    assert len(row.text("note")) == 32_767


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        b"PK\x03\x04" + b"\0" * 1000,
        b"\xd0\xcf\x11\xe0" + b"\0" * 1000,
        b"\0" * 1000,
        b"a,b\nc,d\n",
        b'Key,Notes\n"' + b"x" * 200_000 + b'",y\n',
        b"%PDF-1.7",
        b"Key;Key\na;b\n",
    ],
)
def test_what_is_no_sheet_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    """Broken zips, encrypted workbooks, other files and sheets without keys end in one clear line."""
    for name in ("a.xlsx", "a.csv"):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(MatrixError, match="a\\."):
            read(path)


def test_broken_parts_are_refused_in_a_sentence(tmp_path: Path) -> None:
    """XML that ends early, indexes into nothing, and parts that are missing are damage, not a fault of ours."""
    for sheet in (
        rows(HEAD)[:-30],
        rows(HEAD + "<row><c t='s'><v>99</v></c></row>"),
        rows(HEAD + "<row><c s='x'><v>1</v></c></row>"),
        rows(HEAD + "<row><c><v>one</v></c></row>"),
        rows(HEAD + "<row r='x'/>"),
        "",
    ):
        with pytest.raises(MatrixError, match="not a readable"):
            read(workbook(tmp_path / "a.xlsx", sheet))


def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path) -> None:
    """Its size is looked at first."""
    for name in ("a.xlsx", "a.csv"):
        path = tmp_path / name
        with path.open("wb") as file:
            file.write(b"PK\x03\x04" if name == "a.xlsx" else b"Key")
            file.truncate(MOST_BYTES + 1)
        assert _peak(path) < 2 * MOST_BYTES


def test_guarding_is_undone_exactly() -> None:
    """Whatever a text begins with, it comes back; what a program would run never stays bare."""
    for start in ("", "=", "+", "-", "@", "\t", "\r", "＝", "'", "'=", "''+", "'a", " =", "a="):
        text = f"{start}1+1"
        assert unguarded(guarded(text)) == text
        assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
        assert is_risky(text) == (guarded(text) != text)


def test_half_a_sign_is_no_text(tmp_path: Path) -> None:
    """What XML would write for half of a sign can be neither looked up nor printed, so it is shown as unknown."""
    half = ROW.replace("k:request:1", "k_xD83D_").replace(">x<", ">a_xDC00_b _xD83D__xDE00_<")
    (row,) = read(workbook(tmp_path / "a.xlsx", rows(HEAD + half))).rows
    assert (row.text("task_key"), row.text("note")) == ("k\ufffd", "a\ufffdb \U0001f600")
