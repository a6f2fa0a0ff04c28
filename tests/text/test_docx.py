"""Word documents."""

from __future__ import annotations

import re
from io import BytesIO

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from mtqa.errors import InputError
from mtqa.text import read_bytes


def save(document: docx.document.Document) -> bytes:
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_offsets_are_into_the_numbered_paragraph() -> None:
    document = docx.Document()
    document.add_heading("A title")
    document.add_paragraph("")
    document.add_paragraph("He left. ").add_run("She’s here.").bold = True
    read = read_bytes(save(document), "a.docx")
    found = [(s.text, s.start, s.end, s.paragraph, s.line, s.column) for s in read.sentences]
    assert found == [
        ("A title", 0, 7, 1, 1, 1),
        ("He left.", 0, 8, 3, 3, 1),
        ("She’s here.", 9, 20, 3, 3, 10),
    ]
    assert read.text == "A title\n\nHe left. She’s here."


def test_tracked_changes_read_as_accepted() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("It is ")
    for tag, text in (("ins", "t"), ("del", "delText")):
        xml = f"<w:{tag} {nsdecls('w')}><w:r><w:{text}>{tag}</w:{text}></w:r></w:{tag}>"
        paragraph._p.append(parse_xml(xml))
    assert read_bytes(save(document), "a.docx").text == "It is ins"


def test_paragraphs_in_a_code_style_are_no_prose() -> None:
    document = docx.Document()
    document.styles.add_style("Source Code", WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("print(no prose)", style="Source Code")
    document.add_paragraph("Prose.")
    assert [(s.text, s.paragraph) for s in read_bytes(save(document), "a.docx").sentences] == [("Prose.", 2)]


def test_line_breaks_are_boundaries_and_tables_of_numbers_are_left_out() -> None:
    document = docx.Document()
    document.add_paragraph("One\nTwo")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "12", "A cell with a sentence."
    read = read_bytes(save(document), "a.docx")
    assert [(s.text, s.paragraph) for s in read.sentences] == [
        ("One", 1),
        ("Two", 1),
        ("A cell with a sentence.", 3),
    ]


@pytest.mark.parametrize("damage", [b"", b"no zip", b"PK\x03\x04broken"])
def test_a_damaged_file_is_an_input_error(damage: bytes) -> None:
    with pytest.raises(InputError, match=re.escape("a.docx ")):
        read_bytes(damage, "a.docx")


def test_a_truncated_file_is_an_input_error() -> None:
    data = save(docx.Document())
    with pytest.raises(InputError, match=r"not a readable Word document .*; save it again"):
        read_bytes(data[: len(data) // 2], "a.docx")


def test_an_empty_document_is_an_input_error() -> None:
    with pytest.raises(InputError, match="is empty"):
        read_bytes(save(docx.Document()), "a.docx")
