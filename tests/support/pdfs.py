"""Small PDFs, made by hand."""

from __future__ import annotations

from collections.abc import Sequence

# (type size in points, height above the bottom of a page of 792, text)
Line = tuple[float, float, str]
ENCRYPTED = f"/Filter/Standard/V 1/R 2/O<{'41' * 32}>/U<{'42' * 32}>/P -4"


def pdf(pages: Sequence[Sequence[Line]], title: str = "", encrypt: str = "") -> bytes:
    """A PDF whose pages have these lines in Helvetica; `title`: of its properties."""
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for i, lines in enumerate(pages):
        shown = "\n".join(
            f"BT /F1 {size} Tf 72 {y} Td ({_escaped(text)}) Tj ET" for size, y, text in lines
        )
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {5 + 2 * i} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>",
            f"<</Length {len(shown.encode('cp1252'))}>>stream\n{shown}\nendstream",
        ]
    objects.append(f"<</Title({_escaped(title)})>>")
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj{content}endobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"/Size {len(objects) + 1}/Root 1 0 R/Info {len(objects)} 0 R"
    if encrypt:
        trailer += f"/ID[<{'43' * 16}><{'43' * 16}>]/Encrypt<<{encrypt}>>"
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer<<{trailer}>>\n"
    return out + f"{end}startxref\n{len(out)}\n%%EOF\n".encode()


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def set_lines(texts: Sequence[str], size: float = 10, top: float = 600) -> list[Line]:
    """Lines of one size, one below the other."""
    return [(size, top - 1.2 * size * i, text) for i, text in enumerate(texts)]
