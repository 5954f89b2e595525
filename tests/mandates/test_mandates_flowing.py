"""Resolutions whose paragraphs were joined to one line, as copies and old prints have them. The documents are invented."""  # noqa: E501 - a sentence

from __future__ import annotations

import pytest

from mandates.analysis import analyse

JOINED = {
    "no spaces after commas": (
        (
            "Resolution on the ferry yard\n\n(adopted by the Council at its 9th session)\n\n"
            "The Council,Recalling its decision to repair the yard,Having regard to the agreement of the ports,"
            "Notes that the yard is ready and, pending the agreement of all ports,Authorises the "
            "Director General to:\n\n"
            "(a)rent a dock for the winter;\n\n(b)hire a crew;Requests its Chairman to inform the ports.\n"
        ),
        ["Notes", "Requests"],
    ),
    "several on a page, organ in capitals": (
        (
            "Annex B.1\n\nLights\n\n* The Conference adopted this recommendation without a vote. THE CONFERENCE\n\n"
            "1. Records its thanks to the keepers;\n\n2. Invites the ports to light their "
            "piers.\n\nAnnex B.2\n\nBuoys\n\n"
            "* The Conference adopted this recommendation without a vote. THE CONFERENCE Recognizing "
            "that the buoys are "
            "old, Considering that time was lacking, Decides to refer the matter to the Bureau of Buoys. "
            "Invites the ports to list their buoys.\n"
        ),
        ["Records its thanks", "Invites", "Decides", "Invites"],
    ),
    "an organ written small": (
        (
            "Resolution 4\n\nPilots\n\nThe conference, having adopted the Convention on Pilots, noting that rules are "
            "needed for the pilots of the lakes, recognizing the work of the Secretariat, invites the Organization to "
            "draw up the rules before the Convention enters into force.\n"
        ),
        ["invites"],
    ),
    "French, numbers after page numbers": (
        (
            "a adopté le texte suivant : La Conférence des ports, à sa 12e session, réunie à "
            "Exempleville du 3 au 5 mai "
            "2027, Rappelant la résolution 9, par laquelle elle a créé un fonds pour les quais, "
            "Considérant que les quais "
            "sont anciens, 1. Considère que le fonds est utile ; 2. Invite le Secrétariat à dresser la "
            "liste des quais ; "
            "-14 3. Prie le Secrétariat de lui faire rapport à sa treizième session.\n"
        ),
        ["Considère", "Invite", "Prie"],
    ),
    "Spanish, without numbers": (
        (
            "Resolución 8 La Asamblea de los Puertos, Recordando su resolución 7, en la que pidió un "
            "informe sobre los "
            "faros de la costa, Observando que los faros son antiguos, Toma nota del informe; Pide a "
            "la Secretaría que "
            "prepare un plan de obras para los faros; Decide volver a examinar la cuestión en su próxima reunión.\n"
        ),
        ["Toma nota", "Pide", "Decide"],
    ),
    "English, all on one line": (
        (
            "7/3. Wharves for the poor The Harbour Assembly, Reaffirming its resolution 6/2 of 4 May "
            "2026, Noting with "
            "concern that many wharves are closed to small boats, 1. Welcomes the report of the "
            "Secretariat; 2. Requests "
            "the Secretariat to map the wharves by 1 May 2028; 3. Decides to consider the matter at "
            "its next session.\n"
        ),
        ["Welcomes", "Requests", "Decides"],
    ),
}


@pytest.mark.parametrize("kind", JOINED)
def test_joined_paragraphs_are_read_apart(kind: str) -> None:
    """Each verb that acts begins a clause, and the reading is complete."""
    text, verbs = JOINED[kind]
    analysis = analyse(text)
    assert [clause.verb for clause in analysis.clauses] == verbs
    assert analysis.reading == "complete", analysis.reading_reasons


PROSE = {
    "a report": (
        "Report of the Secretary on wharves\n\nThe Council, at its last session, Noting the state of the wharves, "
        "decided on repairs. The Assembly, Recalling that decision, thanked it.\n"
    ),
    "news": (
        "Ferries return\n\nThe council, having met all night, calls for calm. The conference, noting the late hour, "
        "decides tomorrow, a pilot said.\n"
    ),
}


@pytest.mark.parametrize("kind", PROSE)
def test_prose_about_bodies_is_not_cut(kind: str) -> None:
    """Reports and news that name bodies in their sentences give no clauses."""
    assert not analyse(PROSE[kind]).clauses
