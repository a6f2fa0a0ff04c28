"""The error families. A new family is one file with ``candidates`` and one line in ``FAMILIES``."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from mtqa.training.garble.edits import Candidate
from mtqa.training.garble.families import (
    addition,
    agreement,
    articles,
    debris,
    doubling,
    extended,
    false_friends,
    germanic_order,
    names,
    omission,
    phrasal,
    pivot,
    prepositions,
    pronouns,
    romance_order,
    tense,
    topics,
    truncation,
    untranslated,
)
from mtqa.training.garble.view import View


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of error: where it could strike in a sentence, how often it is drawn, and an example.

    ``weight`` is the family's share of the errors drawn, set so that the mix of categories resembles MT
    output of 2016-2024; a family that finds little to do gets less. ``garbled`` is among the candidates of
    ``clean``.
    """

    summary: str
    candidates: Callable[[View, random.Random], list[Candidate]]
    weight: float
    clean: str
    garbled: str


FAMILIES: dict[str, Family] = {
    "pivot": Family(
        "another sense of the pivot word or phrase (Dutch rooster is a grid, roosteren is to roast)",
        pivot.candidates,
        24.0,
        "The attacks on the energy grid stopped.",
        "The attacks on the energy roast stopped.",
    ),
    "false_friends": Family(
        "one word abroad, two in English",
        false_friends.candidates,
        8.2,
        "The new policies of the country failed.",
        "The new politics of the country failed.",
    ),
    "phrasal": Family(
        "idioms and phrasal verbs rendered word for word",
        phrasal.candidates,
        19.0,
        "The army carried out the plan.",
        "The army executed out the plan.",
    ),
    "extended": Family(
        "a word grown into a longer phrase that begins with it",
        extended.candidates,
        4.7,
        "It has great upside.",
        "It has great upside down.",
    ),
    "untranslated": Family(
        "words left in the foreign language",
        untranslated.candidates,
        1.4,
        "The opposition rejected it.",
        "The Widerstand rejected it.",
    ),
    "articles": Family(
        "articles left out, put before names, or the wrong one",
        articles.candidates,
        15.5,
        "They live in Russia.",
        "They live in the Russia.",
    ),
    "prepositions": Family(
        "prepositions by way of a pivot",
        prepositions.candidates,
        31.0,
        "The plan was rejected by the court.",
        "The plan was rejected through the court.",
    ),
    "germanic_order": Family(
        "verb second, verb last, split perfects, infinitives at the end",
        germanic_order.candidates,
        28.0,
        "On Monday, the minister rejected it.",
        "On Monday rejected the minister it.",
    ),
    "romance_order": Family(
        "adjectives after their nouns, pronouns before their verbs",
        romance_order.candidates,
        16.0,
        "It was an economic crisis.",
        "It was an crisis economic.",
    ),
    "topics": Family(
        "topics put first in the foreign way",
        topics.candidates,
        5.5,
        "As for the minister, he is ready.",
        "What the minister is concerned, he is ready.",
    ),
    "agreement": Family(
        "subject and verb, number and noun that do not agree",
        agreement.candidates,
        21.0,
        "The minister is ready.",
        "The minister are ready.",
    ),
    "tense": Family(
        "tense and aspect that clash with the sentence, wrong verb forms",
        tense.candidates,
        28.0,
        "It attacked the city on Monday.",
        "It has attacked the city on Monday.",
    ),
    "omission": Family(
        "missing words whose loss breaks the sentence",
        omission.candidates,
        9.0,
        "The plan was rejected.",
        "The plan rejected.",
    ),
    "addition": Family(
        "idle function words",
        addition.candidates,
        17.0,
        "They discussed the plan.",
        "They discussed about the plan.",
    ),
    "doubling": Family(
        "words and phrases that come twice",
        doubling.candidates,
        4.5,
        "It put an end to the attacks.",
        "It ended an end to the attacks.",
    ),
    "pronouns": Family(
        "pronouns with the gender or number of another language",
        pronouns.candidates,
        18.5,
        "Russia rejected its plan.",
        "Russia rejected his plan.",
    ),
    "names": Family(
        "names spelled as abroad",
        names.candidates,
        5.0,
        "They attacked Moscow.",
        "They attacked Moskou.",
    ),
    "debris": Family(
        "spaces, hyphens, quotes, figures, capitals, commas",
        debris.candidates,
        6.5,
        "A long-term plan.",
        "A long -term plan.",
    ),
    "truncation": Family(
        "sentences cut short",
        truncation.candidates,
        2.9,
        "The government said that it would reject the plan after the talks with Mr. Orban.",
        "The government said that it would reject the plan after the talks with Mr.",
    ),
}
