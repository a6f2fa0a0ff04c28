"""What ``scripts/throughput.py`` starts: each run is a process of its own that prints its figures as JSON.

``rate RECORDS CORES BATCH [SCORER]`` scores a file, ``limit CORES [SCORER]`` multiplies matrices.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from mtqa.evaluation.sections.speed import SEED  # noqa: E402

#: Windows that are counted, each without padding.
_COUNTED = 150
#: The least time for which matrices are multiplied.
_MULTIPLY_S = 1.0
#: Rows of a product: the tokens of some sentences.
_ROWS = 2048
#: Words that are scored before the clock starts: the first batch through a model is slower.
_WARM_WORDS = 2000


def use_cores(count: int) -> None:
    """Keep this process to so many cores, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])


def sentences(words: int) -> Iterator[str]:
    """Sentences of the seed article, of so many words in all, and no two alike.

    Two words of each change places: a sentence that has been scored is not scored again in the same window.
    """
    from mtqa.text import read_text

    chance = random.Random(0)
    pool = [s.text.split() for s in read_text(SEED.read_text(encoding="utf-8")).sentences if len(s.text) > 40]
    count = 0
    while count < words:
        for sentence in pool:
            shuffled = list(sentence)
            i, j = chance.sample(range(len(shuffled)), 2)
            shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
            yield " ".join(shuffled)
            count += len(shuffled)
            if count >= words:
                return


def write_records(path: Path, words: int, per_record: int) -> int:
    """Records of so many sentences each, as JSON Lines; the words that there are in all."""
    held: list[str] = []
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for sentence in sentences(words):
            held.append(sentence)
            count += len(sentence.split())
            if len(held) == per_record:
                file.write(json.dumps({"text": " ".join(held)}) + "\n")
                held = []
        if held:
            file.write(json.dumps({"text": " ".join(held)}) + "\n")
    return count


class _Silent:
    """Watches a run and says nothing."""

    def begun(self, *_: object) -> None: ...

    def went_on(self, *_: object) -> None: ...

    def found_bad(self, *_: object) -> None: ...


def rate(path: str, cores: str, window: str, scorer: str = "") -> dict[str, Any]:
    """Words per second of a run of ``mtqa score --segment`` on so many cores, once the models are loaded."""
    import torch

    import mtqa
    from mtqa.batch import Job, run_job
    from mtqa.records import RecordOptions

    threads = int(cores)
    use_cores(threads)
    torch.set_num_threads(threads)
    checker = mtqa.load(scorer or None, suggest=False)
    options = RecordOptions(segment=True)
    list(checker.score_records([{"text": text} for text in sentences(_WARM_WORDS)], options))
    with tempfile.TemporaryDirectory(prefix="mtqa-rate-") as folder:
        output = Path(folder, "scored.jsonl")
        job = Job(path=Path(path), output=output, options=options, window=int(window))
        since = time.perf_counter()
        words = run_job(job, lambda: checker, _Silent()).words
        seconds = time.perf_counter() - since
    return {"words": words, "seconds": seconds, "rate": words / seconds, "signature": checker.signature}


def limit(cores: str, scorer: str = "") -> dict[str, float | str]:
    """Multiply-adds per second of the machine on so many cores, and per word of the scorer."""
    from mtqa.evaluation.show.throughput import TORCH
    from mtqa.scorer import load_scorer
    from mtqa.scorer.packed import has_onednn

    threads = int(cores)
    use_cores(threads)
    # Layers that torch's counter of products knows, which it does not the packed ones.
    judge = load_scorer(scorer or None, packed=False).judge
    config = judge._model.config.encoder
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    # Query, key, value and output; in and out of the feed-forward network.
    shapes = [(hidden, hidden)] * 4 + [(hidden, inner), (inner, hidden)]
    return {
        "library": "oneDNN" if has_onednn() else TORCH,
        "per_second": multiply_rate(shapes, threads),
        "per_word": multiplies_per_word(judge),
    }


def multiply_rate(shapes: Sequence[tuple[int, int]], threads: int) -> float:
    """Multiply-adds per second of products of these shapes in a row, on each of so many threads at once."""
    from concurrent.futures import ThreadPoolExecutor

    import torch

    from mtqa.scorer.packed import pack

    work = sum(a * b for a, b in shapes) * _ROWS

    def loop(until: float) -> int:
        torch.set_num_threads(1)
        layers = torch.nn.ModuleList(torch.nn.Linear(a, b) for a, b in shapes)
        pack(layers)
        states = [torch.randn(_ROWS, a) for a, _ in shapes]
        rounds = 0
        with torch.inference_mode():
            while time.perf_counter() < until:
                for layer, inputs in zip(layers, states, strict=True):
                    layer(inputs)
                rounds += 1
        return rounds

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(loop, [time.perf_counter() + 0.3] * threads))
        since = time.perf_counter()
        rounds = sum(pool.map(loop, [since + _MULTIPLY_S] * threads))
        return rounds * work / (time.perf_counter() - since)


def multiplies_per_word(judge: Any) -> float:
    """The multiply-adds that the scorer cannot do without: those of windows that are not padded."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from mtqa.checker import as_segments
    from mtqa.scorer.batch import collate
    from mtqa.text import read_text

    document = read_text(" ".join(sentences(_COUNTED * 25)))
    segments = as_segments(document.sentences)[:_COUNTED]
    windows, _ = judge._encoder.encode(segments)
    counter = FlopCounterMode(display=False)
    # The plain way to attend is made of products that are counted.
    with torch.inference_mode(), counter, torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        for window in windows:
            judge._model(**collate([window], torch.device("cpu")).inputs())
    words = sum(len(segment.text.split()) for segment in segments)
    return counter.get_total_flops() / 2 / words


RUNS = {"rate": rate, "limit": limit}

if __name__ == "__main__":
    print(json.dumps(RUNS[sys.argv[1]](*sys.argv[2:])))
