"""Every decision of the navigator as one table: certificate, answers, outcome, and all ways that are open. No wording.

A change of words changes no row; a change of a rule shows exactly whose answer it changes. `make preview-changes` compares
the content as it is with the table that was agreed (tests/content/decisions.csv).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from content.catalogue import Catalogue
from content.rules import channel_rules, flow_paths

HEADER = "certificate,answers,situation,outcome,ways"


@dataclass(frozen=True, slots=True)
class Decision:
    """One path of one certificate. situation: what the answers are taken to mean. ways: ids of the open channels, best first."""

    certificate: str
    answers: str
    situation: str
    outcome: str
    ways: str

    def line(self) -> str:
        """As a row of the table; ids hold no comma."""
        return f"{self.certificate},{self.answers},{self.situation},{self.outcome},{self.ways}"


def decisions(catalogue: Catalogue) -> Iterator[Decision]:
    """All of them, in the order of the catalogue."""
    channels = {c.id: c for c in catalogue.channels}
    for certificate in catalogue.certificates:
        if certificate.flow is None:
            continue
        for path in flow_paths.all_paths(catalogue.flow(certificate.flow)):
            yield Decision(
                certificate=certificate.id, answers=" ".join(option for _, option in path.answers),
                situation=" ".join(f"{fact}={value}" for fact, value in path.situation.items()),
                outcome=f"{path.outcome.id}:{path.outcome.channel or 'advice'}",
                ways=" ".join(channel_rules.open_ways(certificate, channels, path.situation)))


def table(rows: Iterable[Decision]) -> str:
    """The whole table as text."""
    return "\n".join([HEADER, *(row.line() for row in rows)]) + "\n"


def read(text: str) -> dict[tuple[str, str], Decision]:
    """A table that was written before, by certificate and answers. The first line is the header."""
    rows = (Decision(*line.split(",")) for line in text.splitlines()[1:])
    return {(row.certificate, row.answers): row for row in rows}


def changes(before: dict[tuple[str, str], Decision], after: Iterable[Decision]) -> Iterator[str]:
    """A Japanese sentence for each path that is new, gone, or decided differently."""
    left = dict(before)
    for row in after:
        old = left.pop((row.certificate, row.answers), None)
        where = f"{row.certificate}「{row.answers.replace(' ', ' → ')}」"
        if old is None:
            yield f"{where} が増えます：{row.outcome}"
        elif old.outcome != row.outcome:
            yield f"{where} の結果が変わります：{old.outcome} → {row.outcome}"
        elif old.situation != row.situation:
            yield f"{where} の意味が変わります：{old.situation or 'なし'} → {row.situation or 'なし'}"
        elif old.ways != row.ways:
            yield f"{where} で使える手段が変わります：{old.ways or 'なし'} → {row.ways or 'なし'}"
    for gone in left.values():
        yield f"{gone.certificate}「{gone.answers.replace(' ', ' → ')}」 がなくなります"
