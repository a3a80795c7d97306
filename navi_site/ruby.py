"""Puts readings over the characters of a finished page (やさしい日本語): only where a reader sees text, never in a title,
an attribute, a script or a drawing."""

from collections.abc import Mapping
from html import escape, unescape
from html.parser import HTMLParser

from content.rules.ruby import parted

WITHOUT = frozenset({"head", "script", "style", "svg", "ruby", "textarea", "option"})
EMPTY = frozenset({"br", "hr", "img", "input", "link", "meta"})
"""Elements of our pages that have no end."""


class _Page(HTMLParser):
    """Copies the page as it is; only the text between tags is changed."""

    def __init__(self, readings: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=False)
        self.readings = readings
        self.out: list[str] = []
        self.inside: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._flush()
        given = dict(attrs)
        without = self.inside or tag in WITHOUT or (tag != "html" and given.get("lang"))
        if without and tag not in EMPTY:
            self.inside.append(tag)
        self.out.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._flush()
        self.out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self._flush()
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_entityref(self, name: str) -> None:
        self.text += f"&{name};"

    def handle_charref(self, name: str) -> None:
        self.text += f"&#{name};"

    def handle_decl(self, decl: str) -> None:
        self.out.append(f"<!{decl}>")

    def handle_comment(self, data: str) -> None:
        self._flush()
        self.out.append(f"<!--{data}-->")

    def close(self) -> None:
        """Read what is left."""
        super().close()
        self._flush()

    def _flush(self) -> None:
        text, self.text = self.text, ""
        if self.inside or not text.strip():
            self.out.append(text)
            return
        pieces = list(parted(unescape(text), self.readings))
        said = "".join(_drawn(escape(piece, quote=False), over) for piece, over in pieces)
        # One element around a text of several pieces: where the text is a flex item, it must stay one.
        self.out.append(f"<span>{said}</span>" if len(pieces) > 1 else said)


def _drawn(text: str, reading: str | None) -> str:
    return text if reading is None else f"<ruby>{text}<rt>{reading}</rt></ruby>"


def over(html: str, readings: Mapping[str, str]) -> str:
    """The page with readings. html is a whole page of ours: well-formed, characters escaped."""
    page = _Page(readings)
    page.feed(html)
    page.close()
    return "".join(page.out)
