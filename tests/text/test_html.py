"""HTML: what is prose, and where it stands in the source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqa.text.html import split_blocks
from mtqa.text.html_tokens import tokenize

CASES = [
    ("block elements break", "<p>One</p><div>Two<h1>Three</h1>four</div>", ["One", "Two", "Three", "four"]),
    (
        "inline elements do not",
        "<p>The <b>energy</b> <a href='x'>ro<i>ast</i></a>.</p>",
        ["The energy roast."],
    ),
    ("a line break breaks", "One<br>two<br/>three", ["One", "two", "three"]),
    (
        "entities",
        "<p>Russia&rsquo;s &amp; Ukraine&#8217;s &#x2014; &lt;b&gt;</p>",
        ["Russia’s & Ukraine’s — <b>"],
    ),
    ("entities without semicolon", "<p>AT&ampT, R&D, &unknown; & so</p>", ["AT&T, R&D, &unknown; & so"]),
    (
        "scripts and styles",
        "<style>p > b {}</style><p>One</p><script>if (a<b) '</p>'</script>Two",
        ["One", "Two"],
    ),
    ("head", "<head><title>Title</title><meta a=b></head><body>One</body>", ["One"]),
    ("code", "<p>Run <code>ls -l</code> now.</p><pre>code <b>x</b></pre>", ["Run  now."]),
    ("navigation", "<nav><ul><li>Home</ul></nav><main>One</main>", ["One"]),
    ("figures in a table", "<table><tr><th>City<td>12</td><td>34</td></tr></table>", []),
    (
        "prose in a table",
        "<table><td>This is a sentence in a cell.</td></table>",
        ["This is a sentence in a cell."],
    ),
    ("comments", "One <!-- not <p> this --> two", ["One  two"]),
    ("declarations", "<!DOCTYPE html><?xml version='1'?><![CDATA[x]]>One", ["One"]),
    ("quoted attribute", "<p title='a > b' data-x=\"<p>\">One</p>", ["One"]),
    ("unquoted apostrophe", "<p title=it's>One</p><p>It's two</p>", ["One", "It's two"]),
    ("bare signs", "1 < 2 & 3 > 2 <3", ["1 < 2 & 3 > 2 <3"]),
    ("code that is not closed", "<p>Run <code>ls</p><p>Two", ["Run ", "Two"]),
    ("end tag alone", "One</b> two</p> three", ["One two", " three"]),
    ("broken declaration", "<![<![One", []),
]


@pytest.mark.parametrize(("source", "texts"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_prose(source: str, texts: list[str]) -> None:
    assert [block.text for block in split_blocks(source)] == texts


def test_an_entity_is_one_slice_of_the_source() -> None:
    (block,) = split_blocks("<p>It&rsquo;s <b>on</b></p>")
    assert block.locate(0, 2) == (3, 5, None)
    assert block.locate(1, 4) == (4, 13, ((4, 5), (5, 12), (12, 13)))
    assert block.locate(5, 7) == (17, 19, None)


PIECES = [
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<a href='x'>",
    "&amp;",
    "&rsquo",
    "&",
    "<",
    ">",
    "word ",
    "<!--",
    "-->",
]
PIECES += ["<script>", "</script>", "<td>", "é", "\r\n", '="', "<br>", "&#8217;", "&NotEqualTilde;", "<code>"]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_every_character_maps_to_its_source(source: str) -> None:
    for block in split_blocks(source):
        assert [run.text_end for run in block.runs] == [
            *(run.text_start for run in block.runs[1:]),
            len(block.text),
        ]
        for run in block.runs:
            text, written = block.text[run.text_start : run.text_end], source[run.start : run.end]
            assert text == written if run.verbatim else written.startswith("&")


@given(st.text(alphabet="<>&;/!-=\"' abp#x1[]", max_size=80))
def test_tokens_are_in_order_whatever_the_source(source: str) -> None:
    end = 0
    for token in tokenize(source):
        assert end <= token.start < token.end <= len(source)
        end = token.end


@pytest.mark.parametrize(
    "unit", ["<", "<a ", '<a "', "<a ='", "<!--", "<![", "&", "&#", "</", "<p>", "</p>", "<b>"]
)
def test_broken_markup_is_read_in_linear_time(unit: str) -> None:
    assert isinstance(split_blocks(unit * 50_000), list)
