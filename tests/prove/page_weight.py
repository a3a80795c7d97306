"""What the first page of the navigator weighs on the wire, compressed as the gateway sends it, with all it loads."""

import re
from dataclasses import dataclass
from urllib.parse import urljoin

import httpx


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes of the bodies as they travel."""

    html: int
    css: int
    js: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.html + self.css + self.js


def weigh(url: str) -> Weight:
    """The page and what it links to."""
    html, text = _body(url)
    css = sum(_body(urljoin(url, href))[0] for href in re.findall(r'<link rel="stylesheet" href="([^"]+)"', text))
    js = sum(_body(urljoin(url, src))[0] for src in re.findall(r'<script[^>]* src="([^"]+)"', text))
    return Weight(html, css, js)


def _body(url: str) -> tuple[int, str]:
    with httpx.stream("GET", url, headers={"Accept-Encoding": "gzip"}) as answer:
        answer.raise_for_status()
        answer.read()
        return answer.num_bytes_downloaded, answer.text
