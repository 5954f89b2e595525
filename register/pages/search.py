"""The search: its page, what it found as files, and the description by which browsers offer it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, get_args

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from config.names import addressee_name
from register.addresses import query
from register.desk import desk
from register.found_file import MEDIA, Form, TooManyError, file_of
from register.parts import day
from register.question import KNOWN, Asked, Fault, asked
from register.subscription import subscription
from warehouse.pages.search import (
    PAGE_ROWS,
    Found,
    FoundDocument,
    FoundMandate,
    count,
    found_documents,
    found_mandates,
)
from warehouse.query.filters import MANDATE_FIELDS, RECORDED_FIELDS
from warehouse.query.search import RANKED_HITS
from warehouse.query.search_volumes import MARK_CLOSE, MARK_OPEN

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

    from register.desk import Desk
    from register.question import Query
    from register.words import Phrases
    from warehouse.pages.search import Sort

# What the form offers as boxes to tick, and what people type.
_BOXES = ("type", "state", "kind", "stage")
_TYPED = ("body", "addressee", "topic", "language", "symbol", "session", "year", "responsible")


# The filters that a list does not know.
_OTHERS = {"documents": MANDATE_FIELDS, "mandates": RECORDED_FIELDS}


@dataclass(frozen=True, slots=True)
class Answered:
    """What a question found in the list that is shown, and how many there are in the other one."""

    found: Found[FoundMandate] | Found[FoundDocument]
    others: int


async def search_page(request: Request) -> Response:
    """The results, one page of them, and everything to narrow them by or take them along."""
    return await _page(desk(request), asked(request.query_params.multi_items()))


async def search_file(request: Request) -> Response:
    """The mandates that were found, as a file; 304 where whoever asks has it already."""
    here = desk(request)
    form: Form | None = next((form for form in _forms(here) if form == request.path_params["form"]), None)
    if form is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    wanted = asked(request.query_params.multi_items())
    address = here.whole(query(here.path(f"search.{form}"), **wanted.query()))
    tag = _tag(here, address)
    headers = {"ETag": tag, "Vary": "Accept-Language, Cookie"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    try:
        content = await here.ask(
            file_of, here.settings.home, wanted.question, form,
            title=_title(here, wanted), address=address, language=here.language, sheet=here.office.sheet,
        )  # fmt: skip
    except TooManyError as error:
        return await _page(here, wanted, too_many=error.most)
    kept = "inline" if form == "atom" else "attachment"
    headers["Content-Disposition"] = f'{kept}; filename="mandates.{form}"'
    return Response(content, media_type=MEDIA[form], headers=headers)


async def opensearch(request: Request) -> Response:
    """The description of the search, in the language of the reader."""
    here = desk(request)
    response = here.page(
        "search_description.xml.j2",
        about=here.words("search").opensearch,
        search=here.whole(here.path("search")),
        itself=here.whole(here.path("opensearch.xml")),
    )
    response.headers["Content-Type"] = "application/opensearchdescription+xml"
    return response


async def _page(here: Desk, wanted: Asked, *, too_many: int | None = None) -> Response:
    answered = await here.ask(_answered, here.settings.home, wanted)
    found, words = answered.found, here.words("search")
    faults = [_sentence(words, fault) for fault in wanted.faults]
    if too_many is not None:
        faults.append(words("fault_too_many", n=too_many))
    mandates, documents = found.total, answered.others
    if wanted.show == "documents":
        mandates, documents = documents, mandates
    comments = {name: words[f"yaml_{name}"] for name in ("copy", "all_words", "left_out")}
    names = _Names(words, found, here.language)
    return here.page(
        "search.html.j2",
        status=HTTPStatus.OK if too_many is None else HTTPStatus.UNPROCESSABLE_ENTITY,
        asked=wanted,
        found=found,
        mandates=mandates,
        documents=documents,
        faults=faults,
        chips=[Chip(field, names(field, value), wanted.without_value(field, value)) for field, value in wanted.pairs],
        boxes={field: KNOWN[field] for field in _BOXES},
        typed=_TYPED,
        forms=_forms(here),
        yaml=subscription(wanted.question, datetime.now(UTC).date(), here.language, comments),
        last_page=max(1, -(-found.total // PAGE_ROWS)),
        ranked=RANKED_HITS,
        unused=[name for name in wanted.question.filters.given if name in _OTHERS[wanted.show]],
        names=names,
        sorts=_sorts(wanted),
        pieces=pieces,
    )


def _answered(home: Path, wanted: Asked) -> Answered:
    if wanted.show == "documents":
        return Answered(found_documents(home, wanted.question), count(home, wanted.question, "mandate"))
    return Answered(found_mandates(home, wanted.question), count(home, wanted.question, "document"))


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force: its words, and the question without it."""

    field: str
    value: str
    without: Query


@dataclass(frozen=True, slots=True)
class _Names:
    """What people call the value of a field: by the words of the page, or as most documents write it."""

    words: Phrases
    found: Found[Any]
    language: str

    def __call__(self, field: str, value: str) -> str:
        """The name of one value."""
        if field in KNOWN or field == "language":
            return self.words[f"{field}_{value}"]
        if field in {"due_after", "due_before"}:
            return day(date.fromisoformat(value), self.language)
        if field == "recorded_after":
            moment = datetime.fromisoformat(value)
            return f"{day(moment.date(), self.language)}, {moment:%H:%M:%S} UTC"
        if field == "addressee" and (called := addressee_name(value, self.language)):
            return called
        counted = (each for facet in self.found.facets if facet.field == field for each in facet.values)
        return next((each.label for each in counted if each.value == value and each.label), value)


def _sentence(words: Phrases, fault: Fault) -> str:
    meant = ", ".join(words[f"{fault.field}_{value}"] for value in fault.meant)
    return words(f"fault_{fault.says}", field=words[f"field_{fault.field}"], value=fault.value, meant=meant)


def _title(here: Desk, wanted: Asked) -> str:
    said = ", ".join(value for _, value in wanted.pairs)
    name = here.words("search").mandates
    return f"{name}: {said}" if said else name


def _sorts(wanted: Asked) -> list[Sort]:
    """The orders that make sense for the list."""
    fit: dict[Sort, bool] = {
        "relevance": bool(wanted.question.words), "date": True, "deadline": wanted.show == "mandates",
    }  # fmt: skip
    return [sort for sort, fits in fit.items() if fits]


def pieces(text: str) -> list[tuple[bool, str]]:
    """A text in pieces, each with whether the search found it; nothing of it is markup."""
    first, *others = text.split(MARK_OPEN)
    said = [(False, first)]
    for each in others:
        found, _, rest = each.partition(MARK_CLOSE)
        said += [(True, found), (False, rest)]
    return [(is_found, piece) for is_found, piece in said if piece]


def _forms(here: Desk) -> list[Form]:
    return [form for form in get_args(Form) if form != "csv" or here.office.sheet is not None]


def _tag(here: Desk, address: str) -> str:
    """Another one for each snapshot and day, since states follow the calendar."""
    seen = f"{here.office.looking.identity()} {datetime.now(UTC):%Y-%m-%d} {here.language} {address}"
    return f'"{hashlib.sha256(seen.encode()).hexdigest()[:24]}"'


routes = [
    Route("/search", search_page, name="search"),
    Route("/search.{form:str}", search_file),
    Route("/opensearch.xml", opensearch),
]
