"""What each family offers, as a table: a clean sentence and a garbling that must be among its candidates."""

from __future__ import annotations

import random

import pytest

from mtqa.training.garble.edits import apply_candidates
from mtqa.training.garble.families import FAMILIES
from mtqa.training.garble.lexicon import Lexicon
from mtqa.training.garble.view import view_sentence
from mtqa.types import CATEGORIES, SEVERITIES

_ROWS = [
    ("pivot", "The attacks on the energy grid stopped.", "The attacks on the energy roast stopped."),
    ("pivot", "The minister has rejected it.", "The minister has discarded it."),
    ("false_friends", "The new policies of the country.", "The new politics of the country."),
    ("false_friends", "He has an economic plan.", "He has an economical plan."),
    ("phrasal", "The army carried out the plan.", "The army executed out the plan."),
    ("phrasal", "It is at least ready.", "It is to least ready."),
    ("untranslated", "The opposition rejected it.", "The Widerstand rejected it."),
    ("articles", "He signed a letter on it.", "He signed letter on it."),
    ("articles", "They live in Russia.", "They live in the Russia."),
    ("articles", "It ended in 2014.", "It ended in the 2014."),
    ("prepositions", "It stopped on Monday.", "It stopped at Monday."),
    ("prepositions", "The plan was rejected by the court.", "The plan was rejected through the court."),
    ("word_order", "On Monday, the minister rejected it.", "On Monday rejected the minister it."),
    ("word_order", "The court has rejected the plan.", "The court has the plan rejected."),
    ("word_order", "He refused to sign the letter.", "He refused the letter to sign."),
    ("word_order", "The Kremlin said that it agreed.", "Said the Kremlin that it agreed."),
    ("word_order", "It said that Russia rejected the plan.", "It said that Russia the plan rejected."),
    ("word_order", "It was an economic crisis.", "It was an crisis economic."),
    ("word_order", "He did not agree.", "He agreed not."),
    ("word_order", "As far as Russia is concerned, it ended.", "What Russia is concerned, it ended."),
    ("verbs", "The minister is ready.", "The minister are ready."),
    ("verbs", "It attacked the city on Monday.", "It has attacked the city on Monday."),
    ("verbs", "It has been ready since 2014.", "It is ready since 2014."),
    ("verbs", "They agreed to stop.", "They agreed stopping."),
    ("omission", "The plan was rejected.", "The plan rejected."),
    ("omission", "They agreed to stop.", "They agreed stop."),
    ("addition", "They discussed the plan.", "They discussed about the plan."),
    ("addition", "On this side of the city.", "On this side effect of the city."),
    ("pronouns", "Russia rejected its plan.", "Russia rejected his plan."),
    ("pronouns", "The plan, which was rejected, ended.", "The plan, who was rejected, ended."),
    ("names", "They attacked Moscow.", "They attacked Moskou."),
    ("names", "It is a Russian plan.", "It is a russian plan."),
    ("debris", "A long-term plan.", "A long -term plan."),
    ("debris", "It said that it agreed.", "It said, that it agreed."),
]


@pytest.mark.parametrize(("family", "clean", "garbled"), _ROWS, ids=[f"{r[0]}: {r[2]}" for r in _ROWS])
def test_a_family_offers(family: str, clean: str, garbled: str, lexicon: Lexicon) -> None:
    view = view_sentence(clean, lexicon)
    offered = {
        apply_candidates(clean, [(candidate, family)]).text
        for seed in range(30)
        for candidate in FAMILIES[family].candidates(view, random.Random(seed))
    }
    assert garbled in offered


# Changes that would leave the sentence as good as before, and so must never be made.
_FINE = [
    ("articles", "He was in office."),
    ("articles", "The ministers agreed."),
    ("pronouns", "He rejected his plan."),
    ("verbs", "It rejected the plan."),
    ("names", "They live in the city."),
    ("omission", "The new plan ended."),
]


@pytest.mark.parametrize(("family", "clean"), _FINE)
def test_a_family_leaves_alone(family: str, clean: str, lexicon: Lexicon) -> None:
    view = view_sentence(clean, lexicon)
    weight = sum(c.weight for c in FAMILIES[family].candidates(view, random.Random(1)))
    assert weight < 0.1


def test_every_row_of_the_table_has_a_family_and_every_family_a_row() -> None:
    assert {family for family, _, _ in _ROWS} == set(FAMILIES)


def test_categories_and_severities_are_those_of_mqm(lexicon: Lexicon) -> None:
    for family, clean, _ in _ROWS:
        for candidate in FAMILIES[family].candidates(view_sentence(clean, lexicon), random.Random(0)):
            assert candidate.category in CATEGORIES
            assert candidate.severity in SEVERITIES
            assert candidate.weight > 0
