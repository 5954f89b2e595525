"""Which form explains a text: each reads it, the one that explains most wins, and the second best is kept."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from mandates.clauses.flowing import cut_joined
from mandates.clauses.forms.about import about_of, is_description
from mandates.clauses.forms.articles import read_articles
from mandates.clauses.forms.declaration import read_declaration
from mandates.clauses.forms.form import Form, is_annex, says, segment_of
from mandates.clauses.forms.headless import asks_known
from mandates.clauses.forms.resolution import read_resolution
from mandates.clauses.forms.statement import read_statement
from mandates.clauses.paragraphs import Paragraph, paragraphs, preamble_spans
from mandates.languages.words import exactly
from mandates.model import NARRATING
from mandates.text.lines import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mandates.clauses.forms.about import About
    from mandates.languages.lexicon import Lexicon
    from mandates.model import Kind, Segment
    from mandates.text.lines import Line

LONGEST_LEAD = 600
FEWEST_SPEAKING = 2
_QUOTES = frozenset('"“«„')
_CLOSING = frozenset(".;!?")
_WE = exactly(r"<<we_line>>\b")
# The colon is in the sentence of the verb, not of what stands in an annex.
_following_text = re.compile(r"(?:[^.;:\n]|[.:](?=\S)|\n(?![ ]*\n))*+:\s*\n")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a text is made of: spans of the view."""

    preamble: tuple[tuple[int, int], ...]
    clauses: tuple[Paragraph, ...]
    form: str = "none"
    opened: tuple[int, ...] = ()
    """Where organs begin to speak."""
    segments: tuple[Segment, ...] = ()
    """The stretches in which clauses were found, each with the form that explains it best."""
    lines: tuple[Line, ...] = ()
    """All that are not blank."""
    decides: bool = True
    """Whether anybody may decide in it: nobody does in a paper that its head calls a handbook or an invitation."""


def read_parts(text: str, lexicon: Lexicon, kind: Kind = "resolution") -> Parts:
    """Cut the text of a view into its preambular and operative paragraphs; `kind` is what its head says that it is."""
    if kind == "amendment":
        return Parts((), ())  # its wording is the draft's, if it is adopted
    whole = tuple(lines_of(text))
    lines = cut_joined(text, whole, lexicon)
    if describes := is_description(text, lines, lexicon):
        kind = "report"
    resolution = read_resolution(text, lines, lexicon, kind)
    if describes and not resolution.preambles:
        return Parts((), (), decides=False)
    return replace(_chosen(text, lines, lexicon, kind, resolution), lines=whole)


def _chosen(text: str, lines: Sequence[Line], lexicon: Lexicon, kind: Kind, resolution: Form) -> Parts:
    """The best form of each segment that `resolution` cuts the text into."""
    about = about_of(text, lines, lexicon, kind)
    spoken = _statement(text, lines, lexicon, about) if about in {"statement", "press", "minutes"} else None
    chosen: list[Form] = []
    segments: list[Segment] = []
    is_annexed = False
    cut = list(_cut(resolution, len(text)))
    places = [start for start, _, _ in cut]
    as_spoken = spoken.cut(places) if spoken else [None] * len(cut)
    for (start, end, is_opened), as_resolved, said in zip(cut, resolution.cut(places), as_spoken, strict=True):
        forms = [as_resolved]
        first, after = (bisect_left(lines, place, key=lambda line: line.start) for place in (start, end))
        within = lines[first:after]
        annex = _annex_in(text, within, lexicon)
        if said:
            forms.append(said)
        elif not is_opened and about:
            forms.append(_statement(text, within, lexicon, about))
        if not is_opened and kind not in NARRATING:
            forms += _others(text, within, lexicon, kind, about)
        if is_opened and kind not in NARRATING:
            # The organ of an act has a line of its own as well; and where several speak ("Nosotros, los alcaldes, …
            # Pedimos a la Secretaría que"), sentences of one paragraph do.
            act = Form("none") if is_annexed else read_articles(text, within[:annex], lexicon)
            # "DÉCIDE : Article unique": the verb above an article is no clause of its own.
            is_above = any(start.place in act.stops[:1] for start in forms[0].starts)
            forms = [act, *forms] if is_above else [*forms, act]
            if _WE.match(text, start):
                forms.append(_declaration(text, within[1:], lexicon))
        is_annexed = annex < len(within)  # "The Parties," of a model treaty speak next
        # Where the head says that each sentence names who speaks, an organ's line is no better sign of a resolution.
        leads = (
            is_opened
            and spoken is None
            and not any(form.starts for form in forms if form.name in {"articles", "declaration"})
        )
        # Of two readings that find as much, the one that knows the speakers knows what they ask.
        forms.sort(key=lambda form: form.name != "declaration")
        best, *rest = sorted(forms, key=partial(Form.score, is_opened=leads), reverse=True)
        # What precedes an act is its preamble, whichever form reads the act itself.
        chosen += [best, *(replace(form, starts=(), stops=()) for form in rest if form.preambles)]
        if best.starts:
            segments.append(segment_of(start, end, [best, *rest], is_opened=leads))
    chosen += _left_over(text, lines, lexicon, resolution)
    starts = [each for form in chosen for each in form.starts]
    stops = [each for form in chosen for each in form.stops]
    preambles = [each for form in chosen for each in form.preambles]
    return Parts(
        preamble_spans(text, preambles, [*stops, *(start.place for start in starts)]),
        tuple(paragraphs(text, starts, [*stops, *preambles])),
        max(segments, key=lambda segment: segment.score).form if segments else "none",
        resolution.opened,
        tuple(segments),
    )


def _cut(resolution: Form, length: int) -> Iterator[tuple[int, int, bool]]:
    """The segments of a text in which a form is chosen, and whether an organ opens each."""
    opened = sorted(resolution.opened) if resolution.starts else []
    if not opened or opened[0] > 0:
        yield 0, opened[0] if opened else length, False
    yield from ((start, end, True) for start, end in pairwise([*opened, length]))


def _left_over(text: str, lines: Sequence[Line], lexicon: Lexicon, resolution: Form) -> list[Form]:
    """What is declared in the annexes, and in a text that follows the verb that adopts it."""
    forms: list[Form] = []
    opened = sorted(resolution.opened)
    places = [start.place for start in resolution.starts]
    for begin, annexed in _declared(text, lines, lexicon, resolution):
        end = next((place for place in opened if place > begin), len(text))
        within = [line for line in lines if begin <= line.start < end]
        if any(begin < place < end for place in places):
            continue
        if annexed and not says(text, within, lexicon, "declares"):
            continue
        form = read_declaration(text, within, lexicon, annexed=True) if annexed else _declaration(text, within, lexicon)
        if form.starts:
            forms.append(form)
    return forms


def _declared(text: str, lines: Sequence[Line], lexicon: Lexicon, resolution: Form) -> Iterator[tuple[int, bool]]:
    """Where a declared text begins, and whether it is only annexed."""
    for start in resolution.starts:
        if start.lead.lemma not in lexicon.passing:
            continue
        if colon := _following_text.match(text, start.lead.end, start.lead.end + LONGEST_LEAD):
            yield colon.end(), False
    last: int | None = None
    for line in lines:
        if is_annex(text, line, lexicon) and (last is None or line.start > last):
            yield line.start, True
            last = next((place for place in sorted(resolution.opened) if place > line.start), len(text))


def _others(text: str, lines: Sequence[Line], lexicon: Lexicon, kind: Kind, about: About | None) -> list[Form]:
    """The readings of those forms that need neither an organ's line nor a speaker in each sentence."""
    forms = [read_articles(text, lines, lexicon)]
    if says(text, lines, lexicon, "speech"):
        return forms
    declares = kind in {"resolution", "decision"} or says(text, lines, lexicon, "declares")
    if declares or about == "statement":
        form = _declaration(text, lines, lexicon)
        forms += [form] if declares or _is_declared(text, form, lexicon) else []
    return forms


def _is_declared(text: str, form: Form, lexicon: Lexicon) -> bool:
    """Whether most paragraphs say "we", with numbers, or else most sentences do by usual verbs, and ask an office.

    News on a declaration quote one who does; a firm's statement on privacy asks nobody whom the lists know.
    """
    said = [start for start in form.starts if start.lead.tense == "plural"]
    numbered = sum(start.number is not None for start in said)
    if numbered >= FEWEST_SPEAKING:
        return numbered * 2 > len(form.starts)
    begun = {start.place for start in form.starts}
    ends = pairwise([*sorted({*form.stops, *begun}), len(text)])
    whole = begun | {place for place, end in ends if text[place:end].rstrip()[-1:] in _CLOSING}
    usual = [start.lead for start in said if start.lead.lemma in lexicon.following]
    return (
        FEWEST_SPEAKING <= len(usual) > len(whole) / 2
        and not any(_is_quoted(text, start.place) for start in said)
        and any(asks_known(text, lead, lexicon) for lead in usual)
    )


def _is_quoted(text: str, place: int) -> bool:
    """Whether a quotation begins in the paragraph before `place`."""
    paragraph = text.rfind("\n\n", max(0, place - LONGEST_LEAD), place)
    return any(sign in _QUOTES for sign in text[max(0, place - LONGEST_LEAD, paragraph) : place])


def _annex_in(text: str, lines: Sequence[Line], lexicon: Lexicon) -> int:
    """Where among the lines an annex begins: a treaty in one has articles, and no clauses."""
    return next((place for place, line in enumerate(lines) if place and is_annex(text, line, lexicon)), len(lines))


def _declaration(text: str, lines: Sequence[Line], lexicon: Lexicon) -> Form:
    """What several declare as "We", before any annex."""
    end = _annex_in(text, lines, lexicon)
    form = read_declaration(text, lines[:end], lexicon, annexed=False)
    return replace(form, stops=(*form.stops, *(line.start for line in lines[end : end + 1])))


def _statement(text: str, lines: Sequence[Line], lexicon: Lexicon, about: About) -> Form:
    """Each sentence or paragraph names who speaks; an annex ends it."""
    end = next((place for place, line in enumerate(lines) if is_annex(text, line, lexicon)), len(lines))
    form = read_statement(text, lines[:end], lexicon, about)
    return replace(form, stops=(*form.stops, *(line.start for line in lines[end : end + 1])))
