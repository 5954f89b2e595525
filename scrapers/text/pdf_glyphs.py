"""A PDF page as PDFium sees it: all characters in one call, and the place of single ones where it matters.

Each question about one character is a call into the library, and three for each character were 74 % of the time of
reading a PDF. So the text comes in bulk, and only the ends of lines, numbers, and blanks that PDFium put in by itself
are asked about: about one character in twelve.
"""

from __future__ import annotations

import ctypes
import math
import re
from typing import Any

# PDFium passes on what a damaged font maps to: NUL, surrogates, and what lies beyond Unicode.
NO_CHARACTER = "\0"
_LAST_CHARACTER = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)
_BLANK = re.compile(" ")
_BOLD = re.compile(rb"bold|black|heavy", re.IGNORECASE)
_FORCED_BOLD = 1 << 18
# A longer name of a font is not written at all.
_NAME_BYTES = 256
# Degrees off a right angle from which text is slanted, as the words of a watermark are.
_SLANT = 5


class Glyphs:
    """The characters of one text page, and where they are.

    Coordinates are in points in the direction of the text asked about (`turn`, in degrees counterclockwise: 0, 90, 180
    or 270): x grows along the line, y from the foot of the letters to their head.
    """

    def __init__(self, textpage: Any) -> None:
        import pypdfium2.raw as pdfium  # noqa: PLC0415 - loading PDFium takes 40 ms that other texts need not pay

        self._library = pdfium
        self._page = textpage.raw
        self._origin, self._loose_box = pdfium.FPDFText_GetCharOrigin, pdfium.FPDFText_GetLooseCharBox
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._box = pdfium.FS_RECTF()
        self._matrix = pdfium.FS_MATRIX()
        self._edges = [ctypes.c_double() for _ in range(4)]
        self._name = ctypes.create_string_buffer(_NAME_BYTES)
        self._flags = ctypes.c_int()
        self.text = self._characters(textpage)

    def _characters(self, textpage: Any) -> str:
        """The page's characters, each at its index, NUL for those that mean nothing."""
        count = textpage.count_chars()
        text: str = textpage.get_text_range(errors="ignore")
        if len(text) == count:
            return text
        # Characters beyond the basic plane, or none at all: their places in the bulk text are others.
        codes = (self._library.FPDFText_GetUnicode(self._page, index) for index in range(count))
        return "".join(NO_CHARACTER if code > _LAST_CHARACTER or code in _SURROGATES else chr(code) for code in codes)

    def origin(self, index: int, turn: int = 0) -> tuple[float, float]:
        """The character's place on its baseline."""
        x, y = self._x, self._y
        self._origin(self._page, index, x, y)
        return turned(x.value, y.value, turn) if turn else (x.value, y.value)

    def span(self, index: int, turn: int = 0) -> tuple[float, float]:
        """From where to where on the line the character reaches, with the space that its font gives it."""
        box = self._box
        self._loose_box(self._page, index, box)
        return _along(box.left, box.right, box.bottom, box.top, turn)

    def end(self, index: int, size: float, turn: int = 0) -> float:
        """Where the character's own width ends: the boxes of letters that lean over, as "f" does, reach further."""
        width = ctypes.c_float()
        thing = self._library.FPDFText_GetTextObject(self._page, index)
        font = thing and self._library.FPDFTextObj_GetFont(thing)
        if not font or not self._library.FPDFFont_GetGlyphWidth(font, ord(self.text[index]), size, width):
            return self.span(index, turn)[1]
        return self.origin(index, turn)[0] + width.value if width.value > 0 else self.span(index, turn)[1]

    def direction(self, index: int) -> tuple[float, int, bool]:
        """Type size in points, turn in degrees, and whether the text is slanted."""
        matrix = self._matrix
        size = self._library.FPDFText_GetFontSize(self._page, index)
        if not self._library.FPDFText_GetMatrix(self._page, index, matrix):
            return abs(size) or 1.0, 0, False
        size = abs(size) * math.hypot(matrix.c, matrix.d)
        if matrix.b == 0 and matrix.a > 0:
            return size or 1.0, 0, False
        degrees = math.degrees(math.atan2(matrix.b, matrix.a)) % 360
        turn = round(degrees / 90) * 90
        return size or 1.0, turn % 360, abs(degrees - turn) > _SLANT

    def bold(self, index: int) -> bool:
        """Whether the character's font says that it is bold."""
        self._library.FPDFText_GetFontInfo(self._page, index, self._name, _NAME_BYTES, self._flags)
        return bool(self._flags.value & _FORCED_BOLD) or _BOLD.search(self._name.value) is not None

    def blanks_put_in(self) -> list[int]:
        """The blanks that are not in the file: PDFium puts them in where it sees a gap."""
        put_in, page = self._library.FPDFText_IsGenerated, self._page
        return [blank.start() for blank in _BLANK.finditer(self.text) if put_in(page, blank.start())]

    def pale(self, index: int) -> bool:
        """Whether the character is printed in a light colour or lets others shine through."""
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        if not self._library.FPDFText_GetFillColor(self._page, index, red, green, blue, alpha):
            return False
        # At half of white, text of the usual size could not be read on white.
        return min(red.value, green.value, blue.value) > 0x80 or alpha.value < 0x80  # noqa: PLR2004 - a half

    def is_torn(self, start: int, end: int, wide: float, turn: int) -> bool:
        """Whether two pieces in which the file holds these characters are further than `wide` apart on the line."""
        count = self._library.FPDFText_CountRects(self._page, start, end - start)
        if count < 2:  # noqa: PLR2004 - one piece
            return False
        get, page, (left, top, right, bottom) = self._library.FPDFText_GetRect, self._page, self._edges
        before = math.inf
        for number in range(count):
            get(page, number, left, top, right, bottom)
            one, other = _along(left.value, right.value, bottom.value, top.value, turn)
            if one - before > wide:
                return True
            before = other
        return False


def turned(x: float, y: float, turn: int) -> tuple[float, float]:
    """A place on the page, seen with the page turned so that text of this direction reads from left to right."""
    if turn == 0:
        return x, y
    if turn == 90:  # noqa: PLR2004 - degrees
        return y, -x
    return (-x, -y) if turn == 180 else (-y, x)  # noqa: PLR2004 - degrees


def _along(left: float, right: float, bottom: float, top: float, turn: int) -> tuple[float, float]:
    if turn == 0:
        return left, right
    one, other = turned(left, bottom, turn)[0], turned(right, top, turn)[0]
    return (one, other) if one < other else (other, one)
