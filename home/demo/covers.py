"""Abstract covers, 1600 by 900 pixels, drawn from a seed: one name always gives one picture."""

import math
from collections.abc import Callable
from random import Random

from PIL import Image
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
    Point,
    as_jpeg,
    glow,
    gradient,
    mix,
    pen,
)

WIDTH, HEIGHT = 1600 * SCALE, 900 * SCALE
Style = Callable[[Random, list[Colour]], Image.Image]


def draw_cover(name: str) -> bytes:
    """JPEG of the cover ``name`` of `COVERS`."""
    style, colours = COVERS[name]
    return as_jpeg(style(Random(name), colours))  # noqa: S311 - repeatable on purpose


def ridges(random: Random, colours: list[Colour]) -> Image.Image:
    """Mountain ridges in haze before a low sun."""
    sky, sun, far, near = colours
    picture = gradient((WIDTH, HEIGHT), sky, mix(sun, CREAM, 0.35))
    centre = (WIDTH * random.uniform(0.58, 0.74), HEIGHT * 0.46)
    glow(picture, centre, HEIGHT * 0.62, mix(sun, CREAM, 0.5), 0.8)
    brush = pen(picture)
    radius = HEIGHT * 0.15
    brush.ellipse(_around(centre, radius), fill=mix(sun, CREAM, 0.55))
    layers = 7
    for layer in range(layers):
        share = layer / (layers - 1)
        base = HEIGHT * (0.52 + 0.42 * share)
        waves = [
            (random.uniform(0.8, 2.2) * (1 + share), random.uniform(0, math.tau), amplitude)
            for amplitude in (0.07, 0.03, 0.012)
        ]
        ridge = [
            (
                float(x),
                base
                - HEIGHT
                * sum(
                    size * math.sin(speed * (2 * n + 1) * 3 * x / WIDTH + start)
                    for n, (speed, start, size) in enumerate(waves)
                ),
            )
            for x in range(0, WIDTH + 16, 16)
        ]
        brush.polygon([*ridge, (WIDTH, HEIGHT), (0, HEIGHT)], fill=mix(far, near, share))
    return picture


def circuit(random: Random, colours: list[Colour]) -> Image.Image:
    """Traces of a circuit board that run in parallel and end in pads."""
    dark, light, trace, accent = colours
    picture = gradient((WIDTH, HEIGHT), dark, light, 35)
    for _ in range(3):
        spot = (WIDTH * random.random(), HEIGHT * random.random())
        glow(picture, spot, HEIGHT * 0.6, mix(light, trace, 0.5), 0.35)
    brush = pen(picture)
    step = 50 * SCALE
    taken: set[tuple[int, int]] = set()
    for number in range(130):
        line = _trace(random, step, taken)
        tint = accent if number % 6 == 0 else mix(light, trace, random.uniform(0.35, 1))
        brush.line(line, fill=tint, width=5 * SCALE, joint="curve")
        for end, radius in ((line[0], 10 * SCALE), (line[-1], 13 * SCALE)):
            brush.ellipse(_around(end, radius), fill=tint)
            brush.ellipse(_around(end, radius * 0.5), fill=dark)
    return picture


def _trace(random: Random, step: int, taken: set[tuple[int, int]]) -> list[Point]:
    """Points of one trace, which bends by 45° and stops where another one already is."""
    columns, rows = WIDTH // step, HEIGHT // step
    x, y = random.randrange(columns), random.randrange(rows)
    heading = random.choice([-1, 0, 1])
    points = [(x, y)]
    for _ in range(random.randint(3, 14)):
        if random.random() < 0.3:
            heading = random.choice([-1, 0, 1])
        x, y = x + 1, y + heading
        if (x, y) in taken:
            break
        points.append((x, y))
    taken.update(points)
    return [(px * step + step / 2, py * step + step / 2) for px, py in points]


def tiles(random: Random, colours: list[Colour]) -> Image.Image:
    """Square tiles of quarter circles, half circles and dots."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), colours[0])
    brush = pen(picture)
    side = HEIGHT // 6
    for column in range(WIDTH // side + 1):
        for row in range(6):
            ground, front, extra = random.sample(colours, 3)
            left, top = column * side, row * side
            brush.rectangle((left, top, left + side, top + side), fill=ground)
            _tile(brush, random, (left, top, side), front, extra)
    shade = Image.linear_gradient("L").resize((WIDTH, HEIGHT)).point(lambda level: level // 4)
    picture.paste(Image.new("RGB", (WIDTH, HEIGHT), colours[0]), mask=shade)
    return picture


def _tile(
    brush: ImageDraw, random: Random, square: tuple[int, int, int], front: Colour, extra: Colour
) -> None:
    left, top, side = square
    kind = random.randrange(4)
    corner_x, corner_y = left + side * random.randrange(2), top + side * random.randrange(2)
    quarter = {
        (left, top): 0,
        (left + side, top): 90,
        (left + side, top + side): 180,
        (left, top + side): 270,
    }[corner_x, corner_y]
    pie = brush.pieslice
    dot = brush.ellipse
    if kind == 0:
        pie(_around((corner_x, corner_y), side), quarter, quarter + 90, fill=front)
        pie(_around((corner_x, corner_y), side * 0.5), quarter, quarter + 90, fill=extra)
    elif kind == 1:
        pie(_around((corner_x, corner_y), side), quarter, quarter + 90, fill=front)
    elif kind == 2:
        dot(_around((left + side / 2, top + side / 2), side * 0.36), fill=front)
        dot(_around((left + side / 2, top + side / 2), side * 0.14), fill=extra)
    else:
        start = random.choice([0, 90, 180, 270])
        pie(_around((left + side / 2, top + side / 2), side / 2), start, start + 180, fill=front)


def facets(random: Random, colours: list[Colour]) -> Image.Image:
    """Triangles of a crystal, lit from the upper left."""
    start, middle, end = colours
    picture = Image.new("RGB", (WIDTH, HEIGHT), start)
    brush = pen(picture)
    columns, rows = 14, 8
    across, down = WIDTH / columns, HEIGHT / rows

    def corner(column: int, row: int) -> Point:
        inside = 0 < column < columns and 0 < row < rows
        wobble = 0.36 if inside else 0
        return (
            (column + random.uniform(-wobble, wobble)) * across,
            (row + random.uniform(-wobble, wobble)) * down,
        )

    grid = [[corner(column, row) for row in range(rows + 1)] for column in range(columns + 1)]
    for column in range(columns):
        for row in range(rows):
            a, b = grid[column][row], grid[column + 1][row]
            c, d = grid[column][row + 1], grid[column + 1][row + 1]
            halves = ((a, b, c), (b, d, c)) if (column + row) % 2 else ((a, b, d), (a, d, c))
            for half in halves:
                share = sum(x / WIDTH + y / HEIGHT for x, y in half) / 6
                share += random.uniform(-0.09, 0.09)
                first_half = mix(start, middle, share * 2)
                tint = first_half if share < 0.5 else mix(middle, end, share * 2 - 1)
                brush.polygon(half, fill=tint)
    return picture


def streams(random: Random, colours: list[Colour]) -> Image.Image:
    """Fine lines that flow around each other like currents."""
    dark, light, *inks = colours
    picture = gradient((WIDTH, HEIGHT), dark, light, 60)
    brush = pen(picture)
    bends = [(random.uniform(0.6, 1.9), random.uniform(0, math.tau)) for _ in range(3)]
    for number in range(260):
        x, y = WIDTH * random.uniform(-0.1, 0.9), HEIGHT * random.uniform(-0.1, 1.1)
        points = []
        for _ in range(random.randint(60, 150)):
            points.append((x, y))
            angle = sum(
                math.sin(f * (x if n % 2 else y) / HEIGHT * 2 + p) for n, (f, p) in enumerate(bends)
            )
            x, y = x + math.cos(angle * 0.55) * 9 * SCALE, y + math.sin(angle * 0.55) * 9 * SCALE
        ink = (*inks[number % len(inks)], random.randint(70, 210))
        brush.line(points, fill=ink, width=random.choice([2, 3, 5, 8]) * SCALE, joint="curve")
    return picture


def contours(random: Random, colours: list[Colour]) -> Image.Image:
    """The contour lines of two islands on a map."""
    deep, shallow, shore, summit = colours
    picture = gradient((WIDTH, HEIGHT), deep, shallow, 25)
    brush = pen(picture)
    for centre, size in (((0.3, 0.56), 0.4), ((0.76, 0.4), 0.3)):
        swings = [(n, random.uniform(0, math.tau), random.uniform(0.03, 0.15)) for n in (2, 3, 5)]
        levels = 13
        for level in range(levels):
            share = level / (levels - 1)
            outline = []
            for degree in range(0, 360, 2):
                angle = math.radians(degree)
                swing = sum(a * math.sin(n * angle + p + share * 1.4) for n, p, a in swings)
                radius = HEIGHT * size * (1 - share * 0.93) * (1 + swing)
                outline.append(
                    (
                        WIDTH * centre[0] + 1.35 * radius * math.cos(angle),
                        HEIGHT * centre[1] + radius * math.sin(angle),
                    )
                )
            tint = mix(shore, summit, share)
            fill = (*tint, 60) if level < 3 else (*tint, 255)
            brush.polygon(outline, fill=fill)
            edge = (*mix(tint, CREAM, 0.45), 200)
            brush.line([*outline, outline[0]], fill=edge, width=2 * SCALE)
    return picture


def network(random: Random, colours: list[Colour]) -> Image.Image:
    """Points joined with their neighbours."""
    dark, light, line, accent = colours
    picture = gradient((WIDTH, HEIGHT), dark, light, -30)
    glow(picture, (WIDTH * 0.62, HEIGHT * 0.45), HEIGHT * 0.8, mix(light, line, 0.6), 0.5)
    brush = pen(picture)
    points = [
        (
            WIDTH * (column + random.uniform(0.05, 0.95)) / 13,
            HEIGHT * (row + random.uniform(0.05, 0.95)) / 8,
        )
        for column in range(-1, 14)
        for row in range(-1, 9)
    ]
    reach = HEIGHT * 0.235
    for number, point in enumerate(points):
        for other in points[number + 1 :]:
            gap = math.dist(point, other)
            if gap < reach:
                ink = (*line, round(190 * (1 - gap / reach)))
                brush.line((point, other), fill=ink, width=3 * SCALE)
    for number, point in enumerate(points):
        tint = accent if number % 9 == 0 else line
        size = (15 if number % 9 == 0 else random.choice([4, 6, 8])) * SCALE
        brush.ellipse(_around(point, size), fill=tint)
    return picture


def _around(centre: Point, radius: float) -> tuple[float, float, float, float]:
    return centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius


COVERS: dict[str, tuple[Style, list[Colour]]] = {
    "ridges-dawn": (ridges, [mix(OCEAN, ORCHID, 0.4), MANGO, mix(CORAL, ORCHID, 0.55), NIGHT]),
    "ridges-green": (ridges, [OCEAN, SUN, mix(LAGOON, MINT, 0.5), mix(NIGHT, LEAF, 0.3)]),
    "circuit-lagoon": (circuit, [NIGHT, mix(NIGHT, LAGOON, 0.45), MINT, SUN]),
    "circuit-coral": (circuit, [mix(NIGHT, ORCHID, 0.4), mix(ORCHID, CORAL, 0.35), CREAM, MANGO]),
    "tiles-market": (tiles, [NIGHT, CORAL, SUN, LAGOON, CREAM]),
    "tiles-forest": (tiles, [mix(NIGHT, LEAF, 0.5), LEAF, MINT, SUN, CREAM]),
    "facets-sea": (facets, [NIGHT, LAGOON, MINT]),
    "facets-sunset": (facets, [ORCHID, CORAL, SUN]),
    "streams-night": (streams, [NIGHT, OCEAN, MINT, SUN, CREAM]),
    "streams-orchid": (streams, [mix(NIGHT, ORCHID, 0.6), ORCHID, CORAL, SUN, CREAM]),
    "contours-bay": (contours, [OCEAN, LAGOON, MINT, SUN]),
    "network-night": (network, [NIGHT, OCEAN, MINT, MANGO]),
}
