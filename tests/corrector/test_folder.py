"""Model folders: good ones load, bad ones are refused in one clear sentence."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict
from pathlib import Path
from zlib import crc32

import pytest
from tiny_models import write_seq2seq

from mtqa.corrector import SpanRequest, load_corrector
from mtqa.corrector.corrector import Corrector
from mtqa.corrector.folder import open_folder
from mtqa.corrector.generate import Candidate
from mtqa.errors import ModelError
from mtqa.training.corrector_folder import NAME
from mtqa.types import Segment, Span


def copy(native: Path, target: Path) -> Path:
    shutil.copytree(native, target)
    return target


def edit(folder: Path, **changes: object) -> Path:
    path = folder / "mtqa.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    return folder


def test_signature_is_of_the_weights(native: Path) -> None:
    corrector = load_corrector(native)
    digest = hashlib.sha256((native / "model.safetensors").read_bytes()).hexdigest()[:8]
    assert (corrector.name, corrector.signature) == (NAME, f"{NAME}@{digest}")
    assert corrector.min_score == 0.5 and "mtqa corrector" in corrector.card


def test_missing() -> None:
    with pytest.raises(ModelError, match="no corrector at /nowhere/model"):
        load_corrector("/nowhere/model")


def test_truncated_weights(native: Path, tmp_path: Path) -> None:
    folder = copy(native, tmp_path / "cut")
    weights = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(weights[: len(weights) // 2])
    with pytest.raises(ModelError, match="damaged"):
        load_corrector(folder)


def test_damaged_manifest(native: Path, tmp_path: Path) -> None:
    folder = copy(native, tmp_path / "json")
    (folder / "mtqa.json").write_text("{")
    with pytest.raises(ModelError, match=r"mtqa\.json is damaged"):
        open_folder(folder)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "mtqa-scorer"}, "of kind 'mtqa-scorer', not a corrector"),
        ({"ranking": {"slope": 1}}, "ranking"),
        ({"ranking": {"bias": "high"}}, "ranking"),
        ({"prompt": {"template": "{left}"}}, "template"),
    ],
)
def test_wrong_manifest(native: Path, tmp_path: Path, changes: dict[str, object], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        open_folder(edit(copy(native, tmp_path / "wrong"), **changes))


def test_a_ranking_from_before_there_were_more_features(native: Path, tmp_path: Path) -> None:
    old = {"bias": 1.5, "log_probability": 1.1, "suspicion_drop": 0.3, "confidence_gain": 1.1}
    ranking = open_folder(edit(copy(native, tmp_path / "old"), ranking={**old, "min_score": 0.88})).ranking
    assert (ranking.bias, ranking.confidence_gain, ranking.min_score) == (1.5, 1.1, 0.88)
    given = {*old, "min_score"}
    assert all(value == 0 for name, value in asdict(ranking).items() if name not in given)


def test_not_seq2seq(bert: Path) -> None:
    with pytest.raises(ModelError, match="not a sequence-to-sequence model"):
        load_corrector(bert)


def test_folder_without_config(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"config\.json"):
        load_corrector(tmp_path)


def test_hub_id_that_is_not_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="neither a folder nor a cached hub model"):
        load_corrector("nobody/such-a-model")


class Indifferent:
    """A scorer to which every change is an improvement."""

    def score(self, segments):
        from mtqa.scorer import SegmentScores
        from mtqa.text.words import split_words

        worst = max(len(segments) - 1, 1)
        found = []
        for index, segment in enumerate(segments):
            words = tuple(split_words(segment.text))
            doubt = 0.9 - 0.5 * index / worst
            found.append(
                SegmentScores(words, (doubt,) * len(words), (0.0,) * (len(words) + 1), (), (), 1 - doubt, 0.0)
            )
        return found


@pytest.mark.parametrize("family", ["t5", "bart", "marian"])
def test_any_seq2seq_family_answers(family: str, bert: Path, tmp_path: Path) -> None:
    corrector = load_corrector(write_seq2seq(tmp_path / family, family, bert))
    segment = Segment("the strikes on the energy roast stopped")
    request = SpanRequest(segment, Span(19, 31, 0.9, "major", "other"))
    (suggestions,) = corrector.suggest([request], Indifferent())
    assert len(suggestions) <= 3 and all(s.text != "energy roast" for s in suggestions)
    assert corrector.name == family


class ByHash:
    """A scorer that judges each text by its checksum."""

    def score(self, segments):
        from mtqa.scorer import SegmentScores
        from mtqa.text.words import split_words

        return [
            SegmentScores(
                (words := tuple(split_words(segment.text))),
                (doubt := crc32(segment.text.encode()) / 2**32,) * len(words),
                (doubt,) * (len(words) + 1),
                (),
                (),
                1 - doubt,
                doubt,
            )
            for segment in segments
        ]


class Doubles:
    """A network that would write everything twice; it keeps how many spans it was asked about at once."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def propose(self, questions):
        self.asked.append(len(questions))
        texts = [question.segment.text[question.start : question.end] for question in questions]
        return [[Candidate(f"{text} {text}", -0.1), Candidate("peace", -0.5)] for text in texts]


def test_many_spans_are_asked_about_in_parts(
    bert: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = Doubles()
    corrector = Corrector(open_folder(write_seq2seq(tmp_path / "bart", "bart", bert)), network)
    segment = Segment("the strikes on the energy roast stopped in the war")
    spans = [Span(*place, 1.0, "major", "other") for place in ((4, 11), (19, 31), (47, 50))]
    requests = [SpanRequest(segment, span) for span in spans]
    together = corrector.suggest(requests, ByHash())
    assert any(together)
    monkeypatch.setattr("mtqa.corrector.corrector._AT_ONCE", 2)
    assert corrector.suggest(requests, ByHash()) == together
    assert network.asked == [3, 2, 1]
