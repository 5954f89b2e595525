"""Where state and configuration live, and the few numbers an operator may set, from the environment (`MANDATES_…`)."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """One installation. Each field can be set as MANDATES_<FIELD>; --home and --config come first."""

    model_config = SettingsConfigDict(env_prefix="MANDATES_", frozen=True, extra="ignore")

    home: Path = Field(default=Path("data"), description="folder that holds all state")
    config: Path = Field(
        default=Path("config"), description="folder with sources.yaml, subscriptions.yaml, sessions.yaml"
    )
    contact: str = Field(
        default="https://example.org/mandate-monitor",
        description="address in the User-Agent where a publisher can reach you",
    )
    lock_wait_seconds: float = Field(default=60.0, ge=0, description="how long a writer waits for the warehouse")
    raw_budget_bytes: int = Field(
        default=20_000_000_000, ge=0, description="how much of what was fetched is kept, oldest dropped first"
    )
