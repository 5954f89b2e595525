"""The sources as the configuration has them, for pages that say how they are doing."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from config.sources import load_sources
from config.strict_yaml import ConfigError

if TYPE_CHECKING:
    from config.settings import Settings
    from config.sources import Source

log = logging.getLogger(__name__)


def configured_sources(settings: Settings) -> tuple[Source, ...] | None:
    """All sources of the configuration; None, with a line in the log, where it cannot be read."""
    try:
        return load_sources(settings.config / "sources.yaml")
    except ConfigError as error:
        log.warning("%s", error)
        return None
