"""A draft and the text that was adopted, written for the tests before the rules that compare them.

What became of each paragraph, as a reader would say it:

- Preamble: "Recalling" and "Deeply concerned" are unchanged; "Noting" has other words; "Convinced" has gone; "Mindful"
  is new; "Alarmed" has moved to the end.
- Paragraph 1 lives on in the longer paragraph 1. Paragraph 2 was split: its parts are paragraphs 2 and 3. Paragraphs 3
  and 4 were merged into paragraph 5. Paragraph 5 lives on in paragraph 7. Paragraph 6 was dropped. Paragraphs 4 and 6
  of the adopted text are new, paragraph 8 is the former paragraph 7.
- The heads, the numbers of pages, the running heads and the lines at the foot say nothing of the matter.
"""

from __future__ import annotations

from typing import Final

DRAFT: Final = """United Nations A/C.3/80/L.77

General Assembly
Distr.: Limited
3 November 2025

Original: English

Eightieth session
Third Committee
Agenda item 71 (b)

Atlantis and Lyonesse: draft resolution

Keepers of lighthouses

The General Assembly,

Alarmed that ships without a pilot run aground on the sands of the northern coast,

Recalling its resolution 78/300 of 19 December 2023 on the keepers of lighthouses,

Deeply concerned that keepers wait for years for the oil that they were promised,

Noting the voluntary code of conduct of the oil merchants, drawn up in the port of Ys,

Convinced that a lamp which nobody pays for goes out,

1. Takes note of the report of the Secretary-General;

2. Requests the Secretary-General to publish a catalogue of fog horns, and invites the Harbour Commission to train
twelve keepers a year in the care of mirrors and lenses;

25-18001 (E) 051125
*2518001*

A/C.3/80/L.77

2/2 25-18001

3. Encourages Member States to pay their keepers in the winter months;

4. Encourages Member States to lend their tugs to neighbours;

5. Requests the Secretary-General to prepare tide tables for small harbours, in four languages;

6. Calls for an annual regatta of rowing boats on the feast of Saint Nicholas;

7. Decides to remain seized of the matter.
"""

ADOPTED: Final = """United Nations A/RES/80/301

General Assembly
Distr.: General
22 December 2025

Eightieth session
Agenda item 71 (b)

Resolution adopted by the General Assembly on 18 December 2025

[on the report of the Third Committee (A/80/999, para. 12)]

80/301. Keepers of lighthouses

The General Assembly,
Recalling its resolution 78/300 of 19 December 2023 on the keepers of lighthouses,
Deeply concerned that keepers wait for years for the oil that they were promised,
Noting with regret the voluntary code of conduct of the oil merchants, drawn up in the port of Ys without
the keepers,
Mindful of the swallows that nest under the galleries,
Alarmed that ships without a pilot run aground on the sands of the northern coast,
1. Takes note of the report of the Secretary-General, and invites the coastal States to consider what it recommends when
they next revise the charts of their harbours, their estuaries and the channels that lead to them;
2. Requests the Secretary-General to publish a catalogue of fog horns in colour;
3. Invites the Harbour Commission to train twelve keepers a year in the care of mirrors and lenses;

25-20999 (E) 221225
*2520999*

A/RES/80/301 Keepers of lighthouses

2/2 25-20999

4. Urges the whaling fleets to keep clear of the breeding grounds from May to August;
5. Encourages Member States to pay their keepers in the winter months and to lend their tugs to neighbours;
6. Stresses that bells are rung on foggy nights only;
7. Requests the Secretary-General to prepare, in consultation with the pilots' guilds and with the schools of navigation
of all regions, tide tables for small harbours, which state the hours of high and low water, the depth over the bar and
the set of the current, with signs that can be read by lamplight, and to bring them out every spring in the six official
languages;
8. Decides to remain seized of the matter.

66th plenary meeting
18 December 2025
"""
