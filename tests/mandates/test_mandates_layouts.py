"""Layouts of other bodies: how their clauses are labelled, joined and told. The documents are invented."""

from __future__ import annotations

import pytest

from mandates.analysis import analyse

layouts = {
    "bullets and capitals without accents": (
        (
            "La Commission des passages, réunie en sa douzième session ordinaire tenue à Exempleville ;\n"
            "Considérant son mandat de protection ;\n"
            "Notant que les registres manquent ;\n"
            "- DECIDE de mettre sur pied un Groupe de travail sur les registres ;\n"
            "- NOMME EGALEMENT deux membres du Groupe de travail ;\n"
            "- PRIE le Secrétariat de lui fournir l’appui nécessaire.\n"
        ),
        ["DECIDE", "NOMME EGALEMENT", "PRIE"],
    ),
    "a list told in the past, French": (
        (
            "Décision concernant la quatrième question à l’ordre du jour\n\nLe Conseil d’administration:\n\n"
            "a) a pris note du rapport du Bureau;\n\n"
            "b) a demandé une nouvelle fois au Bureau de recenser les abris.\n"
        ),
        ["a pris note", "a demandé une nouvelle fois"],
    ),
    "a list told in the past, English": (
        (
            "Decisions concerning the report on shelters\n\nThe Governing Body:\n\n"
            "(a) decided that the matter should become a standing item on its agenda; and\n\n"
            "(b) requested the Director-General to report at its next session on the shelters.\n"
        ),
        ["decided that", "requested"],
    ),
    "a bare verb told in the past": (
        (
            "Décision sur l'ordre du jour\nLe Conseil d’administration a décidé:\n"
            "a) d'inscrire à l’ordre du jour de la prochaine session la question des abris;\n"
            "b) de demander au Bureau de préparer une étude.\n"
        ),
        ["d'inscrire", "de demander"],
    ),
    "conclusions of a committee": (
        (
            "Conclusions générales\nNo. 7 (XII)\nLe Comité exécutif\n"
            "a) A de nouveau souligné l'importance des abris;\n"
            "b) S'est déclaré préoccupé par les refus;\n"
            "c) S'est félicité des progrès faits.\n"
        ),
        ["A de nouveau souligné", "S'est déclaré", "S'est félicité"],
    ),
    "paragraphs joined to one line": (
        (
            "COMMUNIQUÉ The Council of Harbours of the Example Union, at its 12th meeting held on 3 "
            "May 2026, adopted the "
            "following decision on rescue: Council, 1. Takes note of the briefing by the Commission on rescue at sea; "
            "2. Recalls its earlier decision; 3. Requests the Commission to report on rescue within six months; "
            "4. Decides to remain actively seized of the matter."
        ),
        ["Takes note", "Recalls", "Requests", "Decides"],
    ),
    "the first number at the end of the preamble's line": (
        (
            "RESOLUTION SUR LES ABRIS La Conférence des ministres des transports, réunie en sa cinquième session "
            "ordinaire à "
            "Exempleville du 13 au 16 septembre 2026, après avoir entendu la déclaration de son "
            "Président sur la situation "
            "des abris en général et des abris de montagne en particulier, 1.\n\n"
            "PREND ACTE de la déclaration;\n\n2.\n\nREAFFIRME son appui aux communes;\n\n3.\n\n"
            "DEMANDE aux États de réparer les abris.\n"
        ),
        ["PREND ACTE", "REAFFIRME", "DEMANDE"],
    ),
    "small roman numbers": (
        (
            "Recalling its mandate;\n\nThe Commission:\n"
            "i. Decides to establish a committee on shelters;\n"
            "ii. Appoints one of its members as Chairperson of the committee;\n"
            "iii. Requests the Secretariat to provide the committee with support.\n"
        ),
        ["Decides", "Appoints", "Requests"],
    ),
    "a comma before the list": (
        (
            "The Council of Harbours,\n\nHaving considered the report of the Secretary-General,\n\nDecides,\n"
            "(a) To call upon the parties to keep the ferries running;\n"
            "(b) To renew the mandate of the harbour mission until 31 May 2027;\n"
            "(c) To request the Secretary-General to submit a report on the ferries.\n"
        ),
        ["To call upon", "To renew", "To request"],
    ),
    "a bare verb over bullets": (
        (
            "Recalling its decision on the fund,\n\nThe Meeting of the Parties\n\nDecides:\n"
            "- To approve the budget of the fund for 2027;\n"
            "- To authorize the Executive Secretary to draw on the reserve.\n"
        ),
        ["To approve", "To authorize"],
    ),
    "an organ in capitals": (
        (
            "Resolución XII.4\n\n1.\nRECONOCIENDO el valor de los refugios;\n2.\nRECORDANDO la resolución anterior;\n"
            "LA CONFERENCIA DE LAS PARTES CONTRATANTES\n3.\nEXPRESA su agradecimiento al Presidente;\n"
            "4.\nSOLICITA al Comité Permanente que presente un informe sobre los refugios.\n"
        ),
        ["EXPRESA", "SOLICITA"],
    ),
}


@pytest.mark.parametrize("layout", layouts)
def test_clauses_are_found_in_this_layout(layout: str) -> None:
    """Each clause is found, begins with its verb phrase, and quotes the text exactly."""
    text, verbs = layouts[layout]
    clauses = analyse(text).clauses
    assert [" ".join(clause.verb.split())[: len(verb)] for clause, verb in zip(clauses, verbs, strict=False)] == verbs
    assert len(clauses) == len(verbs)
    assert all(text[clause.start : clause.end] == clause.quote for clause in clauses)


def test_a_reporter_tells_and_decides_nothing() -> None:
    """What a press release tells of a body's decisions are no clauses of the release."""
    text = (
        "COUNCIL OF HARBOURS CLOSES ITS SESSION\n\n3 May 2026\n\n"
        "The Council decided to establish a mission on ferries. It decided to extend two other missions.\n\n"
        "The Council also adopted a statement on fog.\n"
    )
    assert analyse(text).clauses == ()
