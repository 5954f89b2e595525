"""French and Spanish sentences: what kind of clause each is, who is asked, and by when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mandates.analysis import analyse
from tests.growth import grows_no_faster

if TYPE_CHECKING:
    from collections.abc import Callable

    from mandates.model import Clause

french = """
Prie le Secrétaire général de lui présenter, à sa soixante-dix-neuvième session, un rapport sur les deltas.
    reporting_request | le Secrétaire général | sa soixante-dix-neuvième session
Charge le Secrétariat d’établir, au plus tard le 30 juin 2024, une étude sur les ports.
    reporting_request | le Secrétariat | au plus tard le 30 juin 2024
Donne pour instruction à la Directrice générale de faire rapport au Conseil exécutif tous les six mois.
    reporting_request | la Directrice générale | tous les six mois
Prie le Bureau de remettre son rapport d’étape le 15 mars 2027 au plus tard.
    reporting_request | le Bureau | le 15 mars 2027 au plus tard
Prie le Comité de lui faire rapport à ses quatre-vingtième et quatre-vingt-deuxième sessions.
    reporting_request | le Comité | ses quatre-vingtième et quatre-vingt-deuxième sessions
Prie la présidence d’organiser un atelier en marge de sa prochaine session et de lui rendre compte des résultats.
    reporting_request | la présidence | en marge de sa prochaine session
Invite le Rapporteur spécial à lui soumettre un rapport écrit à sa prochaine session ordinaire.
    reporting_request | le Rapporteur spécial | sa prochaine session ordinaire
Décide que le Comité d’application fera rapport à la Réunion des Parties à chaque session ordinaire.
    reporting_request | le Comité d’application | à chaque session ordinaire
Prie les Parties de présenter au secrétariat un rapport tous les deux ans.
    reporting_request | les Parties | tous les deux ans
Demande au Comité permanent d’examiner les offres dans un délai de trois mois.
    task_assignment | Comité permanent | dans un délai de trois mois
Demande au Comité créé par la résolution 12 (1993) d’exa-
miner les dérogations.
    task_assignment | Comité créé par la résolution 12 (1993) |
Réitère sa demande au Bureau de publier, avant la fin de 2026, un recueil de pratiques.
    task_assignment | Bureau | avant la fin de 2026
Mandate le Secrétaire général pour conclure un accord avec le pays hôte.
    task_assignment | le Secrétaire général |
Confie au Comité technique le soin de mettre à jour les cartes avant la prochaine réunion.
    task_assignment | Comité technique | avant la prochaine réunion
Prie S.E. Mme la Présidente de la Commission d’ouvrir des pourparlers.
    task_assignment | S.E. Mme la Présidente de la Commission |
Souligne qu’il importe de compter les navires et demande à Eurostat d’en publier le nombre chaque année.
    task_assignment | Eurostat | chaque année
Prie le Secrétaire exécutif de distribuer le projet au moins six semaines avant la réunion.
    task_assignment | le Secrétaire exécutif | au moins six semaines avant la réunion
Prie le Secrétaire général de désigner un coordonnateur de haut niveau.
    task_assignment | le Secrétaire général |
Prie le Directeur de donner suite aux conclusions de l’évaluation.
    task_assignment | le Directeur |
Décide d’inscrire à l’ordre du jour provisoire de sa quatre-vingtième session la question intitulée « Deltas ».
    agenda_placement | | sa quatre-vingtième session
Décide de demeurer saisie de la question.
    agenda_placement | |
Décide de proroger jusqu’au 31 décembre 2025 le mandat du Groupe d’experts.
    extension_renewal | Groupe d’experts | 31 décembre 2025
Décide de convoquer, au premier semestre de 2026, une conférence internationale sur les deltas.
    convening | | premier semestre de 2026
Décide que la cinquième réunion des Parties se tiendra à Dakar du 3 au 7 mai 2027.
    convening | | du 3 au 7 mai 2027
Décide de créer un comité préparatoire ouvert à tous les États Membres.
    establishment | |
Approuve le budget-programme de l’exercice biennal et ouvre un crédit de 2 millions de francs.
    budget | |
Demande que les activités du secrétariat soient entreprises sous réserve de la disponibilité de ressources.
    budget | |
Exige que toutes les parties mettent fin aux hostilités.
    exhortation | toutes les parties |
Engage les gouvernements à communiquer des renseignements au Secrétariat.
    exhortation | les gouvernements |
Invite les Parties à présenter leurs vues au secrétariat avant le 15 janvier 2026.
    exhortation | les Parties | avant le 15 janvier 2026
Est consciente de l’importance que revêt l’enseignement technique.
    statement | |
Se déclare profondément préoccupée par la persistance de la sécheresse.
    statement | |
"""

spanish = """
Pide al Secretario General que le presente, en su septuagésimo noveno período de sesiones, un informe sobre los deltas.
    reporting_request | Secretario General | su septuagésimo noveno período de sesiones
Encarga a la Secretaría que prepare, a más tardar el 30 de junio de 2024, un estudio sobre los puertos.
    reporting_request | la Secretaría | a más tardar el 30 de junio de 2024
Encomienda a la Directora General que informe al Consejo Ejecutivo cada seis meses.
    reporting_request | la Directora General | cada seis meses
Solicita a la Secretaría General que lo mantenga informado periódicamente.
    reporting_request | la Secretaría General | periódicamente
Pide al Comité que le informe en sus períodos de sesiones octogésimo y octogésimo segundo.
    reporting_request | Comité | sus períodos de sesiones octogésimo y octogésimo segundo
Solicita a la Presidencia que organice un taller al margen de su próxima reunión y que le presente un informe.
    reporting_request | la Presidencia | al margen de su próxima reunión
Invita al Relator Especial a que le presente un informe por escrito en su próximo período ordinario de sesiones.
    reporting_request | Relator Especial | su próximo período ordinario de sesiones
Decide que el Comité de Cumplimiento informará a la Reunión de las Partes en cada período de sesiones.
    reporting_request | el Comité de Cumplimiento | en cada período de sesiones
Pide a las Partes que presenten a la secretaría un informe cada dos años.
    reporting_request | las Partes | cada dos años
Solicita al Comité Permanente que examine las ofertas dentro de un plazo de tres meses.
    task_assignment | Comité Permanente | dentro de un plazo de tres meses
Faculta al Secretario General para concertar un acuerdo con el país anfitrión.
    task_assignment | Secretario General |
Encomienda al Comité Técnico la tarea de actualizar los mapas antes de que finalice el año.
    task_assignment | Comité Técnico | antes de que finalice el año
Pide a la Mesa que, en consulta con los grupos regionales, fije las fechas a fines de 2025.
    task_assignment | la Mesa | a fines de 2025
Subraya que importa contar los buques y solicita a la CEPAL que publique su número cada año.
    task_assignment | la CEPAL | cada año
Solicita a la Secretaria Ejecutiva que distribuya el proyecto al menos seis semanas antes de la reunión.
    task_assignment | la Secretaria Ejecutiva | al menos seis semanas antes de la reunión
Pide al Secretario General que designe un coordinador de alto nivel.
    task_assignment | Secretario General |
Pide a la Secretaría que difunda ampliamente el informe.
    task_assignment | la Secretaría |
Decide incluir en el programa provisional de su octogésimo período de sesiones el tema titulado “Deltas”.
    agenda_placement | | su octogésimo período de sesiones
Decide seguir ocupándose de la cuestión.
    agenda_placement | |
Decide aplazar hasta su próximo período de sesiones el examen del tema 7 del programa.
    agenda_placement | | su próximo período de sesiones
Decide prorrogar hasta el 31 de diciembre de 2025 el mandato del Grupo de Expertos.
    extension_renewal | Grupo de Expertos | 31 de diciembre de 2025
Decide que el mandato de la Misión quede prorrogado.
    extension_renewal | la Misión |
Pide a la Presidencia que, en consulta con las Partes, convoque una sesión especial en el primer trimestre de 2026.
    convening | la Presidencia | primer trimestre de 2026
Decide que la quinta reunión de las Partes se celebrará en Lima del 3 al 7 de mayo de 2027.
    convening | | del 3 al 7 de mayo de 2027
Otorga a la red de ciudades la condición de observador.
    establishment | |
Decide establecer un comité preparatorio abierto a todos los Estados Miembros.
    establishment | |
Aprueba el presupuesto por programas del bienio y consigna la suma de 2 millones de francos.
    budget | |
Pide que las actividades de la secretaría se lleven a cabo con sujeción a la disponibilidad de recursos.
    budget | |
Exige que todas las partes pongan fin a las hostilidades.
    exhortation | todas las partes |
Hace un llamamiento a los donantes para que aporten contribuciones voluntarias.
    exhortation | los donantes |
Alienta a los gobiernos a que comuniquen información a la Secretaría.
    exhortation | los gobiernos |
Expresa su profunda preocupación por la persistencia de la sequía.
    statement | |
"""

headings = {
    "fr": "L’Assemblée générale,\n\nRappelant ses résolutions antérieures sur la question,\n\n",
    "es": "La Asamblea General,\n\nRecordando sus resoluciones anteriores sobre la cuestión y los demás textos,\n\n",
}


def rows(language: str, block: str) -> list[tuple[str, str, str]]:
    """The sentences of a block with what is expected of each, which stands indented below it."""
    sentences: list[tuple[str, str, str]] = []
    words: list[str] = []
    for line in block.strip().splitlines():
        if line.startswith("    "):
            sentences.append((language, "\n".join(words), line.strip()))
            words = []
        else:
            words.append(line)
    return sentences


def said(clause: Clause) -> str:
    """The clause's type, addressee and deadlines, as the blocks write them."""
    dues = "; ".join(" ".join(due.quote.split()) for due in clause.dues)
    return " | ".join([clause.type, clause.addressee or "", dues]).replace("|  |", "| |").rstrip()


@pytest.mark.parametrize(("language", "sentence", "expected"), [*rows("fr", french), *rows("es", spanish)])
def test_sentences_are_understood(language: str, sentence: str, expected: str) -> None:
    """One operative paragraph gives one clause of that type, addressee and deadline; only what binds is a mandate."""
    clauses = analyse(f"{headings[language]}1. {sentence}\n").clauses
    assert [said(clause) for clause in clauses] == [expected]
    assert clauses[0].is_mandate == (clauses[0].type not in {"exhortation", "statement"})


@pytest.mark.parametrize(
    ("language", "unit"),
    [
        ("fr", "à sa première "),
        ("fr", "quatre-vingt-"),
        ("fr", "session ordinaire de la réunion de la "),
        ("fr", "avant la réunion de "),
        ("fr", "de notamment "),
        ("fr", "dans les trois mois suivant la "),
        ("fr", "présenter un plan et de "),
        ("es", "su vigésimo primer "),
        ("es", "período ordinario de sesiones de la "),
        ("es", "su próxima Reunión de Las "),
        ("es", "tres meses antes de la "),
        ("es", "que, presente "),
    ],
)
def test_time_grows_with_length(language: str, unit: str) -> None:
    """Twice the text takes about twice as long, on sessions and periods that never end."""
    asked = {
        "fr": "1. Prie le Secrétaire général de présenter un rapport ",
        "es": "1. Pide al Secretario que presente ",
    }

    def make(chars: int) -> Callable[[], object]:
        text = headings[language] + asked[language] + unit * (chars // len(unit))
        return lambda: analyse(text)

    grows_no_faster(make, 12_000)
