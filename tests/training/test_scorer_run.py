"""The training loop on a tiny model: it learns, stops, saves and goes on; calibration then fits it."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny import WORDS, bert_sizes, write_tokenizer

from mtqa.scorer.batch import collate
from mtqa.scorer.encode import SegmentEncoder, load_tokenizer
from mtqa.scorer.judge import Judgement
from mtqa.scorer.model import ScorerConfig, ScorerModel
from mtqa.scorer.native import NativeJudge
from mtqa.training.examples import Example, LabelledSpan, from_spans
from mtqa.training.fit import fit_calibration, fit_platt, flags_of, threshold_for
from mtqa.training.mix import Mix, split_articles
from mtqa.training.schedule import Budget, learning_rate_factor
from mtqa.training.scorer import ScorerRun, TrainingOptions, losses, preference_loss, ranking_loss
from mtqa.training.scorer_batches import TrainingItem, batches, encode_examples, targets_of
from mtqa.types import Segment


def examples(count: int = 240) -> list[Example]:
    """Sentences in which ``roast`` is always wrong and nothing else ever is."""
    rng = np.random.default_rng(0)
    made = []
    for _ in range(count):
        words = list(rng.choice([w for w in WORDS if w != "roast"], size=6))
        spans = []
        if rng.random() < 0.5:
            words[3] = "roast"
            start = len(" ".join(words[:3])) + 1
            spans = [LabelledSpan(start, start + 5, "mistranslation", "critical")]
        made.append(
            from_spans(
                Segment(" ".join(words)),
                spans,
                source="made",
                keep=float(not spans),
                edit_rate=len(spans) / 6,
            )
        )
    return made


def setup(folder: Path) -> tuple[ScorerModel, SegmentEncoder, list[TrainingItem]]:
    size = write_tokenizer(folder)
    torch.manual_seed(0)
    model = ScorerModel(ScorerConfig(encoder=bert_sizes(size), evidence_hidden=8, head_hidden=16))
    encoder = SegmentEncoder(
        load_tokenizer(folder / "tokenizer.json"), None, context_tokens=4, window_tokens=64
    )
    return model, encoder, encode_examples(encoder, examples())


OPTIONS = TrainingOptions(minutes=1.0, batch_tokens=200, encoder_rate=1e-2, head_rate=1e-2, log_every=0.2)


NAN = float("nan")


@pytest.mark.parametrize(
    ("output", "quality", "sources", "expected"),
    [
        ([1.0, 0.0], [0.5, -0.5], [0, 0], math.log1p(math.exp(-1))),  # in order
        ([0.0, 1.0], [0.5, -0.5], [0, 0], math.log1p(math.exp(1))),  # the other way round
        ([0.0, 1.0], [0.5, -0.5], [0, 1], 0.0),  # of two sets
        ([0.0, 1.0], [0.5, 0.4], [0, 0], 0.0),  # as good as equal
        ([0.0, 1.0], [0.5, NAN], [0, 0], 0.0),  # nobody judged the second
        # 0 above 1 and 1 above 2 by one each, 0 above 2 by two
        (
            [2.0, 1.0, 0.0],
            [1.0, 0.0, -1.0],
            [0, 0, 0],
            (2 * math.log1p(math.exp(-1)) + math.log1p(math.exp(-2))) / 3,
        ),
    ],
)
def test_ranking_loss_by_hand(
    output: list[float], quality: list[float], sources: list[int], expected: float
) -> None:
    given = torch.tensor(output, requires_grad=True)
    loss = ranking_loss(given, torch.tensor(quality), torch.tensor(sources))
    assert loss.item() == pytest.approx(expected)
    loss.backward()
    assert torch.isfinite(given.grad).all()


@pytest.mark.parametrize(
    ("output", "keep", "groups", "expected"),
    [
        ([1.0, 0.0], [1.0, NAN], [3, 3], math.log1p(math.exp(-1))),  # a person's is the better one
        ([-1.0, 0.0], [1.0, NAN], [3, 3], math.log1p(math.exp(1))),  # the other way round
        ([1.0, 0.0], [1.0, NAN], [3, 4], 0.0),  # of another sentence
        ([1.0, 0.0], [1.0, NAN], [0, 0], 0.0),  # of none
        ([1.0, 0.0], [NAN, NAN], [3, 3], 0.0),  # two of machines
        (
            [2.0, 1.0, 0.0, 5.0],
            [1.0, NAN, 0.0, 1.0],
            [3, 3, 3, 0],
            (math.log1p(math.exp(-1)) + math.log1p(math.exp(-2))) / 2,
        ),
    ],
)
def test_preference_loss_by_hand(
    output: list[float], keep: list[float], groups: list[int], expected: float
) -> None:
    given = torch.tensor(output, requires_grad=True)
    loss = preference_loss(given, torch.tensor(keep), torch.tensor(groups))
    assert loss.item() == pytest.approx(expected)
    loss.backward()
    assert torch.isfinite(given.grad).all()


def versions(items: list[TrainingItem]) -> list[TrainingItem]:
    """The items, every fourth and the 100th after it as versions of one sentence."""
    grouped = []
    for n, item in enumerate(items):
        group = 1 + n % 100 if n < 200 and n % 4 == 0 else 0
        grouped.append(replace(item, example=replace(item.example, group=group)))
    return grouped


def test_versions_of_a_sentence_are_in_one_batch(tmp_path: Path) -> None:
    _, _, items = setup(tmp_path)
    items = versions(items)
    found = list(batches(items, 200, seed=1))
    assert sorted(id(i) for g in found for i in g) == sorted(id(i) for i in items)
    assert all(len(g) * max(len(i.window.ids) for i in g) <= 200 for g in found)
    together = [[i.example.group for i in batch if i.example.group] for batch in found]
    assert sum(len(set(groups)) for groups in together) == 25
    assert sum(len(groups) for groups in together) == 50
    targets = targets_of(found[0], torch.device("cpu"))
    assert targets.groups.tolist() == [i.example.group for i in found[0]]


def test_versions_of_a_sentence_are_in_one_pass() -> None:
    made = [replace(e, group=1 + n // 3) for n, e in enumerate(examples(30))]
    passes = Mix([], made).passes(4)
    assert sorted(e.group for p in passes for e in p) == sorted(e.group for e in made)
    assert sum(len({e.group for e in p}) for p in passes) == 10


@pytest.mark.parametrize(("share", "repeats"), [(0.0, True), (0.3, False)])
def test_dropout_is_that_of_the_options(tmp_path: Path, share: float, repeats: bool) -> None:
    model, _, items = setup(tmp_path)
    ScorerRun(model, [items], replace(OPTIONS, dropout=share), tmp_path, torch.device("cpu"))
    inputs = collate([item.window for item in items[:4]], torch.device("cpu")).inputs()
    model.train()
    assert torch.equal(model(**inputs).word, model(**inputs).word) is repeats


def test_it_learns_what_is_wrong_and_calibrates(tmp_path: Path) -> None:
    model, encoder, items = setup(tmp_path)
    record = ScorerRun(model, [items] * 14, OPTIONS, tmp_path, torch.device("cpu")).train()
    assert record["finished"]
    assert record["tokens"] == record["planned_tokens"] > 0
    judge = NativeJudge(model, encoder, torch.device("cpu"))
    judgements = judge.judge([e.segment for e in examples()])
    wrong = np.concatenate([j.word[e.words == 1] for j, e in zip(judgements, examples(), strict=True)])
    right = np.concatenate([j.word[e.words == 0] for j, e in zip(judgements, examples(), strict=True)])
    assert wrong.mean() > right.mean() + 3
    calibration = fit_calibration([(judgements, examples())])
    assert calibration.word(wrong).mean() > 0.8 > 0.2 > calibration.word(right).mean()
    kept = [j.keep for j, e in zip(judgements, examples(), strict=True) if e.keep]
    assert np.mean(kept) > np.mean([j.keep for j in judgements])


def test_persons_are_told_from_machines_while_all_else_stays(tmp_path: Path) -> None:
    before, encoder, items = setup(tmp_path)
    model = ScorerModel(replace(before.config, natural_layers=1))
    model.start_from_scorer(before.state_dict())
    model.train_only_natural()
    cpu = torch.device("cpu")
    inputs = collate([item.window for item in items[:9]], cpu).inputs()
    ScorerRun(model, [items] * 14, replace(OPTIONS, dropout=0.1), tmp_path, cpu).train()
    with torch.inference_mode():
        same, after = before.eval()(**inputs), model.eval()(**inputs)
    for name in ("word", "gap", "category", "severity", "keep", "edit_rate", "quality"):
        assert torch.equal(getattr(after, name), getattr(same, name)), name
    assert not same.natural.any()
    judged = NativeJudge(model, encoder, cpu).judge([e.segment for e in examples()])
    kept = [j.natural for j, e in zip(judged, examples(), strict=True) if e.keep]
    edited = [j.natural for j, e in zip(judged, examples(), strict=True) if not e.keep]
    assert np.mean(kept) > np.mean(edited) + 1


def test_the_order_of_versions_is_learnt_without_any_other_label(tmp_path: Path) -> None:
    """Pairs of which only one is known to be a person's."""
    before, encoder, _ = setup(tmp_path)
    model = ScorerModel(replace(before.config, natural_layers=1))
    model.train_only_natural()
    persons = [e for e in examples() if e.keep][:60]
    machines = [e for e in examples() if not e.keep][:60]
    pairs = [
        replace(e, group=n, keep=keep)
        for n, both in enumerate(zip(persons, machines, strict=True), 1)
        for e, keep in zip(both, (1.0, NAN), strict=True)
    ]
    options = replace(OPTIONS, keep_weight=0.0)
    cpu = torch.device("cpu")
    ScorerRun(model, [encode_examples(encoder, pairs)] * 20, options, tmp_path, cpu).train()
    judge = NativeJudge(model, encoder, cpu)
    first, second = (judge.judge([e.segment for e in side]) for side in (persons, machines))
    assert np.mean([a.natural > b.natural for a, b in zip(first, second, strict=True)]) > 0.95


@pytest.mark.parametrize("layers", [0, 1])
def test_the_order_is_asked_of_one_head_alone(tmp_path: Path, layers: int) -> None:
    """Of "needs no edit" only where there is no head for it: the one forgets what the other teaches."""
    before, _, items = setup(tmp_path)
    model = ScorerModel(replace(before.config, natural_layers=layers)).train()
    grouped = [replace(i, example=replace(i.example, group=1)) for i in items[:8]]
    output = model(**collate([i.window for i in grouped], torch.device("cpu")).inputs())
    loss = losses(output, targets_of(grouped, torch.device("cpu")), OPTIONS)["preference"]
    heads = [output.keep, *([output.natural] if layers else [])]
    asked = [
        grad is not None and bool(grad.any()) for grad in torch.autograd.grad(loss, heads, allow_unused=True)
    ]
    assert asked == ([False, True] if layers else [True])


def test_only_layers_that_tell_persons_from_machines_may_be_absent(tmp_path: Path) -> None:
    model, *_ = setup(tmp_path)
    weights = model.state_dict()
    larger = ScorerModel(replace(model.config, natural_layers=2))
    with pytest.raises(RuntimeError, match="border"):
        larger.start_from_scorer({name: w for name, w in weights.items() if name != "border"})
    with pytest.raises(RuntimeError, match="natural_"):
        model.start_from_scorer(larger.state_dict())
    larger.start_from_scorer(weights)


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path) -> None:
    model, _, items = setup(tmp_path)
    run = ScorerRun(model, [items[:60]], OPTIONS, tmp_path, torch.device("cpu"))
    groups = len(run._groups)
    run._groups, rest = run._groups[: groups // 2], run._groups
    run.train()
    fresh, *_ = setup(tmp_path)
    again = ScorerRun(fresh, [items[:60]], OPTIONS, tmp_path, torch.device("cpu"))
    assert again.resume()
    assert (again.step, again.tokens) == (run.step, run.tokens)
    assert all(
        torch.equal(a, b)
        for a, b in zip(fresh.state_dict().values(), model.state_dict().values(), strict=True)
    )
    assert again.train()["steps"] == len(rest)


def test_batches_hold_every_item_once_within_the_limit(tmp_path: Path) -> None:
    _, _, items = setup(tmp_path)
    groups = list(batches(items, 200, seed=1))
    assert sorted(id(i) for g in groups for i in g) == sorted(id(i) for i in items)
    assert all(len(g) * max(len(i.window.ids) for i in g) <= 200 for g in groups)
    assert [[id(i) for i in g] for g in groups] == [[id(i) for i in g] for g in batches(items, 200, seed=1)]


def test_learning_rate_rises_then_falls() -> None:
    values = [learning_rate_factor(p / 100) for p in range(101)]
    assert values[0] < 0.1
    assert max(values) == pytest.approx(1.0)
    assert values[100] == 0.02
    assert values[6:] == sorted(values[6:], reverse=True)


def test_the_budget_ends_with_tokens_or_minutes() -> None:
    assert Budget(100, 10).progress(50) == pytest.approx(0.5)
    assert Budget(100, 1, spent=45).progress(10) == pytest.approx(0.75, abs=0.01)
    assert Budget(100, 1, spent=90).progress(10) == 1.0


def test_every_pass_has_the_human_sets_and_a_slice_of_the_others() -> None:
    all_examples = examples(12)
    mix = Mix(all_examples[:3], all_examples[3:])
    passes = mix.passes(3)
    assert all(p[:3] == all_examples[:3] and len(p) == 6 for p in passes)
    assert len({id(e) for p in passes for e in p[3:]}) == 9


def test_held_out_articles_are_in_neither_part_twice() -> None:
    articles = [[str(n)] for n in range(50)]
    train, dev = split_articles(articles)
    assert sorted(train + dev) == sorted(articles)
    assert len(dev) == 5


def test_platt_recovers_a_known_scale() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, 20_000)
    labels = (rng.random(20_000) < 1 / (1 + np.exp(-(0.5 * logits - 1)))).astype(float)
    platt = fit_platt(logits, labels, np.ones(20_000))
    assert (platt.scale, platt.bias) == (pytest.approx(0.5, abs=0.03), pytest.approx(-1, abs=0.06))


def test_flags_are_right_where_they_touch_an_edit() -> None:
    from mtqa.scorer.calibration import Calibration
    from mtqa.scorer.scorer import Scorer
    from mtqa.scorer.scores import Thresholds

    class Known:
        """Judges word 1 and word 4 of every segment to be wrong."""

        def judge(self, segments: list[Segment], progress: object = None) -> list[Judgement]:
            from mtqa.text.words import split_words

            made = []
            for segment in segments:
                words = split_words(segment.text)
                logits = np.where(np.isin(np.arange(len(words)), (1, 4)), 4.0, -4.0)
                zeros = np.zeros(len(words), np.int64)
                made.append(
                    Judgement(words, logits, np.full(len(words) + 1, -4.0), zeros, zeros, 0.0, 0.0, 0.0)
                )
            return made

    text = "One two three four five six"
    example = from_spans(Segment(text), [LabelledSpan(4, 7), LabelledSpan(24, 27)], source="x")
    scored = Scorer(Known(), Calibration(), Thresholds(), name="k", signature="k").score([example.segment])
    assert flags_of([example], scored, 0.5) == (2, 1, 2, 1)


def test_the_lowest_threshold_that_reaches_a_goal() -> None:
    assert threshold_for(lambda t: t >= 0.7) == 0.7
    assert threshold_for(lambda t: 10 * (1 - t) <= 3.05) == 0.7
    assert threshold_for(lambda t: False) == 0.99
