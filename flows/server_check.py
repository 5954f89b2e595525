"""Whether the configured Prefect server can record a run now. Imported only if one is configured."""

from __future__ import annotations

import asyncio

from prefect.client.orchestration import get_client
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings

# A busy server answers within this time; monitoring does not wait longer for its record.
ANSWERS_WITHIN = 15.0


def server_trouble() -> str | None:
    """What keeps the server from recording a run, as words that follow its name; None if nothing does.

    The request needs the server's database: its health endpoint also answers without one.
    """
    return asyncio.run(trouble())


async def trouble() -> str | None:
    """As `server_trouble`, for callers with an event loop."""
    # Prefect itself would retry for a minute.
    with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}):
        try:
            async with asyncio.timeout(ANSWERS_WITHIN), get_client() as client:
                if not str(client.api_url).startswith(("http://", "https://")):
                    return "cannot be reached: the address must begin with http:// or https://, and end in /api"
                await client.read_work_pools(limit=1)
        except TimeoutError:
            return f"does not answer within {ANSWERS_WITHIN:.0f} s"
        except PrefectHTTPStatusError as error:
            return f"answers with HTTP {error.response.status_code}"
        except Exception as error:  # noqa: BLE001 - whatever the network, TLS or an address that is none makes of it
            return f"cannot be reached ({type(error).__name__})"
    return None
