"""The way through a part of a Word file, from beginning to end, each element once and without recursion."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scrapers.text.pdf_lines import superscripts
from scrapers.text.word_numbering import Label, Numbering
from scrapers.text.word_package import W
from scrapers.text.word_pieces import Piece, row_of
from scrapers.text.word_styles import Style, Styles, over, paragraph_style, run_style, switch, value
from scrapers.text.word_symbols import character

if TYPE_CHECKING:
    from collections.abc import Callable

    from mandates.text.blocks import BlockKind
    from scrapers.text.word_package import Package

# Elements whose words nobody sees in the printed document, and why.
_UNSEEN = {
    "del": "deleted (tracked change)",
    "moveFrom": "deleted (tracked change)",
    "rt": "phonetic guide",
}
# What no words are in, or words for programs. Of `AlternateContent` the Fallback says what the Choice says.
# fmt: off
_SKIPPED = frozenset((
    "pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr", "tblGrid", "trPr", "tcPr", "tblPrEx", "sectPr", "instrText",
    "delInstrText", "Fallback", "annotationRef",
))
# fmt: on
_AS_WORDS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_BLANKS = re.compile(r"[ \xa0]+")
_LINE_ENDS = re.compile(r"[\r\n\t]+")


@dataclass(slots=True)
class _Paragraph:
    style: Style
    name: str
    words: list[str] = field(default_factory=list)
    unseen: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    bold: int = 0
    size: float | None = None
    # Text boxes that are anchored in it come after it.
    boxes: list[Piece] = field(default_factory=list)


class Walk:
    """Reads parts of one document; numbers and notes go on counting from one part to the next.

    `marks` are the notes that were referred to, with the mark of each; `dropped` what was left out: reason and words.
    """

    def __init__(self, package: Package, *, watermarks: bool = False) -> None:
        self.marks: dict[str, dict[str, str]] = {"footnote": {}, "endnote": {}}
        self.dropped: list[tuple[str, str]] = []
        self._counted: Counter[str] = Counter()
        self._watermarks = watermarks
        self._styles = Styles(package.first("styles"))
        self._numbering = Numbering(package.first("numbering"))
        self._tables = 0
        self._lists: list[list[Piece]] = []
        self._paragraphs: list[_Paragraph] = []
        self._runs: list[Style] = []
        self._unseen: list[tuple[Any, str]] = []
        self._fields: list[str] = []
        self._open_tables: list[int] = []
        self._rows: list[list[list[Piece]]] = []
        self._running_on: _Paragraph | None = None
        self._entered: dict[str, Callable[[Any], None]] = {
            "r": self._begin_run,
            "p": self._begin_paragraph,
            "sdt": self._placeholder,
            "footnoteReference": self._note,
            "endnoteReference": self._note,
            "sym": self._symbol,
            "fldChar": self._field,
            "textpath": self._art,
            "altChunk": self._embedded,
            "tbl": self._begin_table,
            "tr": self._begin_row,
            "tc": self._begin_cell,
        }

    def through(self, root: Any) -> list[Piece]:
        """The paragraphs and rows in an element, in order."""
        from lxml.etree import iterwalk  # noqa: PLC0415 - loaded already

        self._lists.append([])
        walk = iterwalk(root, events=("start", "end"))
        skipped = None
        for event, element in walk:
            tag = element.tag
            if not isinstance(tag, str):
                # A reference to an entity, which is not resolved.
                continue
            name = tag[tag.rfind("}") + 1 :]
            if event == "start":
                if name in _SKIPPED or (name == "Choice" and element.getprevious() is not None):
                    skipped = element
                    walk.skip_subtree()
                else:
                    self._enter(element, name)
            elif element is skipped:
                skipped = None
            else:
                self._leave(element, name)
        if self._running_on is not None:
            self._emit(self._running_on)
        return self._lists.pop()

    def _enter(self, element: Any, name: str) -> None:
        if name in {"t", "delText"}:
            self._say(_LINE_ENDS.sub(" ", element.text or ""))
        elif name in _AS_WORDS:
            self._say(_AS_WORDS[name])
        elif name in _UNSEEN:
            self._unseen.append((element, _UNSEEN[name]))
        elif (enter := self._entered.get(name)) is not None:
            enter(element)

    def _leave(self, element: Any, name: str) -> None:
        if name == "r":
            self._runs.pop()
        elif name == "p":
            self._end_paragraph(element)
        elif name in {"tbl", "tr", "tc"}:
            self._leave_table(name)
        if self._unseen and self._unseen[-1][0] is element:
            self._unseen.pop()

    # Words

    def _begin_run(self, element: Any) -> None:
        self._runs.append(self._run(element))

    def _run(self, element: Any) -> Style:
        properties = element.find(f"{W}rPr")
        around = self._paragraphs[-1].style if self._paragraphs else self._styles.style(self._styles.default)
        if properties is None:
            return around
        named = value(properties, "rStyle")
        below = over(around, self._styles.style(named)) if named else around
        return over(below, run_style(properties))

    def _say(self, words: str) -> None:
        if not self._paragraphs:
            if words.strip():
                self.dropped.append(("outside a paragraph", words))
            return
        paragraph = self._paragraphs[-1]
        run = self._runs[-1] if self._runs else paragraph.style
        reason = self._unseen[-1][1] if self._unseen else "field code" if "begin" in self._fields else None
        if reason is None and run.hidden:
            reason = "hidden text"
        if reason is not None:
            paragraph.unseen[reason].append(words)
            return
        paragraph.words.append(words)
        paragraph.bold += len(words) if run.bold else 0
        if paragraph.size is None and words.strip():
            paragraph.size = run.size

    def _placeholder(self, element: Any) -> None:
        if element.find(f"{W}sdtPr/{W}showingPlcHdr") is not None:
            self._unseen.append((element, "placeholder"))

    def _embedded(self, element: Any) -> None:
        self.dropped.append(("embedded file that is not read", " ".join(element.values())))

    def _symbol(self, element: Any) -> None:
        font, code = element.get(f"{W}font"), element.get(f"{W}char")
        found = character(font, code)
        if found is None:
            self.dropped.append(("symbol that is not known", f"{font} {code}"))
        else:
            self._say(found)

    def _field(self, element: Any) -> None:
        """A field is its code, which nobody sees, and its result."""
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            self._fields.append("begin")
        elif self._fields and kind == "separate":
            self._fields[-1] = "result"
        elif self._fields and kind == "end":
            self._fields.pop()

    def _art(self, element: Any) -> None:
        words = element.get("string") or ""
        if self._watermarks:
            self.dropped.append(("watermark", words))
        else:
            self._say(words)

    def _note(self, element: Any) -> None:
        marks = self.marks["endnote" if element.tag == f"{W}endnoteReference" else "footnote"]
        name = element.get(f"{W}id") or ""
        if self._unseen or name in marks:
            return
        if element.get(f"{W}customMarkFollows") in {"1", "true", "on"}:
            # The mark is in the words that follow.
            following = element.getnext()
            marks[name] = (following.text or "*").strip() if following is not None else "*"
            return
        # Word's ids are not what is printed: the notes are counted in their order.
        self._counted[element.tag] += 1
        marks[name] = str(self._counted[element.tag]).translate(superscripts)
        self._say(marks[name])

    # Paragraphs

    def _begin_paragraph(self, element: Any) -> None:
        properties = element.find(f"{W}pPr")
        name = (value(properties, "pStyle") if properties is not None else None) or self._styles.default
        paragraph = _Paragraph(over(self._styles.style(name), paragraph_style(properties)), name)
        if self._running_on is not None and not self._paragraphs:
            paragraph, self._running_on = self._running_on, None
        self._paragraphs.append(paragraph)

    def _end_paragraph(self, element: Any) -> None:
        paragraph = self._paragraphs.pop()
        mark = element.find(f"{W}pPr/{W}rPr")
        deleted = mark is not None and (mark.find(f"{W}del") is not None or bool(switch(mark, "vanish")))
        if deleted and not self._paragraphs and not self._rows and paragraph.words:
            # Where its mark is deleted or hidden, a paragraph and the next one are one.
            self._running_on = paragraph
            return
        self._emit(paragraph)

    def _emit(self, paragraph: _Paragraph) -> None:
        if paragraph is self._running_on:
            self._running_on = None
        for reason, unseen in paragraph.unseen.items():
            if left := "".join(unseen).strip():
                self.dropped.append((reason, left))
        words = _BLANKS.sub(" ", "".join(paragraph.words)).strip()
        label = self._label(paragraph) if words or not paragraph.unseen else None
        out = self._paragraphs[-1].boxes if self._paragraphs else self._lists[-1]
        if words:
            out.append(self._piece(paragraph, words, label))
        out += paragraph.boxes

    def _label(self, paragraph: _Paragraph) -> Label | None:
        style = paragraph.style
        if style.num_id is None or style.num_id == "0":
            return None
        level = style.level
        if level is None:
            level = self._numbering.level_of_style(style.num_id, paragraph.name)
        return self._numbering.label(style.num_id, level)

    def _piece(self, paragraph: _Paragraph, words: str, label: Label | None) -> Piece:
        style = paragraph.style
        kind: BlockKind = "quotation" if style.quotation else "paragraph"
        if style.heading:
            kind = "heading"
        elif label:
            kind = "item"
        return Piece(
            kind,
            words,
            level=style.heading or (label.level if label else 0),
            label=label.text if label else "",
            glue=label.glue if label else "",
            bold=2 * paragraph.bold > len(words),
            size=paragraph.size,
        )

    # Tables

    def _begin_table(self, _: Any) -> None:
        self._tables += 1
        self._open_tables.append(self._tables)

    def _begin_row(self, element: Any) -> None:
        self._rows.append([])
        if element.find(f"{W}trPr/{W}del") is not None:
            self._unseen.append((element, _UNSEEN["del"]))

    def _begin_cell(self, _: Any) -> None:
        self._lists.append([])

    def _leave_table(self, name: str) -> None:
        if name == "tbl":
            self._open_tables.pop()
        elif name == "tc":
            cell = self._lists.pop()
            if self._rows:
                self._rows[-1].append(cell)
        else:
            table = self._open_tables[-1] if self._open_tables else None
            out = self._paragraphs[-1].boxes if self._paragraphs else self._lists[-1]
            out += row_of(self._rows.pop(), table)
