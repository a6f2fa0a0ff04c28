"""English sentences beside machine translations into them: which of two versions is the better one.

How near a machine's version is to a person's says little of its words where the two differ much; that a
person's is the better one of the two holds all the same, for nearly every pair. So nothing is said of the
words, and the scorer learns the order alone (:func:`mtqa.training.scorer.preference_loss`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from mtqa.evaluation.data import digest, part_of, read_jsonl
from mtqa.evaluation.news import sysout_files
from mtqa.text.words import split_words
from mtqa.training.consensus import is_chosen
from mtqa.training.examples import UNKNOWN, Example, from_spans
from mtqa.types import Segment

#: Of each English original so many versions are learnt from, of a person's translation fewer: whether another
#: translation is worse than it is less certain, and there are many more of them.
OF_ORIGINAL, OF_REFERENCE = 4, 2
#: A headline is as often rendered well as badly.
_FEWEST_WORDS = 4
#: How a publisher sets quotation marks, dashes and spaces is no sign of a person.
_TYPOGRAPHY = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "`": "'", "–": "-", "—": "-"}
    | {"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u200b": None, "\u00ad": None}
    | {"…": "..."}
)


def plain(text: str) -> str:
    """A text with the plainest quotation marks, dashes and spaces: what tells two publishers apart."""
    return " ".join(text.translate(_TYPOGRAPHY).replace("''", '"').split())


def read_preferences(data: Path, *, share: float, part: int = 0, weight: float = 0.25) -> list[Example]:
    """The training part of ``sysout`` as groups of a person's version and machines' versions of a sentence.

    All English originals are read, in every part other versions of them, and a ``share`` of the references
    that are translations, in every part other ones. ``weight`` is that of a person's version in the other
    losses; of machines' versions only that they are one is known.
    """
    examples: list[Example] = []
    for group, (text, original, versions) in enumerate(_versions(data, share, part), 1):
        source = "original" if original else "reference"
        right = from_spans(Segment(text), [], source=source, keep=1.0, edit_rate=0.0, weight=weight)
        examples.append(replace(right, group=group))
        examples += [_version(version, weight, group) for version in versions]
    return examples


def read_held_out_pairs(data: Path) -> list[tuple[str, str]]:
    """Dev references that are translations, each beside a machine's version of the sentence.

    Nothing is trained on these, and the benchmark measures on originals.
    """

    def of_dev(reference: str, original: bool) -> bool:
        key = digest(reference)
        return not original and key[0] == "0" and part_of(key) == "dev"

    return [(text, other) for text, _, others in _groups(data, of_dev, 0) for other in others]


def _versions(data: Path, share: float, part: int) -> Iterator[tuple[str, bool, list[str]]]:
    def of_training(reference: str, original: bool) -> bool:
        return digest(reference)[0] != "0" and (original or is_chosen(reference, share, part))

    return _groups(data, of_training, part)


def _groups(
    data: Path, wanted: Callable[[str, bool], bool], part: int
) -> Iterator[tuple[str, bool, list[str]]]:
    """A person's version, whether it is an original, and machines' versions, of the references wanted."""
    for path in sysout_files(data):
        for record in read_jsonl(path):
            reference, original = str(record["ref"]), bool(record["en_original"])
            if not wanted(reference, original):
                continue
            text = plain(reference)
            others = sorted({plain(str(h["text"])) for h in record["hyps"]} - {text}, key=digest)
            count = OF_ORIGINAL if original else OF_REFERENCE
            first = part * count % max(len(others), 1) if original else 0
            chosen = (others[first:] + others[:first])[:count]
            if chosen and len(split_words(text)) >= _FEWEST_WORDS:
                yield text, original, chosen


def _version(text: str, weight: float, group: int) -> Example:
    count = len(split_words(text))
    words, gaps = np.full(count, UNKNOWN, np.int8), np.full(count + 1, UNKNOWN, np.int8)
    nan = math.nan
    return Example(Segment(text), words, gaps, words, words, nan, nan, nan, weight, "version", group)
