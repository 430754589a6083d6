"""The papers and photographs that people join in the stories: drawn here, so that no file comes from anywhere."""

import re
import struct
import zlib

JOINED = re.compile(
    r"\b(?:joint|jointe|joints|jointes|joins)\b|\bVoici (?:l’acte|quatre photos|le reçu)", re.IGNORECASE
)
PHOTO = re.compile(r"\bphotos?\b", re.IGNORECASE)
WIDTH, HEIGHT = 480, 320
SKY, ROAD, BODY, GLASS, WHEEL, MARK = (
    (196, 214, 222),
    (120, 128, 132),
    (74, 104, 140),
    (214, 228, 236),
    (38, 42, 46),
    (236, 196, 92),
)


def is_joined(text: str) -> bool:
    """True when these words say that something comes with them."""
    return JOINED.search(text) is not None


def is_photo(text: str) -> bool:
    """True when it is a photograph rather than a paper."""
    return PHOTO.search(text) is not None


def photograph() -> bytes:
    """A small picture of a car with a mark on its bumper, as PNG."""
    rows = b"".join(b"\x00" + b"".join(bytes(_colour(x, y)) for x in range(WIDTH)) for y in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(rows, 9))
        + _chunk(b"IEND", b"")
    )


def _colour(x: int, y: int) -> tuple[int, int, int]:
    for wheel in (140, 340):
        if (x - wheel) ** 2 + (y - 230) ** 2 < 34**2:
            return WHEEL
    if (x - 402) ** 2 + 3 * (y - 200) ** 2 < 16**2:
        return MARK
    if 70 < x < 425 and 165 < y < 230:
        return BODY
    if 145 < x < 330 and 108 < y <= 165 and abs(x - 237) < 92 - (165 - y) * 0.5:
        return GLASS if y > 116 and abs(x - 237) > 4 else BODY
    return SKY if y < 205 else ROAD


def _chunk(name: bytes, content: bytes) -> bytes:
    whole = name + content
    return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))


def paper(*lines: str) -> bytes:
    """One page of PDF with these lines."""
    shown = "".join(f"({line.replace('(', '').replace(')', '')}) Tj 0 -26 Td " for line in lines)
    stream = f"BT /F1 15 Tf 60 760 Td {shown}ET".encode("cp1252")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    return _numbered(objects)


def _numbered(objects: list[bytes]) -> bytes:
    """The objects of a PDF, with the table that says where each begins."""
    whole, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return whole + end % (len(objects) + 1, table, len(objects) + 1, len(whole))
