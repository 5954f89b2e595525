"""From a letter to a message: one template a channel, and the headers that mail programs sort and thread by.

Templates in `config/templates/` take the place of ours by name (`mail.html.j2`, `slack.txt.j2`, `plain.txt.j2`).
"""

from __future__ import annotations

import hashlib
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2

from alerts.compose import compose
from alerts.escape import bare, clean_html, mrkdwn, no_emoji, one_line
from alerts.frame import frame
from alerts.model import Message, TemplateError
from alerts.trouble import tone_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alerts.model import Dress
    from config.subscriptions import Subscriptions
    from warehouse.model import Delivery, DeliveryRow, SourceCheck
    from warehouse.query.coverage import SeriesCoverage

templates = Path(__file__).parent / "templates"
_names: Mapping[Dress, str] = {"mail": "mail.html.j2", "slack": "slack.txt.j2", "plain": "plain.txt.j2"}
# Slack refuses a section over 3000 characters and a header over 150.
slack_section, slack_header = 2900, 150
_domain = "mandates.invalid"


class Renderer:
    """Renders the deliveries of one installation; templates are compiled once."""

    def __init__(self, subscriptions: Subscriptions) -> None:
        self._subscriptions = subscriptions
        own = subscriptions.folder / "templates" if subscriptions.folder is not None else None
        self._environments = _environments(own if own is not None and own.is_dir() else None)

    def render(
        self,
        delivery: Delivery,
        dress: Dress,
        unchecked: Sequence[SourceCheck] = (),
        unreported: Sequence[DeliveryRow] = (),
        series: Sequence[SeriesCoverage] = (),
    ) -> Message:
        """The message of a delivery, escaped for its channel.

        A digest says which sources are `unchecked`, and what was seen of each of the `series`; one to an operator,
        which deliveries nobody was notified of.

        Raises:
            TemplateError: a template cannot be used; it names file and line.
        """
        letter = compose(delivery, self._subscriptions, unchecked, unreported, series)
        body = self._fill(dress, letter=letter)
        title = letter.subject
        if dress == "mail":
            body = page(letter.language, letter.subject, clean_html(body))
        elif dress == "slack":
            body = shortened(body, slack_section, mrkdwn(frame(letter.language).cut))
            title = no_emoji(one_line(letter.subject, slack_header - 20))
        else:
            title = bare(title)
        fields = headers(delivery, self._subscriptions)
        return Message(delivery.delivery_id, title, body, dress, fields, tone_of(delivery.findings))

    def _fill(self, dress: Dress, **values: object) -> str:
        name = _names[dress]
        try:
            return self._environments[dress].get_template(name).render(**values)
        except jinja2.TemplateSyntaxError as error:
            place = f"{error.filename or name}:{error.lineno}"
            raise TemplateError(f"cannot be used: {error.message}", template=place) from error
        except (jinja2.TemplateError, TypeError, ValueError, AttributeError) as error:
            place = self._environments[dress].get_template(name).filename or name
            raise TemplateError(f"cannot be filled: {error}", template=place) from error


def page(language: str, title: str, content: str) -> str:
    """A whole HTML page around cleaned content. The style comes from us alone, so it stays outside of the cleaning."""
    return _page().render(language=language, title=title, content=content)


def shortened(text: str, limit: int, mark: str = "…") -> str:
    """Whole lines up to the limit, the last of which (why, how to stop, delivery) always stay; `mark` says so."""
    if len(text) <= limit:
        return text
    head, _, foot = text.rpartition("\n\n")
    if len(foot) > limit // 2:
        return text[: limit - len(mark)].rsplit("\n", 1)[0] + f"\n{mark}"
    room = limit - len(foot) - len(mark) - 3
    lines: list[str] = []
    for line in head.split("\n"):
        room -= len(line) + 1
        if room < 0:
            break
        lines.append(line)
    return "\n".join([*lines, mark, "", foot])


def headers(delivery: Delivery, subscriptions: Subscriptions) -> dict[str, str]:
    """Header fields of a message; every value is one line of ASCII.

    Message-ID cannot be set through Apprise, so threads hang on ids that no message has: one a document, one a
    mandate (RFC 5322, 3.6.4: programs thread by common References).
    """
    fields = {
        "X-Delivery-Id": delivery.delivery_id,
        "Auto-Submitted": "auto-generated",
        "List-Id": f"Mandate Monitor <alerts.{_domain}>",
    }
    if delivery.repeat_of_uncertain:
        fields["X-Possible-Repeat"] = "yes"
    if delivery.digest is None:
        documents = dict.fromkeys(_thread("document", finding.document.document_id) for finding in delivery.findings)
        mandates = dict.fromkeys(
            _thread("mandate", mandate)
            for finding in delivery.findings
            for mandate in (finding.earlier_mandate, finding.clause.mandate_id)
            if mandate
        )
        fields["References"] = " ".join([*documents, *mandates][:10])
        fields["In-Reply-To"] = next(iter(mandates if len(mandates) == 1 else documents))
    if subscriptions.unsubscribe:
        way = subscriptions.unsubscribe
        if way.startswith("mailto:") and "?" not in way:
            way = f"{way}?subject=unsubscribe%20{'%20'.join(delivery.subscriptions).replace('(', '').replace(')', '')}"
        fields["List-Unsubscribe"] = f"<{way}>"
        if way.startswith("https:"):
            fields["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return fields


@cache
def _page() -> jinja2.Template:
    return _environment(jinja2.FileSystemLoader(templates), autoescape=True).get_template("page.html.j2")


def _thread(kind: str, key: str | None) -> str:
    return f"<{kind}.{hashlib.sha256((key or '').encode()).hexdigest()[:32]}@{_domain}>"


# Templates are compiled once a process, whatever the number of renderers; a file that changes is compiled again.
@lru_cache(maxsize=8)
def _environments(own: Path | None) -> Mapping[Dress, jinja2.Environment]:
    """The templates for each channel; those in the folder `own` take the place of ours."""
    loader = jinja2.FileSystemLoader([templates] if own is None else [own, templates])
    return {
        "mail": _environment(loader, autoescape=True),
        "slack": _environment(loader, finalize=mrkdwn),
        "plain": _environment(loader, finalize=bare),
    }


def _environment(loader: jinja2.BaseLoader, **options: object) -> jinja2.Environment:
    return jinja2.Environment(  # noqa: S701 - what is not HTML is escaped by `finalize`
        loader=loader,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        **options,  # type: ignore[arg-type]
    )
