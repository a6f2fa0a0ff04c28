"""Case, spacing, quotes and accents survive the lower-cased vocabulary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqa.corrector.casing import decode_case, encode_case, insertion_spacing, tidy_spaces


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("the grid", "the grid"),
        ("The Grid", "[CAP] the [CAP] grid"),
        ("NATO and the U.S.", "[UP] nato and the [CAP] u . [CAP] s ."),
        ("iPhone", "i [GLUE] [CAP] phone"),
        ("MacDonald", "[CAP] mac [GLUE] [CAP] donald"),
        ("a long-term plan", "a long - term plan"),
        ("Trump’s", "[CAP] trump ' s"),
        ("“Yes,” he said.", "“ [CAP] yes , ” he said ."),
        ('"Yes," he said.', "“ [CAP] yes , ” he said ."),
        ("1,000 at 3.5%", "1 , 000 at 3 . 5 %"),
        ("a — b", "a — b"),
        ("a—b", "a [GLUE] — [GLUE] b"),
        ("a , b", "a [GAP] , b"),
        ("", ""),
    ],
)
def test_encodes(text: str, encoded: str) -> None:
    assert encode_case(text) == encoded
    assert decode_case(encoded, like=text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Trump’s long-term plan: “We don’t know,” he said, “what it’s worth.”",
        'Trump\'s long-term plan: "We don\'t know," he said, "what it\'s worth."',
        "The players’ union (founded in 1998) won $3.5 million—or 12% more—in the ’90s.",
        "At 5:30 p.m. the U.N.’s Ms. O’Neill, of AT&T, called the COVID-19 rules ‘odd’.",
        "He was in São Paulo with José; and/or in Malmö.",
        "Wait... what?! No—never.",
    ],
)
def test_round_trip_in_the_style_of_the_source(text: str) -> None:
    assert decode_case(encode_case(text), like=text) == text


@given(st.text(alphabet="abzABZ019 .,;:!?-—()$%/", max_size=40))
def test_round_trip_of_any_spacing_and_case(text: str) -> None:
    assert decode_case(encode_case(text)) == " ".join(text.split())


@pytest.mark.parametrize(
    ("encoded", "like", "text"),
    [
        ("he ' s here", "Trump’s plan", "he’s here"),
        ("he ' s here", "Trump's plan", "he's here"),
        ("“ no ”", 'He said "yes".', '"no"'),
        ("“ no ”", "He said “yes”.", "“no”"),
        ("[CAP] sao [CAP] paulo", "in São Paulo", "São Paulo"),
        ("the resume", "his résumé", "the résumé"),
        ("in ukraine", "He went to Ukraine.", "in Ukraine"),  # a name of the context keeps its capital
        ("the strikes", "Strikes hit.", "the strikes"),  # a capital that is owed to the place is not copied
        ("he will go", "then Will Smith", "he will go"),
        ("nato forces", "with NATO allies", "NATO forces"),
    ],
)
def test_copies_the_form_of_the_context(encoded: str, like: str, text: str) -> None:
    assert decode_case(encoded, like=like) == text


@pytest.mark.parametrize(
    ("left", "text", "right", "spaces"),
    [
        ("the ", "grid", " of", (False, False)),
        ("the", "grid", "of", (True, True)),
        ("the ", "grid", "of", (False, True)),
        ("the", ",", " which", (False, False)),
        ("Trump", "’s", " plan", (False, False)),
        ("", "The", "plan", (False, True)),
        ("he was", "not", ".", (True, False)),
    ],
)
def test_spaces_of_an_insertion(left: str, text: str, right: str, spaces: tuple[bool, bool]) -> None:
    assert insertion_spacing(left, text, right) == spaces


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        ("Only 200 metres later , we arrive .", "Only 200 metres later, we arrive."),
        ("Trump 's plan ( new )", "Trump's plan (new)"),
        ('He said : " No , never . "', 'He said: "No, never."'),
    ],
)
def test_tidies_tokenised_text(tokens: str, text: str) -> None:
    assert tidy_spaces(tokens) == text
