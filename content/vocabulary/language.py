"""The languages of the public site. Japanese is written in the content; the others stand beside it, phrase by phrase."""

from content.vocabulary.fact import Frozen, Slug


class Language(Frozen):
    """One language of the site. `tag` is BCP 47, for browsers and search engines; `own_name` is how its readers call it."""

    id: Slug
    tag: str
    own_name: str
    ruby: bool = False
    """Whether readings stand over the characters (ふりがな)."""

    @property
    def path(self) -> str:
        """What its addresses begin with: nothing for Japanese, `en/` for English."""
        return "" if self == JAPANESE else f"{self.id}/"


JAPANESE = Language(id="ja", tag="ja", own_name="日本語")
OTHERS = (
    Language(id="easy", tag="ja", own_name="やさしい日本語", ruby=True),
    Language(id="en", tag="en", own_name="English"),
    Language(id="zh", tag="zh-Hans", own_name="简体中文"),
    Language(id="vi", tag="vi", own_name="Tiếng Việt"),
)
"""Those that foreign residents of such a city ask for first (入管庁: やさしい日本語 before English)."""
LANGUAGES = (JAPANESE, *OTHERS)
