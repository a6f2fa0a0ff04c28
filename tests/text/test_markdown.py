"""Markdown: what is prose, and where it stands in the source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqa.text.markdown import split_blocks

CASES = [
    ("paragraphs", "One\n\nTwo\n", ["One", "Two"]),
    ("soft line break", "One\ntwo\r\nthree", ["One\ntwo\r\nthree"]),
    ("hard line break", "One  \ntwo\\\nthree<br>four", ["One", "two", "three", "four"]),
    ("headings", "# One #\n\nTwo\n===\n", ["One", "Two"]),
    ("lists", "- One\n  two\n1. Three\n   - Four", ["One\ntwo", "Three", "Four"]),
    ("quotation", "> One\n> two\nlazy", ["One\ntwo\nlazy"]),
    ("front matter", "---\ntitle: No prose\n---\nOne", ["One"]),
    ("front matter in TOML", "+++\ntitle = 'No prose'\n+++\n\nOne", ["One"]),
    ("a rule is no front matter", "---\n\nOne\n\n---\n\nTwo", ["One", "Two"]),
    ("code blocks", "One\n\n```py\ncode\n```\n\n    code\n\nTwo", ["One", "Two"]),
    ("inline code", "Run `ls -l` now, or ``a`b``.", ["Run  now, or ."]),
    ("emphasis", "The *energy* **roast** ***is*** ~~not~~ __on__.", ["The energy roast is not on."]),
    ("stars that are none", "2 * 3 ** 4 and snake_case_name ~x", ["2 * 3 ** 4 and snake_case_name ~x"]),
    ("half pairs", "***One** two and **three*", ["*One two and *three"]),
    ("links", "A [good *link*](http://x.org/a_b 'good link') here.", ["A good link here."]),
    ("reference links", "A [good link][1] here.\n\n[1]: http://x.org 'good'", ["A good link here."]),
    ("brackets that are none", "A [bracket] and ![mark", ["A [bracket] and ![mark"]),
    ("autolinks", "See <https://example.com>.", ["See ."]),
    ("images", "One ![alt *text*](a.png) two", ["One  two"]),
    ("escapes and entities", r"1\. \*One\* &amp; Russia&rsquo;s \\", ["1. *One* & Russia’s \\"]),
    ("backslashes that escape nothing", "C:\\dir \\ \nend", ["C:\\dir \\\nend"]),
    ("inline HTML", "The <b>energy</b> <!-- not --> roast", ["The energy  roast"]),
    ("HTML blocks", "<div>\nNo prose\n</div>\n\nOne", ["One"]),
    ("tables", "One\n\n| a word | 1 |\n|---|---|\n| text | 2 |\n\nTwo", ["One", "Two"]),
    ("backtick alone", "It ` is", ["It ` is"]),
]


@pytest.mark.parametrize(("source", "texts"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_prose(source: str, texts: list[str]) -> None:
    assert [block.text for block in split_blocks(source)] == texts


def test_offsets_skip_the_markup() -> None:
    (block,) = split_blocks("> a **b**\n> c&amp;\\*")
    assert block.text == "a b\nc&*"
    assert block.locate(0, 7)[2] == ((2, 3), (3, 4), (6, 7), (9, 10), (12, 13), (13, 18), (18, 20))


def test_a_plain_paragraph_is_an_unbroken_slice() -> None:
    source = "# Title\r\n\r\nOne\r\ntwo."
    block = split_blocks(source)[1]
    assert block.locate(0, len(block.text)) == (11, 20, None)


PIECES = [
    "word",
    " ",
    " ",
    "\n",
    "\r\n",
    "\n\n",
    "*",
    "**",
    "_",
    "~~",
    "`",
    "``",
    "[",
    "](",
    ")",
    "[a](b c)",
    "![",
    "\\",
]
PIECES += [
    "> ",
    "- ",
    "1. ",
    "# ",
    " #",
    "\t",
    "    ",
    "&amp;",
    "&rsquo;",
    "<b>",
    "</b>",
    "<br>",
    "<",
    ">",
    "é",
    "|",
    "---",
]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_every_character_maps_to_its_source(source: str) -> None:
    end = 0
    for block in split_blocks(source):
        assert [run.text_end for run in block.runs] == [
            *(run.text_start for run in block.runs[1:]),
            len(block.text),
        ]
        for run in block.runs:
            assert end <= run.start < run.end
            end = run.end
            text, written = block.text[run.text_start : run.text_end], source[run.start : run.end]
            assert text == written if run.verbatim else written[0] in "&\\"


@given(st.lists(st.sampled_from(["alpha", "beta", "gamma,", "delta."]), min_size=1, max_size=12))
def test_words_survive_any_plain_layout(words: list[str]) -> None:
    source = "> - " + "\n>   ".join(words)
    (block,) = split_blocks(source)
    assert block.text.split() == words
