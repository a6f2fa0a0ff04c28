"""The ablation of the garbler: its rows, what they are drawn from, its figures, and a run of the script."""

from __future__ import annotations

import itertools
import json
import lzma
import random
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from recipes import load_script
from tiny import bert_sizes, write_tokenizer

from mtqa.errors import ConfigError, InputError
from mtqa.evaluation.data import PAIRS, digest, is_mqm_training_document, part_of
from mtqa.evaluation.sample import Ragged, Sample
from mtqa.scorer.encode import SegmentEncoder, load_tokenizer
from mtqa.scorer.model import ScorerConfig, ScorerModel
from mtqa.scorer.scores import SegmentScores
from mtqa.training import ablation_measure
from mtqa.training.ablation import (
    Ingredients,
    Row,
    ablation_rows,
    chosen_rows,
    draw_batches,
    train_row,
)
from mtqa.training.ablation_measure import STATISTICS, differences, figures_of
from mtqa.training.ablation_result import SECTIONS, read_records, read_units, write_units
from mtqa.training.ablation_texts import Limits, read_evaluation, wrong_runs
from mtqa.training.examples import LabelledSpan, from_spans
from mtqa.training.garble import Garbler, load_resources
from mtqa.training.garble.families import FAMILIES
from mtqa.training.garble.lexicon import Lexicon
from mtqa.training.scorer import TrainingOptions
from mtqa.types import Segment

NOUNS = "minister court bank city report plan talk army letter grid".split()
VERBS = "rejected announced discussed won called attacked improved signed".split()


def sentence(number: int) -> str:
    """A different sentence for each number."""
    rng = random.Random(number)
    first, second, third = rng.sample(NOUNS, 3)
    return f"The {first} {rng.choice(VERBS)} a {second} of the {third} on Monday in {1000 + number} cities."


def numbered(start: int, wanted: str) -> list[str]:
    """Eight sentences whose hash begins with a digit of ``wanted``, and whose second digit is of dev."""
    found = (sentence(number) for number in itertools.count(start))
    return list(
        itertools.islice((s for s in found if digest(s)[0] in wanted and part_of(digest(s)) == "dev"), 8)
    )


def article(number: int) -> str:
    return "\n".join(sentence(1000 * number + n) for n in range(9))


def write(path: Path, records: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)


def post_edited(number: int) -> dict[str, object]:
    """A segment in which every word "of" was changed."""
    text = sentence(number)
    tokens = text.replace(".", " .").split()
    bad = ["BAD" if token == "of" else "OK" for token in tokens]
    record: dict[str, object] = {"mt": text, "mt_tok": " ".join(tokens), "pe_tok": " ".join(tokens)}
    return record | {"word_tags": bad, "gap_tags": ["OK"] * (len(tokens) + 1), "hter": 0.1, "da_z": 0.0}


def write_data(data: Path) -> None:
    """A few lines of every set, in its own form."""
    for number, pair in enumerate(PAIRS):
        for split, start in (("train", 500_000), ("dev", 600_000)):
            records = [post_edited(start + 100 * number + n) for n in range(20)]
            write(data / "mlqe_pe" / f"{pair}.{split}.jsonl.xz", records)
    write(data / "postedit" / "qe18_de-en.train.jsonl.xz", [post_edited(700_000 + n) for n in range(10)])
    documents = (f"talk.{n}" for n in itertools.count())
    held_out = itertools.islice((d for d in documents if not is_mqm_training_document(d)), 2)
    errors = [
        {
            "doc": document,
            "seg": str(n),
            "system": "s",
            "rater": "r",
            "src": source,
            "mt": sentence(800_000 + n),
            "span": [4, 10],
            "category": "Accuracy/Mistranslation",
            "severity": "Major",
        }
        for document in held_out
        for n, source in enumerate(numbered(800_000, "0123456789abcdef"))
    ]
    write(data / "mqm" / "ted2021_zh-en.jsonl.xz", errors)
    references = [*numbered(900_000, "0"), *numbered(950_000, "123456789abcdef")]
    trips = [
        {"ref": text, "en_original": original, "hyps": [{"text": text.replace("Monday", "the Monday")}]}
        for original, start in ((True, 0), (False, 1))
        for text in [r.replace("cities", "cities" if start == 0 else "towns") for r in references]
    ]
    write(data / "sysout" / "x.jsonl.xz", trips)
    texts = (article(number) for number in itertools.count(2000))
    news = itertools.islice((t for t in texts if part_of(digest(t)) == "dev"), 4)
    write(data / "clean_news" / "dev.jsonl.xz", [{"text": text} for text in news])
    for language in ("nl", "de", "fr", "es", "ru", "sv", "da", "it", "pt"):
        rows = "".join(f"{noun}\t{noun}{language}\tn\twiktionary\t\n" for noun in NOUNS)
        (data / "pivot").mkdir(exist_ok=True)
        header = "english\tforeign\tpos\tsources\tgloss\n"
        (data / "pivot" / f"{language}_en.tsv.xz").write_bytes(lzma.compress((header + rows).encode()))
        (data / "parallel").mkdir(exist_ok=True)
        bitext = b"set\tDas Gitter\tthe grid\n" * 5
        (data / "parallel" / f"{language}-en.tsv.xz").write_bytes(lzma.compress(bitext))


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Matrices this small are quickest on one, above all on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds ``data`` and ``corpus``, laid out as the real ones are."""
    folder = tmp_path_factory.mktemp("ablation")
    write_data(folder / "data")
    for shard in (2, 3):
        articles = [article(1000 * shard + n) for n in range(25)]
        records: list[dict[str, object]] = [{"source": "bbc_news_2004", "text": text} for text in articles]
        write(folder / "corpus" / f"shard{shard}.jsonl.xz", records)
    return folder


@pytest.fixture(scope="module")
def lexicon(folder: Path) -> Lexicon:
    return load_resources(folder / "data", corpus=folder / "corpus" / "shard2.jsonl.xz", cache=folder)


@pytest.fixture(scope="module")
def encoder(folder: Path) -> SegmentEncoder:
    write_tokenizer(folder / "tokenizer")
    tokenizer = load_tokenizer(folder / "tokenizer" / "tokenizer.json")
    return SegmentEncoder(tokenizer, None, context_tokens=4, window_tokens=250)


@pytest.fixture(scope="module")
def ingredients(folder: Path, lexicon: Lexicon) -> Ingredients:
    return Ingredients(folder / "data", folder / "corpus", lexicon, folder / "trips", seed=1, workers=1)


def test_every_row_has_the_whole_budget_and_every_family_a_row() -> None:
    rows = ablation_rows()
    assert {f"family:{name}" for name in FAMILIES} | {f"without:{name}" for name in FAMILIES} < set(rows)
    for row in rows.values():
        assert sum(row.shares.values()) == pytest.approx(1.0 if row.name != "untrained" else 0.0)
        brief = row.name == "garbled-half" or row.name.startswith("family:")
        assert row.budget == 0.5 if brief else row.budget >= 1


def test_rows_are_chosen_by_name() -> None:
    assert [row.name for row in chosen_rows("garbled, post-edits,garbled")] == ["garbled", "post-edits"]
    alone = [f"family:{name}" for name in FAMILIES]
    assert [row.name for row in chosen_rows("families")] == ["garbled-half", *alone]
    assert not any(":" in row.name for row in chosen_rows(None))
    assert len(chosen_rows("without")) == len(FAMILIES)
    with pytest.raises(ConfigError, match="no row 'roast'"):
        chosen_rows("garbled,roast")


def test_a_row_is_drawn_by_its_shares_in_so_many_steps(
    ingredients: Ingredients, encoder: SegmentEncoder
) -> None:
    row = Row("mixed", "", {"post-edits": 0.5, "round-trips": 0.3, "garbled": 0.2})
    groups = draw_batches(row, ingredients, encoder, 40, 900, seed=1)
    assert len(groups) == 40
    tokens: dict[str, int] = {}
    for item in itertools.chain.from_iterable(groups):
        source = item.example.source.split("-")[0]
        tokens[source] = tokens.get(source, 0) + len(item.window.ids)
    share = {source: count / sum(tokens.values()) for source, count in tokens.items()}
    assert share["mlqe"] + share["qe18"] == pytest.approx(0.5, abs=0.06)
    assert share["round"] + share["original"] == pytest.approx(0.3, abs=0.06)
    assert share["garbled"] + share["clean"] == pytest.approx(0.2, abs=0.06)
    again = draw_batches(row, ingredients, encoder, 40, 900, seed=1)
    assert [[i.example.segment for i in g] for g in groups] == [[i.example.segment for i in g] for g in again]


def test_a_family_alone_makes_no_errors_of_another(folder: Path, lexicon: Lexicon) -> None:
    sources = Ingredients(folder / "data", folder / "corpus", lexicon, folder / "trips", seed=1, workers=1)
    alone = [e for chunk in itertools.islice(sources.chunks("garbled:articles"), 3) for e in chunk]
    wrong = [e for e in alone if e.keep == 0]
    assert wrong
    categories = {int(c) for e in wrong for c in e.categories[e.words == 1]}
    mixed = [e for chunk in itertools.islice(sources.chunks("garbled"), 3) for e in chunk]
    assert categories < {int(c) for e in mixed for c in e.categories[e.words == 1]}


def test_references_are_not_the_originals(ingredients: Ingredients) -> None:
    trips, references = (next(ingredients.chunks(name)) for name in ("round-trips", "references"))
    assert {e.source for e in trips} == {"original", "round-trip"}
    assert {e.source for e in references} == {"reference", "system-output"}
    assert all("towns" in e.segment.text for e in references)
    assert not any("towns" in e.segment.text for e in trips)


def test_nothing_that_is_measured_on_is_trained_on(
    folder: Path, lexicon: Lexicon, ingredients: Ingredients
) -> None:
    evaluation = read_evaluation(folder / "data", Garbler(lexicon), Limits())
    measured = {a.text for a in evaluation.mqm} | {t.original for t in evaluation.trips}
    measured |= {text for t in evaluation.trips for text in t.texts}
    measured |= {e.segment.text for a in (*evaluation.clean, *evaluation.garbled) for e in a}
    measured |= {s.text for rows in evaluation.mlqe.values() for s in rows}
    trained = {
        e.segment.text
        for name in ("post-edits", "round-trips", "references", "garbled")
        for chunk in itertools.islice(ingredients.chunks(name), 12)
        for e in chunk
    }
    assert len(trained) > 100 < len(measured)
    assert not trained & measured


def test_a_set_that_is_not_there_is_named(tmp_path: Path, lexicon: Lexicon) -> None:
    empty = Ingredients(tmp_path, tmp_path, lexicon, tmp_path, seed=1, workers=1)
    with pytest.raises(InputError, match="no examples for 'round-trips'"):
        empty.chunks("round-trips")


def model() -> ScorerModel:
    torch.manual_seed(0)
    vocabulary = 200
    return ScorerModel(ScorerConfig(encoder=bert_sizes(vocabulary), evidence_hidden=8, head_hidden=16))


def test_training_takes_each_batch_once_and_leaves_no_trace(
    ingredients: Ingredients, encoder: SegmentEncoder, tmp_path: Path
) -> None:
    row = Row("one", "", {"post-edits": 1.0})
    groups = draw_batches(row, ingredients, encoder, 5, 900, seed=1)
    handler, before = signal.getsignal(signal.SIGINT), model().state_dict()
    trained = model()
    config = trained.config.encoder | {"max_position_embeddings": 512}
    trained = ScorerModel(ScorerConfig(encoder=config, evidence_hidden=8, head_hidden=16))
    record = train_row(row, trained, groups, tmp_path, TrainingOptions(seed=3))
    assert record["steps"] == 5
    assert record["tokens"] == sum(len(g) * max(len(i.window.ids) for i in g) for g in groups)
    assert sum(record["segments"].values()) == sum(map(len, groups))
    assert signal.getsignal(signal.SIGINT) == handler
    assert not list(tmp_path.glob("*.pt"))
    assert not torch.equal(trained.state_dict()["word_head.weight"], before["word_head.weight"])


def test_a_stopped_row_is_none(
    ingredients: Ingredients, encoder: SegmentEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = Row("one", "", {"post-edits": 1.0})
    groups = draw_batches(row, ingredients, encoder, 2, 900, seed=1)
    monkeypatch.setattr("mtqa.training.ablation.ScorerRun.train", lambda _: {"finished": False})
    with pytest.raises(KeyboardInterrupt):
        train_row(row, model(), groups, tmp_path, TrainingOptions())


@pytest.mark.parametrize(
    ("spans", "runs"),
    [
        ([], []),
        ([(4, 7)], [(1, 2)]),
        ([(0, 7), (14, 18)], [(0, 2), (3, 4)]),
        ([(8, 8)], [(2, 2)]),
        ([(4, 7), (8, 8)], [(1, 2)]),  # a gap beside a wrong word is one edit with it
        ([(18, 18)], [(4, 4)]),
    ],
)
def test_edits_are_runs_of_words_and_gaps(spans: list[tuple[int, int]], runs: list[tuple[int, int]]) -> None:
    example = from_spans(Segment("One two three four"), [LabelledSpan(*s) for s in spans], source="x")
    assert wrong_runs(example) == runs


def test_flags_at_recall_by_hand() -> None:
    flags = ablation_measure._flagged_at_recall
    edits = np.array([0.9, 0.8, 0.5, 0.2, 0.1])  # two of five are found from .8 on
    clean = np.array([0.85, 0.8, 0.7, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    assert flags(edits, clean) == 200.0
    assert flags(np.zeros(5), clean) == 1000.0, "a scorer that knows nothing flags everything"
    assert np.isnan(flags(np.array([]), clean))


def test_a_gap_counts_with_the_word_after_it() -> None:
    words = tuple((4 * n, 4 * n + 3) for n in range(3))
    plain = ("other",) * 3, ("minor",) * 3
    scores = SegmentScores(words, (0.1, 0.5, 0.2), (0.0, 0.0, 0.4, 0.9), *plain, 1.0, 0.0)
    joined = ablation_measure._word_scores(scores)
    assert joined.tolist() == [0.1, 0.5, 0.9]
    assert ablation_measure._edit_scores(joined, [(0, 2), (0, 0), (3, 3)]) == [0.5, 0.1, 0.9]


def test_the_threshold_of_a_half_comes_from_the_other() -> None:
    # Half 0 is cut above .5 by its own labels, half 1 above .1: each is given the cut of the other.
    scores = [[0.1, 0.5, 0.9], [0.1, 0.3, 0.7]]
    bad = [[False, False, True], [False, True, True]]
    sample = ablation_measure._tagged(bad, scores, [0, 0], [0, 1])
    assert sample["flagged"].tolist() == [False, True, True, False, False, True]
    apart = ablation_measure._tagged(bad, scores, [0, 1], [0, 0])
    assert not apart["flagged"].any(), "a group without another half has no threshold"


def made_up_units(rng: np.random.Generator, signal_strength: float) -> dict[str, Sample]:
    """Forty units a set, in which bad words score higher by the strength."""

    def ragged(values: np.ndarray) -> Ragged:
        return Ragged.of(list(values), values.dtype)

    bad = np.random.default_rng(5).random((40, 8)) < 0.3
    noise = rng.normal(size=bad.shape)
    score = noise + signal_strength * bad
    zeros = np.zeros(bad.shape, np.int64)
    tagged = {
        "bad": ragged(bad),
        "score": ragged(score),
        "flagged": ragged(score > 1),
        "group": ragged(zeros),
    }
    news = {"edit_score": ragged(noise + signal_strength), "clean_score": ragged(noise)}
    pairs = {"original": ragged(noise[:, :2] + signal_strength), "trip": ragged(noise[:, 2:4])}
    return {
        "mlqe": Sample(tagged),
        "mqm": Sample(tagged),
        "garbled": Sample(news),
        "trips": Sample(news | pairs),
    }


def test_a_better_row_differs_the_right_way_and_the_same_row_not(tmp_path: Path) -> None:
    base, better = (made_up_units(np.random.default_rng(7), strength) for strength in (0.5, 3.0))
    found = differences(base, better, 50)
    for statistics in STATISTICS.values():
        for statistic in statistics:
            difference = found[statistic.name]
            assert difference is not None
            assert difference.is_real
            assert (difference.value > 0) == (statistic.better == "high")
    same = differences(base, base, 20)
    assert all(d is not None and not d.is_real and d.value == 0 for d in same.values())
    figures = figures_of(better, 50)
    assert all(
        f.low is not None and f.high is not None and f.low <= f.value <= f.high for f in figures.values()
    )
    write_units(tmp_path, "family:x", better, "abc")
    stored = read_units(tmp_path, "family:x", "abc")
    assert stored is not None
    assert figures_of(stored, 50) == figures
    assert read_units(tmp_path, "family:x", "other texts") is None
    assert read_units(tmp_path, "another", "abc") is None


def test_the_script_does_what_is_missing_and_writes_the_table(
    folder: Path,
) -> None:
    script = load_script("ablate_garbling")
    out, page = folder / "out" / "result.json", folder / "page.md"
    first, second = ((f"<!-- {n}:begin -->", f"<!-- {n}:end -->") for n in SECTIONS[:2])
    stale = "".join(f"{begin}\nstale\n{end}\n" for begin, end in (first, second))
    page.write_text(f"Before\n{stale}After\n", encoding="utf-8")
    options = ["--data", folder / "data", "--corpus", folder / "corpus", "--work", folder, "--out", out]
    options += ["--counts", folder / "none", "--threads", "1", "--tiny"]

    def run(*more: object) -> tuple[int, str]:
        result = CliRunner().invoke(script.main, [str(o) for o in (*options, *more)])
        return result.exit_code, result.output

    code, output = run("--table", page)
    assert (code, "no row yet" in output) == (2, True)
    code, output = run("--rows", "garbled")
    assert (code, "0 rows are there, 1 to do" in output) == (0, True), output
    (record,) = read_records(out)
    assert "against" not in record
    code, output = run("--rows", "post-edits,garbled")
    assert (code, "1 rows are there, 1 to do" in output) == (0, True), output
    base, garbled = read_records(out)
    assert (base["name"], garbled["name"]) == ("post-edits", "garbled")
    assert base["steps"] == garbled["steps"] == 6
    assert base["evaluation"] == garbled["evaluation"]
    assert set(garbled["against"]) == {s.name for rows in STATISTICS.values() for s in rows}
    stamp = out.read_bytes()
    assert "--again" not in run("--rows", "garbled")[1]
    assert "garbled is there with seed 1, not 2; --again" in run("--rows", "garbled", "--seed", 2)[1]
    assert out.read_bytes() == stamp
    assert run("--table", page)[0] == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"Before\n{first[0]}\n") and text.count("stale") == 1
    assert text.endswith(f"{first[1]}\n{second[0]}\nstale\n{second[1]}\nAfter\n")
    assert run("--table", page, "--section", SECTIONS[1])[0] == 0
    assert page.read_text(encoding="utf-8").count(text.splitlines()[2]) == 2
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 4 and len({row.count("|") for row in rows}) == 1
    assert rows[2].startswith("| human post-edits alone |")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--rows", "roast"], "no row 'roast'"),
        (["--out", "broken.json"], "no result of an ablation"),
        (["--data", "empty"], "No such file"),
        (["--table", "bare.md", "--out", "fine.json"], "no section between"),
    ],
)
def test_a_wrong_option_is_told_in_a_line(
    options: list[str], message: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.json").write_text("{}")
    counts = dict.fromkeys(
        ("MLQE-PE segments", "MQM translations", "clean articles", "clean words", "garbled edits"), 1
    )
    counts |= {"originals": 1, "round trips": 1}
    row = {"name": "garbled", "title": "t", "tokens": 1000, "seed": 1, "garbler": "1", "evaluation": "e"}
    fine = {"schema": "mtqa.ablation/1", "rows": [row | {"counts": counts, "figures": {}}]}
    (tmp_path / "fine.json").write_text(json.dumps(fine))
    (tmp_path / "bare.md").write_text("Nothing here.\n")
    arguments = ["--data", str(folder / "data"), "--corpus", str(folder / "corpus"), *options]
    result = CliRunner().invoke(load_script("ablate_garbling").main, arguments)
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output


def test_a_row_from_another_encoder_has_a_name_of_its_own() -> None:
    row = ablation_rows()["post-edits"]
    other = load_script("ablate_garbling").started_from(row, "rtd")
    assert (other.name, other.title) == ("post-edits@rtd", f"{row.title}; encoder rtd")
    assert other.shares == row.shares and other.name not in ablation_rows()
