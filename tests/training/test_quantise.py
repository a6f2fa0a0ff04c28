"""The scorer in smaller numbers: each variant on a tiny network, figures by hand, a run of the script."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

import pytest
import torch
from click.testing import CliRunner
from recipes import load_script
from test_ablation import article, write, write_data
from tiny import write_scorer

from mtqa.errors import ConfigError, InputError
from mtqa.evaluation.mlqe import PostEdited
from mtqa.evaluation.news import Article
from mtqa.scorer import Scorer, SegmentScores, Thresholds, load_scorer
from mtqa.scorer.calibration import Calibration
from mtqa.training.quantise import BASE, VARIANTS, Variant, scorer_with, source_of
from mtqa.training.quantise_measure import (
    Texts,
    at_equal_flags,
    best_thresholds,
    change_with_batch,
    largest_change,
    quality,
    rates,
    score_texts,
    speed,
)
from mtqa.training.quantise_result import BEGIN, END, markdown, read_result, replace_table
from mtqa.types import Segment

ROOT = Path(__file__).parents[2]
SEGMENTS = [
    Segment("The strikes on the energy roast stopped.", "He said so.", "They said it was not."),
    Segment("A man said it was not so."),
    Segment("She."),
    Segment("They stopped the strikes on the grid and he said so to them, a man of the energy roast. " * 2),
]
#: How much a word's probability may change, and has to, as the weights and the steps between are rounded.
CHANGES = {
    BASE: (0.0, 0.0),
    "onednn": (0.0, 0.001),
    "bf16": (0.0001, 0.1),
    "int8": (0.0001, 0.4),
    "onnx": (0.0, 0.001),
    "onnx-int8": (0.0001, 0.4),
}


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Matrices this small are quickest on one."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    return load_scorer(write_scorer(tmp_path_factory.mktemp("scorer")), packed=False)


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exports")


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_scores_nearly_as_the_shipped_network_does(
    name: str, scorer: Scorer, exports: Path
) -> None:
    variant = VARIANTS[name]
    if variant.missing():
        pytest.skip(f"{', '.join(variant.missing())} not installed")
    source = source_of(scorer, exports)
    made = variant.make(source)
    usual, scores = scorer.score(SEGMENTS), scorer_with(made.network, scorer, source).score(SEGMENTS)
    low, high = CHANGES[name]
    assert low <= largest_change(usual, scores) <= high
    assert largest_change(scorer.score(SEGMENTS), usual) == 0, "the shipped network itself was changed"
    assert (made.weights < VARIANTS[BASE].make(source).weights) == (name in ("bf16", "int8"))
    left = sum(type(module) is torch.nn.Linear for module in made.network.modules())
    assert left == {"onnx": 0, "onnx-int8": 0, "int8": 4, "onednn": 4}.get(name, left)
    if name in (BASE, "onednn"):
        assert change_with_batch(made, scorer, source, SEGMENTS) == 0


def test_a_variant_whose_library_is_not_there_says_so() -> None:
    variant = Variant("none", lambda source: pytest.fail("it cannot be made"), ("json", "no_such", "no.such"))
    assert variant.missing() == ["no_such", "no.such"]


class ByHand:
    """Scores the words of a text by a table; stands in for a scorer of threshold 0.5."""

    thresholds = Thresholds(0.5)

    def __init__(self, table: dict[str, float]) -> None:
        self.table = table

    def score(self, segments: Sequence[Segment]) -> list[SegmentScores]:
        return [self._score(segment.text) for segment in segments]

    def _score(self, text: str) -> SegmentScores:
        words, at = [], 0
        for word in text.split():
            words.append((at, at + len(word)))
            at += len(word) + 1
        scores = tuple(self.table.get(text[a:b], 0.1) for a, b in words)
        count = len(words)
        gaps, categories = (0.0,) * (count + 1), ("other",) * count
        return SegmentScores(tuple(words), scores, gaps, categories, ("minor",) * count, 0.5, 0.1)


def test_a_scorer_of_another_kind_is_refused(tmp_path: Path) -> None:
    other = Scorer(ByHand({}), Calibration(), Thresholds(), name="x", signature="x")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=r"^x is not a scorer of mtqa's own kind"):
        source_of(other, tmp_path)


def post_edited(text: str, bad: str) -> PostEdited:
    """A segment in which one word was changed."""
    tokens = tuple(text.split())
    found = ByHand({})._score(text).words
    tags = tuple(token == bad for token in tokens)
    return PostEdited(text, tokens, tokens, found, tags, (False,) * (len(tokens) + 1), 0.1, 0.0)


@pytest.fixture
def texts() -> Texts:
    clean = Article((Segment("energy grid talks"), Segment("he spoke")), ((), ()))
    garbled = Article((Segment("energy roast talks"), Segment("spoke he")), (((7, 12),), ((0, 5), (6, 8))))
    pairs = {"ro-en": [post_edited("a roast is on", "roast"), post_edited("the roast was on", "the")]}
    return Texts(pairs, [clean], [garbled], clean.segments)


def test_figures_by_hand(texts: Texts) -> None:
    assert texts.counts == {"segments": 2, "articles": 1, "words": 5, "edits": 3, "timed": 5}
    scorer, worse = ByHand({"roast": 0.9, "energy": 0.6}), ByHand({"energy": 0.6})
    scored = score_texts(scorer, texts, {"ro-en": 0.8})  # type: ignore[arg-type]
    assert scored.samples["post_edits"]["bad"].tolist() == [False, True, False, False, True] + [False] * 3
    assert scored.samples["post_edits"]["flagged"].tolist() == [False, True, False, False] * 2
    assert scored.samples["clean"]["flags"].tolist() == [1]
    assert scored.samples["garbled"]["mixed_found"].tolist() == [1]
    record = quality(scored, scored, 10)
    assert record["against"] is None and record["largest_change"] == 0
    values = {name: figure["value"] for name, figure in record["figures"].items()}
    # Of the eight words one of the two bad ones is flagged, and a good one: (1 * 5 - 1 * 1) / (2 * 6).
    assert values["mlqe_mcc"] == pytest.approx(1 / 3)
    # Two words share the first rank, and one of them is bad; the other bad one is last with all the rest.
    assert values["mlqe_ap"] == pytest.approx((1 / 2 + 2 / 8) / 2)
    assert values["flags_per_1000"] == pytest.approx(200)
    assert values["edits_found"] == pytest.approx(1 / 3)
    other = quality(score_texts(worse, texts, {"ro-en": 0.8}), scored, 10)  # type: ignore[arg-type]
    assert other["largest_change"] == pytest.approx(0.8)
    assert other["against"]["edits_found"]["value"] == pytest.approx(-1 / 3)
    assert other["against"]["mlqe_mcc"]["value"] == pytest.approx(-1 / 3)


def test_edits_are_counted_where_as_much_clean_news_is_flagged(texts: Texts) -> None:
    base = ByHand({"energy": 0.6})
    variant = ByHand({"energy": 0.3, "spoke": 0.2, "roast": 0.25})
    scored = [score_texts(s, texts, {"ro-en": 0.8}) for s in (base, variant)]  # type: ignore[arg-type]
    assert (
        scored[1].samples["clean"]["flags"].tolist() == scored[1].samples["garbled"]["mixed_found"].tolist()
    )
    # At 0.20 there would be a second flag on the clean article, which is one more than the base has there.
    found = at_equal_flags(scored[1], scored[0], texts)
    assert found == {"threshold": 0.21, "edits_found": pytest.approx(1 / 3)}


def test_thresholds_are_the_best_where_the_folder_has_none(texts: Texts) -> None:
    scorer = ByHand({"roast": 0.9, "the": 0.7})
    assert 0.1 < best_thresholds(scorer, texts.pairs)["ro-en"] <= 0.7  # type: ignore[arg-type]


def test_rates_are_taken_by_turns(texts: Texts) -> None:
    order: list[str] = []

    class Noted(ByHand):
        def __init__(self, name: str) -> None:
            super().__init__({})
            self.name = name

        def score(self, segments: Sequence[Segment]) -> list[SegmentScores]:
            order.append(self.name)
            return super().score(list(segments) * 500)

    found = rates({"a": Noted("a"), "b": Noted("b")}, texts.timed, 2)  # type: ignore[dict-item]
    assert order == ["a", "b"] * 3
    assert [len(found[name]) for name in "ab"] == [2, 2]
    record = speed({BASE: [10.0, 20.0, 40.0], "x": [30.0, 30.0, 60.0]}, "x")
    assert (record["rate"], record["times"]) == (30.0, 1.5)


def result_of(**of_second: object) -> dict[str, object]:
    """A made-up result of two variants, the second of which finds less."""
    names = ("mlqe_ap", "mlqe_mcc", "flags_per_1000", "edits_found")
    figures = {name: {"value": 0.5} for name in names}
    row = {"name": BASE, "title": "as shipped", "weights": 94_000_000, "rate": 1000.0, "times": 1.0}
    row |= {
        "at_equal_flags": {"threshold": 0.48, "edits_found": 0.5},
        "largest_change": 0.0,
        "with_batch": 0.0,
        "figures": figures,
        "against": None,
    }
    against = {name: {"value": 0.0, "interval": {"low": -0.1, "high": 0.1}} for name in names}
    against["flags_per_1000"] = {"value": -0.2, "interval": {"low": -0.3, "high": -0.1}}
    against["edits_found"] = {"value": -0.2, "interval": {"low": -0.3, "high": -0.1}}
    second = row | {"name": "int8", "title": "int8", "rate": 3210.0, "times": 3.21, "against": against}
    second |= {"largest_change": 0.25, "with_batch": 0.125, **of_second}
    counts = {"segments": 1500, "articles": 40, "words": 28000, "edits": 700, "timed": 2000}
    result = {"schema": "mtqa.quantised/1", "scorer": "x@1", "machine": "a machine", "rounds": 5}
    return result | {"counts": counts, "rows": [row, second], "missing": {"onnx": ["onnx"]}}


def test_the_table_marks_what_differs_and_names_what_is_missing(tmp_path: Path) -> None:
    lines = markdown(result_of()).splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert len({line.count("|") for line in table}) == 1
    assert (
        table[2]
        == "| as shipped | 1,000 | 1.00 | 94 MB | – | 0 | 0.5000 | 0.5000 | 0.50 | 50.0 % | 50.0 % (0.48) |"
    )
    assert table[3].startswith("| int8 | 3,210 | 3.21 | 94 MB | 0.2500 | 0.1250 | 0.5000 |")
    assert table[3].endswith("| **0.50** | *50.0 %* | 50.0 % (0.48) |")
    assert lines[-1] == "*32-bit floats, ONNX Runtime* was not measured: onnx not installed."
    page = tmp_path / "page.md"
    page.write_text(f"Before\n{BEGIN}\nstale\n{END}\nAfter\n", encoding="utf-8")
    replace_table(page, result_of())
    assert page.read_text(encoding="utf-8") == f"Before\n{BEGIN}\n{markdown(result_of())}{END}\nAfter\n"
    page.write_text("nothing", encoding="utf-8")
    with pytest.raises(InputError, match="no section between"):
        replace_table(page, result_of())
    with pytest.raises(InputError, match="not whole"):
        markdown(result_of() | {"rows": [{}]})


def test_the_page_has_the_table_of_the_kept_result() -> None:
    """If this fails, run ``python scripts/quantise_scorer.py --table docs/speed.md``."""
    page = (ROOT / "docs" / "speed.md").read_text(encoding="utf-8")
    kept = read_result(ROOT / "docs" / "benchmark" / "quantised.json")
    assert page.split(f"{BEGIN}\n")[1].split(END)[0] == markdown(kept)


@pytest.fixture(scope="module")
def script() -> ModuleType:
    return load_script("quantise_scorer")


def test_the_script_measures_and_writes_the_table(script: ModuleType, tmp_path: Path) -> None:
    write_data(tmp_path / "data")
    news: list[dict[str, object]] = [{"source": "bbc_news_2004", "text": article(n)} for n in range(25)]
    write(tmp_path / "corpus" / "shard2.jsonl.xz", news)
    out, page = tmp_path / "out.json", tmp_path / "page.md"
    page.write_text(f"{BEGIN}\n{END}\n", encoding="utf-8")
    options = ["--data", tmp_path / "data", "--corpus", tmp_path / "corpus", "--work", tmp_path]
    options += ["--scorer", write_scorer(tmp_path / "scorer"), "--out", out, "--variants", "int8,bf16"]
    options += ["--segments", 8, "--articles", 4, "--rounds", 1, "--resamples", 5]
    result = CliRunner().invoke(script.main, [str(o) for o in options])
    assert result.exit_code == 0, result.output
    kept = json.loads(out.read_text(encoding="utf-8"))
    assert [row["name"] for row in kept["rows"]] == [BASE, "bf16", "int8"]
    assert all(row["rate"] > 0 for row in kept["rows"])
    assert kept["rows"][0]["with_batch"] == 0 < kept["rows"][2]["largest_change"]
    assert kept["counts"]["segments"] == 40 and kept["counts"]["edits"] > 0
    assert markdown(kept) in result.output
    result = CliRunner().invoke(script.main, ["--out", str(out), "--table", str(page)])
    assert result.exit_code == 0
    assert page.read_text(encoding="utf-8") == f"{BEGIN}\n{markdown(kept)}{END}\n"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--variants", "int4"], "no variant 'int4'"),
        (["--data", "nowhere"], "nowhere"),
        (["--table", "page.md", "--out", "nothing.json"], "no result of scripts/quantise_scorer.py"),
    ],
)
def test_a_wrong_option_is_told_in_a_line(
    options: list[str], message: str, script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(script.main, options)
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output
