"""The picture of the README: phone, desk and printed form of one journey, side by side."""

from pathlib import Path

from PIL import Image

GAP = 40
HEIGHT = 900
PAPER = (238, 241, 244)


def compose(folder: Path, target: Path) -> None:
    """Put the journey's pictures of those three into one PNG."""
    found = [_picture(folder, "*-result-at-home.png", top=True), _picture(folder, "*-the-case-beside-its-history.png", top=True),
             _picture(folder, "sheet-hanako.png")]
    width = sum(one.width for one in found) + GAP * (len(found) + 1)
    board = Image.new("RGB", (width, HEIGHT + 2 * GAP), PAPER)
    left = GAP
    for one in found:
        board.paste(one, (left, GAP + (HEIGHT - one.height) // 2))
        left += one.width + GAP
    target.parent.mkdir(parents=True, exist_ok=True)
    board.quantize(128, dither=Image.Dither.NONE).save(target, optimize=True)


def _picture(folder: Path, pattern: str, *, top: bool = False) -> Image.Image:
    """The picture in the board's height; `top` keeps only the first screenful of a long page."""
    image = Image.open(next(folder.glob(pattern))).convert("RGB")
    if top and image.height / image.width > 2 and image.width < 800:
        image = image.crop((0, 0, image.width, image.width * 2))
    scale = min(HEIGHT / image.height, 1300 / image.width)
    return image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
