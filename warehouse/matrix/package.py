"""The parts of an Excel workbook, which is a zip of XML, opened within bounds and read without a tree.

Nothing is run, looked up or fetched: files with macros, links to other workbooks, data connections or embedded objects
are refused, and so is XML that defines entities, which no office program writes.
"""

from __future__ import annotations

import os
import posixpath
import struct
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING
from xml.parsers import expat

from warehouse.matrix.rows import MatrixError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO

    # The name of an element that begins, with its attributes; of one that ends, with the text in it.
    Event = tuple[str, Mapping[str, str], None] | tuple[str, None, str]

# The largest sheet that is exported has 4 MB and unpacks to 40; office programs write some half as much again.
MOST_BYTES = 20_000_000
MOST_UNPACKED = 80_000_000
MOST_PARTS = 500
# `zipfile` reads the whole table of contents at once, whatever number of parts the file states; an entry of an office
# program has some 80 bytes.
MOST_CONTENTS = 100_000
# The record at the end of a zip states the number of parts and the bytes of the table of contents. A comment may
# follow, which no office program writes.
_END = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\5\6"
# Before it, files beyond 4 GB name the place of a second such record, which `zipfile` believes instead.
_FARTHER, _FAR_MARK = 20, b"PK\6\7"
# The largest sheet has half a million; so many take two seconds.
MOST_ELEMENTS = 2_000_000
# A cell holds 32,767 characters at most.
MOST_CHARS = 32_767
_CHUNK = 65_536
_REFUSED = (
    ("vbaproject", "macros"),
    ("macrosheets/", "macros"),
    ("externallinks/", "links to other workbooks"),
    ("connections.xml", "data connections"),
    ("querytables/", "data connections"),
    ("embeddings/", "embedded objects"),
    ("activex/", "embedded objects"),
    ("ctrlprops/", "embedded objects"),
)
# What `zipfile` raises for what it cannot read; KeyError for a part that is named and not there.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, KeyError, IndexError, NotImplementedError, RuntimeError,
    ValueError, EOFError,
)  # fmt: skip
# An encrypted workbook is no zip, and begins as the files of Excel 97 do.
_OLD = b"\xd0\xcf\x11\xe0"


class Package:
    """A workbook's parts. Names are looked up without regard to capitals, as Excel does."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._zip = package
        self._left = MOST_UNPACKED
        self._elements = 0
        self._names = {name.casefold(): name for name in package.namelist()}
        if len(self._names) > MOST_PARTS:
            raise MatrixError(f"has more than {MOST_PARTS} parts")
        for name in self._names:
            for part, what in _REFUSED:
                if part in name:
                    raise MatrixError(f"has {what}; save the sheet without them, or as CSV")

    def links(self, part: str, kind: str) -> dict[str, str]:
        """The parts to which one refers as its `kind` ("worksheet"), by the ids of the references."""
        folder, file = posixpath.split(part)
        at = posixpath.join(folder, "_rels", f"{file}.rels")
        found = {}
        for name, link, _ in self.events(at) if at.casefold() in self._names else ():
            if name == "Relationship" and link is not None and link.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).lstrip("/")
                if link.get("Type", "").rpartition("/")[2] == kind:
                    found[link.get("Id", "")] = target
        return found

    def events(self, part: str) -> Iterator[Event]:
        """The elements of a part as they begin and end, by their names without namespaces.

        The text of an element is what follows the last beginning or end within it, cut at `MOST_CHARS`.
        """
        name = self._names[part.casefold()]
        size = self._zip.getinfo(name).file_size
        if size > self._left:
            raise MatrixError(f"unpacks to more than {MOST_UNPACKED:,} bytes")
        self._left -= size
        found: list[Event] = []
        text: list[str] = []

        def begins(name: str, attributes: dict[str, str]) -> None:
            text.clear()
            found.append((_local(name), {_local(key): value for key, value in attributes.items()}, None))

        def ends(name: str) -> None:
            found.append((_local(name), None, "".join(text)[:MOST_CHARS]))
            text.clear()

        def says(words: str) -> None:
            # Text comes in pieces of a line or a chunk.
            if len(text) < MOST_CHARS:
                text.append(words[:MOST_CHARS])

        def refused(*_: object) -> None:
            raise MatrixError("defines entities of its own, as no office program does")

        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begins, ends, says
        parser.StartDoctypeDeclHandler = refused
        # Or each "&amp;" is a piece of its own.
        parser.buffer_text = True
        with self._zip.open(name) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
                self._elements += len(found) // 2
                if self._elements > MOST_ELEMENTS:
                    raise MatrixError(f"has more than {MOST_ELEMENTS:,} elements")
                yield from found
                found.clear()
            parser.Parse(b"", True)
            yield from found


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """The parts of the workbook in a file.

    Raises:
        MatrixError: it is no .xlsx, is damaged, holds what is refused, or is larger than the limits.
        OSError: it cannot be read.
    """
    if path.stat().st_size > MOST_BYTES:
        raise MatrixError(f"is larger than {MOST_BYTES:,} bytes")
    with path.open("rb") as file:
        if file.read(len(_OLD)) == _OLD:
            raise MatrixError("has a password, or is an old .xls; save it as .xlsx without a password")
        _check_contents(file)
        file.seek(0)
        try:
            with zipfile.ZipFile(file) as package:
                yield Package(package)
        except _BROKEN as error:
            raise MatrixError(f"is not a readable .xlsx file ({error})") from error


def _check_contents(file: BinaryIO) -> None:
    """Refuse a long table of contents before `zipfile` makes an object of each entry."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END.size - _FARTHER))
    far, end = (tail := file.read())[: -_END.size], tail[-_END.size :]
    if far.startswith(_FAR_MARK):
        raise MatrixError("is a zip for very large files, which no sheet needs")
    if len(end) < _END.size or not end.startswith(_END_MARK) or end[-2:] != b"\0\0":
        raise MatrixError("is not a readable .xlsx file (it does not end as a zip does)")
    parts, contents = _END.unpack(end)[4:6]
    if parts > MOST_PARTS:
        raise MatrixError(f"has more than {MOST_PARTS} parts")
    if contents > MOST_CONTENTS:
        raise MatrixError(f"has a table of contents of more than {MOST_CONTENTS:,} bytes")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
