"""System output labelled by the other systems: what they agree on, and what is left open."""

from __future__ import annotations

import hashlib
import json
import lzma
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from mtqa.evaluation.data import read_jsonl
from mtqa.training.consensus import judge, read_consensus, read_judged, system_strength
from mtqa.training.corrector_data import read_agreed

REFERENCE = "The council approved the budget on Monday."
OTHERS = (
    "The council approved the budget Monday.",
    "On Monday, the council approved the budget.",
    "The council approved a budget on Monday.",
    "The city council approved the budget on Monday.",
)


def labels(text: str, reference: str = REFERENCE, others: Sequence[str] = OTHERS) -> list[int]:
    return [int(label) for label in judge(text, reference, others).words]


def test_a_word_that_no_other_has_is_wrong_where_they_agree_on_another() -> None:
    verdict = judge("The council licensed the budget on Monday.", REFERENCE, OTHERS)
    assert verdict.words.tolist() == [0, 0, 1, 0, 0, 0, 0, 0]
    assert verdict.edits == ((12, 20, "approved"),)
    assert verdict.gaps.sum() == -2, "beside a wrong word nothing is known of a gap"
    assert verdict.edit_rate == pytest.approx(1 / 8)


def test_a_word_is_not_labelled_where_the_others_differ_among_themselves() -> None:
    others = [REFERENCE.replace("approved", verb) for verb in ("passed", "backed", "adopted", "endorsed")]
    assert labels("The council licensed the budget on Monday.", others=others)[2] == -1


def test_what_the_reference_has_is_right_even_if_no_system_has_it() -> None:
    others = [text.replace("approved", "licensed") for text in OTHERS]
    assert labels(REFERENCE, others=others) == [0] * 8


def test_what_half_of_the_others_have_is_right_even_if_the_reference_has_not() -> None:
    assert labels(OTHERS[0], reference=REFERENCE.replace("approved", "passed")) == [0] * 7


def test_a_word_that_the_reference_has_elsewhere_is_not_called_wrong() -> None:
    assert labels("The council Monday the budget on approved.")[2] == -1


def test_a_missing_word_is_a_gap() -> None:
    verdict = judge("The council approved budget on Monday.", REFERENCE, (REFERENCE, *OTHERS[:2], OTHERS[3]))
    assert (verdict.gaps == 1).nonzero()[0].tolist() == [3]
    assert verdict.edits == ((21, 21, "the"),)
    end = judge("The council approved the budget on", REFERENCE, (REFERENCE, OTHERS[2], OTHERS[3]))
    assert end.edits == ((34, 34, "Monday."),)


def test_edits_that_touch_are_one_the_commonest() -> None:
    others = ["We buy red apples now."] * 3 + ["We buy apples now."] * 2
    verdict = judge("We buy blue pears now.", "We buy red apples now.", others)
    assert verdict.edits == ((7, 17, "red apples"),)


def test_agreement_falls_with_the_errors() -> None:
    texts = (REFERENCE, "The council licensed the budget on Monday.", "Advice licence purse moon day.")
    agreement = [judge(text, REFERENCE, OTHERS).agreement for text in texts]
    assert agreement == sorted(agreement, reverse=True) and 0 < agreement[2] < agreement[0] <= 1


def sentence(number: int) -> str:
    return REFERENCE.replace("Monday", f"day {number}")


def is_dev(text: str) -> bool:
    return hashlib.sha256(text.encode()).hexdigest().startswith("0")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """200 references with six systems each; system e always has a wrong verb."""
    path = tmp_path / "sysout" / "newstest2019.jsonl.xz"
    path.parent.mkdir()
    with lzma.open(path, "wt", encoding="utf-8") as file:
        for number in range(200):
            texts = {
                "a": sentence(number),
                "b": sentence(number).replace("The council", "The city council"),
                "c": sentence(number).replace("the budget", "a budget"),
                "d": sentence(number).replace(" on day", " day"),
                "e": sentence(number).replace("approved", "licensed"),
                "f": sentence(number).replace("The", "This"),
            }
            hyps = [{"lp": "de-en", "system": name, "text": text} for name, text in texts.items()]
            file.write(json.dumps({"ref": sentence(number), "en_original": False, "hyps": hyps}) + "\n")
    return tmp_path


def test_the_dev_part_is_never_read_and_parts_are_apart(data: Path) -> None:
    train = {sentence(number) for number in range(200) if not is_dev(sentence(number))}
    assert {judged.reference for judged in read_judged(data)} == train
    parts = [{j.reference for j in read_judged(data, share=0.25, part=part)} for part in range(4)]
    assert set().union(*parts) == train and sum(map(len, parts)) == len(train)
    assert all(0.1 * len(train) < len(part) < 0.4 * len(train) for part in parts)


def test_examples_are_hypotheses_and_references(data: Path) -> None:
    examples = read_consensus(data, per_reference=5)
    references = [e for e in examples if e.source == "reference"]
    hypotheses = [e for e in examples if e.source == "consensus-newstest2019-de-en"]
    assert len(hypotheses) == 5 * len(references) and len(examples) == 6 * len(references)
    assert all(e.keep == 1 and e.edit_rate == 0 and not e.words.any() for e in references)
    assert all(math.isnan(e.quality) for e in references)
    wrong = [e for e in hypotheses if "licensed" in e.segment.text]
    assert len(wrong) == len(references)
    assert all(e.words.tolist().index(1) == 2 and e.keep == 0 for e in wrong)
    assert np.mean([e.quality for e in hypotheses]) == pytest.approx(0, abs=1e-9)
    assert np.std([e.quality for e in hypotheses]) == pytest.approx(1)
    assert len(read_consensus(data, per_reference=2)) == 3 * len(references)


def test_too_few_translations_are_no_consensus(data: Path) -> None:
    path = data / "sysout" / "newstest2019.jsonl.xz"
    records = list(read_jsonl(path))
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(r | {"hyps": r["hyps"][:4]}) + "\n" for r in records)
    assert read_consensus(data) == []


def test_the_systems_are_ranked_by_the_references() -> None:
    hyps = [{"lp": "ru-en", "system": s, "text": t} for s, t in (("good", OTHERS[2]), ("bad", "Budget."))]
    strength = system_strength([{"ref": REFERENCE, "hyps": hyps}])
    assert strength["ru-en", "good"] > strength["ru-en", "bad"]


def test_the_corrector_learns_what_they_agree_on(data: Path) -> None:
    agreed = dict(read_agreed(data, share=1.0))
    wrong = {text: edits for text, edits in agreed.items() if "licensed" in text}
    assert wrong and {tuple(edits) for edits in wrong.values()} == {((12, 20, "approved"),)}
    assert all(not is_dev(text.replace("licensed", "approved")) for text in wrong)
