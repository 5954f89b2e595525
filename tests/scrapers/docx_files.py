"""Word files written by hand, part by part, so that each test sees the XML that it is about."""

from __future__ import annotations

import io
import zipfile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NAMES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def p(words: str = "", *, inner: str = "", **properties: str) -> str:
    """A paragraph; `num="1:0"` gives it a place in a list, `style="Quote"` a style, `inner` more than words."""
    of = ""
    if "style" in properties:
        of += f'<w:pStyle w:val="{properties["style"]}"/>'
    if "num" in properties:
        name, _, level = properties["num"].partition(":")
        of += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{name}"/></w:numPr>'
    of += properties.get("more", "")
    return f"<w:p><w:pPr>{of}</w:pPr>{r(words) if words else ''}{inner}</w:p>"


def r(words: str, properties: str = "") -> str:
    """A run of words."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def table(*rows: tuple[str, ...]) -> str:
    """A table; each cell is the XML in it."""
    cells = ("".join(f"<w:tc><w:tcPr/>{cell}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def level(place: int, how: str, text: str, *, more: str = "", start: int = 1) -> str:
    """A level of a list's definition."""
    return (
        f'<w:lvl w:ilvl="{place}"><w:start w:val="{start}"/><w:numFmt w:val="{how}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(*abstract: str, lists: dict[int, str] | None = None) -> str:
    """The part with the definitions of lists; `lists` gives each list its definition, or more."""
    defined = "".join(
        f'<w:abstractNum w:abstractNumId="{at}">{each}</w:abstractNum>' for at, each in enumerate(abstract)
    )
    given = lists or {number + 1: f'<w:abstractNumId w:val="{number}"/>' for number in range(len(abstract))}
    return defined + "".join(f'<w:num w:numId="{name}">{inner}</w:num>' for name, inner in given.items())


def docx(body: str, *, name: str = "word/document.xml", **parts: str) -> bytes:
    """A file with this body; the other parts are named by their kind: `styles`, `numbering`, `header`."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("_rels/.rels", _links({name: "officeDocument"}))
        package.writestr(name, f"<w:document {_NAMES}><w:body>{body}</w:body></w:document>")
        package.writestr("word/_rels/" + name.rpartition("/")[2] + ".rels", _links({f"{k}.xml": k for k in parts}))
        for kind, inner in parts.items():
            tag = {"header": "hdr", "footer": "ftr"}.get(kind, kind)
            package.writestr(f"word/{kind}.xml", f"<w:{tag} {_NAMES}>{inner}</w:{tag}>")
    return raw.getvalue()


def _links(targets: dict[str, str]) -> str:
    links = "".join(
        f'<Relationship Id="r{at}" Type="{_KINDS}/{kind}" Target="{target}"/>'
        for at, (target, kind) in enumerate(targets.items())
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>'
    )
