"""Persons' sentences beside machines' versions of them: which are read, and as what."""

from __future__ import annotations

import hashlib
import json
import lzma
import math
from collections import defaultdict
from pathlib import Path

import pytest

from mtqa.evaluation.data import digest, part_of
from mtqa.training.examples import Example, versions_together
from mtqa.training.preference import (
    OF_ORIGINAL,
    OF_REFERENCE,
    plain,
    read_held_out_pairs,
    read_preferences,
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two hundred references, every third of them an English original, with six versions of each."""
    records = [
        {
            "ref": f"The council’s {number} members voted on Monday.",
            "en_original": number % 3 == 0,
            "hyps": [
                {"lp": "de-en", "system": name, "text": f"The {number} council's voted {name} Monday."}
                for name in "abcdef"
            ],
        }
        for number in range(200)
    ]
    (tmp_path / "sysout").mkdir()
    lines = "".join(json.dumps(record) + "\n" for record in records)
    (tmp_path / "sysout" / "newstest2018.jsonl.xz").write_bytes(lzma.compress(lines.encode()))
    return tmp_path


def groups(examples: list[Example]) -> dict[int, list[Example]]:
    found: dict[int, list[Example]] = defaultdict(list)
    for example in examples:
        found[example.group].append(example)
    return found


def references(examples: list[Example], source: str) -> set[str]:
    return {e.segment.text for e in examples if e.source == source}


def test_a_group_is_a_persons_sentence_and_machines_versions_of_it(data: Path) -> None:
    found = groups(read_preferences(data, share=1.0))
    assert 0 not in found and len(found) > 50
    for group in found.values():
        person, *versions = group
        assert (person.keep, person.edit_rate, person.words.sum(), person.gaps.sum()) == (1.0, 0.0, 0, 0)
        assert len(versions) == (OF_ORIGINAL if person.source == "original" else OF_REFERENCE)
        number = person.segment.text.split()[2]
        for version in versions:
            assert version.segment.text.split()[1] == number, "a version of the same sentence"
            assert {*version.words.tolist(), *version.gaps.tolist()} == {-1}
            assert all(math.isnan(v) for v in (version.keep, version.edit_rate, version.quality))


def test_held_out_references_are_never_read(data: Path) -> None:
    held_out = {
        f"The council's {number} members voted on Monday."
        for number in range(200)
        if hashlib.sha256(f"The council’s {number} members voted on Monday.".encode()).hexdigest()[0] == "0"
    }
    examples = read_preferences(data, share=1.0)
    assert held_out
    assert not held_out & {e.segment.text for e in examples}
    assert len(groups(examples)) == 200 - len(held_out)


def test_held_out_pairs_are_of_dev_translations(data: Path) -> None:
    pairs = read_held_out_pairs(data)
    persons = {person for person, _ in pairs}
    assert persons and len(pairs) == OF_REFERENCE * len(persons)
    for person, machine in pairs:
        number = int(person.split()[2])
        key = digest(f"The council’s {number} members voted on Monday.")
        assert number % 3 and key[0] == "0" and part_of(key) == "dev"
        assert machine.split()[1] == str(number)


def test_another_part_has_other_references_and_other_versions_of_originals(data: Path) -> None:
    first, second = (read_preferences(data, share=0.5, part=part) for part in (0, 1))
    assert references(first, "reference").isdisjoint(references(second, "reference"))
    assert references(first, "reference") and references(second, "reference")
    originals = references(first, "original")
    assert originals == references(second, "original")

    def versions(examples: list[Example]) -> set[str]:
        of_originals = [g for g in groups(examples).values() if g[0].source == "original"]
        return {e.segment.text for group in of_originals for e in group[1:]}

    assert versions(first) != versions(second)
    assert len(versions(first) | versions(second)) == 6 * len(originals)


def test_typography_is_no_sign_of_a_person() -> None:
    assert plain("“It’s…\u00a0over” –\u200b said ''he''") == '"It\'s... over" - said "he"'
    assert plain("«Nein»") == plain("„Nein“") == '"Nein"'


def test_versions_together() -> None:
    items = [("a", 0), ("b", 2), ("c", 0), ("d", 2), ("e", 1)]
    units = versions_together(items, lambda item: item[1])
    assert [[name for name, _ in unit] for unit in units] == [["a"], ["b", "d"], ["c"], ["e"]]
