"""Which unusual characters a text has, at the speed of a copy: most texts have few, and need not be searched."""

from __future__ import annotations

_USUAL = bytes([0x0A, *range(0x20, 0x7F)])


def unusual(text: str) -> set[str]:
    """The characters of `text` other than line feeds and those of ASCII that can be seen, each once."""
    return set(text.encode("utf-8", "surrogatepass").translate(None, _USUAL).decode("utf-8", "surrogatepass"))
