"""The bodies that speak in these documents, and the short names by which the project knows them."""

from __future__ import annotations

import re
from functools import lru_cache

# Short name -> how the body calls itself, in English, French and Spanish.
names: tuple[tuple[str, str], ...] = (
    ("UNGA", r"general assembly|assemblée générale|asamblea general"),
    ("UNSC", r"security council|conseil de sécurité|consejo de seguridad"),
    ("HRC", r"human rights council|conseil des droits de l.homme|consejo de derechos humanos"),
    ("CHR", r"commission on human rights|commission des droits de l.homme|comisión de derechos humanos"),
    ("ECOSOC", r"economic and social council|conseil économique et social|consejo económico y social"),
    ("AALCO", r"asian[- ]african legal consultative (?:organization|organisation|committee)|AALCO"),
    ("IPU", r"inter-parliamentary union|union interparlementaire|unión interparlamentaria"),
    (
        "ILO",
        r"international labour (?:organization|organisation|conference|office)|organisation internationale du travail|conférence internationale du travail|organización internacional del trabajo",  # noqa: E501 - read as a whole
    ),
    (
        "IOM",
        r"international organization for migration|organisation internationale pour les migrations|organización internacional para las migraciones",  # noqa: E501 - read as a whole
    ),
    (
        "UNFCCC",
        r"framework convention on climate change|UNFCCC|convention-cadre des nations unies sur les changements climatiques",  # noqa: E501 - read as a whole
    ),
    (
        "EU",
        r"european (?:parliament|council|union)|council of the european union|parlement européen|conseil de l.union européenne|parlamento europeo",  # noqa: E501 - read as a whole
    ),
    ("COE", r"council of europe|committee of ministers|parliamentary assembly|conseil de l.europe"),
    ("AU", r"african union|union africaine|unión africana"),
    ("WHO", r"world health assembly|assemblée mondiale de la santé|asamblea mundial de la salud"),
    ("OAS", r"organization of american states|organización de los estados americanos|general secretariat of the OAS"),
)
_any = re.compile("|".join(f"({words})" for _, words in names), re.IGNORECASE)
_speaker = (
    r"(?:Assembly|Council|Conference|Committee|Commission|Board|Body|Organi[sz]ation|Union|Congress|Meeting|Parties|Parliament|Summit|Ministers|Forum|Plenary|Group|Bureau|Network|Dialogue|Process|Troika"
    r"|Assemblée|Conseil|Conférence|Comité|Commission|Parlement|Réunion|Congrès|Sommet|Union|Groupe|Organe|Organisation|Bureau|Asamblea|Consejo|Conferencia|Comisión|Parlamento|Reunión|Junta|Grupo)"
)
_capitalised = r"(?:[A-Z\dÀ-Ý][\w.’'\-–()]*|of|the|for|and|on|to|de|des|du|la|le|les|et|pour|générale|generale|y|del|los|las|international[e]?|permanente?|exécutif)"  # noqa: E501 - read as a whole
# Those in whose name a gathering speaks, with no organ of its own.
gathered = (
    r"(?:Heads|Ministers|Leaders|Representatives|Chefs|Ministres|Représentants|Jefes|Jefas|Ministros|Ministras|Presidentes"
    r"|Representantes)"
)
# Small words that stand within a name, or after it.
_within = (
    r"générale?|sécurité|économique|social|droits|parlementaire|parliamentary|interparlementaire|parlamentaria|consultati(?:ve|f)|mondiale?"
    r"|européenne?|régionale?|plénière|spéciale?|ministerial|ministérielle?|level|l['’]\w+|sa|its|at|en|acting|serving|as|meeting|session"
    r"|General|nations|unies|[a-z]+ième"
)
organ_line = re.compile(
    rf"^(?:The|THE|L['’]|La|Le|Les|El|Los|LA|LE|LES|EL|LOS)\s?(?:{_capitalised}\s){{0,12}}?(?:{_speaker}|{_speaker.upper()})"
    rf"(?:\s(?:{_capitalised}|{_within}))*"
    r"(?:\s\([^()]{2,30}\))?(?:(?:\s[^\s.;:]+){0,10}?[,:]$|,.*|:|\s(?:decide[sd]?|décide|decidió|decide)\b.*)?$"
    r"|^(?:We|WE|Nous|NOUS|Nosotros|NOSOTROS), .*[,:;]$"
    rf"|^Congress,$|^(?:The|Les|Los|Las) {gathered}\b.*[,:;]$"
    r"|^At its .{1,80}(?:meeting|session)\b.*"
    r"|^(?:[ÀA]|Au cours de|Lors de) sa .{1,80}séance\b.*|^En su .{1,80}sesión\b.*",
)
"""A line in which an organ begins to speak: "The General Assembly,", "At its 51st plenary meeting, on …"."""


@lru_cache(maxsize=256)
def organ_in(words: str, *, whole: bool = False) -> str | None:
    """The short name of the first body named in `words`; with `whole`, only where there is nothing else."""
    found = _any.fullmatch(words.strip()) if whole else _any.search(words)
    return names[(found.lastindex or 1) - 1][0] if found else None
