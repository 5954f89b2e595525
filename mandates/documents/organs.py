"""Lines in which an organ begins to speak, and those in whose name a gathering speaks."""

from __future__ import annotations

import re

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
