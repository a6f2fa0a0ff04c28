"""Decoding: which phrases an editor would mark, from given word scores."""

from __future__ import annotations

import pytest

from mtqa.scorer import SegmentScores, decode_spans
from mtqa.text.words import split_words


def scores_of(text: str, doubtful: dict[str, float], gaps: dict[int, float] | None = None) -> SegmentScores:
    """Scores that are low but for the given words."""
    words = split_words(text)
    values = tuple(doubtful.get(text[a:b], 0.01) for a, b in words)
    missing = tuple((gaps or {}).get(n, 0.01) for n in range(len(words) + 1))
    count = len(words)
    return SegmentScores(
        tuple(words), values, missing, ("mistranslation",) * count, ("major",) * count, 0.5, 0.1
    )


@pytest.mark.parametrize(
    ("text", "doubtful", "flagged"),
    [
        ("The energy roast stopped.", {"energy": 0.8, "roast": 0.9}, ["energy roast"]),  # neighbours join
        ("The energy roast stopped.", {"energy": 0.3, "roast": 0.9}, ["energy roast"]),  # so do near misses
        ("The energy roast stopped.", {"energy": 0.2, "roast": 0.9}, ["roast"]),  # but not a sound word
        ("It has great upside down.", {"upside": 0.9, "down": 0.9, ".": 0.9}, ["upside down"]),  # not "."
        ("He spoke of the roast.", {"of": 0.4, "the": 0.4, "roast": 0.9}, ["roast"]),  # none stray
        ("He spoke on the roast.", {"on": 0.7, "the": 0.4, "roast": 0.9}, ["on the roast"]),  # it is flagged
        ("He said “energy roast” again.", {"“": 0.9, "energy": 0.9, "roast": 0.9}, ["energy roast"]),
        ("He said “roast” again.", {"said": 0.9, "“": 0.9, "roast": 0.9, "”": 0.9}, ["said “roast”"]),
        ("So said “energy roast” he.", {"said": 0.6, "“": 0.9, "energy": 0.9, "roast": 1}, ["energy roast"]),
        ("He said “energy roast” again.", {"energy": 0.9, "roast": 0.9, "”": 0.9}, ["energy roast"]),
        ('He said "roast" again.', {'"': 0.9, "roast": 0.9}, ['"roast"']),
        ("Russia’s army left.", {"’s": 0.9}, ["Russia’s"]),  # never half a word
        ("They don't agree.", {"don": 0.9}, ["don't"]),
        ("The plan, failed.", {",": 0.9}, [","]),  # punctuation alone stays
        ("The plan  , failed.", {",": 0.9}, ["  ,"]),  # with the space that is wrong
        ("The plan — failed.", {"—": 0.9}, ["—"]),  # here it is right
        ("The plan … failed.", {"…": 0.9}, ["…"]),  # and here
        ("He said “roast again.", {"“": 0.9, "roast": 0.3}, []),  # the flagged one is half a quote
        ("A b c d.", {"b": 0.9, "d": 0.9}, ["b", "d"]),
        ("Nothing here.", {}, []),
    ],
)  # fmt: skip
def test_flagged_phrases(text: str, doubtful: dict[str, float], flagged: list[str]) -> None:
    spans = decode_spans(text, scores_of(text, doubtful), 0.5)
    assert [text[span.start : span.end] for span in spans] == flagged


def test_a_span_takes_the_score_of_its_worst_word() -> None:
    text = "The energy roast stopped."
    (span,) = decode_spans(text, scores_of(text, {"energy": 0.6, "roast": 0.9}), 0.5)
    assert span.score == 0.9


def test_a_missing_word_is_a_span_without_width() -> None:
    text = "He went the shop."
    (span,) = decode_spans(text, scores_of(text, {}, gaps={2: 0.8}), 0.5)
    assert (span.start, span.end, span.category) == (8, 8, "omission")


def test_a_gap_beside_a_flagged_phrase_is_not_told_twice() -> None:
    text = "He went the shop."
    spans = decode_spans(text, scores_of(text, {"the": 0.9}, gaps={2: 0.8, 3: 0.8}), 0.5)
    assert [text[s.start : s.end] for s in spans] == ["the"]


def test_a_higher_threshold_flags_no_more() -> None:
    text = "One two three four five."
    scores = scores_of(text, {"one": 0.2, "two": 0.5, "four": 0.95}, gaps={5: 0.6})
    counts = [len(decode_spans(text, scores, t / 20)) for t in range(8, 20)]
    assert counts == sorted(counts, reverse=True)
