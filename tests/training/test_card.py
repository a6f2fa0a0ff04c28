"""The scorer's card says what the manifest says."""

from __future__ import annotations

from pathlib import Path

from mtqa.training.card import figure_table, write_scorer_card

MANIFEST = {
    "name": "tiny-v1",
    "parameters": 1_500_000,
    "counts": {"bytes": 2_000_000, "words": 94_000_000},
    "thresholds": {
        "default": 0.37,
        "precision": {"0.9": 0.81},
        "meaning": {"default": "few flags on clean news", "0.9": "precision 0.9"},
    },
    "training": {
        "minutes": 12.5,
        "hardware": "a processor",
        "steps": 1200,
        "tokens": 3_000_000,
        "planned_tokens": 4_000_000,
        "commit": "abc123",
        "before": {
            "minutes": 7.5,
            "steps": 100,
            "tokens": 1_000_000,
            "planned_tokens": 1_000_000,
            "segments": {"mlqe-ro-en": 7000, "qe18": 12},
        },
        "segments": {"mlqe-ro-en": 7000, "mlqe-et-en": 7000, "garbled": 50}
        | {"consensus-newstest2018-et-en": 30, "consensus-newstest2019-de-en": 4},
    },
    "figures": {"Words": {"ro-en": {"mcc": 0.5, "ap": 0.25}, "all": {"ap": 0.3}}},
}


def test_the_card_holds_the_record(tmp_path: Path) -> None:
    write_scorer_card(tmp_path, MANIFEST, signature="tiny-v1@12345678")
    card = (tmp_path / "README.md").read_text(encoding="utf-8")
    for part in (
        "1.5 M parameters",
        "20 minutes, in the last run on a processor",
        "2 run(s), 1,300 steps, 4,000,000 tokens, of 5,000,000 planned",
        "| 7,000 | 14,000 | MLQE-PE train",
        "| 12 | 0 | WMT18",
        "| 0 | 34 | WMT system output, labelled by what the other systems",
        "| few flags on clean news | 0.37 |",
        "| precision 0.9 | 0.81 |",
        "`tiny-v1@12345678`",
        "| ro-en | 0.500 | 0.250 |",
    ):
        assert part in " ".join(card.split("\n")) or part in card, part


def test_the_card_says_what_the_encoder_was_pretrained_on(tmp_path: Path) -> None:
    pretraining = {
        "tokens": 6_500_000,
        "minutes": 58.5,
        "hardware": "a core",
        "grammar": {"all": 0.6677},
        "pack": {"sources": ["news", "speeches"]},
    }
    training = {**MANIFEST["training"], "pretraining": pretraining}
    write_scorer_card(tmp_path, {**MANIFEST, "training": training}, signature="tiny-v1@12345678")
    card = " ".join((tmp_path / "README.md").read_text(encoding="utf-8").split())
    assert "Before run 2 the encoder was pretrained further" in card
    assert "6,500,000 tokens in 58.5 minutes on a core" in card
    assert "it then told 66.8% of BLiMP's dev pairs apart. Sources: news, speeches." in card


def test_the_card_says_that_a_run_left_the_words_alone(tmp_path: Path) -> None:
    training = {**MANIFEST["training"], "natural_layers": 2}
    write_scorer_card(tmp_path, {**MANIFEST, "training": training}, signature="tiny-v1@12345678")
    card = " ".join((tmp_path / "README.md").read_text(encoding="utf-8").split())
    assert "Run 2 taught a head with the encoder's last 2 layer(s) for itself" in card
    assert "Run 1" not in card


def test_the_card_says_what_the_weights_are_the_mean_of(tmp_path: Path) -> None:
    training = {**MANIFEST["training"], "averaged": {"share": 0.65}}

    def told(record: dict[str, object]) -> str:
        write_scorer_card(tmp_path, {**MANIFEST, "training": record}, signature="tiny-v1@12345678")
        return " ".join((tmp_path / "README.md").read_text(encoding="utf-8").split())

    assert "are a mean" not in told(MANIFEST["training"])
    of_two = (
        "The weights are a mean (Wortsman et al. 2022) of those after the last run (65%), those before (35%)."
    )
    assert of_two in told(training)
    beside = {**training, "share": 0.4, "segments": {"version": 5}}
    card = told({**training, "beside": beside})
    assert "run (39%), those after a run beside it (26%), those before (35%)." in card
    assert "3 run(s), 2,500 steps" in card
    assert "| 0 | 5 | 0 | WMT system output: only that a person's sentence is the better one |" in card


def test_a_missing_figure_is_an_empty_cell() -> None:
    table = figure_table("Words", MANIFEST["figures"]["Words"])
    assert table.splitlines()[-1] == "| all |  | 0.300 |"
