"""Replacement candidates from a sequence-to-sequence model: one beam search over all spans of a document."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mtqa.corrector.prompt import Prompt, build_prompt, read_answer
from mtqa.corrector.rewriting import replacement_in
from mtqa.text.words import clings
from mtqa.types import Segment

#: Hypotheses that beam search keeps, all of which become candidates.
BEAMS = 8
#: Longer spans are not asked about: a rewrite of a whole clause cannot be reviewed as a fix.
LONGEST_SPAN_WORDS = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """A replacement of a span and its probability under the model, as a natural logarithm (at most 0)."""

    text: str
    log_probability: float


@dataclass(frozen=True, slots=True)
class Question:
    """``segment.text[start:end]``, to be replaced; zero-width to insert what is missing there."""

    segment: Segment
    start: int
    end: int


class Searches(Protocol):
    """A sequence-to-sequence model that can be asked (:mod:`.native`, :mod:`.foreign`)."""

    def count_tokens(self, text: str) -> int:
        """The tokens of an input."""

    def search(self, texts: Sequence[str], beams: int, longest: int) -> list[list[tuple[str, float]]]:
        """For every text up to ``beams`` answers of at most ``longest`` tokens, with log-probabilities."""


class Seq2seq:
    """A sequence-to-sequence model and how it is asked."""

    def __init__(self, model: Searches, prompt: Prompt) -> None:
        self._model, self._prompt = model, prompt

    def propose(self, questions: Sequence[Question], beams: int = BEAMS) -> list[list[Candidate]]:
        """Candidates for every question, in the order of the questions, the most probable first.

        Equal texts are merged, their probabilities added. Probabilities are rounded before they are compared.
        A mark that is marked with the space before it only loses the space: the model is not asked, as it
        reads words and not spaces.
        """
        spans = [question.segment.text[question.start : question.end] for question in questions]
        asked = [
            index
            for index, span in enumerate(spans)
            if len(span.split()) <= LONGEST_SPAN_WORDS and not _stands_apart(span)
        ]
        texts = [
            build_prompt(
                self._prompt,
                questions[index].segment,
                questions[index].start,
                questions[index].end,
                self._model.count_tokens,
            )
            for index in asked
        ]
        answers = [[Candidate(span.strip(), 0.0)] if _stands_apart(span) else [] for span in spans]
        found = self._model.search(texts, beams, self._prompt.max_new_tokens)
        for index, outputs in zip(asked, found, strict=True):
            answers[index] = self._read(questions[index], outputs)
        return answers

    def _read(self, question: Question, outputs: list[tuple[str, float]]) -> list[Candidate]:
        segment = question.segment
        span = segment.text[question.start : question.end]
        like = " ".join((segment.previous, segment.text, segment.following))
        merged: dict[str, float] = {}
        for answer, score in outputs:
            text = read_answer(self._prompt, answer, span, like)
            if text is not None and self._prompt.rewrite and text != span:
                text = replacement_in(segment.text, question.start, question.end, text)
            if text is not None and math.isfinite(score):
                merged[text] = merged.get(text, 0.0) + math.exp(score)
        candidates = [Candidate(text, round(min(0.0, math.log(p)), 4)) for text, p in merged.items() if p > 0]
        return sorted(candidates, key=lambda candidate: (-candidate.log_probability, candidate.text))


def _stands_apart(span: str) -> bool:
    """Whether a span is a mark and the space that it should not have before it."""
    return span[:1] == " " and clings(span.lstrip(" "))
