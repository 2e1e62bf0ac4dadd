"""Points on the Earth for search: distance, vectors, and 40-bit cells whose ranges cover a circle.

A distance is measured straight through the ellipsoid (WGS 84) and bent onto a sphere of the mean radius: over the
distances that people travel that is right to a hundredth of a percent, and to 0.13 % over 10,000 km. A sphere alone is
wrong by up to 0.56 %. Latitude comes first, in degrees.
"""

import math

EARTH_RADIUS_KM = 6371.0088  # IUGG mean radius
_EQUATOR = 6378.137 / EARTH_RADIUS_KM  # WGS 84: half the longer axis, in mean radii
_FLATTENING = 1 / 298.257223563
_SQUARED_ECCENTRICITY = _FLATTENING * (2 - _FLATTENING)
# The poles are nearest to the middle of the Earth, so the same chord spans the widest angle there.
_POLE = _EQUATOR * (1 - _FLATTENING)
# Degrees of latitude are counted by the plumb line: at most so many of them are in one as seen from the middle.
_MOST_DEGREES = 1.0068

CELL_BITS = 20  # bits of latitude and of longitude in a cell: about 19 m by 38 m at the equator
_CELLS = 1 << CELL_BITS
_LARGEST_CELL = _CELLS - 1
_HALF_WAY_ROUND_KM = math.pi * EARTH_RADIUS_KM
# A box is widened by about a centimetre, so that rounding cannot lose a point on its edge.
_SLACK_DEGREES = 1e-7


def unit_vector(lat: float, lon: float) -> tuple[float, float, float]:
    """The point on a sphere as a vector of length 1."""
    phi, theta = math.radians(lat), math.radians(lon)
    return math.cos(phi) * math.cos(theta), math.cos(phi) * math.sin(theta), math.sin(phi)


def earth_vector(lat: float, lon: float) -> tuple[float, float, float]:
    """The point on the ellipsoid, from the middle of the Earth, in mean radii.

    Squared chords between such vectors sort as distances do; ``km_of_chord_squared`` makes kilometres of them.
    """
    phi, theta = math.radians(lat), math.radians(lon)
    height = math.sin(phi)
    normal = _EQUATOR / math.sqrt(1 - _SQUARED_ECCENTRICITY * height * height)
    out = normal * math.cos(phi)
    return out * math.cos(theta), out * math.sin(theta), normal * (1 - _SQUARED_ECCENTRICITY) * height


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """How far two (latitude, longitude) points are apart."""
    x, y, z = earth_vector(*a)
    u, v, w = earth_vector(*b)
    return km_of_chord_squared((x - u) ** 2 + (y - v) ** 2 + (z - w) ** 2)


def chord_squared(km: float) -> float:
    """The squared chord between points ``km`` apart; 4 from the other side of the Earth on."""
    return 4 * math.sin(min(km, _HALF_WAY_ROUND_KM) / (2 * EARTH_RADIUS_KM)) ** 2


def km_of_chord_squared(chord: float) -> float:
    """The distance whose squared chord this is: the inverse of ``chord_squared``."""
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(max(0.0, chord)) / 2))


def morton(lat: float, lon: float) -> int:
    """The 40-bit cell of a point: bits of latitude (odd places) and longitude (even places) in turn (Z-order)."""
    return _spread(_row(lat)) << 1 | _spread(_column(_wrapped(lon)))


def cover(lat: float, lon: float, km: float, max_ranges: int = 16) -> list[tuple[int, int]]:
    """Ranges of cells, both ends included, that hold every point within ``km`` of a point.

    They hold points outside the circle too (its bounding box and on average 40 % more): the caller still compares
    distances. At most ``max_ranges`` of them, sorted, never touching.
    """
    south, north, spans = _box(lat, lon, km)
    rows = _row(south), _row(north)
    columns = [(_column(west), _column(east)) for west, east in spans]
    ranges = _ranges(rows, columns, _fitting_shift(rows, columns, cells=4 * max_ranges))
    # Too many ranges: the smallest gaps between them are searched as well.
    widest_gaps = sorted(range(1, len(ranges)), key=lambda i: ranges[i - 1][1] - ranges[i][0])[: max_ranges - 1]
    starts = [0, *sorted(widest_gaps)]
    ends = [*starts[1:], len(ranges)]
    return [(ranges[start][0], ranges[end - 1][1]) for start, end in zip(starts, ends, strict=True)]


def _box(lat: float, lon: float, km: float) -> tuple[float, float, list[tuple[float, float]]]:
    """South, north and one or two spans of longitude (two across the 180th meridian) of a circle's bounding box."""
    angle = 2 * math.asin(min(math.sqrt(chord_squared(km)) / 2 / _POLE, 1.0))
    reach = min(math.degrees(angle) * _MOST_DEGREES, 180.0) + _SLACK_DEGREES
    south, north = lat - reach, lat + reach
    if south <= -90 or north >= 90:
        # A circle with a pole in it meets every meridian.
        return max(south, -90.0), min(north, 90.0), [(-180.0, 180.0)]
    # The widest latitude of a circle lies nearer the pole than its middle, hence not angle / cos(lat).
    width = math.degrees(math.asin(min(1.0, math.sin(math.radians(reach)) / math.cos(math.radians(lat)))))
    west, east = _wrapped(lon) - width, _wrapped(lon) + width
    if west < -180:
        return south, north, [(-180.0, east), (west + 360, 180.0)]
    if east > 180:
        return south, north, [(-180.0, east - 360), (west, 180.0)]
    return south, north, [(west, east)]


def _fitting_shift(rows: tuple[int, int], columns: list[tuple[int, int]], *, cells: int) -> int:
    """How many bits to drop so that the box has no more than so many cells."""
    for shift in range(CELL_BITS):
        high = (rows[1] >> shift) - (rows[0] >> shift) + 1
        wide = sum((last >> shift) - (first >> shift) + 1 for first, last in columns)
        if high * wide <= cells:
            return shift
    return CELL_BITS


def _ranges(rows: tuple[int, int], columns: list[tuple[int, int]], shift: int) -> list[tuple[int, int]]:
    """The cells of a box on a grid coarser by ``shift`` bits, neighbours in Z-order merged into ranges."""
    across = {_spread(cell) for first, last in columns for cell in range(first >> shift, (last >> shift) + 1)}
    up = [_spread(cell) << 1 for cell in range(rows[0] >> shift, (rows[1] >> shift) + 1)]
    size = 1 << 2 * shift
    merged: list[tuple[int, int]] = []
    for cell in sorted(row | column for row in up for column in across):
        start = cell * size
        if merged and merged[-1][1] + 1 == start:
            merged[-1] = merged[-1][0], start + size - 1
        else:
            merged.append((start, start + size - 1))
    return merged


def _wrapped(lon: float) -> float:
    """The same meridian between -180 (included) and 180 (not)."""
    return lon if -180 <= lon < 180 else (lon + 180) % 360 - 180


def _row(lat: float) -> int:
    return min(max(int((lat + 90) / 180 * _CELLS), 0), _LARGEST_CELL)


def _column(lon: float) -> int:
    return min(max(int((lon + 180) / 360 * _CELLS), 0), _LARGEST_CELL)


def _spread(number: int) -> int:
    """Put a zero bit before each of the 20 bits of a number."""
    number = (number | number << 16) & 0x0000_FFFF_0000_FFFF
    number = (number | number << 8) & 0x00FF_00FF_00FF_00FF
    number = (number | number << 4) & 0x0F0F_0F0F_0F0F_0F0F
    number = (number | number << 2) & 0x3333_3333_3333_3333
    return (number | number << 1) & 0x5555_5555_5555_5555
