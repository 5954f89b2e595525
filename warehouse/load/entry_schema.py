"""The columns of a batch file: one row an entry, in which everything that belongs to a publication is nested.

A document's clauses, mandates and citations cannot be separated on the way.
"""

from __future__ import annotations

import pyarrow as pa

from warehouse.links.similarity import bands
from warehouse.load.mandate_fields import SPAN, STRUCT


def _strings(*names: str) -> list[tuple[str, pa.DataType]]:
    return [(name, pa.string()) for name in names]


_evidence = pa.struct([("label", pa.string()), ("rule", pa.string()), *SPAN, ("quote", pa.string())])
_clause = pa.struct(
    [
        *_strings("clause_id"),
        ("position", pa.int32()),
        *_strings("number"),
        *SPAN,
        ("page", pa.int32()),
        *_strings("quote", "display", "verb", "type"),
        ("is_mandate", pa.bool_()),
        *_strings("addressee", "addressee_id", "agenda_item", "rule"),
        ("evidence", pa.list_(_evidence)),
        ("confidence", pa.float64()),
        ("review", pa.list_(pa.string())),
        ("mandates", pa.list_(STRUCT)),
    ]
)
_citation = pa.struct([*_strings("citation_id"), *SPAN, *_strings("quote", "symbol")])
_link = pa.struct([*_strings("relation", "symbol"), ("key", pa.uint64()), *_strings("evidence")])

entry_schema = pa.schema(
    [
        *_strings("document_id", "identity", "url", "seen_url", "title", "symbol", "body", "kind", "stage", "language"),
        ("symbol_key", pa.uint64()),
        ("title_key", pa.uint64()),
        ("session", pa.int32()),
        ("published_on", pa.date32()),
        *_strings("published_precision", "published_origin", "author", "summary", "agenda_item", "relevance"),
        ("baseline", pa.bool_()),
        ("topics", pa.list_(pa.string())),
        ("links", pa.list_(_link)),
        *_strings("version_id", "text", "text_sha256", "words_sha256", "raw_sha256", "media_type"),
        ("reader", pa.int32()),
        *_strings("part"),
        ("raw", pa.binary()),
        ("page_starts", pa.list_(pa.int32())),
        ("flags", pa.list_(pa.string())),
        *((f"band_{place}", pa.uint32()) for place in range(1, bands + 1)),
        ("rules", pa.int32()),
        *_strings("reading"),
        ("reasons", pa.list_(pa.string())),
        *_strings("analysis_language"),
        ("preamble", pa.list_(pa.struct(SPAN))),
        ("notes", pa.list_(pa.string())),
        ("clauses", pa.list_(_clause)),
        ("citations", pa.list_(_citation)),
    ]
)

# A batch file leaves out the columns in which it has nothing, but for these: what a former version did not write is
# worked out where it is read (`arrivals`), and a version that was not analysed has no rules, not the first ones.
ALWAYS_WRITTEN = frozenset(("document_id", "words_sha256", "reader", "rules"))

# A text and its analysis, with the times that a load gives them: when it was first shown, and when it was analysed.
_times = [pa.field(name, pa.timestamp("us", tz="UTC")) for name in ("shown_at", "finished_at")]
_of_text = list(entry_schema)[entry_schema.get_field_index("version_id") :]
text_schema = pa.schema(
    [entry_schema.field("document_id"), *(field for field in _of_text if field.name != "raw"), *_times]
)
