"""The parts of a Word file (.docx), which is a zip of XML, opened within bounds.

Parts are found by their relationships, as Word does: the document may be called word/document2.xml.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from typing import Any

from scrapers.publication import TextError

# A .docx is a zip: these stop a small file that unpacks to gigabytes, in one part or in many.
MAX_UNPACKED = 200_000_000
MAX_RATIO = 200
# Each section may have three heads and three feet of its own.
MAX_PARTS = 200
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# What `zipfile` raises for what it cannot read; UnicodeDecodeError for a name that is not UTF-8 is a ValueError.
_BROKEN = (KeyError, NotImplementedError, RuntimeError, OSError, ValueError, EOFError)
_USUAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
# What "Strict Open XML" calls the same names.
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_WANTED = frozenset(("numbering", "styles", "footnotes", "endnotes", "comments", "header", "footer"))


class Package:
    """The document's root element and those of the parts that it refers to, by their kind ("styles", "header")."""

    def __init__(self, raw: bytes) -> None:
        """Open the file.

        Raises:
            TextError: it is not a .docx, is damaged, or unpacks to more than the limit.
        """
        from lxml import etree  # noqa: PLC0415 - 60 ms that other texts need not pay

        # No entities, no network, at most 256 elements within each other: the parts were written by strangers.
        self._parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        self._left = min(MAX_UNPACKED, max(len(raw), 10_000) * MAX_RATIO)
        self.parts: dict[str, list[Any]] = {}
        try:
            with zipfile.ZipFile(io.BytesIO(raw)) as self._zip:
                self._names = set(self._zip.namelist())
                name = next((at for kind, at in self._related("") if kind == "officeDocument"), "word/document.xml")
                self.document = self._part(name)
                related = sorted({each for each in self._related(name) if each[0] in _WANTED})
                for kind, at in related[:MAX_PARTS]:
                    if at in self._names:
                        self.parts.setdefault(kind, []).append(self._part(at))
        except (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, *_BROKEN) as error:
            words = str(error).encode("utf-8", errors="replace").decode("utf-8")
            raise TextError(f"not a readable .docx: {words}") from error

    def first(self, kind: str) -> Any:
        """The root of the part of a kind that a document has once; None where there is none."""
        return next(iter(self.parts.get(kind, ())), None)

    def _related(self, name: str) -> list[tuple[str, str]]:
        """Kind and name of what a part refers to; of the package itself where `name` is empty."""
        folder, file = posixpath.split(name)
        at = posixpath.join(folder, "_rels", f"{file}.rels")
        if at not in self._names:
            return []
        return [
            (
                (link.get("Type") or "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, link.get("Target") or "")).lstrip("/"),
            )
            for link in self._part(at).iter("{*}Relationship")
            if link.get("TargetMode") != "External"
        ]

    def _part(self, name: str) -> Any:
        from lxml import etree  # noqa: PLC0415 - loaded already

        size = self._zip.getinfo(name).file_size
        if size > self._left:
            raise TextError(f"the .docx unpacks to {size:,} bytes more, over the limit")
        self._left -= size
        with self._zip.open(name) as part:
            # The directory of a zip may lie about the size; read no more than it promised.
            return etree.fromstring(part.read(size).replace(_STRICT, _USUAL), self._parser)
