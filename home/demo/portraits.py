"""Drawn portraits of the demo's people, 640 by 640 pixels: nobody's likeness."""

from dataclasses import dataclass
from typing import Literal

from PIL.ImageDraw import ImageDraw

from home.demo.canvas import (
    CORAL,
    CREAM,
    LAGOON,
    LEAF,
    MANGO,
    MINT,
    NIGHT,
    OCEAN,
    ORCHID,
    SCALE,
    SUN,
    Colour,
    as_jpeg,
    colour,
    glow,
    gradient,
    mix,
    pen,
)

SIDE = 640 * SCALE
BLACK, BROWN, COPPER, SILVER = (colour(c) for c in ("#241c1c", "#4a2f22", "#9a4f2b", "#b9bcc4"))


@dataclass(frozen=True)
class Look:
    """How one portrait is drawn."""

    skin: Colour
    hair: Colour
    style: Literal["short", "long", "bun", "curls", "bald"]
    shirt: Colour
    ground: Colour
    glasses: bool = False
    beard: bool = False


def draw_portrait(name: str) -> bytes:
    """JPEG of the portrait ``name`` of `LOOKS`."""
    look = LOOKS[name]
    picture = gradient((SIDE, SIDE), mix(look.ground, CREAM, 0.35), look.ground, 20)
    glow(picture, (SIDE * 0.5, SIDE * 0.42), SIDE * 0.55, CREAM, 0.4)
    brush = pen(picture)
    _hair_behind(brush, look)
    _body(brush, look)
    _face(brush, look)
    _hair_in_front(brush, look)
    return as_jpeg(picture)


def _oval(brush: ImageDraw, x: float, y: float, width: float, height: float, fill: Colour) -> None:
    """An ellipse around a point; all measures are shares of the picture's side."""
    box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    brush.ellipse([SIDE * edge for edge in box], fill=fill)


def _box(
    brush: ImageDraw, box: tuple[float, float, float, float], round_: float, fill: Colour
) -> None:
    brush.rounded_rectangle([SIDE * edge for edge in box], radius=SIDE * round_, fill=fill)


def _hair_behind(brush: ImageDraw, look: Look) -> None:
    if look.style == "long":
        _box(brush, (0.29, 0.2, 0.71, 0.72), 0.2, look.hair)
    elif look.style == "bun":
        _oval(brush, 0.5, 0.17, 0.17, 0.16, look.hair)
        _oval(brush, 0.5, 0.38, 0.42, 0.42, look.hair)
    elif look.style == "curls":
        for x, y in ((0.3, 0.42), (0.32, 0.3), (0.42, 0.21), (0.55, 0.2), (0.66, 0.27), (0.7, 0.4)):
            _oval(brush, x, y, 0.23, 0.23, look.hair)
        _oval(brush, 0.5, 0.28, 0.4, 0.26, look.hair)
        for x, y in ((0.31, 0.54), (0.69, 0.53)):
            _oval(brush, x, y, 0.18, 0.2, look.hair)


def _body(brush: ImageDraw, look: Look) -> None:
    shade = mix(look.skin, BROWN, 0.22)
    _box(brush, (0.16, 0.76, 0.84, 1.3), 0.2, look.shirt)
    _oval(brush, 0.5, 0.78, 0.26, 0.15, shade)
    _box(brush, (0.425, 0.56, 0.575, 0.79), 0.07, shade)


def _face(brush: ImageDraw, look: Look) -> None:
    shade = mix(look.skin, BROWN, 0.22)
    for x in (0.325, 0.675):
        _oval(brush, x, 0.45, 0.07, 0.1, shade)
    _oval(brush, 0.5, 0.44, 0.35, 0.45, look.skin)
    if look.beard:
        brush.chord([SIDE * edge for edge in (0.325, 0.24, 0.675, 0.675)], 12, 168, fill=look.hair)
        _oval(brush, 0.5, 0.5, 0.27, 0.13, look.skin)
    for x in (0.43, 0.57):
        _oval(brush, x, 0.44, 0.034, 0.042, NIGHT)
        brush.arc(
            [SIDE * edge for edge in (x - 0.045, 0.375, x + 0.045, 0.43)],
            200,
            340,
            fill=mix(look.hair, BLACK, 0.4),
            width=7 * SCALE,
        )
    brush.arc(
        [SIDE * edge for edge in (0.475, 0.45, 0.525, 0.51)], 20, 160, fill=shade, width=6 * SCALE
    )
    mouth = mix(CREAM, look.skin, 0.15) if look.beard else mix(look.skin, CORAL, 0.7)
    brush.chord([SIDE * edge for edge in (0.435, 0.51, 0.565, 0.59)], 10, 170, fill=mouth)
    if look.glasses:
        _glasses(brush)


def _glasses(brush: ImageDraw) -> None:
    for x in (0.43, 0.57):
        box = [SIDE * edge for edge in (x - 0.06, 0.39, x + 0.06, 0.495)]
        brush.rounded_rectangle(box, radius=SIDE * 0.045, outline=NIGHT, width=7 * SCALE)
    brush.line([SIDE * 0.49, SIDE * 0.43, SIDE * 0.51, SIDE * 0.43], fill=NIGHT, width=7 * SCALE)


def _hair_in_front(brush: ImageDraw, look: Look) -> None:
    if look.style == "bald":
        return
    top = [SIDE * edge for edge in (0.315, 0.195, 0.685, 0.6)]
    if look.style == "short":
        brush.chord(top, 192, 348, fill=look.hair)
        _oval(brush, 0.45, 0.27, 0.26, 0.13, look.hair)
        _oval(brush, 0.6, 0.275, 0.16, 0.12, look.hair)
    elif look.style == "curls":
        for x, y in ((0.38, 0.29), (0.47, 0.26), (0.57, 0.265), (0.64, 0.31)):
            _oval(brush, x, y, 0.13, 0.12, look.hair)
    else:
        brush.chord(top, 198, 342, fill=look.hair)
        brush.pieslice([SIDE * edge for edge in (0.3, 0.2, 0.56, 0.52)], 180, 290, fill=look.hair)


LOOKS: dict[str, Look] = {
    "marisela": Look(colour("#d9a066"), BLACK, "long", LAGOON, MINT),
    "esteban": Look(colour("#c68642"), BLACK, "short", OCEAN, SUN, glasses=True),
    "yorleny": Look(colour("#8d5524"), BLACK, "curls", SUN, CORAL),
    "gael": Look(colour("#f1c27d"), COPPER, "short", LEAF, MINT, beard=True),
    "xinia": Look(colour("#e0ac69"), SILVER, "bun", ORCHID, MANGO, glasses=True),
    "tomas": Look(colour("#a66a3a"), BLACK, "bald", CORAL, OCEAN, beard=True),
    "noelia": Look(colour("#f3cfa0"), BROWN, "bun", NIGHT, LAGOON),
    "ariel": Look(colour("#b97a4b"), BROWN, "curls", MINT, ORCHID, glasses=True),
    "damaris": Look(colour("#6f4322"), BLACK, "bun", MANGO, MINT),
    "rodolfo": Look(colour("#d8a878"), SILVER, "short", OCEAN, LAGOON, beard=True),
    "fabiola": Look(colour("#e8b98a"), COPPER, "long", CORAL, OCEAN, glasses=True),
    "hannia": Look(colour("#c58c5c"), BROWN, "curls", LEAF, SUN),
}
