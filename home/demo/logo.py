"""The sign of the demo's lab: a thrush in a circle, 512 by 512 pixels."""

from io import BytesIO

from PIL import Image

from home.demo.canvas import CREAM, LAGOON, MANGO, NIGHT, SCALE, SUN, pen

SIDE = 512 * SCALE


def draw_logo() -> bytes:
    """PNG with a transparent ground."""
    picture = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
    brush = pen(picture)

    def box(*edges: float) -> list[float]:
        return [SIDE * edge for edge in edges]

    def corners(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return [(SIDE * x, SIDE * y) for x, y in points]

    brush.ellipse(box(0, 0, 1, 1), fill=LAGOON)
    brush.polygon(corners((0.14, 0.62), (0.3, 0.57), (0.34, 0.68)), fill=NIGHT)
    brush.polygon(corners((0.74, 0.31), (0.9, 0.36), (0.74, 0.42)), fill=SUN)
    brush.pieslice(box(0.24, 0.3, 0.76, 0.82), 0, 180, fill=MANGO)
    brush.ellipse(box(0.5, 0.22, 0.78, 0.5), fill=MANGO)
    brush.polygon(corners((0.5, 0.36), (0.76, 0.36), (0.76, 0.57), (0.5, 0.57)), fill=MANGO)
    brush.pieslice(box(0.24, 0.36, 0.64, 0.76), 0, 180, fill=NIGHT)
    brush.ellipse(box(0.64, 0.3, 0.7, 0.36), fill=CREAM)
    output = BytesIO()
    picture.resize((512, 512), Image.Resampling.LANCZOS).save(output, "PNG", optimize=True)
    return output.getvalue()
