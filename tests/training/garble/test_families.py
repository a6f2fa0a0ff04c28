"""What each family offers, as a table: a clean sentence and a garbling that must be among its candidates."""

from __future__ import annotations

import random

import pytest

from mtqa.training.garble import Garbler
from mtqa.training.garble.edits import apply_candidates
from mtqa.training.garble.families import FAMILIES
from mtqa.training.garble.lexicon import Lexicon
from mtqa.training.garble.view import view_sentence
from mtqa.types import CATEGORIES, SEVERITIES

_ROWS = [
    ("pivot", "The minister has rejected it.", "The minister has discarded it."),
    ("pivot", "The court rejects it.", "The court discards it."),
    ("pivot", "They stopped the economic growths of it.", "They stopped the economic vegetations of it."),
    ("pivot", "The court will get rid of it.", "The court will suppress it."),
    ("pivot", "They are getting rid of it.", "They are suppressing it."),
    ("pivot", "He saw the power grids.", "He saw the meshes."),
    ("pivot", "He has a plan.", "He has a map."),
    ("pivot", "It hit a grid.", "It hit a roast."),
    ("false_friends", "He has an economic plan.", "He has an economical plan."),
    ("phrasal", "It is at least ready.", "It is to least ready."),
    ("phrasal", "They set aside the plan.", "They to side lay the plan."),
    ("extended", "On this side of the city.", "On this side effect of the city."),
    ("articles", "He signed a letter on it.", "He signed letter on it."),
    ("articles", "It ended in 2014.", "It ended in the 2014."),
    ("articles", "He met President Orban.", "He met the President Orban."),
    ("articles", "It is in Russia’s east.", "It is in the Russia’s east."),
    ("articles", "He has a new plan.", "He has an new plan."),
    ("prepositions", "It stopped on Monday.", "It stopped at Monday."),
    ("prepositions", "The war with the opposition ended.", "The war by the opposition ended."),
    ("germanic_order", "The court has rejected the plan.", "The court has the plan rejected."),
    ("germanic_order", "He refused to sign the letter.", "He refused the letter to sign."),
    ("germanic_order", "The Kremlin said that it agreed.", "Said the Kremlin that it agreed."),
    ("germanic_order", "It said that Russia rejected the plan.", "It said that Russia the plan rejected."),
    ("germanic_order", "He did not agree.", "He agreed not."),
    ("germanic_order", "He rejected the plan yesterday.", "He rejected yesterday the plan."),
    ("germanic_order", "The minister lived in the city.", "The minister did in the city lived."),
    ("germanic_order", "It ended two weeks ago.", "It ended before two weeks."),
    ("germanic_order", "He wants Russia to agree.", "He wants that Russia agrees."),
    ("romance_order", "They rejected it.", "They it rejected."),
    ("romance_order", "He has also agreed.", "He has agreed also."),
    ("romance_order", "The last three weeks.", "The three last weeks."),
    ("romance_order", "It is the most economic plan.", "It is the plan most economic."),
    ("topics", "As far as Russia is concerned, it ended.", "What Russia is concerned, it ended."),
    ("topics", "The minister rejected it.", "What the minister is concerned, he rejected it."),
    ("topics", "Russia rejected it.", "It is Russia is what rejected it."),
    ("topics", "It is the minister who rejected it.", "It is the minister is what rejected it."),
    ("topics", "On the economy, they agreed.", "What the economy concerns, they agreed."),
    ("agreement", "They were ready.", "They was ready."),
    ("agreement", "They signed three letters.", "They signed three letter."),
    ("agreement", "These plans ended.", "This plans ended."),
    ("agreement", "It has information on it.", "It has informations on it."),
    ("tense", "It has been ready since 2014.", "It is ready since 2014."),
    ("tense", "They agreed to stop.", "They agreed stopping."),
    ("tense", "The plan was rejected on Monday.", "The plan has been rejected on Monday."),
    ("tense", "It will end if they agreed.", "It will end if they would agree."),
    ("omission", "They agreed to stop.", "They agreed stop."),
    ("addition", "It was better than the plan.", "It was more better than the plan."),
    ("doubling", "They agreed on the plan of the city.", "They agreed on the plan the plan of the city."),
    ("doubling", "It is the city in which they live.", "It is the city in which they live in."),
    ("pronouns", "The plan, which was rejected, ended.", "The plan, who was rejected, ended."),
    ("pronouns", "The minister, who agreed, said it.", "The minister, which agreed, said it."),
    ("pronouns", "The ministers said that they agreed.", "The ministers said that it agreed."),
    ("names", "It is a Russian plan.", "It is a russian plan."),
    ("names", "They attacked Kursk.", "They attacked Koursk."),
    ("names", "He is Mr. Belinsky.", "He is Mr. Belinski."),
    ("debris", "It said that it agreed.", "It said, that it agreed."),
    ("debris", "The plan — which ended — was new.", "The plan-which ended — was new."),
    ("debris", "It is 3.5 percent.", "It is 3,5 percent."),
    ("truncation", "On Monday the new minister of the city said that it has rejected the plan.",
     "On Monday the new minister of the city said that it has rejected the"),
]  # fmt: skip
_ROWS += [(name, family.clean, family.garbled) for name, family in FAMILIES.items()]


@pytest.mark.parametrize(("family", "clean", "garbled"), _ROWS, ids=[f"{r[0]}: {r[2]}" for r in _ROWS])
def test_a_family_offers(family: str, clean: str, garbled: str, lexicon: Lexicon) -> None:
    view = view_sentence(clean, lexicon)
    offered = {
        apply_candidates(clean, [(candidate, family)]).text
        for seed in range(60)
        for candidate in FAMILIES[family].candidates(view, random.Random(seed))
    }
    assert garbled in offered


# Changes that would leave the sentence as good as before, and so must never be made.
_FINE = [
    ("articles", "He was in office."),
    ("articles", "The ministers agreed."),
    ("pronouns", "He rejected his plan."),
    ("tense", "It rejected the plan."),
    ("agreement", "It rejected the plan."),
    ("truncation", "The plan was rejected."),
    ("topics", "They rejected it."),
    ("doubling", "He had rejected it."),
    ("romance_order", "It is the other plan."),
    ("names", "They live in the city."),
    ("omission", "The new plan ended."),
]


@pytest.mark.parametrize(("family", "clean"), _FINE)
def test_a_family_leaves_alone(family: str, clean: str, lexicon: Lexicon) -> None:
    view = view_sentence(clean, lexicon)
    weight = sum(c.weight for c in FAMILIES[family].candidates(view, random.Random(1)))
    assert weight < 0.1


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_alone_garbles_its_example(name: str, lexicon: Lexicon) -> None:
    garbler = Garbler(lexicon, rate=1.0, families=[name])
    made = [garbler.garble(FAMILIES[name].clean, random.Random(seed)) for seed in range(60)]
    edits = [edit for garbled in made for edit in garbled.edits]
    assert edits
    assert {edit.family for edit in edits} == {name}


def test_categories_and_severities_are_those_of_mqm(lexicon: Lexicon) -> None:
    for family, clean, _ in _ROWS:
        for candidate in FAMILIES[family].candidates(view_sentence(clean, lexicon), random.Random(0)):
            assert candidate.category in CATEGORIES
            assert candidate.severity in SEVERITIES
            assert candidate.weight > 0
