"""Ten kinds of documents in which nobody decides, each in two languages: no clause, no mandate. All are invented."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from mandates.analysis import analyse

NEGATIVES = {
    "annotated agenda, English": """Harbour Assembly
Ninth session
Item 2 of the provisional agenda

Annotations to the provisional agenda

1. Opening of the session
The session will be opened by the President.

2. Night ferries
In its resolution 8/3, the Assembly requested the Secretary-General to report on night ferries at its ninth
session. The
Assembly also decided to consider the question every two years. Under this item, the Assembly will have before it the
report of the Secretary-General. The Assembly may wish to take note of it.
""",
    "annotated agenda, French": """Assemblée des ports
Neuvième session

Ordre du jour provisoire annoté

1. Ouverture de la session
2. Traversiers de nuit
Dans sa résolution 8/3, l’Assemblée a prié le Secrétaire général de lui présenter un rapport sur les
traversiers. Elle a
décidé d’examiner la question tous les deux ans. Au titre de ce point, l’Assemblée sera saisie du rapport.
""",
    "report that recalls, English": """A/81/990

Night ferries

Report of the Secretary-General

I. Introduction

1. In its resolution 80/400, the General Assembly requested the Secretary-General to submit a report on night
ferries. The
present report is submitted pursuant to that request.

2. The Assembly also decided to convene a meeting of pilots, and invited Member States to light their piers.

3. The Secretary-General recommends that the Assembly take note of the report and decide on the fees.
""",
    "report that recalls, Spanish": """A/81/990

Transbordadores nocturnos

Informe del Secretario General

I. Introducción

1. En su resolución 80/400, la Asamblea General pidió al Secretario General que presentara un informe sobre los
transbordadores. El presente informe se presenta en cumplimiento de esa solicitud.

2. La Asamblea decidió también convocar una reunión de pilotos e invitó a los Estados a iluminar los muelles.
""",
    "news, English": """Council calls for lights on piers

4 May 2027 - The Harbour Council on Tuesday adopted a resolution on night ferries. The text requests the Secretariat to
map all piers and urges States to light them.

"We call upon all ports to act," the President told reporters. The Council decided to meet again in autumn.
""",
    "news, French": """Le Conseil demande des feux sur les quais

4 mai 2027 - Le Conseil des ports a adopté mardi une résolution sur les traversiers. Le texte prie le Secrétariat de
dresser la carte des quais et demande aux États de les éclairer.

« Nous demandons à tous les ports d’agir », a dit la Présidente à la presse. Le Conseil a décidé de se réunir
en automne.
""",
    "fact sheet, English": """Fact sheet: night ferries

Key facts
- Three in five lakes have a night ferry.
- The Harbour Council set up a fund for lights in 2019.
- The Secretariat requests fees once a year and reports on them to the Council.

What the Council does
1. It decides on fees.
2. It requests reports from the Secretariat.
3. It encourages ports to share lights.
""",
    "fact sheet, Spanish": """Hoja informativa: transbordadores nocturnos

Datos principales
- Tres de cada cinco lagos tienen un transbordador nocturno.
- El Consejo de los Puertos creó un fondo para los faros en 2019.
- La Secretaría pide las cuotas una vez al año e informa de ellas al Consejo.

Qué hace el Consejo
1. Decide las cuotas.
2. Pide informes a la Secretaría.
3. Alienta a los puertos a compartir los faros.
""",
    "initiative, English": """Help us light the piers

An initiative for safer crossings, open for signature until 30 June 2027

We call on the Harbour Council to light all piers. We request the Secretariat to publish what it spends. Sign
now and tell
your friends.

1. Request a list of piers.
2. Urge your town to pay.
""",
    "initiative, French": """Initiative citoyenne : éclairons les quais

Ouverte à la signature jusqu’au 30 juin 2027

Nous demandons au Conseil des ports d’éclairer tous les quais. Nous prions le Secrétariat de publier ses
dépenses. Signez
et parlez-en autour de vous.
""",
    "contents, English": """CONTENTS

Resolutions adopted by the Harbour Council

7/1. Requests to the Secretariat for maps ............ 3
7/2. Decides on fees: report of the Treasurer ............ 5
7/3. Night ferries ............ 8
Annex. Declaration on piers ............ 11
""",
    "contents, Spanish": """ÍNDICE

Resoluciones aprobadas por el Consejo de los Puertos

7/1. Pide mapas a la Secretaría ............ 3
7/2. Decide las cuotas: informe del Tesorero ............ 5
7/3. Transbordadores nocturnos ............ 8
Anexo. Declaración sobre los muelles ............ 11
""",
    "bibliography, English": """References

1. Harbour Council. Requests the Secretariat: ten years of resolutions. Amra, 2019.
2. Report of the Pilot Committee on its sixth session. Amra, 2020.
3. Resolution 7/3, Night ferries, in which the Council decided on fees. Amra, 2021.
4. Notes on the history of the lake lights, by the Lake Society. Amra, 2022.
""",
    "bibliography, French": """Bibliographie

1. Conseil des ports. Prie le Secrétariat : dix ans de résolutions. Amra, 2019.
2. Rapport du Comité des pilotes sur les travaux de sa sixième session. Amra, 2020.
3. Résolution 7/3, Traversiers de nuit, dans laquelle le Conseil a décidé des droits. Amra, 2021.
""",
    "minutes of others, English": """Rowing Club of Amra
Letter to the members, with notes on the session of the Harbour Council

Our delegate reports that the Harbour Council met for three days. The delegate of Amra said that fees were
high and asked
the Secretariat for a list. Another speaker urged the ports to pay. The Council, our delegate was told, had decided the
year before to wait.
""",
    "minutes of others, Spanish": """Club de Remo de Amra
Carta a los socios, con notas sobre la reunión del Consejo de los Puertos

Nuestro delegado informa de que el Consejo se reunió durante tres días. El delegado de Amra dijo que las
cuotas eran altas
y pidió una lista a la Secretaría. Otro orador instó a los puertos a pagar. El Consejo, según se le dijo al
delegado, había
decidido esperar el año anterior.
""",
    "form, English": """Application for a berth

1. Name of the pilot:
2. Requests for a berth (please tick): [ ] day [ ] night
3. Decides on behalf of the owner: yes / no
4. Signature:

Please return this form to the Secretariat by 1 May 2027. The Secretariat will report to you within the month.
""",
    "form, French": """Demande de poste à quai

1. Nom du pilote :
2. Demande de poste (cocher) : [ ] jour [ ] nuit
3. Décide au nom du propriétaire : oui / non
4. Signature :

Prière de renvoyer le présent formulaire au Secrétariat avant le 1er mai 2027.
""",
    "invoice, English": """Invoice 2027/12

To: the Harbour Council
1. Charges for berths: 20 euros
2. Requests for water, as ordered by the Secretariat: 3 euros
3. Orders of rope: 7 euros

Total: 30 euros. Please pay by 30 June 2027.
""",
    "invoice, Spanish": """Factura 2027/12

Para: el Consejo de los Puertos
1. Cargos por amarres: 20 euros
2. Pide de agua, por orden de la Secretaría: 3 euros
3. Encargos de cuerda: 7 euros

Total: 30 euros. Se ruega pagar antes del 30 de junio de 2027.
""",
    "statement of a firm, English": """Privacy statement

We respect your privacy. We collect the details that you give us on this site.

We request your consent before we share them. We keep the details for two years.
""",
    "news of a joint statement, English": """Ministers issue joint statement on ferries

The ministers of the lake States met in Amra on Monday. They spoke for two hours about night ferries and the harbour
lights.

“We welcome the progress made. We request the Secretariat to publish a list,” the host said.

“We urge all ports to act,” a pilot added after the meeting.
""",
}


@pytest.mark.parametrize("kind", NEGATIVES)
def test_documents_in_which_nobody_decides_hold_no_clauses(kind: str) -> None:
    """Agendas, reports, news, fact sheets, appeals, lists, letters, forms and invoices give no clause."""
    assert [clause.quote for clause in analyse(NEGATIVES[kind]).clauses] == []


_KINDS = YAML(typ="safe").load(Path(__file__).with_name("negatives.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("kind", "language"), [(kind, language) for kind, texts in _KINDS.items() for language in texts]
)
def test_papers_that_describe_or_invite_decide_nothing(kind: str, language: str) -> None:
    """Vacancies, handbooks, invitations and their like give no clause, and nobody is asked to look at them."""
    analysis = analyse(_KINDS[kind][language])
    assert [clause.quote for clause in analysis.clauses] == []
    assert (analysis.reading, analysis.reading_reasons) == ("complete", ())


@pytest.mark.parametrize("kind", ["Terms of reference", "Guidance note on mooring", "Call for papers"])
def test_a_decision_about_such_a_paper_is_read(kind: str) -> None:
    """Where an organ speaks on a line of its own, or the title says that it is a decision, its clauses are read."""
    clauses = "1. Approves it;\n\n2. Requests the Secretariat to publish it.\n"
    spoken = f"{kind}\n\nThe Harbour Council,\n\nRecalling its earlier decisions,\n\n{clauses}"
    titled = f"Decision 7: {kind}\n\nThe Harbour Council,\n\n{clauses}"
    assert [len(analyse(text).clauses) for text in (spoken, titled)] == [2, 2]
