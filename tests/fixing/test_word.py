"""Word documents: the text of runs changes, and nothing else in the file."""

from __future__ import annotations

import zipfile
from io import BytesIO

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from made_choices import fixed, original, planned

from mtqa.fixing import open_manuscript
from mtqa.text import read_bytes


def saved(document: docx.document.Document) -> bytes:
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def article() -> docx.document.Document:
    document = docx.Document()
    document.add_heading("A title")
    document.add_paragraph("")
    paragraph = document.add_paragraph("The energy ")
    paragraph.add_run("ro").bold = True
    paragraph.add_run("ast").italic = True
    paragraph.add_run(" stopped. Ukraine’s roast & <grid> fell.")
    document.add_table(1, 1).cell(0, 0).text = "In a cell there is a roast."
    return document


def runs(data: bytes, number: int) -> list[tuple[str, bool | None, bool | None]]:
    return [(r.text, r.bold, r.italic) for r in docx.Document(BytesIO(data)).paragraphs[number].runs]


def test_formatting_stays() -> None:
    wordings = {"roast": "grid", "roast &": "R&D <b>", "is a roast": "are two"}
    data = fixed(saved(article()), "a.docx", wordings)
    assert runs(data, 2) == [
        ("The energy ", None, None),
        ("grid", True, None),
        ("", None, True),
        (" stopped. Ukraine’s R&D <b> <grid> fell.", None, None),
    ]
    assert read_bytes(data, "a.docx").text.splitlines()[3] == "In a cell there are two."


def test_spaces_at_the_edge_of_a_run_stay() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("It agreed")
    paragraph.add_run(" the plan.")
    data = fixed(saved(document), "a.docx", {"agreed| the": " with", "It": "We  all"})
    assert read_bytes(data, "a.docx").text == "We  all agreed with the plan."


def test_other_parts_are_the_same() -> None:
    before = saved(article())
    after = fixed(before, "a.docx", {"is a roast": "are two"})
    with zipfile.ZipFile(BytesIO(before)) as old, zipfile.ZipFile(BytesIO(after)) as new:
        assert new.namelist() == old.namelist()
        differing = [name for name in old.namelist() if old.read(name) != new.read(name)]
    assert differing == ["word/document.xml"]


def test_unchanged_is_the_same_file() -> None:
    data = saved(article())
    assert open_manuscript(original(data, "a.docx")).write(()) == data


def test_tracked_changes_stay() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("The energy ")
    for tag, text, word in (("del", "delText", "grate"), ("ins", "t", "roast")):
        xml = f"<w:{tag} {nsdecls('w')}><w:r><w:{text}>{word}</w:{text}></w:r></w:{tag}>"
        paragraph._p.append(parse_xml(xml))
    paragraph.add_run(" stopped.")
    data = fixed(saved(document), "a.docx", {"energy roast": "power grid"})
    xml = docx.Document(BytesIO(data)).element.xml
    assert "<w:delText>grate</w:delText>" in xml and "<w:t>grid</w:t>" in xml
    assert read_bytes(data, "a.docx").text == "The power grid stopped."


@pytest.mark.parametrize(
    ("phrase", "wording", "expected"),
    [
        ("energy\troast", "energy grid", "The energy\tgrid stopped."),
        ("energy\troast", "grid", "The grid stopped."),
    ],
)
def test_tab(phrase: str, wording: str, expected: str) -> None:
    document = docx.Document()
    document.add_paragraph("The energy\troast stopped.")
    data = fixed(saved(document), "a.docx", {phrase: wording})
    assert read_bytes(data, "a.docx").text == expected


def test_control_characters_are_refused() -> None:
    plan = planned(original(saved(article()), "a.docx"), {"is a roast": "\x07"})
    assert [refusal.reason for refusal in plan.refused] == ["it has characters that cannot be written there"]
