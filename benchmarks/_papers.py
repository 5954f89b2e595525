"""Generated papers for measurements: resolutions of some four pages as PDF, small decisions as HTML, all different.

Their leads are those that resolutions have, their other words are drawn from a vocabulary, so that the finding of
mandates, dates and duplicates has its usual work. The same number gives the same bytes.
"""

from __future__ import annotations

import random
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

from benchmarks._generated import vocabulary
from demo.document import Block, Document
from demo.paper import pdf

if TYPE_CHECKING:
    from pathlib import Path

PREAMBLE = ("Recalling", "Reaffirming", "Noting with concern", "Welcoming", "Bearing in mind", "Convinced of")
LEADS = (
    "Requests the Secretary-General to report to the General Assembly at its eighty-third session on",
    "Decides to establish a working group on",
    "Urges Member States to strengthen",
    "Also requests the Secretary-General to submit, no later than 31 March 2027, a study of",
    "Encourages the United Nations Network on Migration to support",
    "Takes note of the report of the Secretary-General on",
    "Decides to include in the provisional agenda of its eighty-second session an item on",
)
SMALL = ("the", "and the", "of", "in the", "for", "with", "to the", "and", "", "")


def resolution(number: int, *, preamble: int = 14, clauses: int = 22) -> Document:
    """A resolution; `number` is in its symbol and title, and decides its words."""
    chance = random.Random(number)  # noqa: S311 - the same words each time

    def words(count: int) -> str:
        """So many nouns with the small words between them by which a language is known."""
        return " ".join(f"{chance.choice(SMALL)} {chance.choice(vocabulary)}" for _ in range(count)).strip()

    recitals = [Block("text", None, f"*{chance.choice(PREAMBLE)}* {words(22)},") for _ in range(preamble)]
    operative = []
    for position in range(1, clauses + 1):
        verb, _, rest = chance.choice(LEADS).partition(" ")
        operative.append(Block("clause", str(position), f"*{verb}* {rest} {words(25)};"))
    return Document(
        id=f"un-res-{number}",
        shape="un",
        title=f"Matter {number}: {words(4)}",
        symbol=f"A/RES/81/{1000 + number}",
        stage="adopted",
        session="Eighty-first session",
        agenda_item="68 (e)",
        agenda_title="Promotion and protection of human rights",
        dated=date(2026, 10, 28),
        issued=date(2026, 11, 4),
        job=f"26-{number:05}",
        report_line="on the report of the Third Committee (A/81/911, para. 23)",
        meeting="31st plenary meeting",
        blocks=(Block("text", None, "*The General Assembly*,"), *recitals, *operative),
    )


def write_pdfs(folder: Path, count: int) -> Path:
    """Write so many resolutions as PDF."""
    folder.mkdir(parents=True)
    for number in range(count):
        (folder / f"{number:05}.pdf").write_bytes(pdf(resolution(number)))
    return folder


def write_pages(folder: Path, count: int, *, first: int = 0) -> Path:
    """Write so many small web pages from number `first` on, each a short decision between a menu and a foot."""
    folder.mkdir(parents=True)
    menu = "".join(f"<li><a href='/{word}'>{word}</a></li>" for word in vocabulary[:12])
    for number in range(first, first + count):
        document = resolution(number, preamble=2, clauses=4)
        marks = str.maketrans("", "", "*")
        body = "".join(
            f"<p>{block.number + '. ' if block.number else ''}{block.text.translate(marks)}</p>"
            for block in document.blocks
        )
        (folder / f"{number:05}.html").write_text(
            f"<!doctype html><html lang='en'><head><title>{document.title}</title></head>"
            f"<body><nav><ul>{menu}</ul></nav><main><h1>{document.title}</h1>{body}</main>"
            f"<footer>Invented page {number}</footer></body></html>",
            encoding="utf-8",
        )
    return folder


def illustrated(mark: str, size: int) -> bytes:
    """A PDF of about `size` bytes: some clauses, and a picture that does not compress; `mark` is there uncompressed."""
    from reportlab.lib.utils import ImageReader  # noqa: PLC0415 - reportlab is slow to import
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415

    side = int((size / 3 * 4 / 5) ** 0.5)  # five letters for four bytes
    noise = random.Random(20261125).randbytes(side * side * 3)  # noqa: S311 - the same each time
    picture = BytesIO(b"P6 %d %d 255\n" % (side, side) + noise)
    out = BytesIO()
    canvas = Canvas(out, pageCompression=0, invariant=1)
    canvas.drawString(72, 760, f"Invented paper {mark}")
    for position, block in enumerate(resolution(0, preamble=0, clauses=12).blocks):
        canvas.drawString(72, 740 - 14 * position, f"{position}. {block.text.replace('*', '')[:90]}")
    canvas.showPage()
    canvas.drawImage(ImageReader(picture), 72, 72, 400, 400)
    canvas.save()
    return out.getvalue()
