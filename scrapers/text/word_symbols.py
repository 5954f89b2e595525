"""Characters that Word writes as a place in a symbol font ("Symbol" F062 is a beta) and not in Unicode."""

from __future__ import annotations

# Adobe's Symbol encoding, 0x21 to 0x7E and 0xA1 to 0xFE: https://www.unicode.org/Public/MAPPINGS/VENDORS/ADOBE/symbol.txt
_SYMBOL = (
    (0x21, "!∀#∃%&∍()*+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}~"),
    (0xA1, "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\uf8ff〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"),
)
# Of Wingdings what texts use: bullets, boxes, ticks and arrows.
_WINGDINGS = {
    0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x75: "◆", 0x76: "❖", 0x9F: "•", 0xA7: "▪", 0xA8: "◻", 0xD8: "➢",
    0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_FONTS: dict[str, dict[int, str]] = {
    "symbol": {first + place: char for first, chars in _SYMBOL for place, char in enumerate(chars) if char != "\ufffd"},
    "wingdings": _WINGDINGS,
}
# Fonts of symbols put their characters here, in the area for private use.
_PRIVATE = range(0xF000, 0xF100)
_OTHER_PRIVATE = range(0xE000, 0xF900)


def character(font: str | None, code: str | None) -> str | None:
    """The character at a place (hexadecimal) in a font; None where it is not known."""
    try:
        place = int(code or "", 16)
    except ValueError:
        return None
    known = _FONTS.get((font or "").lower())
    if known is not None:
        return known.get(place - _PRIVATE.start if place in _PRIVATE else place)
    if place in _OTHER_PRIVATE or not 0x20 <= place < 0x11_0000 or 0xD800 <= place < 0xE000:  # noqa: PLR2004 - Unicode
        return None
    return chr(place)
