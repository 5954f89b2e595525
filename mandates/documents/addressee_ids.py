"""Short names for those who are asked ("un:secretary-general", "aalco:secretariat"), with what a pronoun or "the Office" stands for."""  # noqa: E501 - a sentence

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# The offices that every body has; the name of the body goes before.
_offices: tuple[tuple[str, str], ...] = (
    (r"deputy secretary-? ?general", "deputy-secretary-general"),
    (r"(?:under|assistant)[- ]secretary-? ?general", "under-secretary-general"),
    (r"secretar(?:y|ies)-? ?general|secrétaire général|secretari[oa] general", "secretary-general"),
    (r"director-? ?general|directeur général|director general", "director-general"),
    (r"executive secretary|secrétaire exécutif|secretari[oa] ejecutiv", "executive-secretary"),
    (r"secretariat|secrétariat|secretaría", "secretariat"),
)
# Organs and officials of the United Nations, wherever they are named.
_known: tuple[tuple[str, str], ...] = (
    (r"special representative of the secretary-general", "un:special-representative"),
    (
        r"(?:office of the )?(?:united nations )?high commissioner for refugees|UNHCR|haut-commissa(?:riat|ire) (?:des nations unies )?pour les réfugiés|alto comisionado (?:de las naciones unidas )?para los refugiados",  # noqa: E501 - read as a whole
        "un:unhcr",
    ),
    (
        r"(?:office of the )?(?:united nations )?high commissioner for human rights|OHCHR|haut-commissa\w+ (?:des nations unies )?aux droits de l.homme|alto comisionado (?:de las naciones unidas )?para los derechos humanos",  # noqa: E501 - read as a whole
        "un:ohchr",
    ),
    (
        r"office on drugs and crime|UNODC|office des nations unies contre la drogue|oficina de las naciones unidas contra la droga",  # noqa: E501 - read as a whole
        "un:unodc",
    ),
    (r"relief and works agency|UNRWA", "un:unrwa"),
    (r"children.s fund|UNICEF", "un:unicef"),
    (r"development programme|UNDP", "un:undp"),
    (r"UN-Women|entity for gender equality", "un:un-women"),
    (
        r"international organization for migration|\bIOM\b|organisation internationale pour les migrations|organización internacional para las migraciones",  # noqa: E501 - read as a whole
        "iom:organization",
    ),
    (r"international labour (?:organization|office)|\bILO\b", "ilo:office"),
    (r"inter-parliamentary union|\bIPU\b|union interparlementaire", "ipu:organization"),
    (r"international court of justice", "un:icj"),
    (r"president of the general assembly", "un:president-of-the-general-assembly"),
    (r"president of the (?:human rights )?council", "un:president-of-the-council"),
    (r"human rights council|conseil des droits de l.homme|consejo de derechos humanos", "un:human-rights-council"),
    (r"economic and social council|conseil économique et social|consejo económico y social", "un:ecosoc"),
    (r"security council|conseil de sécurité|consejo de seguridad", "un:security-council"),
    (r"general assembly|assemblée générale|asamblea general", "un:general-assembly"),
)
_short = re.compile(
    r"(?:the|its|his|l['’e]a?|el|la|su)\s*(?P<head>Office|Agency|Committee|Commission|Council|Board|Conference|Programme|Fund|Special Rapporteur|Working Group|High Commissioner|Panel|Panel of Experts"  # noqa: E501 - read as a whole
    r"|Executive Director|Independent Expert|Mission|Force|Mechanism|Forum|Bureau|Chair|President|Director|Group|Task Force|Expert Mechanism|Haut-Commissaire|Rapporteur spécial|Comité|Alto Comisionado|Relator Especial)$",  # noqa: E501 - read as a whole
    re.IGNORECASE,
)
_named = re.compile(
    r"(?:\b(?:the|le|la|el|du|au|del|al)\s+|\bl['’])"
    r"([A-ZÀ-Ý][\w’'-]*(?:(?:\s+(?:of|for|on|and|the|to|de|des|du|del|la|pour|para|los))*\s+(?:[A-ZÀ-Ý][\w’'-]*|générale?|general|exécuti(?:f|ve)|ejecutiv[ao]|spéciale?|especial))*)"
)
_system = {"UNGA": "un", "UNSC": "un", "HRC": "un", "ECOSOC": "un", "CHR": "un"}
_articles = re.compile(
    r"^(?:the|its|his|her|their|all|relevant|l[ae]s?|l['’]|el|los|las|au|aux|al|a la|a los|su|sus|son|sa|ses)\s+|^l['’]",  # noqa: E501 - read as a whole
    re.IGNORECASE,
)


@lru_cache(maxsize=2048)
def _id_of(words: str, prefix: str) -> str:
    bare = _articles.sub("", words)
    for pattern, short in _offices:
        if re.match(rf"(?:\w+\s+)?(?:{pattern})\b", bare, re.IGNORECASE):
            return f"{prefix}{short}"
    for pattern, short in _known:
        # An organization named inside the name of its organ ("Governing Body of the …") is not the one meant.
        found = re.search(pattern, bare, re.IGNORECASE)
        if found and (short.startswith("un:") or found.start() == 0):
            return short
    return f"{prefix}{_slug(bare)}"


def prefix_of(body: str | None) -> str:
    """The system that a body belongs to, as a prefix.

    "un:" for the organs of the United Nations, else the body itself.
    """
    if body is None:
        return ""
    return ("un" if body.startswith("UNGA") else _system.get(body, body.lower())) + ":"


def addressee_id(words: str | None, before: str, body: str | None) -> str | None:
    """The short name for an addressee as written.

    `before` is the text that precedes it, where a pronoun's name stands.
    """
    if not words:
        return None
    plain = re.sub(r"\s+", " ", re.sub(r"[*_]", "", words)).strip()
    return _id_of(full_name(plain, before), prefix_of(body))


def full_name(words: str, before: str) -> str:
    """The full name for "the Office" or "it".

    The last one in `before` that begins so; the words themselves where none does.
    """
    reach = before[-20_000:]
    if short := _short.fullmatch(words):
        found = max(_full(short["head"]).finditer(reach), key=lambda each: each.start(), default=None)
        return re.sub(r"\s+", " ", found[0]).strip() if found else words
    if words.lower() in {"it", "him", "her", "them", "le", "la", "lui", "les", "leur", "lo", "los"}:
        named = _named.findall(reach[-1500:])
        return re.sub(r"\s+", " ", named[-1]).strip() if named else words
    return words


@lru_cache(maxsize=128)
def _full(head: str) -> re.Pattern[str]:
    """The full names that `head` may be short for: "Office of the …", "… Working Group"."""
    word = re.escape(head)
    return re.compile(
        rf"\b(?:United\s+Nations\s+)?{word}\s+(?:of|for|on|against)\s+(?:the\s+)?"
        r"(?:[A-ZÀ-Ý][\w’'-]*\s*(?:(?:of|for|on|and|the|to|against)\s+)*)+"
        rf"|\b(?:[A-Z][\w-]+\s+(?:and\s+)?){{1,4}}{word}\b"
    )


def _slug(words: str) -> str:
    plain = "".join(
        c
        for c in unicodedata.normalize("NFKD", words.lower().replace("œ", "oe").replace("æ", "ae").replace("ß", "ss"))
        if not unicodedata.combining(c)
    )
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80]
