"""The scorer on a tiny random model: shapes, batching, windows, context."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny import write_scorer

from mtqa.scorer import load_scorer
from mtqa.scorer.encode import SegmentEncoder, load_tokenizer, word_shape
from mtqa.types import Segment

ARTICLE = [
    "The strikes on the energy grid stopped.",
    "A man said it was not so!",
    "",
    "“He said so,” she said.",
    "They stopped " + "and the man said it was so " * 30 + "in the end.",
    "😀 2024 …",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_scorer(tmp_path_factory.mktemp("scorer"))


def segments() -> list[Segment]:
    bounds = ["", *ARTICLE, ""]
    return [Segment(t, p, f) for p, t, f in zip(bounds, ARTICLE, bounds[2:], strict=False)]


def test_scores_match_the_words(folder: Path) -> None:
    for segment, scores in zip(segments(), load_scorer(folder).score(segments()), strict=True):
        count = len(scores.words)
        assert len(scores.word_scores) == len(scores.categories) == len(scores.severities) == count
        assert len(scores.gap_scores) == count + 1
        assert "".join(segment.text[a:b] for a, b in scores.words) == "".join(segment.text.split())
        assert all(0 < p < 1 for p in (*scores.word_scores, *scores.gap_scores))
        assert 0 <= scores.confidence <= 1
        assert 0 <= scores.edit_rate <= 1


def test_no_words_is_nothing_to_edit(folder: Path) -> None:
    (scores,) = load_scorer(folder).score([Segment("")])
    assert (scores.confidence, scores.edit_rate, scores.words) == (1.0, 0.0, ())


@pytest.mark.parametrize("batch_tokens", [1, 100, 100_000])
def test_the_batch_size_does_not_show(folder: Path, batch_tokens: int) -> None:
    one, other = load_scorer(folder), load_scorer(folder)
    other.judge._batch_tokens = batch_tokens
    assert one.score(segments()) == other.score(segments())


def test_the_order_of_segments_does_not_show(folder: Path) -> None:
    scorer = load_scorer(folder)
    assert scorer.score(segments()[::-1]) == scorer.score(segments())[::-1]


def test_neighbours_are_seen(folder: Path) -> None:
    scorer = load_scorer(folder)
    alone, beside = scorer.score([Segment(ARTICLE[0]), Segment(ARTICLE[0], previous=ARTICLE[1])])
    assert alone.words == beside.words
    assert alone.word_scores != beside.word_scores


def test_progress_counts_every_segment_with_words(folder: Path) -> None:
    done: list[int] = []
    load_scorer(folder).score(segments(), progress=done.append)
    assert sum(done) == sum(bool(text) for text in ARTICLE)


def test_a_sentence_of_5000_words_is_judged_whole(folder: Path) -> None:
    (scores,) = load_scorer(folder).score([Segment("the man said so " * 1250)])
    assert len(scores.word_scores) == 5000


def test_a_word_of_a_million_letters_is_one_word(folder: Path) -> None:
    (scores,) = load_scorer(folder).score([Segment("a" * 1_000_000)])
    assert len(scores.word_scores) == 1


def test_windows_judge_every_word_once(folder: Path) -> None:
    encoder = SegmentEncoder(
        load_tokenizer(folder / "tokenizer.json"), None, context_tokens=6, window_tokens=48
    )
    windows, (words,) = encoder.encode([Segment("the man said so " * 100)])
    judged = [word for w in windows for word in range(w.keep_start, w.keep_end)]
    assert len(windows) > 5
    assert judged == list(range(len(words)))
    assert all(w.first <= w.keep_start < w.keep_end <= w.first + len(w.evidence) for w in windows)
    assert all(len(w.ids) <= 48 + 2 + 2 * (6 + 1) for w in windows)


@pytest.mark.parametrize(
    ("one", "other"), [("trump", "Trump"), ("Us", "US"), ("1999", "1990s"), ("a", "."), (".", "...")]
)
def test_shapes_differ(one: str, other: str) -> None:
    assert word_shape(one, True) != word_shape(other, True)
    assert word_shape(one, True) != word_shape(one, False)


@pytest.mark.parametrize(
    ("logit", "head", "severity"),
    [(1.0, 0, "minor"), (1.0, 1, "major"), (5.0, 1, "critical"), (5.0, 0, "minor"), (1.0, 2, "critical")],
)
def test_a_major_error_that_is_certain_is_critical(logit: float, head: int, severity: str) -> None:
    import numpy as np

    from mtqa.scorer.calibration import Calibration
    from mtqa.scorer.judge import Judgement
    from mtqa.scorer.scorer import Scorer
    from mtqa.scorer.scores import Thresholds

    class Fixed:
        def judge(self, segments: list[Segment], progress: object = None) -> list[Judgement]:
            one = np.array([logit])
            heads = np.array([head])
            return [Judgement([(0, 1)], one, np.zeros(2), heads * 0, heads, 0.0, 0.0, 0.0)] * len(segments)

    scorer = Scorer(Fixed(), Calibration(), Thresholds(0.5, {0.9: 0.95}), name="f", signature="f")
    assert scorer.score([Segment("x")])[0].severities == (severity,)
