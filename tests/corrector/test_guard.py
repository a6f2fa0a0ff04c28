"""What a suggestion may not change. ``[...]`` marks the flagged text."""

from __future__ import annotations

import pytest

from mtqa.corrector.guard import refuse
from mtqa.types import Segment, Span


def ask(marked: str, candidate: str, category: str = "mistranslation", previous: str = "") -> str | None:
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    return refuse(Segment(text, previous), Span(start, end, 0.9, "major", category), candidate)


@pytest.mark.parametrize(
    ("marked", "candidate"),
    [
        ("The strikes on the [energy roast] stopped.", "energy grid"),
        ("He [had 3 cars].", "owned 3 cars"),
        ("He [had three cars].", "owned 3 cars"),
        ("It cost [$1,000 only].", "only $1000"),
        ("It [did not go].", "didn’t go"),
        ("[What Mr. Zelensky is concerned], it is over.", "As far as Mr. Zelensky is concerned"),
        ("[Strikes] stopped.", "Attacks"),  # a capital at the start of a sentence makes no name
        ("He went. [Strikes] stopped.", "Attacks"),
        ("the [Russia] army", "Russian"),
        ("the [german] army", "German"),
        ("They met [at Monday].", "on Monday"),
        ("He [may have go].", "may have gone"),
        ("one of [the man]", "the men"),
        ("It was [over. Strikes] came.", "over. Attacks"),
        ("He said, “[He are] here.”", "They are"),  # a pronoun is no name
        ("in [the Germany] army", "the German"),
        ("[one man] went", "a man"),
        ("He [said “yes” to].", "answered “yes” to"),
    ],
)
def test_allows(marked: str, candidate: str) -> None:
    assert ask(marked, candidate) is None


@pytest.mark.parametrize(
    ("marked", "candidate", "fact"),
    [
        ("He [had 3 cars].", "had 4 cars", "number"),
        ("He [had 3 cars].", "had cars", "number"),
        ("He [had cars].", "had 3 cars", "number"),
        ("He [had two cars].", "had three cars", "number"),
        ("He lost [3 million].", "3 billion", "number"),
        ("In [2014] it began.", "2015", "number"),  # even where the number is all that is flagged
        ("They met [on Monday].", "on Tuesday", "date"),
        ("They met [in May].", "in June", "date"),
        ("They met [yesterday].", "today", "date"),
        ("It [did not go].", "did go", "negation"),
        ("It [went well].", "never went well", "negation"),
        ("It [didn’t go].", "went", "negation"),
        ("[with] a doubt", "without", "negation"),
        ("The talks with [Putin failed].", "Biden failed", "name"),
        ("The talks [failed here].", "failed in Geneva", "name"),
        ("[Mr. Trump have] left.", "Mr. Biden has", "name"),  # the full stop of a title ends no sentence
        ("Mr. [Trump have] left.", "He has", "name"),
        ("a U.S. [Senate vote] came", "vote", "name"),
        ("The talks with [Putin here].", "him here", "name"),
        ("He [said “yes” to].", "said “maybe” to", "quotation"),
        ("He [said “yes” to].", "said yes to", "quotation"),
        ("He [said yes].", "said “yes”", "quotation"),
    ],
)
def test_refuses(marked: str, candidate: str, fact: str) -> None:
    assert ask(marked, candidate) == fact


@pytest.mark.parametrize(
    ("marked", "candidate", "category", "allowed"),
    [
        ("the war in [Irak]", "Iraq", "spelling", True),
        ("the war in [Irak]", "Iraq", "mistranslation", False),
        ("the war in [Irak]", "Syria", "spelling", False),
        ("in [Deutschland] today", "Germany", "untranslated", True),
        ("in [Deutschland] today", "Germany", "mistranslation", False),
        ("urged [Kongress] to act", "Congress", "untranslated", True),
        ("urged [Kongress] to act", "Kong", "untranslated", False),  # cut short
        ("in [Iran], as in Iran before", "Iraq", "spelling", False),  # the context writes it so too
        ("he [said yes]", "said “yes”", "punctuation", False),
    ],
)
def test_a_name_changes_only_where_it_may_be_the_error(
    marked: str, candidate: str, category: str, allowed: bool
) -> None:
    assert (ask(marked, candidate, category) is None) == allowed


def test_a_known_name_at_the_start_of_a_sentence_stays() -> None:
    assert ask("[Trump have] said so.", "He has", previous="It was about Trump.") == "name"
    assert ask("[Trump have] said so.", "Trump has", previous="It was about Trump.") is None
