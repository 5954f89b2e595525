"""What can be asked for in an address: filters as in the search, the order, and where a page begins."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from config.filters import MandateType, State
from register.api.cursors import MOST_CHARACTERS, keys_of
from warehouse.model import QueryError
from warehouse.pages.listing import Slice
from warehouse.query.filters import DOCUMENT_FIELDS, MANDATE_FIELDS, RECORDED_FIELDS, Filters, is_period
from warehouse.query.search_words import terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warehouse.pages.listing import Value

MOST_ROWS = 200
MOST_VALUES = 20

Word = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Key = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]+$")]
Words = Annotated[list[Word], Field(max_length=MOST_VALUES)]
Numbers = Annotated[list[Annotated[int, Field(ge=0, le=9999)]], Field(max_length=MOST_VALUES)]


def _existing(period: str) -> str:
    if not is_period(period):
        raise ValueError("There is no such year, month or day.")
    return period


def _searchable(words: str | None) -> str | None:
    """Words that the search can look for."""
    if words is not None:
        try:
            terms(words)
        except QueryError as error:
            raise ValueError(str(error)) from None
    return words


class Paged(BaseModel):
    """A page of a list."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=50, ge=1, le=MOST_ROWS, description="How many rows a page has at most.")
    cursor: Annotated[str, StringConstraints(max_length=MOST_CHARACTERS)] | None = Field(
        default=None,
        description="Where the page begins: the cursor in `next` of the page before. It does not expire, and remains "
        "valid when new data is published.",
    )

    @property
    def asked(self) -> tuple[object, ...]:
        """What makes one list differ from another, wherever the page begins."""
        return tuple(sorted(self.model_dump(exclude={"limit", "cursor"}).items()))

    def slice(self, types: Sequence[type[Value]]) -> Slice:
        """The rows of the page, in a list whose order has keys of these types.

        Raises:
            ProblemError: the cursor is not one of this list.
        """
        return Slice(keys_of(self.cursor, self.asked, types), self.limit)


class DocumentFilters(Paged):
    """Filters by what documents are. Of several values one must fit; every filter that is given must."""

    words: Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_searchable)] | None = Field(
        default=None,
        description='Words that must occur, as in the search: "a phrase" in quotes, prefix* with a star, -word for '
        "without. If more than 5,000 results match, only the newest 5,000 are listed.",
        examples=["training of keepers"],
    )
    body: Words = Field(
        default=[],
        description="Short name of the body that adopted or issued the document; `*` stands for any letters.",
        examples=[["UNGA"]],
    )
    session: Numbers = Field(default=[], description="Number of the session of that body.")
    symbol: Words = Field(
        default=[],
        description="Official symbol; `*` stands for any letters, spaces are ignored.",
        examples=[["A/RES/80/*"]],
    )
    kind: Words = Field(
        default=[],
        description="resolution, decision, amendment, report, initiative, statement, news or other.",
        examples=[["resolution"]],
    )
    stage: Words = Field(default=[], description="preliminary_draft, draft, adopted or official_record.")
    language: Words = Field(default=[], description="Language of the document (ISO 639-1).", examples=[["en"]])
    year: Numbers = Field(default=[], description="Year of adoption or issue.")
    topic: Words = Field(default=[], description="Subject that its sources gave the document.")

    @property
    def filters(self) -> Filters:
        """The filters as the warehouse takes them."""
        wanted = self.model_dump(include=set(DOCUMENT_FIELDS | MANDATE_FIELDS | RECORDED_FIELDS))
        return Filters.of(**{name: value for name, value in wanted.items() if value})


class DocumentQuestion(DocumentFilters):
    """A list of documents."""

    recorded_after: AwareDatetime | None = Field(
        default=None,
        description="Only documents that were recorded for the first time after this moment, with its time zone: what "
        "is new since you asked last.",
        examples=["2026-11-27T19:00:00Z"],
    )
    sort: Literal["recorded", "published"] = Field(
        default="recorded",
        description="`recorded`: those recorded last first; `published`: the latest day of adoption or issue first.",
    )


class MandateFilters(DocumentFilters):
    """Filters by what mandates ask, and of whom, too."""

    type: Annotated[list[MandateType], Field(max_length=MOST_VALUES)] = Field(
        default=[], description="Type of the mandate.", examples=[["reporting_request"]]
    )
    addressee: Words = Field(
        default=[],
        description="Who has to act: an id from /v1/addressees, or a part of the words; `*` stands for any letters.",
        examples=[["un:secretary-general"]],
    )
    state: Annotated[list[State], Field(max_length=MOST_VALUES)] = Field(
        default=[], description="State today.", examples=[["open", "due_soon"]]
    )
    responsible: Words = Field(default=[], description="The unit that is responsible, as a person decided.")
    due: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(-[0-9]{2}){0,2}$"), AfterValidator(_existing)] | None = (
        Field(
            default=None,
            description="Year, month or day in which a deadline ends.",
            examples=["2027-05"],
        )
    )
    due_after: date | None = Field(default=None, description="First day on which a deadline may end.")
    due_before: date | None = Field(default=None, description="Last day on which a deadline may end.")


class MandateQuestion(MandateFilters):
    """A list of mandates."""

    sort: Literal["published", "deadline"] = Field(
        default="published",
        description="`published`: the latest day of adoption or issue first; `deadline`: the earliest deadline first, "
        "mandates without a deadline last.",
    )
