"""Names of time zones, and the zone that was meant by another name: a city that has none of its own, a country."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from functools import lru_cache
from importlib import resources
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo, ZoneInfoNotFoundError, available_timezones

from config.suggestions import nearest

# Seats of organisations, and large cities, whose clocks run by another city's zone.
_CITIES = {
    "geneva": "Europe/Zurich", "geneve": "Europe/Zurich", "genf": "Europe/Zurich", "ginebra": "Europe/Zurich",
    "bern": "Europe/Zurich", "basel": "Europe/Zurich", "lausanne": "Europe/Zurich", "montreux": "Europe/Zurich",
    "bonn": "Europe/Berlin", "hamburg": "Europe/Berlin", "munich": "Europe/Berlin", "frankfurt": "Europe/Berlin",
    "the hague": "Europe/Amsterdam", "hague": "Europe/Amsterdam", "strasbourg": "Europe/Paris", "lyon": "Europe/Paris",
    "nice": "Europe/Paris", "milan": "Europe/Rome", "turin": "Europe/Rome", "venice": "Europe/Rome",
    "barcelona": "Europe/Madrid", "valencia": "Europe/Madrid", "valletta": "Europe/Malta", "ankara": "Europe/Istanbul",
    "edinburgh": "Europe/London", "gothenburg": "Europe/Stockholm", "saint petersburg": "Europe/Moscow",
    "washington": "America/New_York", "boston": "America/New_York", "atlanta": "America/New_York",
    "philadelphia": "America/New_York", "san francisco": "America/Los_Angeles", "seattle": "America/Los_Angeles",
    "houston": "America/Chicago", "montreal": "America/Toronto", "ottawa": "America/Toronto",
    "quebec": "America/Toronto", "brasilia": "America/Sao_Paulo", "rio de janeiro": "America/Sao_Paulo",
    "quito": "America/Guayaquil", "san jose": "America/Costa_Rica", "abuja": "Africa/Lagos",
    "arusha": "Africa/Nairobi", "dodoma": "Africa/Dar_es_Salaam", "addis": "Africa/Addis_Ababa",
    "cape town": "Africa/Johannesburg", "pretoria": "Africa/Johannesburg", "rabat": "Africa/Casablanca",
    "yaounde": "Africa/Douala", "jeddah": "Asia/Riyadh", "jiddah": "Asia/Riyadh", "mecca": "Asia/Riyadh",
    "abu dhabi": "Asia/Dubai", "doha": "Asia/Qatar", "delhi": "Asia/Kolkata", "new delhi": "Asia/Kolkata",
    "mumbai": "Asia/Kolkata", "islamabad": "Asia/Karachi", "beijing": "Asia/Shanghai", "osaka": "Asia/Tokyo",
    "hanoi": "Asia/Bangkok", "tel aviv": "Asia/Jerusalem", "astana": "Asia/Almaty", "suva": "Pacific/Fiji",
    "wellington": "Pacific/Auckland", "canberra": "Australia/Sydney",
}  # fmt: skip


def check_zone(name: str) -> str:
    """The name, if it is that of a time zone.

    Raises:
        ValueError: it is none; the sentence names the zone that was probably meant.
    """
    with suppress(ZoneInfoNotFoundError, ValueError, OSError):
        ZoneInfo(name)
        return name
    near = meant(name)
    hint = f"did you mean {' or '.join(near)}?" if near else "use one such as Europe/Zurich or UTC"
    raise ValueError(f"{name!r} is not a known time zone; {hint}")


def meant(name: str) -> list[str]:
    """The zones that a name may mean: of that city, of that country, with a name like it; best first."""
    words = _folded(name)
    place = words.rpartition("/")[2]
    if place in (countries := _countries()):
        return list(countries[place][:3])
    by_city: dict[str, list[str]] = {city: [zone] for city, zone in _CITIES.items()}
    # Etc/GMT+1 is an hour behind Greenwich, the opposite of what it looks like.
    for zone in sorted(name for name in available_timezones() if not name.startswith(("Etc/", "GMT"))):
        by_city.setdefault(_folded(zone).rpartition("/")[2], []).append(zone)
    # The city says more than the continent: "Asia/Jedda" is not like "Asia/Dubai".
    near = [place] if place in by_city else nearest(place, by_city, most=1)
    return by_city[near[0]][:3] if near else []


def _folded(name: str) -> str:
    """Without accents, letter case and the underscores that names of zones have for spaces."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return " ".join(plain.replace("_", " ").casefold().split())


@lru_cache(maxsize=1)
def _countries() -> dict[str, tuple[str, ...]]:
    """The zones of each country by its name, as the tables of the time zone database have them; empty without these."""
    codes = {code: _folded(name) for code, name, *_ in _table("iso3166.tab")}
    found: dict[str, list[str]] = {}
    for code, _, zone, *_ in _table("zone.tab"):
        found.setdefault(codes.get(code, ""), []).append(zone)
    return {country: tuple(zones) for country, zones in found.items()}


def _table(name: str) -> list[list[str]]:
    for path in (*(Path(folder) / name for folder in TZPATH), None):
        with suppress(OSError, ModuleNotFoundError):
            source = path if path is not None else resources.files("tzdata") / "zoneinfo" / name
            lines = source.read_text(encoding="utf-8").splitlines()
            return [line.split("\t") for line in lines if line and line[0] != "#"]
    return []
