"""Bodies of answers, unpacked within a bound."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from scrapers.publication import FetchError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_gzip = zlib.MAX_WBITS | 16


async def unpacked(chunks: AsyncIterator[bytes], encoding: str, limit: int) -> bytes:
    """The decoded body, at most `limit` bytes of it. THE one place where bodies are unpacked.

    Raises:
        FetchError: it is packed in another way than was asked for, is over the limit, or is damaged.
    """
    encoding = encoding.strip().lower()
    if encoding not in {"", "identity", "gzip", "x-gzip"}:
        raise FetchError(f"the body is compressed as {encoding[:40]!r}, although only gzip was requested")
    parts: list[bytes] = []
    size = 0
    inflater = zlib.decompressobj(_gzip) if encoding in {"gzip", "x-gzip"} else None
    async for chunk in chunks:
        rest = chunk
        while rest:
            if inflater is None:
                part, rest = rest, b""
            else:
                if inflater.eof:
                    inflater = zlib.decompressobj(_gzip)
                part, rest = _inflated(inflater, rest, limit - size + 1)
            size += len(part)
            if size > limit:
                raise FetchError(f"the body is over the limit of {limit:,} bytes")
            parts.append(part)
    if inflater is not None and parts and not inflater.eof:
        raise FetchError("the compressed body is cut off", passing=True)
    return b"".join(parts)


def _inflated(inflater: zlib._Decompress, packed: bytes, limit: int) -> tuple[bytes, bytes]:
    try:
        part = inflater.decompress(packed, limit)
    except zlib.error as error:
        raise FetchError(f"the compressed body is damaged: {error}", passing=True) from error
    return part, inflater.unconsumed_tail or inflater.unused_data
