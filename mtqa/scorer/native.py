"""Judging with mtqa's own scorer network: batches by length, windows put together again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch

from mtqa.scorer.batch import collate
from mtqa.scorer.encode import SegmentEncoder, Window
from mtqa.scorer.fluency import fluency
from mtqa.scorer.judge import Judgement, Progress, empty_judgement
from mtqa.scorer.model import ScorerModel, ScorerOutput
from mtqa.types import Segment

# Logits are rounded so that the last bits, which depend on how sentences are batched, never show.
_DECIMALS = 3
# Windows are padded to a multiple of this many tokens, and only those of one padded length share a batch: the
# attention's sums are made in vectors of 16 numbers, so that within one such length a window's numbers do not
# depend on what else is in the batch, while across them they do.
_BUCKET = 16
# Segments that are encoded at once: windows take many times the memory of what is found in them.
_AT_ONCE = 1024
# Padded tokens of a batch. On a CPU 512 take no more time a word than 2048 do, and several times less memory.
_CPU_BATCH_TOKENS, _BATCH_TOKENS = 512, 2048


class NativeJudge:
    """Judges with a :class:`ScorerModel`.

    ``batch_tokens``: padded tokens that go through it at once, by default 512 on a CPU, else 2048. On a CPU
    as many batches are in work as torch has threads when the judge is made, each on one thread: small matrix
    products share out badly.
    """

    def __init__(
        self,
        model: ScorerModel,
        encoder: SegmentEncoder,
        device: torch.device,
        batch_tokens: int | None = None,
    ) -> None:
        self._model = model.to(device).eval()
        self._encoder = encoder
        self._device = device
        self._batch_tokens = batch_tokens or (_CPU_BATCH_TOKENS if device.type == "cpu" else _BATCH_TOKENS)
        self._workers = torch.get_num_threads() if device.type == "cpu" else 1

    def judge(self, segments: Sequence[Segment], progress: Progress | None = None) -> list[Judgement]:
        """Judgements in the order of the segments; the batching does not change them."""
        parts = [segments[at : at + _AT_ONCE] for at in range(0, len(segments), _AT_ONCE)]
        return [judgement for part in parts for judgement in self._judge(part, progress)]

    def _judge(self, segments: Sequence[Segment], progress: Progress | None) -> list[Judgement]:
        windows, offsets = self._encoder.encode(segments)
        results: list[list[tuple[Window, _Row]]] = [[] for _ in segments]
        for batch, rows in self._judged(self._batches(windows)):
            for window, row in zip(batch, rows, strict=True):
                results[window.segment].append((window, row))
            if progress is not None:
                progress(sum(window.keep_start == 0 for window in batch))
        return [_join(words, parts) for words, parts in zip(offsets, results, strict=True)]

    def _judged(self, batches: list[list[Window]]) -> Iterator[tuple[list[Window], list[_Row]]]:
        """Every batch with its rows; several batches at once where there are threads for it."""
        if len(batches) < 2 or self._workers < 2:
            yield from ((batch, self._forward(batch)) for batch in batches)
            return
        # The number of threads is each thread's own: the caller's stays.
        pool = ThreadPoolExecutor(self._workers, initializer=torch.set_num_threads, initargs=(1,))
        try:
            yield from zip(batches, pool.map(self._forward, batches), strict=True)
        finally:
            pool.shutdown(cancel_futures=True)

    def _batches(self, windows: list[Window]) -> list[list[Window]]:
        """Windows of one padded length together, the longest first: no thread is left with a long one."""
        batches: list[list[Window]] = []
        last = 0
        for window in sorted(windows, key=lambda w: -len(w.ids)):
            length = _padded_length(len(window.ids))
            if length == last and (len(batches[-1]) + 1) * length <= self._batch_tokens:
                batches[-1].append(window)
            else:
                batches.append([window])
            last = length
        return batches

    @torch.inference_mode()
    def _forward(self, windows: list[Window]) -> list[_Row]:
        # A word is a token at least, so the padded length holds the words, too.
        batch = collate(windows, self._device, _padded_length(max(len(window.ids) for window in windows)))
        output = self._model(**batch.inputs())
        return [_Row(output, index, len(window.evidence)) for index, window in enumerate(windows)]


class _Row:
    """One window's share of the output, without padding."""

    __slots__ = ("category", "gap", "sentence", "severity", "word")

    def __init__(self, output: ScorerOutput, row: int, words: int) -> None:
        self.word = _rounded(output.word[row, :words])
        self.gap = _rounded(output.gap[row, : words + 1])
        self.category = output.category[row, :words].argmax(-1).cpu().numpy()
        self.severity = output.severity[row, :words].argmax(-1).cpu().numpy()
        heads = (output.keep, output.edit_rate, output.quality, output.natural)
        self.sentence = _rounded(torch.stack([head[row] for head in heads]))


def _padded_length(tokens: int) -> int:
    return -(-tokens // _BUCKET) * _BUCKET


def _rounded(values: torch.Tensor) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.round(values.double().cpu().numpy(), _DECIMALS)


def _join(offsets: list[tuple[int, int]], parts: list[tuple[Window, _Row]]) -> Judgement:
    """Put the windows of one segment together; sentence numbers are means weighted by the words judged."""
    if not parts:
        return empty_judgement(offsets)
    parts = sorted(parts, key=lambda part: part[0].first)
    words, categories, severities, gaps, fluent = [], [], [], [], 0.0
    for window, row in parts:
        kept = slice(window.keep_start - window.first, window.keep_end - window.first)
        fluent += float(fluency(window.evidence)[kept].sum())
        words.append(row.word[kept])
        categories.append(row.category[kept])
        severities.append(row.severity[kept])
        gaps.append(row.gap[kept])
    gaps.append(parts[-1][1].gap[-1:])
    shares = np.array([window.keep_end - window.keep_start for window, _ in parts], np.float64)
    sentence = np.average([row.sentence for _, row in parts], axis=0, weights=shares)
    keep, rate, quality, natural = sentence.tolist()
    return Judgement(
        offsets,
        np.concatenate(words),
        np.concatenate(gaps),
        np.concatenate(categories),
        np.concatenate(severities),
        keep,
        rate,
        quality,
        round(fluent, 3),
        natural,
    )
