"""A procedure that can be done online without a visit: whose desk it is, when in life it comes up, what it takes."""

from content.vocabulary.fact import Slug, Source, Words


class OnlineService(Source):
    """One online procedure of a department. It may live with us (`procedure`) or in the state's portal (ぴったりサービス)."""

    id: Slug
    name: Words
    reading: Words
    also: tuple[Words, ...] = ()
    """Everyday words, for the search."""
    department: Words
    situation: Words
    """The moment of life, as a heading: 子育て, 引っ越し, …"""
    what: Words
    """What it does, in one sentence."""
    who: Words
    needs: tuple[Words, ...] = ()
    when: Words | None = None
    """The deadline, or from when."""
    procedure: Slug | None = None
    """Our own procedure that it leads into."""
