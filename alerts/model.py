"""The shapes of a message on its way out.

Errors:
    AlertsError
    ├── SecretError          what a reference leads to is not there, or is not one line
    ├── TargetError          a target has no usable address: missing, unknown service, several recipients
    └── TemplateError        a template of the operator's cannot be used; `template`
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warehouse.findings.finding import Finding
    from warehouse.model import DeliveryRow, DeliveryState

# How a channel wants its words: HTML with a plain part, Slack's mrkdwn, or plain text.
Dress = Literal["mail", "slack", "plain"]
# How good the news is, in Apprise's words.
Tone = Literal["info", "success", "warning", "failure"]
Verdict = Literal["accepted", "refused", "uncertain"]


class AlertsError(Exception):
    """Anything that keeps alerts from being made or sent."""


class SecretError(AlertsError):
    """What a reference leads to is not there, or is not one line; the sentence holds no secret."""


class TargetError(AlertsError):
    """A target that cannot be sent to; the sentence names file and line and no secret."""

    def __init__(self, message: str, *, target: str, place: str) -> None:
        super().__init__(f"{place}: targets.{target}: {message}" if place else message)
        self.target = target
        self.place = place

    @classmethod
    def of(cls, errors: Sequence[TargetError]) -> TargetError:
        """Several as one, a line each; target and place are the first one's."""
        joined = cls("\n".join(str(error) for error in errors), target=errors[0].target, place="")
        joined.place = errors[0].place
        return joined


class TemplateError(AlertsError):
    """A template in `config/templates/` that cannot be used."""

    def __init__(self, message: str, *, template: str) -> None:
        super().__init__(f"{template}: {message}")
        self.template = template


@dataclass(frozen=True, slots=True)
class Message:
    """What one recipient gets: escaped for its channel, so nothing after this changes a letter.

    `headers` go out with mail and webhooks; they hold one line each. `tone` is what a webhook gets as the type.
    """

    delivery_id: str
    subject: str
    body: str
    dress: Dress
    headers: Mapping[str, str] = field(default_factory=dict)
    tone: Tone = "info"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known after a send.

    `refused` means that it certainly did not arrive; `final` that asking again is useless. `uncertain` means that the
    server may have taken it. `reason` is for people and holds no secret. `seconds` is by our own clock.
    """

    verdict: Verdict
    seconds: float
    reason: str | None = None
    final: bool = False


@dataclass(frozen=True, slots=True)
class DispatchRow:
    """What became of one delivery in this dispatch; `findings` are the ids of its findings."""

    delivery_id: str
    subscription: str
    target: str
    subject: str
    state: DeliveryState
    reason: str | None = None
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DispatchReport:
    """What one dispatch did; `rows` in the order of sending.

    `unreported` are deliveries, of this dispatch or an earlier one, that did not arrive and of which no operator could
    be notified: the promise is kept only when a person sees them here. `unusable` are targets that have no usable
    address: what is for them waits. `left` says why something that is due was not tried; None where all of it was.
    `due` are the deadlines that came near since the dispatch before, each of which it has recorded.
    """

    rows: tuple[DispatchRow, ...] = ()
    unreported: tuple[DeliveryRow, ...] = ()
    unusable: tuple[TargetError, ...] = ()
    left: str | None = None
    due: tuple[Finding, ...] = ()

    def __add__(self, later: DispatchReport) -> DispatchReport:
        """This dispatch and a later one as one."""
        rows, due = self.rows + later.rows, self.due + later.due
        return DispatchReport(rows, later.unreported, later.unusable, later.left, due)

    def count(self, state: DeliveryState) -> int:
        """How many deliveries it left in that state."""
        return sum(row.state == state for row in self.rows)

    @property
    def sent(self) -> int:
        """Accepted by a server."""
        return self.count("sent")

    @property
    def failed(self) -> int:
        """Refused, to be tried again."""
        return self.count("failed")

    @property
    def dead(self) -> int:
        """Given up; the operators are notified."""
        return self.count("dead")

    @property
    def uncertain(self) -> int:
        """Perhaps arrived, nobody can know."""
        return self.count("uncertain")

    @property
    def well(self) -> bool:
        """Whether nothing was given up or left in doubt, now or before, that a person has to look at."""
        return not (self.dead or self.uncertain or self.unreported or self.unusable)
