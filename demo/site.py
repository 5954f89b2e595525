"""The bundled publication site: real HTTP on loopback, with validators, in the five shapes of the real sources.

with PublicationSite(folder) as site:
    site.url                              "http://127.0.0.1:43117"
    site.publish_next()                   ["A/RES/81/903 Interpretation and legal aid at borders"]
    site.fault("/oai2d", "challenge202")  from now on that part fails in this way
    site.requests                         what was asked, with headers

Errors:
    SiteError    a fault of a kind that is not known, or a site that cannot be opened
"""

from __future__ import annotations

import hashlib
import threading
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from demo import catalogue, faults, feeds, pages, paper
from demo.serving import Answer, Request, Server
from demo.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from demo.document import Document
    from demo.shelf import Published

html = "text/html; charset=utf-8"
xml = "text/xml; charset=utf-8"
robots = "User-agent: *\nDisallow: /search\nDisallow: /user/\n"


class SiteError(Exception):
    """The site cannot do what was asked of it."""


class PublicationSite:
    """The site as a context manager. What is published is kept in `state_folder` and survives restarts.

    With `port=0` a free port is taken the first time and the same again later, so that addresses stay.
    """

    def __init__(
        self, state_folder: Path, host: str = "127.0.0.1", port: int = 0, *, now: Callable[[], datetime] | None = None
    ) -> None:
        state = state_folder / "published.json"
        self.shelf = Shelf(state, now) if now else Shelf(state)
        self.requests: list[Request] = []
        self._papers = state_folder / "papers"
        self._faults: dict[str, str] = {}
        self._host = host
        self._port = port
        self._server: Server | None = None

    def __enter__(self) -> Self:
        """Begin to serve."""
        self._server = self._open()
        self.shelf.remember_port(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, args=(0.02,), name="publication site", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving and end all connections."""
        if self._server:
            self._server.shutdown()
            self._server.end_connections()
            self._server.server_close()
            self._server = None

    @property
    def url(self) -> str:
        """The address, without a slash at its end."""
        if self._server is None:
            raise SiteError("the site is not open; use it as a context manager")
        return f"http://{self._host}:{self._server.server_address[1]}"

    def publish_next(self, n: int = 1) -> list[str]:
        """Publish the next `n` of the publications that are ready; their names, fewer where fewer are left."""
        return [f"{document.symbol or ''} {document.title}".strip() for document in self.shelf.publish_next(n)]

    def fault(self, path_prefix: str, kind: str) -> None:
        """Let every address that begins with `path_prefix` fail in one of the ways of `faults.kinds`."""
        if kind not in faults.kinds:
            raise SiteError(f"no fault is called {kind}; there are {', '.join(faults.kinds)}")
        self._faults[path_prefix] = kind

    def mend(self, path_prefix: str | None = None) -> None:
        """Take a fault back, or all of them."""
        if path_prefix is None:
            self._faults.clear()
        else:
            self._faults.pop(path_prefix, None)

    def fault_at(self, target: str) -> str | None:
        """The fault of an address; the longest prefix counts."""
        return max(((p, k) for p, k in self._faults.items() if target.startswith(p)), default=("", None))[1]

    def answer(self, target: str) -> Answer:
        """What is at an address; a 404 where nothing is."""
        found = self._find(target)
        return found or Answer(pages.missing(target).encode(), html, self.shelf.opened, HTTPStatus.NOT_FOUND)

    def _find(self, target: str) -> Answer | None:
        parts = urlsplit(target)
        path, query = unquote(parts.path), dict(parse_qsl(parts.query))
        if path.lower().startswith("/conf-e/"):
            # The archive's server does not tell Res-1.htm from res-1.htm.
            return self._ipu(path.lower())
        first = path.split("/")[1]
        rooms: dict[str, Callable[[str, Mapping[str, str]], Answer | None]] = {
            "": lambda _path, _query: self._html(pages.index(self.shelf), "un", "aalco", "ipu", "gfmd"),
            "robots.txt": lambda _path, _query: Answer(robots.encode(), "text/plain; charset=utf-8", self.shelf.opened),
            "resolutions64thAS": lambda _path, _query: self._html(pages.aalco_session(self._texts("aalco")), "aalco"),
            "resolution": self._aalco,
            "sites": self._aalco,
            "api": self._by_symbol,
            "record": lambda path, _query: self._paper(catalogue.file_of(self.shelf, path.rpartition("/")[2])),
            "oai2d": lambda _path, query: self._xml(catalogue.answer(self.shelf, query, self.url), "un", "catalogue"),
            "pfp": self._gfmd,
            "taxonomy": self._feed,
        }
        return rooms[first](path, query) if first in rooms else None

    def _open(self) -> Server:
        port = self._port or self.shelf.port
        try:
            return Server((self._host, port), self)
        except OSError as error:
            # Another port would be other addresses, and so other documents to everyone who reads them.
            raise SiteError(
                f"cannot serve at {self._host}:{port} ({error.strerror}); end the program that uses the port, "
                f"or start again without {self.shelf.state}"
            ) from error

    def _texts(self, shape: str) -> list[Document]:
        return [shown.document for shown in self.shelf.published(shape)]

    def _html(self, text: str, *shapes: str) -> Answer:
        return Answer(text.encode(), html, self.shelf.changed(*shapes))

    def _xml(self, text: str, *shapes: str) -> Answer:
        return Answer(text.encode(), xml, self.shelf.changed(*shapes))

    def _aalco(self, path: str, _query: Mapping[str, str]) -> Answer | None:
        for shown in self.shelf.published("aalco"):
            if path == f"/resolution/{shown.document.path}":
                return Answer(pages.aalco_text(shown.document).encode(), html, shown.since)
            if path == f"/sites/files/{shown.document.path}.pdf":
                return self._paper(shown)
        return None

    def _ipu(self, path: str) -> Answer | None:
        if path == "/conf-e/152agnd.htm":
            return self._html(pages.ipu_agenda(self._texts("ipu")), "ipu")
        for shown in self.shelf.published("ipu"):
            if path == f"/conf-e/152/{shown.document.path}.htm":
                return self._html(pages.ipu_text(shown.document, self._texts("ipu")), "ipu")
            if path == f"/conf-e/152/{shown.document.path}.pdf":
                return self._paper(shown)
        return None

    def _by_symbol(self, path: str, query: Mapping[str, str]) -> Answer | None:
        if path != "/api/symbol/access":
            return None
        for shown in self.shelf.published("un"):
            if (shown.document.symbol, shown.document.language) == (query.get("s"), query.get("l", "en")):
                return self._paper(shown)
        # The real one says 200 and nothing for a symbol that is not published.
        return Answer(b"", "application/pdf", self.shelf.opened)

    def _gfmd(self, path: str, query: Mapping[str, str]) -> Answer | None:
        posts = self._posts()
        name = path.removeprefix("/pfp/ppd/")
        if any(name in post.terms for post in posts):
            number = query.get("page", "0")
            shown = [post for post in posts if name in post.terms]
            return self._html(pages.gfmd_listing(shown, name, int(number) if number.isdigit() else 0), "gfmd")
        for shown_post in self.shelf.published("gfmd"):
            if name == shown_post.document.path:
                return Answer(
                    pages.gfmd_post(shown_post.document, f"{self.url}{path}").encode(), html, shown_post.since
                )
        return None

    def _feed(self, path: str, _query: Mapping[str, str]) -> Answer | None:
        if path != "/taxonomy/term/112/feed":
            return None
        text = feeds.rss([post for post in self._posts() if "migrant-smuggling" in post.terms], self.url)
        return Answer(text.encode(), "application/rss+xml; charset=utf-8", self.shelf.changed("gfmd"))

    def _posts(self) -> list[Document]:
        return sorted(self._texts("gfmd"), key=lambda post: int(post.path or 0), reverse=True)

    def _paper(self, shown: Published | None) -> Answer | None:
        """A document's PDF, made when it is first asked for."""
        if shown is None:
            return None
        document = shown.document
        # The name holds the source's hash: a changed document or a changed layout is never served from the cache.
        digest = hashlib.sha256(f"{document!r}{paper.edition}".encode()).hexdigest()[:12]
        kept = self._papers / f"{document.id}.{document.language}.{digest}.pdf"
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            fresh = kept.with_suffix(f".{threading.get_ident()}.new")
            fresh.write_bytes(paper.pdf(document))
            fresh.replace(kept)
        return Answer(kept.read_bytes(), "application/pdf", shown.since)
