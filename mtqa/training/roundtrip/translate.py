"""Sending sentences there and back, part by part; what is done is not done again."""

from __future__ import annotations

import json
import lzma
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from mtqa.errors import InputError
from mtqa.training.roundtrip.batches import pad_rows
from mtqa.training.roundtrip.model import load_snapshot
from mtqa.training.roundtrip.plan import Decoding, Part, describe_plan
from mtqa.training.roundtrip.vocabulary import EOS, PAD, Vocabulary
from mtqa.training.schedule import autocast

_LONGEST = 200  # tokens of a source or a translation


@dataclass(frozen=True, slots=True)
class Trip:
    """Sentence ``sentence`` of the pack's news went out as ``foreign`` and came back as ``back``."""

    sentence: int
    language: str
    snapshot: str
    decoding: str
    foreign: str
    back: str


class Translator:
    """A snapshot with its vocabulary."""

    def __init__(
        self, model: Any, vocabulary: Vocabulary, device: torch.device, *, batch_tokens: int = 2048
    ) -> None:
        self._model, self._vocabulary, self._device = model.to(device).eval(), vocabulary, device
        self._batch_tokens = batch_tokens

    def translate(self, texts: Sequence[str], language: str, decoding: Decoding, seed: int) -> list[str]:
        """The texts in ``language``, in order; the same for the same seed. An empty text stays empty."""
        tag = self._vocabulary.tag_id(language)
        rows = [[tag, *ids[: _LONGEST - 2], EOS] for ids in self._vocabulary.encode(texts)]
        order = sorted((i for i, row in enumerate(rows) if len(row) > 2), key=lambda i: (len(rows[i]), i))
        results = [""] * len(texts)
        torch.manual_seed(seed)
        for batch in _batches(order, rows, self._batch_tokens // decoding.beams):
            answers = self._generate([rows[i] for i in batch], decoding)
            for index, text in zip(batch, self._vocabulary.decode(answers), strict=True):
                results[index] = text
        return results

    def round_trip(self, texts: Sequence[str], part: Part) -> list[tuple[str, str]]:
        """What each English text became in the part's language, and again in English."""
        foreign = self.translate(texts, part.language, part.decoding, part.seed)
        return list(zip(foreign, self.translate(foreign, "en", part.decoding, part.seed + 1), strict=True))

    @torch.inference_mode()
    def _generate(self, rows: list[list[int]], decoding: Decoding) -> list[list[int]]:
        source = torch.from_numpy(pad_rows(rows, PAD)).to(self._device)
        longest = min(_LONGEST, int(1.6 * source.shape[1]) + 10)
        how: dict[str, Any] = {"num_beams": decoding.beams, "do_sample": False}
        if decoding.temperature > 0:
            how = {
                "num_beams": 1,
                "do_sample": True,
                "temperature": decoding.temperature,
                "top_p": decoding.nucleus,
                "top_k": 0,
            }
        with autocast(self._device):
            answers = self._model.generate(
                input_ids=source, attention_mask=(source != PAD).long(), max_new_tokens=longest, **how
            )
        return [list(row) for row in answers[:, 1:].tolist()]  # without the start


def _batches(order: Sequence[int], rows: Sequence[Sequence[int]], batch_tokens: int) -> Iterator[list[int]]:
    batch: list[int] = []
    for index in order:
        if batch and (len(batch) + 1) * len(rows[index]) > batch_tokens:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def run_plan(
    parts: Sequence[Part],
    texts: Sequence[str],
    snapshots: Path,
    vocabulary: Vocabulary,
    out: Path,
    *,
    device: torch.device,
    minutes: float,
    batch_tokens: int = 2048,
    resume: bool = False,
    piece: tuple[int, int] = (0, 1),
    tell: Callable[[str], None] = print,
) -> int:
    """Do the parts that ``out`` does not hold yet, until the minutes are over; returns how many are left.

    ``piece`` (K, N) does only every Nth part from the Kth on, as one of N processes.
    Each part is one file, written whole. Raises :class:`InputError` when ``out`` holds another plan's parts,
    or parts at all without ``resume``.
    """
    _claim(out, parts, resume)
    began, sentences = time.monotonic(), 0
    loaded: tuple[str, Translator] | None = None
    todo = [part for part in parts[piece[0] :: piece[1]] if not (out / part.file).exists()]
    for done, part in enumerate(todo):
        if time.monotonic() - began > 60 * minutes:
            return len(todo) - done
        if loaded is None or loaded[0] != part.snapshot:
            model = load_snapshot(snapshots / part.snapshot)
            loaded = part.snapshot, Translator(model, vocabulary, device, batch_tokens=batch_tokens)
        trips = loaded[1].round_trip([texts[i] for i in part.sentences], part)
        _write_part(out / part.file, part, trips)
        sentences += len(trips)
        rate = sentences / (time.monotonic() - began)
        route = f"{part.snapshot} {part.language} {part.decoding.name}"
        tell(f"{part.file}: {len(trips)} trips, {route}; {rate:.1f} sentences/s")
    return 0


def _claim(out: Path, parts: Sequence[Part], resume: bool) -> None:
    """Write the plan's description into ``out``, or see that the one there is the same."""
    described, file = describe_plan(parts), out / "plan.json"
    if file.exists():
        if not resume:
            raise InputError(f"{out} holds trips already: go on with --resume or name another folder.")
        if json.loads(file.read_text(encoding="utf-8")) != described:
            raise InputError(f"{out} holds trips of another plan: use its options or name another folder.")
    out.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")


def _write_part(path: Path, part: Part, trips: Iterable[tuple[str, str]]) -> None:
    partial = path.with_suffix(".partial")
    with lzma.open(partial, "wt", encoding="utf-8") as lines:
        for sentence, (foreign, back) in zip(part.sentences, trips, strict=True):
            record = {
                "sentence": sentence,
                "language": part.language,
                "snapshot": part.snapshot,
                "decoding": part.decoding.name,
                "foreign": foreign,
                "back": back,
            }
            lines.write(json.dumps(record, ensure_ascii=False) + "\n")
    partial.replace(path)


def read_trips(folder: Path) -> Iterator[Trip]:
    """The trips of all parts in a folder, in order; raises :class:`InputError` when there are none."""
    files = sorted(folder.glob("part-*.jsonl.xz"))
    if not files:
        raise InputError(f"{folder} holds no trips; make some with: roundtrip.py translate")
    for file in files:
        try:
            with lzma.open(file, "rt", encoding="utf-8") as lines:
                records = [json.loads(line) for line in lines]
        except (OSError, EOFError, ValueError, lzma.LZMAError) as error:
            raise InputError(f"{file} cannot be read: {error}") from error
        for record in records:
            yield Trip(**record)
