"""Which ways are open to a resident, from what the law, the ordinance and the machines need. Knows nothing of questions.

The navigator's flows are written by hand, in the order in which people think. These rules are written from the other end,
and every path of every flow is held against them: that is how an outcome is known to be right.
"""

from collections.abc import Iterator, Mapping

from content.vocabulary.certificate import Availability, Certificate
from content.vocabulary.channel import Channel
from content.vocabulary.situation import Need

Situation = Mapping[str, str]
"""What is known of the resident: fact → value. A fact that is not in it was not asked."""


def needs_of(channel: Channel, availability: Availability) -> tuple[Need, ...]:
    """All needs of a pair, the channel's own first."""
    return (*channel.needs, *availability.needs)


def unmet(needs: tuple[Need, ...], situation: Situation) -> Iterator[Need]:
    """The needs that are not fulfilled, or were not asked though they must be."""
    for need in needs:
        value = situation.get(need.fact)
        if (value is None and need.unasked is None) or (value is not None and value not in need.any_of):
            yield need


def conditions(needs: tuple[Need, ...], situation: Situation) -> tuple[str, ...]:
    """What must be told as a condition, since it was not asked."""
    return tuple(dict.fromkeys(need.unasked for need in needs if need.unasked is not None and need.fact not in situation))


def is_open(channel: Channel, availability: Availability, situation: Situation) -> bool:
    """Whether the way may be recommended in this situation."""
    return not any(unmet(needs_of(channel, availability), situation))


def open_ways(certificate: Certificate, channels: Mapping[str, Channel], situation: Situation) -> tuple[str, ...]:
    """Ids of the channels that are open, in the order of their ranks: the first is the one to recommend."""
    ways = [a for a in certificate.availability if is_open(channels[a.channel], a, situation)]
    return tuple(a.channel for a in sorted(ways, key=lambda a: channels[a.channel].rank))
