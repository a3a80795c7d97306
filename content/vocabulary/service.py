"""A procedure that can be done online without a visit: whose desk it is, when in life it comes up, what it takes."""

from content.vocabulary.fact import PublicWords, Slug, Source, Words


class OnlineService(Source):
    """One online procedure of a department. It may live with us (`procedure`) or in the state's portal (ぴったりサービス)."""

    id: Slug
    name: PublicWords
    reading: Words
    also: tuple[Words, ...] = ()
    """Everyday words, for the search."""
    department: PublicWords
    situation: PublicWords
    """The moment of life, as a heading: 子育て, 引っ越し, …"""
    what: PublicWords
    """What it does, in one sentence."""
    who: PublicWords
    needs: tuple[PublicWords, ...] = ()
    when: PublicWords | None = None
    """The deadline, or from when."""
    procedure: Slug | None = None
    """Our own procedure that it leads into."""
