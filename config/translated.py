"""Words of ours in each language of the register and of messages, as files of this package hold them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from config.typography import french


class Translated(BaseModel):
    """The same words in each language. One that is missing is an error when the file is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    en: str
    fr: Annotated[str, AfterValidator(french)]
    es: str

    def said_in(self, language: str) -> str:
        """The words in a language, in English where there are none in it."""
        return str(getattr(self, language if language in Translated.model_fields else "en"))
