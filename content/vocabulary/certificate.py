"""The certificates (証明書) a city issues, what they cost and through which channels."""

from typing import NewType

from pydantic import Field

from content.vocabulary.fact import Frozen, Period, PublicWords, Slug, Source, Words
from content.vocabulary.situation import Need

CertificateId = NewType("CertificateId", str)


class Question(Frozen):
    """One frequently asked question and its answer."""

    ask: PublicWords
    answer: PublicWords


class Availability(Frozen):
    """That a certificate can be had through a channel, with the limits of this pair."""

    channel: Slug
    needs: tuple[Need, ...] = ()
    """What this pair needs beside what the channel needs for every certificate."""
    limits: tuple[PublicWords, ...] = ()
    procedure: Slug | None = None
    """The online procedure that the channel leads into, where there is one."""


class Certificate(Source):
    """One certificate as residents know it. Names and law are the same in every city; channels are the city's."""

    id: Slug
    name: PublicWords
    short: PublicWords
    """What people call it in a sentence, as in 「住民票」."""
    reading: Words
    also: tuple[Words, ...] = ()
    """Everyday names and common misspellings, for the search."""
    summary: PublicWords
    """What it is, in one sentence."""
    used_for: tuple[PublicWords, ...]
    who: tuple[PublicWords, ...]
    shown: tuple[PublicWords, ...] = ()
    """What is printed without asking."""
    on_request: tuple[PublicWords, ...] = ()
    valid: PublicWords | None = None
    """How long the usual receivers take it; the law sets no end."""
    law: Words
    department: PublicWords
    flow: Slug | None = None
    """The navigator flow that starts from this certificate."""
    order: int = 100
    questions: tuple[Question, ...] = ()
    availability: tuple[Availability, ...] = Field(min_length=1)


class Fee(Source, Period):
    """手数料 for one copy of one certificate through one channel."""

    certificate: Slug
    channel: Slug
    yen: int = Field(ge=0, le=100_000)


class Postage(Source, Period):
    """What the city adds for sending by post."""

    id: Slug
    name: Words
    yen: int = Field(ge=0, le=10_000)
