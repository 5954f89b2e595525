"""A Word file's text as it is printed: numbers that Word counts, notes, boxes; what is not printed is listed apart."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from mandates.text.blocks import check
from scrapers.publication import TextError
from scrapers.text.documents import document_text
from scrapers.text.word import WordText, read_word
from tests.scrapers.docx_files import W, docx, level, numbering, p, r, table

OPERATIVE = numbering(
    level(0, "decimal", "%1.") + level(1, "lowerLetter", "(%2)") + level(2, "lowerRoman", "(%3)"),
)


def read(body: str, **parts: str) -> WordText:
    """What is read of a file with this body; its blocks keep the contract of all readers."""
    found = read_word(docx(body, **parts))
    check(found.blocks, found.text)
    return found


def lines(body: str, **parts: str) -> list[str]:
    """The paragraphs of a file with this body."""
    return read(body, **parts).text.removesuffix("\n").split("\n\n")


def left(found: WordText) -> dict[str, str]:
    """What was left out: the words by their reason."""
    return {each.reason: each.words for each in found.left_out}


def test_clauses_get_the_numbers_that_word_counts() -> None:
    """Numbers, letters and roman numerals of a list in levels are written before the words, as they are printed."""
    places = (0, 1, 1, 2, 2, 0, 1, 2)
    body = "".join(p(f"Requests {at}", num=f"1:{place}") for at, place in enumerate(places))
    labels = [line.partition(" ")[0] for line in lines(body, numbering=OPERATIVE)]
    assert labels == ["1.", "(a)", "(b)", "(i)", "(ii)", "2.", "(a)", "(i)"]


def test_the_blocks_of_a_list_carry_label_and_level() -> None:
    """Each item is a block with its own label and its depth, counted from 1."""
    found = read(p("Decides:", num="1:0") + p("To meet", num="1:1"), numbering=OPERATIVE)
    assert [(b.kind, b.label, b.level) for b in found.blocks] == [("item", "1.", 1), ("item", "(a)", 2)]
    assert found.text == "1. Decides:\n\n(a) To meet\n"


def test_a_second_list_of_the_same_definition_goes_on_unless_it_starts_again() -> None:
    """Lists that share a definition share its counters; `startOverride` begins again at its number."""
    lists = {
        1: '<w:abstractNumId w:val="0"/>',
        2: '<w:abstractNumId w:val="0"/>',
        3: '<w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride>',
    }
    part = numbering(level(0, "decimal", "%1."), lists=lists)
    body = "".join(p("x", num=f"{name}:0") for name in (1, 1, 2, 3, 3))
    assert lines(body, numbering=part) == ["1. x", "2. x", "3. x", "7. x", "8. x"]


def test_labels_of_several_levels_are_put_together() -> None:
    """A label such as 1.2 takes both counters; legal numbering writes roman numerals of levels above in digits."""
    part = numbering(
        level(0, "upperRoman", "%1.")
        + level(1, "decimal", "%1.%2")
        + level(2, "decimal", "%1.%2.%3", more="<w:isLgl/>")
    )
    body = p("a", num="1:0") + p("b", num="1:1") + p("c", num="1:2") + p("d", num="1:0") + p("e", num="1:1")
    assert lines(body, numbering=part) == ["I. a", "I.1 b", "1.1.1 c", "II. d", "II.1 e"]


def test_a_level_may_go_on_where_a_higher_one_comes_between() -> None:
    """`lvlRestart` 0 lets articles count through all chapters."""
    part = numbering(
        level(0, "decimal", "Chapter %1") + level(1, "decimal", "Article %2.", more='<w:lvlRestart w:val="0"/>')
    )
    body = "".join(p("x", num=f"1:{place}") for place in (0, 1, 1, 0, 1))
    assert lines(body, numbering=part) == ["Chapter 1 x", "Article 1. x", "Article 2. x", "Chapter 2 x", "Article 3. x"]


def test_numbers_come_through_styles_and_what_they_are_based_on() -> None:
    """A paragraph style may give the list, and a style based on it inherits that; the list names the style's level."""
    part = numbering(level(0, "decimal", "%1.") + level(1, "lowerLetter", "(%2)", more='<w:pStyle w:val="Sub"/>'))
    styles = (
        '<w:style w:type="paragraph" w:styleId="Op"><w:name w:val="Operative"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Op2"><w:name w:val="Op 2"/><w:basedOn w:val="Op"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Sub"><w:name w:val="Sub"/><w:basedOn w:val="Op"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Loop"><w:name w:val="Loop"/><w:basedOn w:val="Loop"/></w:style>'
    )
    body = p("a", style="Op") + p("b", style="Sub") + p("c", style="Op2") + p("d", style="Op2", num="0:0")
    assert lines(body + p("e", style="Loop"), numbering=part, styles=styles) == ["1. a", "(a) b", "2. c", "d", "e"]


@pytest.mark.parametrize(
    ("how", "places", "said"),
    [
        ("lowerLetter", 28, "bb"),
        ("upperLetter", 3, "C"),
        ("lowerRoman", 14, "xiv"),
        ("upperRoman", 9, "IX"),
        ("decimalZero", 7, "07"),
        ("ordinal", 22, "22nd"),
        ("cardinalText", 4, "4"),
    ],
)
def test_ways_to_count(how: str, places: int, said: str) -> None:
    """Each way to count is written as Word prints it; words are written as digits."""
    part = numbering(level(0, how, "%1)", start=places))
    assert lines(p("x", num="1:0"), numbering=part) == [f"{said}) x"]


def test_bullets_are_bullets_and_dashes_dashes() -> None:
    """A bullet from a symbol font is one bullet; a dash stays a dash."""
    part = numbering(level(0, "bullet", "\uf0b7") + level(1, "bullet", "–"))
    assert lines(p("a", num="1:0") + p("b", num="1:1"), numbering=part) == ["• a", "– b"]


def test_a_text_box_is_read_once() -> None:
    """The box is written for new and for old versions of Word; its words come once, after what it is anchored in."""
    box = f"<w:txbxContent>{p('In the box')}</w:txbxContent>"
    new = f"<mc:Choice Requires='wps'><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
    old = f"<mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback>"
    shape = f"<w:r><mc:AlternateContent>{new}{old}</mc:AlternateContent></w:r>"
    assert lines(p("Before", inner=shape + r(" and after")) + p("Next")) == ["Before and after", "In the box", "Next"]


def test_hidden_words_are_left_out_and_listed() -> None:
    """Hidden by the run, by its style or by the paragraph's style: not printed, so not in the text."""
    styles = (
        '<w:style w:type="character" w:styleId="Secret"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Hint"><w:name w:val="Hint"/><w:rPr><w:vanish/></w:rPr></w:style>'
    )
    body = p("Seen", inner=r(" run", "<w:vanish/>") + r(" style", '<w:rStyle w:val="Secret"/>') + r(" shown"))
    found = read(body + p("a hint", style="Hint") + p("", inner=r("still", '<w:vanish w:val="0"/>')), styles=styles)
    assert found.text == "Seen shown\n\nstill\n"
    assert [(each.words, each.reason) for each in found.left_out] == [
        ("run style", "hidden text"),
        ("a hint", "hidden text"),
    ]


def test_tracked_changes_are_read_as_accepted() -> None:
    """What was inserted is text, what was deleted or moved away is listed; a deleted paragraph does not count."""
    gone = "<w:del w:id='1'><w:r><w:delText>invites</w:delText></w:r></w:del>"
    new = f"<w:ins w:id='2'>{r('requests')}</w:ins>"
    body = (
        p("The Council ", inner=gone + new + r(" it"), num="1:0")
        + p("", inner="<w:del w:id='3'><w:r><w:delText>Old clause</w:delText></w:r></w:del>", num="1:0")
        + p("", inner=f"<w:moveFrom w:id='4'>{r('Moved')}</w:moveFrom>")
        + p("", inner=f"<w:moveTo w:id='5'>{r('Moved')}</w:moveTo>", num="1:0")
    )
    found = read(body, numbering=OPERATIVE)
    assert found.text == "1. The Council requests it\n\n2. Moved\n"
    assert [each.words for each in found.left_out] == ["invites", "Old clause", "Moved"]
    assert {each.reason for each in found.left_out} == {"deleted (tracked change)"}


def test_a_paragraph_whose_mark_is_deleted_runs_on() -> None:
    """Two paragraphs that a tracked change made one are one."""
    more = "<w:rPr><w:del w:id='1'/></w:rPr>"
    assert lines(p("Requests the ", more=more, num="1:0") + p("Secretary"), numbering=OPERATIVE) == [
        "1. Requests the Secretary"
    ]


def test_notes_are_counted_as_printed_and_come_after_the_body() -> None:
    """The mark is the note's place in the text, not its id in the file; notes that nothing refers to are listed."""
    ref = "<w:r><w:footnoteReference w:id='{}'/></w:r>"
    own = "<w:r><w:footnoteReference w:customMarkFollows='1' w:id='7'/><w:t>*</w:t></w:r>"
    end = "<w:r><w:endnoteReference w:id='2'/></w:r>"
    body = p("Rights,", inner=ref.format(5) + r(" boats") + own + r(" and ports") + ref.format(2) + end)
    notes = "".join(
        f"<w:footnote w:id='{name}'{kind}>{p(words)}</w:footnote>"
        for name, kind, words in (
            (-1, " w:type='separator'", ""),
            (2, "", "Second."),
            (5, "", "First."),
            (7, "", "Starred."),
            (9, "", "Orphan."),
        )
    )
    found = read(body, footnotes=notes, endnotes=f"<w:endnote w:id='2'>{p('At the end.')}</w:endnote>")
    assert found.text.split("\n\n") == [
        "Rights,¹ boats* and ports²¹",
        "[footnote ¹] First.",
        "[footnote *] Starred.",
        "[footnote ²] Second.",
        "[endnote ¹] At the end.\n",
    ]
    assert left(found) == {"footnote without a mark": "Orphan."}
    assert [block.kind for block in found.blocks] == ["paragraph", "footnote", "footnote", "footnote", "footnote"]


def test_running_heads_comments_and_watermarks_are_listed() -> None:
    """What is on each page, or beside the text, is not part of it."""
    art = "<w:p><w:r><w:pict><v:shape><v:textpath string='DRAFT'/></v:shape></w:pict></w:r></w:p>"
    found = read(
        p("The text."),
        header=p("A/99/L.1") + art,
        footer=p("Page 1"),
        comments=f"<w:comment w:id='0'>{p('Check this.')}</w:comment>",
    )
    assert found.text == "The text.\n"
    assert left(found) == {
        "running head": "A/99/L.1",
        "watermark": "DRAFT",
        "running foot": "Page 1",
        "comment": "Check this.",
    }


def test_rows_are_lines_and_one_table_is_one_block() -> None:
    """Cells are joined by tabs; the rows of a table are one block."""
    found = read(p("Before") + table((p("Port"), p("Boats")), (p("Sampleton"), p("two") + p("or three"))) + p("After"))
    assert found.text == "Before\n\nPort\tBoats\n\nSampleton\ttwo or three\n\nAfter\n"
    assert [block.kind for block in found.blocks] == ["paragraph", "table", "paragraph"]


def test_a_table_for_the_layout_keeps_its_paragraphs() -> None:
    """A cell that holds numbered clauses, or a table of its own, is set out as paragraphs."""
    clauses = p("Requests a report;", num="1:0") + p("Decides to meet.", num="1:0")
    inner = p("Nested:") + table((p("a"), p("b")))
    found = lines(table((clauses, inner)), numbering=OPERATIVE)
    assert found == ["1. Requests a report;", "2. Decides to meet.", "Nested:", "a\tb"]


def test_tables_within_tables_are_read_once() -> None:
    """Seventy-five tables within each other give the innermost words once."""
    body = p("deep")
    for _ in range(75):
        body = table((body,))
    assert read(body).text == "deep\n"


def test_small_things_that_are_printed() -> None:
    """Symbols, breaks, hyphens, links, content controls, formulas and fields give what a reader sees."""
    inner = (
        r("re") + "<w:r><w:softHyphen/></w:r>" + r("port")
        + "<w:r><w:noBreakHyphen/><w:tab/><w:br/><w:sym w:font='Symbol' w:char='F062'/></w:r>"
        + f"<w:hyperlink r:id='x'>{r(' link')}</w:hyperlink><w:sdt><w:sdtContent>{r(' control')}</w:sdtContent></w:sdt>"
        + "<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>"
        + "<w:r><w:fldChar w:fldCharType='begin'/><w:instrText> PAGE </w:instrText><w:t>code</w:t>"
        + "<w:fldChar w:fldCharType='separate'/></w:r>" + r(" result") + "<w:r><w:fldChar w:fldCharType='end'/></w:r>"
    )  # fmt: skip
    found = read(p("", inner=inner))
    assert found.text == "report-\t\nβ link controlx=1 result\n"
    assert left(found) == {"field code": "code"}


def test_placeholders_and_unknown_symbols_are_listed() -> None:
    """The hint to enter a text is not text; a symbol of a font that is not known is not dropped in silence."""
    hint = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{r('Click here')}</w:sdtContent></w:sdt>"
    found = read(p("Date: ", inner=hint + "<w:r><w:sym w:font='Oddities' w:char='F0AA'/></w:r>"))
    assert found.text == "Date:\n"
    assert left(found) == {"placeholder": "Click here", "symbol that is not known": "Oddities F0AA"}


def test_headings_have_their_rank() -> None:
    """By the style's name, whatever its id is in the language of the writer, or by the outline level."""
    styles = (
        '<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/>'
        '<w:rPr><w:b/><w:sz w:val="28"/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Quote"><w:name w:val="Quote"/></w:style>'
    )
    body = p("Ports", style="berschrift2") + p("Part", more='<w:outlineLvl w:val="0"/>') + p("As said", style="Quote")
    found = read(body, styles=styles)
    assert [(b.kind, b.level, b.bold, b.size) for b in found.blocks] == [
        ("heading", 2, True, 14.0),
        ("heading", 1, False, None),
        ("quotation", 0, False, None),
    ]


def test_the_document_is_found_by_its_relationship_and_in_strict_files() -> None:
    """Some writers call it document2.xml, and "Strict Open XML" has other namespaces."""
    assert read_word(docx(p("Words"), name="word/document2.xml")).text == "Words\n"
    raw = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx(p("Words")))) as old, zipfile.ZipFile(raw, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(W.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main"))
    assert read_word(raw.getvalue()).text == "Words\n"


def test_a_file_of_python_docx_is_read() -> None:
    """Its numbered and bulleted styles get their labels."""
    document = Document()
    document.add_heading("Decision 7", level=1)
    for words in ("Count boats", "Count ports"):
        document.add_paragraph(words, style="List Number")
    document.add_paragraph("Nets", style="List Bullet")
    raw = io.BytesIO()
    document.save(raw)
    found = document_text(raw.getvalue())
    assert found.text == "Decision 7\n\n1. Count boats\n\n2. Count ports\n\n• Nets\n"
    assert [block.kind for block in found.blocks] == ["heading", "item", "item", "item"]


def test_nesting_without_end_is_an_error() -> None:
    """A file nested deeper than the parser goes is refused, and not read in part."""
    with pytest.raises(TextError, match="not a readable"):
        read_word(docx("<w:sdt>" * 400 + p("x") + "</w:sdt>" * 400))


def test_many_parts_together_may_not_unpack_to_more_than_the_limit() -> None:
    """Each part is small enough, all of them are not."""
    raw = io.BytesIO()
    small = io.BytesIO(docx(p("x"), styles="", header="", footer=""))
    with zipfile.ZipFile(small) as old, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            pad = b"<!--" + b" " * 1_500_000 + b"-->" if name.startswith("word/") and "rels" not in name else b""
            new.writestr(name, old.read(name) + pad)
    with pytest.raises(TextError, match="over the limit"):
        read_word(raw.getvalue())


def test_a_name_in_the_zip_that_is_not_utf_8_is_an_error_that_can_be_shown() -> None:
    """A zip may say that a name is UTF-8 where it is not."""
    raw = docx(p("x"), styles="").replace(b"word/styles.xml", b"word/st\xff\xfees.xml")
    flagged = bytearray(raw)
    for head, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = flagged.find(head)
        while at >= 0:
            flagged[at + place + 1] |= 0x08
            at = flagged.find(head, at + 4)
    with pytest.raises(TextError) as caught:
        read_word(bytes(flagged))
    str(caught.value).encode("utf-8")


@given(st.binary(max_size=300), st.integers(0, 2000))
def test_any_damage_is_named_or_survived(damage: bytes, place: int) -> None:
    """No bytes written over a file crash the reader."""
    raw = docx(p("Words", num="1:0"), numbering=OPERATIVE)
    try:
        read_word(raw[:place] + damage + raw[place + len(damage) :])
    except TextError as error:
        str(error).encode("utf-8")
