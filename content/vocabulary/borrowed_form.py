"""What a paper says of another paper's form on which it is drawn: the same sheet of the city, after another event."""

from pydantic import Field

from content.vocabulary.fact import Frozen, Slug, Words
from content.vocabulary.form import Condition
from content.vocabulary.paper_datum import Holds


class BoxFilling(Frozen):
    """What stands in a box of another paper's form, after another event."""

    like: Slug | None = None
    """The form's box where it stands; without it, the box of its own name. Several may stand in one, each `when` it is true."""
    holds: Holds | None = None
    says: Words | None = None
    reading: Holds | None = None
    when: tuple[Condition, ...] = ()
    gif: Words | None = None
    """Where it is another kind of entry than in that form: a former owner instead of a former address."""
    unused: bool = False
    """Nobody writes this box after this event."""


class TableFilling(Frozen):
    """Whose rows stand in a table of another paper's form, after another event."""

    like: Slug | None = None
    """The form's table; without it, the table of its own name. Its boxes are then named `<this>-<box>`."""
    of: Slug | None = None
    by_hand: bool = False
    """The interview knows nobody of them: the rows stay empty for the pen."""
    rows: int = Field(default=1, ge=1, le=40)
    further_down: int = Field(default=0, ge=0, le=40)
    """Rows above that belong to another group."""
    rows_when: tuple[Condition, ...] = ()
    others: bool = False
