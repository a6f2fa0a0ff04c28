"""Flags of the scorer on garbled articles, each with what the article had there: the questions of run time.

The other examples mark what the garbler changed. At run time it is the scorer that marks, often a word more
or less, often what was right. Here whole articles are garbled, the scorer flags them as it flags any
document, and the answer to a flag is the article's wording, or to keep what stands there.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

from mtqa.evaluation.news import GARBLED_SENTENCES, Garble, with_neighbours
from mtqa.evaluation.revision import Revision, is_on_edit, revise, right_rank, right_wording
from mtqa.scorer import Scorer, flags_of_document
from mtqa.training.corrector_examples import MAX_SPANS, Example, MarkedSpan, is_teachable
from mtqa.types import Segment, Span

FLAGGED = "flagged"


def flagged_examples(
    articles: Sequence[Sequence[str]],
    garble: Garble,
    scorer: Scorer,
    rng: random.Random,
    *,
    skip: Callable[[str], bool] = lambda sentence: False,
) -> Iterator[Example]:
    """An example for every sentence of the articles that has flags which can be answered.

    Of each article three sentences in four are garbled. ``skip`` says which sentences are not to be learnt
    from.
    """
    for article in articles:
        texts = [
            garble(sentence, rng).text if rng.random() < GARBLED_SENTENCES else sentence
            for sentence in article
        ]
        segments = with_neighbours(texts)
        flags = flags_of_document(scorer.thresholds, texts, scorer.score(segments))
        for segment, clean, spans in zip(segments, article, flags, strict=True):
            if spans and not skip(clean):
                example = answer_flags(segment, clean, spans, rng)
                if example is not None:
                    yield example


def answer_flags(segment: Segment, clean: str, flags: Sequence[Span], rng: random.Random) -> Example | None:
    """A segment with its flags and the wording of ``clean``; at most :data:`MAX_SPANS` of them.

    ``None`` if no flag can be answered.
    """
    revision = revise(segment, clean)
    answered = [span for span in (_answer(revision, flag, clean) for flag in flags) if span is not None]
    chosen = sorted(rng.sample(answered, min(len(answered), MAX_SPANS)), key=lambda span: span.start)
    return Example(segment, tuple(chosen), FLAGGED) if chosen else None


def _answer(revision: Revision, flag: Span, clean: str) -> MarkedSpan | None:
    if not is_on_edit(revision, flag):
        return MarkedSpan(flag.start, flag.end, None)
    wording = right_wording(revision, flag, clean)
    if wording is None or not is_teachable(revision.segment.text, (flag.start, flag.end, wording)):
        return None
    return MarkedSpan(flag.start, flag.end, wording) if right_rank(revision, flag, [wording]) else None
