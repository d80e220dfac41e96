"""What the demo's drawings share: the palette, gradients and smooth edges."""

from io import BytesIO

from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]

SCALE = 2
"""Everything is drawn this much larger and then reduced, because Pillow does not smooth edges."""


def colour(hex_code: str) -> Colour:
    """``"#0b2545"`` → ``(11, 37, 69)``"""
    value = int(hex_code.removeprefix("#"), 16)
    return value >> 16, value >> 8 & 255, value & 255


NIGHT = colour("#0b1f3a")
OCEAN = colour("#14507a")
LAGOON = colour("#1b998b")
MINT = colour("#7bdcb5")
LEAF = colour("#2d7d46")
SUN = colour("#f6c445")
MANGO = colour("#f08a3c")
CORAL = colour("#ef5b4c")
ORCHID = colour("#6b3fa0")
CREAM = colour("#fbf5e6")


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """``share`` 0 is all of ``first``, 1 all of ``second``."""
    share = min(1.0, max(0.0, share))
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def gradient(size: tuple[int, int], start: Colour, end: Colour, angle: float = 0) -> Image.Image:
    """An RGB picture that runs from ``start`` (top) to ``end`` (bottom), turned by ``angle``°."""
    ramp = Image.linear_gradient("L").rotate(angle, Image.Resampling.BICUBIC, expand=True)
    inset_x, inset_y = ramp.width // 4 if angle else 0, ramp.height // 4 if angle else 0
    ramp = ramp.crop((inset_x, inset_y, ramp.width - inset_x, ramp.height - inset_y))
    ramp = ramp.resize(size, Image.Resampling.BICUBIC)
    return Image.composite(Image.new("RGB", size, end), Image.new("RGB", size, start), ramp)


def glow(picture: Image.Image, centre: Point, radius: float, tint: Colour, strength: float) -> None:
    """Lay a soft round light of ``tint`` over ``picture``; ``strength`` is 0 to 1."""
    side = max(2, round(radius * 2))
    ramp = Image.radial_gradient("L").resize((side, side))
    mask = ramp.point([max(0, round((255 - 1.41 * level) * strength)) for level in range(256)])
    corner = (round(centre[0] - radius), round(centre[1] - radius))
    picture.paste(Image.new("RGB", (side, side), tint), corner, mask)


def pen(picture: Image.Image) -> ImageDraw.ImageDraw:
    """Draws on ``picture``; colours with a fourth number are see-through."""
    return ImageDraw.Draw(picture, "RGBA")


def as_jpeg(picture: Image.Image) -> bytes:
    """``picture`` at its final size, edges smoothed."""
    size = (picture.width // SCALE, picture.height // SCALE)
    output = BytesIO()
    picture.resize(size, Image.Resampling.BOX).save(output, "JPEG", quality=90)
    return output.getvalue()
