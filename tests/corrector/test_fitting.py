"""How a candidate is put in its place. ``[...]`` marks the span."""

from __future__ import annotations

import pytest

from mtqa.corrector.fitting import fit, replace


def place(marked: str, candidate: str) -> str | None:
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    fitted = fit(text, start, end, candidate)
    return None if fitted is None else replace(text, start, end, fitted)


@pytest.mark.parametrize(
    ("marked", "candidate", "result"),
    [
        ("The energy [roast] fell.", "grid", "The energy grid fell."),
        ("[Energy roast] fell.", "energy grids", "Energy grids fell."),
        ("He said: “[Roast] fell.”", "grids", "He said: “Grids fell.”"),
        ("He is [] president.", "the", "He is the president."),
        ("He is[] president.", "the", "He is the president."),
        ("He said[] which is so.", ",", "He said, which is so."),
        ("He has been[].", "elected", "He has been elected."),
        ("He is the [the] president.", "", "He is the president."),
        ("He came [again].", "", "He came."),
        ("[The] Trump came.", "", "Trump came."),
    ],
)
def test_fits(marked: str, candidate: str, result: str) -> None:
    assert place(marked, candidate) == result


@pytest.mark.parametrize(
    ("marked", "candidate"),
    [
        ("He said [and] which.", ", and"),  # the space before is not ours to take
        ("He is [] so.", ", too"),
        ("He [came.]", "went"),  # the sentence would lose its end
        ("He [came] then.", "went."),
        ("[The] president came.", ""),  # a small letter would begin the sentence
        ("He is [] so.", ""),
        ("[Nonsense]", ""),
    ],
)
def test_refuses(marked: str, candidate: str) -> None:
    assert place(marked, candidate) is None
