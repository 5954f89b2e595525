"""The fields of the United Nations' mandate registry, as `mandates extract --format un-mandates` fills them.

docs/un-mandates.md says what fills each field, and how well it agrees with what the registry publishes.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from mandates.registry import AssigneeType, VerbType, as_registry, as_registry_mandate, as_registry_place

if TYPE_CHECKING:
    from mandates.model import Analysis, Clause, Mandate


class Assignee(BaseModel):
    """Who is asked."""

    assignee: str = Field(description="Who is asked, as written; for a pronoun, the words it refers to.")
    assignee_normalized: str = Field(description="By one name over all documents, where there is one.")
    assignee_type: AssigneeType = Field(description="Kind of assignee, as the registry has it.")


class MentionedEntity(BaseModel):
    """A body or an office that the words name, besides those who are asked."""

    mentioned_entity: str = Field(description="As written.")
    mentioned_entity_normalized: str = Field(description="By one name over all documents.")
    mentioned_entity_type: AssigneeType = Field(description="Kind of entity, as the registry has it.")


class Deliverable(BaseModel):
    """What is to be delivered."""

    deliverable: str = Field(description="In the document's own words.")
    deliverable_normalized: str = Field(description="The same without its article, in lower case.")
    deliverable_type: str | None = Field(description="The registry's type; null where it has none for it.")


class RegistryMandate(BaseModel):
    """What one verb of a paragraph says or asks."""

    action_verb: str = Field(description="The verb as written.")
    action_verb_normalized: str = Field(description="Its infinitive.")
    action_verb_type: VerbType = Field(
        description="directive (asks), deciding, observing (notes), reinforcing (recalls, stresses) or evaluative "
        "(welcomes, regrets)."
    )
    assignees: list[Assignee] = Field(description="Who is asked.")
    mentioned_entities: list[MentionedEntity] = Field(description="Other bodies and offices that the words name.")
    deliverables: list[Deliverable] = Field(description="What is to be delivered.")


class RegistryTask(RegistryMandate):
    """One verb that asks for something, with its paragraph and document, as it was read."""

    document_symbol: str | None = Field(description="The document's own symbol.")
    issuing_body: str | None = Field(description="Short name of the body that adopted or issued it.")
    prefix: str | None = Field(description="Number of the paragraph as printed.")
    text: str = Field(description="Words of the paragraph.")


class RegistryParagraph(BaseModel):
    """A preambular or operative paragraph."""

    position: int = Field(description="Place in the document, from 0, among these paragraphs.")
    text: str = Field(description="Its words, without the number.")
    type: Literal["paragraph"] = Field(description="Always paragraph: headings are not listed.")
    heading_level: None = Field(description="Always null.")
    paragraph_type: Literal["preambular", "operative"] = Field(description="Preambular or operative.")
    paragraph_level: int = Field(description="Always 1: sub-paragraphs are part of their paragraph.")
    prefix: str | None = Field(description="The number as printed.")
    links: list[tuple[str, str | None]] = Field(
        description="Pairs of a cited symbol and its address; null where the United Nations does not show it."
    )
    mandates: list[RegistryMandate] = Field(description="One entry for each verb.")


class RegistryDocument(BaseModel):
    """A document in the field names of the registry."""

    document_symbol: str | None = Field(description="The document's own symbol.")
    title: str | None = Field(description="Its title.")
    issuing_body: str | None = Field(description="Short name of the body that adopted or issued it.")
    date: dt.date | None = Field(description="Day of adoption or issue.")
    paragraphs: list[RegistryParagraph] = Field(description="Its paragraphs, in the order of the text.")


def registry_document(analysis: Analysis, text: str) -> RegistryDocument:
    """The record of a document whose analysis is that of one text."""
    (record,) = as_registry(analysis, text)
    return RegistryDocument.model_validate(record)


def registry_task(
    clause: Clause, mandate: Mandate, language: str | None, symbol: str | None, body: str | None
) -> RegistryTask:
    """The record of one mandate of a clause."""
    entry = as_registry_mandate(clause, mandate, language)
    place = {"document_symbol": symbol, "issuing_body": body, **as_registry_place(clause)}
    return RegistryTask.model_validate(entry | place)
