"""Whatever the news, the markup, the encoding and the fixes: nothing but the flagged words changes."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import DOUBTFUL, PROPOSALS, Loader
from hypothesis import given, settings
from hypothesis import strategies as st

from mtqa.fixing import (
    Choice,
    Manuscript,
    Original,
    first_choices,
    fix_text,
    open_manuscript,
    plan_fixes,
)
from mtqa.report.base import prose_span
from mtqa.text import read_bytes, read_text
from mtqa.types import Suggestion

SEED = Path(__file__).parents[2] / "seeds" / "ceasefire-call.txt"
#: Garbled news, a word a token; its words are doubted and replaced at random.
SENTENCES = [
    sentence.text.split()
    for sentence in read_text(SEED.read_text(encoding="utf-8")).sentences
    if 4 < len(sentence.text.split()) < 30
]
WORDINGS = ["grid", "", "the power grid", "R&D", "<b>", "*", "_it_", "a [b](c)", "`x`", "it’s", "&amp;"]
FORMATS: dict[str, Callable[[str], str]] = {
    ".txt": lambda text: text,
    ".md": lambda text: re.sub(r"[\\`*_\[\]<>&#|~]", r"\\\g<0>", text),
    ".html": html.escape,
}
#: What may stand around a word in a format: the word is ``{}``.
MARKUP = {
    ".txt": ["{}"],
    ".md": ["{}", "{}", "**{}**", "*{}*", "[{}](http://roast)", "{}  \n", "{}\n> "],
    ".html": ["{}", "{}", "<b>{}</b>", '<a href="roast" title="his">{}</a>', "{}<!-- roast -->", "{}&nbsp;"],
}


@st.composite
def articles(draw: st.DrawFn, name: str) -> str:
    """Sentences of the seed article with some words made doubtful, in markup of the format."""
    paragraphs = []
    for words in draw(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4)):
        doubtful = draw(st.sets(st.integers(1, len(words) - 2), max_size=4))
        words = ["roast" if at in doubtful else word for at, word in enumerate(words)]
        written = [draw(st.sampled_from(MARKUP[name])).format(FORMATS[name](word)) for word in words]
        paragraphs.append(("> " if name == ".md" else "") + " ".join(written))
    if name == ".html":
        return "".join(f"<p title='roast'>{paragraph}</p>\r\n" for paragraph in paragraphs)
    return draw(st.sampled_from(["\n\n", "\r\n\r\n"])).join(paragraphs)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_only_the_flagged_words_change(name: str, data: st.DataObject) -> None:
    """The prose is what it was with the wordings in it, the markup what it was, and twice is as once."""
    source = data.draw(articles(name))
    wording = data.draw(st.sampled_from(WORDINGS))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PROPOSALS, "roast", (Suggestion(wording, 0.9),))
        patch.delitem(DOUBTFUL, "his")
        patch.delitem(DOUBTFUL, "disc")
        checker = Loader()()
        read = Original(read_bytes(source.encode(), f"a{name}"), source.encode())
        manuscript = open_manuscript(read)
        choices = first_choices(checker.check(read.document), 0.7)
        plan = plan_fixes(manuscript, choices)
        after = manuscript.write(plan.edits)
        again = Original(read_bytes(after, f"a{name}"), after)
        left = plan_fixes(open_manuscript(again), first_choices(checker.check(again.document), 0.7))
    assert len(plan.done) + len(plan.refused) == len(choices)
    assert name != ".txt" or not plan.refused
    # All is written at once: what is left is what could not be.
    assert len(left.done) == 0
    assert len(left.refused) == len(plan.refused)
    if wording and not plan.refused:
        assert squeezed(texts(open_manuscript(again))) == squeezed(expected(manuscript, choices))
    if name == ".html":
        tags = re.compile(r"<[^>]*>")
        assert tags.findall(after.decode()) == tags.findall(source)
    if name == ".md":
        assert after.count(b"](http://roast)") == source.count("](http://roast)")


def texts(manuscript: Manuscript) -> list[str]:
    return [block.text for block in manuscript.blocks]


def expected(manuscript: Manuscript, choices: list[Choice]) -> list[str]:
    """The texts of the blocks with the wordings in them, the last one first."""
    meant = texts(manuscript)
    for choice in reversed(choices):
        source = choice.sentence.source
        number, at = manuscript.locate(source) or (-1, 0)
        start, end = prose_span(source, choice.flag)
        meant[number] = meant[number][: at + start] + choice.wording + meant[number][at + end :]
    return meant


def squeezed(texts: list[str]) -> str:
    """Without white space: a new wording has its own."""
    return "".join("".join(texts).split())


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1252"]


@settings(max_examples=60, deadline=None)
@given(
    words=st.sampled_from(SENTENCES),
    doubtful=st.sets(st.integers(0, 29), min_size=1, max_size=5),
    encoding=st.sampled_from(ENCODINGS),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    wording=st.sampled_from(["grid", "it’s", "café"]),
)
def test_bytes_outside_stay(
    words: list[str], doubtful: set[int], encoding: str, newline: str, wording: str
) -> None:
    lines = [
        "“Yes”, he said – so it’s fine.",
        *("roast" if i in doubtful else w for i, w in enumerate(words)),
    ]
    source = newline.join(lines)
    meant = newline.join(wording if line == "roast" else line for line in lines)
    read = Original(read_bytes(source.encode(encoding), "a.txt"), source.encode(encoding))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PROPOSALS, "roast", (Suggestion(wording, 0.9),))
        report = Loader()().check(read.document)
        manuscript = open_manuscript(read)
        plan = plan_fixes(manuscript, first_choices(report, 0.7))
        assert manuscript.write(plan.edits) == meant.encode(encoding)
        assert fix_text(report, 0.7) == meant
