"""Proposals for four post-edited segments, a reference and an article, judged by hand.

The fake corrector proposes "grid" for "roast", and "with" where something is missing.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from data_folder import make_context, write_jsonl, write_mlqe
from fakes import FakeCorrector

from mtqa.evaluation.data import PAIRS, digest, part_of
from mtqa.evaluation.metrics import chrf
from mtqa.evaluation.post_edits import PER_REFERENCE, garbled_news, near_round_trips
from mtqa.evaluation.sections.base import Measured
from mtqa.evaluation.sections.proposals import (
    CLEAN_NEWS,
    GARBLED_NEWS,
    GIVEN,
    POST_EDITS,
    PROPOSALS,
    ROUND_TRIPS,
)


@dataclass(frozen=True)
class Garbled:
    text: str
    source: str
    edits: tuple[Any, ...] = ()


def garble(sentence: str, rng: random.Random) -> Garbled:
    """Makes every grid a roast."""
    return Garbled(sentence.replace("grid", "roast"), sentence)


def of_part(part: str, text: str) -> str:
    """The text with a number in it that puts it into a part of the held-out references."""
    texts = (text.format(n) for n in count())
    return next(t for t in texts if (key := digest(t))[0] == "0" and part_of(key) == part)


ORIGINAL = of_part("dev", "The {} strikes on the grid of the city of Kyiv have now stopped.")
NEAR = [
    ORIGINAL.replace("grid", "roast"),
    ORIGINAL.replace("have", "has"),
    ORIGINAL.replace("now", "soon"),
    ORIGINAL.replace("city", "town"),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_mlqe(tmp_path)
    texts = [ORIGINAL, *NEAR, "Something else."]
    records = [
        {"ref": ORIGINAL, "en_original": True, "hyps": [{"text": text} for text in texts]},
        {"ref": of_part("test20", "A {} grid."), "en_original": True, "hyps": [{"text": "A grid."}]},
        {"ref": of_part("dev", "No {} grid."), "en_original": False, "hyps": [{"text": "No roast."}]},
    ]
    write_jsonl(tmp_path / "sysout" / "newstest.jsonl.xz", records)
    article = of_part("dev", "The grid of {} towns failed. Nobody knew. An old grid.")
    write_jsonl(tmp_path / "clean_news" / "dev.jsonl.xz", [{"text": article}])
    return tmp_path


def measure(data: Path, **changes: Any) -> dict[tuple[str, str], Measured]:
    measurement = PROPOSALS.measure(make_context(data, **changes))
    return {(measured.group, measured.system): measured for measured in measurement.measured}


def figures(measured: Measured) -> dict[str, float]:
    return {s.name: s(measured.sample) for s in PROPOSALS.statistics if s.applies_to(measured.sample)}


def test_the_figures_of_a_pair_are_those_counted_by_hand(data: Path) -> None:
    measured = measure(data)
    ours, nothing = measured["ro-en", "mtqa"], measured["ro-en", "doing nothing"]
    assert ours.counts == {"segments": 4, "spans": 3, "applied": 2}
    found = figures(ours)
    # Flagged: "roast" (-> grid, right), "his" (a false alarm without a proposal), the gap before "Kyiv"
    # (-> with, right). The post-edits have 6 + 5 + 5 + 5 words and change 1 + 1 + 1 + 0 of them.
    assert found.pop("chrf") > chrf(nothing.sample["chrf_counts"])
    assert found == {
        "on_edit": pytest.approx(2 / 3),
        "shown": pytest.approx(2 / 3),
        "first_right": pytest.approx(2 / 3),
        "three_right": pytest.approx(2 / 3),
        "ter": pytest.approx(100 * 1 / 21),
        "ter_change": pytest.approx(100 * (1 - 3) / 21),
        "harm": 0.0,
        "fact_changed": 0.0,
    }
    assert set(figures(nothing)) == {"ter", "chrf"}
    assert figures(nothing)["ter"] == pytest.approx(100 * 3 / 21)


def test_a_proposal_below_the_apply_score_is_shown_but_not_applied(data: Path) -> None:
    corrector = FakeCorrector()
    corrector.min_score = 0.6  # "grid" has 0.62, "with" 0.5
    ours = measure(data, corrector=corrector)["ro-en", "mtqa"]
    assert (figures(ours)["shown"], ours.counts["applied"]) == (pytest.approx(2 / 3), 1)
    assert figures(ours)["ter"] == pytest.approx(100 * 2 / 21)


def test_a_change_of_what_the_post_editor_kept_is_harm(data: Path, tmp_path: Path) -> None:
    kept = {
        "mt": "A roast, please.",
        "mt_tok": "A roast , please .",
        "pe_tok": "A roast , please !",
        "word_tags": ["OK"] * 5,
        "gap_tags": ["OK"] * 6,
        "hter": 0.2,
        "da_z": 0.0,
    }
    write_jsonl(tmp_path / "mlqe_pe" / "ro-en.dev.jsonl.xz", [kept])
    found = figures(measure(data)["ro-en", "mtqa"])
    assert (found["harm"], found["on_edit"], found["first_right"]) == (1.0, 0.0, 0.0)
    assert found["ter_change"] == pytest.approx(100 * 1 / 5)


def test_the_corrector_alone_is_asked_about_the_post_editors_own_edits(data: Path) -> None:
    corrector = FakeCorrector()
    measured = measure(data, corrector=corrector)
    ours = measured[POST_EDITS + GIVEN, "mtqa"]
    # In each pair "roast", "the" (for which it has nothing), and the gap; one segment has no edit.
    assert ours.counts == {"segments": 20, "spans": 15}
    assert figures(ours)["first_right"] == pytest.approx(10 / 15)
    asked = [request.span for batch in corrector.calls for request in batch]
    assert {span.category for span in asked if span.start == span.end} == {"omission"}


def test_round_trips_are_near_their_original_and_resampled_with_it(data: Path) -> None:
    (unit,) = near_round_trips(data, "dev", limit=10)
    assert len(unit.revisions) == PER_REFERENCE
    assert {r.segment.text for r in unit.revisions} < set(NEAR)
    ours = measure(data)[ROUND_TRIPS, "mtqa"]
    assert len(ours.sample) == 1
    assert ours.counts["segments"] == 3
    (test_unit,) = near_round_trips(data, "test20", limit=10)
    assert test_unit.revisions[0].segment.text == "A grid."


def test_fresh_garble_is_the_same_every_time_and_has_clean_neighbours(data: Path) -> None:
    units = garbled_news(data, "dev", garble, limit=10)
    assert units == garbled_news(data, "dev", garble, limit=10)
    segments = {unit.revisions[0].segment for unit in units}
    assert {segment.text[-6:] for segment in segments} == {"roast.", "ailed."}  # not "Nobody knew."
    assert any(segment.following == "Nobody knew." for segment in segments)
    assert len(garbled_news(data, "dev", garble, limit=1)) == 1
    found = figures(measure(data, garble=garble)[GARBLED_NEWS, "mtqa"])
    assert (found["first_right"], found["ter"]) == (1.0, 0.0)


def test_the_same_units_are_read_whatever_the_models_say(data: Path) -> None:
    class Silent(FakeCorrector):
        def suggest(self, requests: Any, scorer: Any) -> list[Any]:
            return [() for _ in requests]

    loud, silent = measure(data), measure(data, corrector=Silent())
    for key, measured in loud.items():
        assert len(silent[key].sample) == len(measured.sample)
    same = [silent["ro-en", "mtqa"].sample, loud["ro-en", "mtqa"].sample]
    assert np.array_equal(same[0]["ter_words"], same[1]["ter_words"])


def test_a_limit_counts_units(data: Path) -> None:
    measured = measure(data, limit=2)
    assert all(len(m.sample) <= 2 for m in measured.values())
    assert {group for group, _ in measured} >= {*PAIRS, ROUND_TRIPS}


def test_a_unit_may_be_resampled(data: Path) -> None:
    ours = measure(data)["ro-en", "mtqa"]
    twice = ours.sample.take(np.array([0, 0, 1, 1, 2, 2, 3, 3]))
    found = {s.name: s(twice) for s in PROPOSALS.statistics if s.applies_to(twice)}
    assert found == pytest.approx(figures(ours)) and "ter" in found


def test_every_fix_of_clean_news_is_counted(data: Path) -> None:
    text = of_part("dev", "The roast of {} towns failed. Nobody knew his grid.")
    other = of_part("test20", "The roast of {} towns failed.")
    write_jsonl(data / "clean_news" / "dev.jsonl.xz", [{"text": text}, {"text": other}])
    clean = measure(data)[CLEAN_NEWS, "mtqa"]
    # "roast" becomes "grid"; "his" is flagged, and nothing is proposed for it.
    assert clean.counts == {"articles": 1, "words": 10, "applied": 1}
    assert figures(clean) == {"clean_fixes": 500.0}


def test_without_a_corrector_there_are_no_rows_and_a_note(data: Path) -> None:
    measurement = PROPOSALS.measure(make_context(data, corrector=None))
    assert not measurement.measured
    assert "there is no corrector" in measurement.notes[0]


def test_without_a_garbler_garbled_news_is_left_out_and_the_reader_told(data: Path) -> None:
    measurement = PROPOSALS.measure(make_context(data))
    assert GARBLED_NEWS not in {m.group for m in measurement.measured}
    assert "Garbled news was left out" in measurement.notes[-1]


def test_a_group_without_data_is_left_out_and_the_reader_told(tmp_path: Path) -> None:
    write_mlqe(tmp_path)
    measurement = PROPOSALS.measure(make_context(tmp_path))
    assert ROUND_TRIPS not in {m.group for m in measurement.measured}
    assert measurement.notes[-1].startswith("The group round trips was left out")
