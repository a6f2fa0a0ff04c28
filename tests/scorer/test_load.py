"""Loading: other people's models, and folders that are missing, damaged or of the wrong kind."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tiny import bert_sizes, write_electra, write_scorer, write_token_classifier, write_tokenizer

from mtqa.errors import ConfigError, ModelError
from mtqa.scorer import load_scorer
from mtqa.types import Segment

SEGMENTS = [Segment("The strikes on the energy roast stopped."), Segment(""), Segment("so " * 300)]


@pytest.mark.parametrize("write", [write_electra, write_token_classifier])
def test_foreign_scorers_judge_every_word(tmp_path: Path, write) -> None:
    scorer = load_scorer(write(tmp_path / "model"))
    scored = scorer.score(SEGMENTS)
    assert [len(s.word_scores) for s in scored] == [8, 0, 300]
    assert len(set(scored[0].word_scores)) > 1
    assert scorer.signature.startswith("model@")
    assert scored == scorer.score(SEGMENTS[::-1])[::-1]


@pytest.mark.parametrize(
    ("labels", "bad"),
    [(("OK", "BAD"), 1), (("BAD", "OK"), 0), (("correct", "incorrect"), 1), (("O", "X"), 1)],
)
def test_the_bad_label_is_found(tmp_path: Path, labels: tuple[str, str], bad: int) -> None:
    from mtqa.scorer.foreign import bad_label

    assert bad_label(dict(enumerate(labels))) == bad


def test_labels_that_say_nothing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="reads as BAD: PER, LOC, ORG"):
        load_scorer(write_token_classifier(tmp_path / "ner", ("PER", "LOC", "ORG")))


def test_turning_the_labels_round_turns_the_scores_round(tmp_path: Path) -> None:
    one = load_scorer(write_token_classifier(tmp_path / "a", ("OK", "BAD"))).score(SEGMENTS[:1])[0]
    other = load_scorer(write_token_classifier(tmp_path / "b", ("BAD", "OK"))).score(SEGMENTS[:1])[0]
    for left, right in zip(one.word_scores, other.word_scores, strict=True):
        # a word of several subwords takes its worst, so the two need not add up to one
        assert left + right >= 1 - 1e-3


def write_encoder(folder: Path) -> Path:
    from transformers import BertConfig, BertModel

    BertModel(BertConfig(**bert_sizes(write_tokenizer(folder)))).save_pretrained(folder)
    return folder


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: (f / "model.safetensors").unlink(), "holds no model.safetensors"),
        (lambda f: (f / "model.safetensors").write_bytes(b""), "damaged"),
        (lambda f: truncate(f / "model.safetensors"), "damaged: it has"),
        (lambda f: (f / "mtqa.json").write_text("{"), "mtqa.json is damaged"),
        (lambda f: (f / "mtqa.json").write_text("[]"), "mtqa.json is damaged"),
        (lambda f: (f / "counts.safetensors").unlink(), "counts.safetensors is missing"),
        (lambda f: truncate(f / "counts.safetensors"), "is damaged"),
        (lambda f: (f / "tokenizer.json").write_text("{}"), "is damaged"),
        (lambda f: drop(f / "mtqa.json", "calibration"), "is damaged"),
        (lambda f: drop(f / "mtqa.json", "kind", "mtqa-corrector"), "'mtqa-corrector', not a scorer"),
    ],
)
def test_a_damaged_folder_is_one_clear_sentence(tmp_path: Path, damage, message: str) -> None:
    folder = tmp_path / "scorer"
    shutil.copytree(write_scorer(tmp_path / "whole"), folder)
    damage(folder)
    with pytest.raises(ModelError, match=message) as caught:
        load_scorer(folder)
    assert "\n" not in str(caught.value)
    assert str(folder) in str(caught.value)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def drop(path: Path, key: str, value: object = None) -> None:
    values = json.loads(path.read_text())
    values.pop(key)
    if value is not None:
        values[key] = value
    path.write_text(json.dumps(values))


def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="must be a token classifier or an ELECTRA discriminator"):
        load_scorer(write_encoder(tmp_path / "bert"))


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not a model folder"):
        load_scorer(tmp_path)


def test_a_hub_id_that_is_not_cached_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="neither a folder nor a cached hub model") as caught:
        load_scorer("nobody/no-such-model")
    assert "\n" not in str(caught.value)


def test_thresholds_come_from_the_folder(tmp_path: Path) -> None:
    thresholds = load_scorer(write_scorer(tmp_path)).thresholds
    assert thresholds.default == 0.5
    assert thresholds.for_precision(0.7) == 0.6
    with pytest.raises(ConfigError, match=r"no threshold for precision 0\.8 \(it has: 0\.5, 0\.7, 0\.9\)"):
        thresholds.for_precision(0.8)
