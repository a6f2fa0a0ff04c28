"""Choices made by hand: any phrase of a text, and what is to be written instead."""

from __future__ import annotations

from mtqa.fixing import Choice, Original, Plan, open_manuscript, plan_fixes
from mtqa.house.placing import place
from mtqa.text import read_bytes
from mtqa.types import CheckedSentence, Flag


def original(data: bytes | str, name: str) -> Original:
    data = data.encode() if isinstance(data, str) else data
    return Original(read_bytes(data, name), data)


def choice(read: Original, phrase: str, wording: str, number: int = 0) -> Choice:
    """For the phrase as the prose has it, its occurrence of this number; ``a|b`` is the gap between them."""
    found = [
        (sentence, sentence.text.index(phrase.replace("|", "")))
        for sentence in read.document.sentences
        if phrase.replace("|", "") in sentence.text
    ]
    sentence, start = found[number]
    end = start + len(phrase)
    if "|" in phrase:
        start = end = start + phrase.index("|")
    flag = Flag(*place(read.document, sentence, start, end), 0.9, "major", "other", "a message")
    return Choice(CheckedSentence(sentence, 0.5, 0.1, (flag,)), flag, wording)


def planned(read: Original, wordings: dict[str, str]) -> Plan:
    return plan_fixes(open_manuscript(read), [choice(read, *pair) for pair in wordings.items()])


def fixed(data: bytes | str, name: str, wordings: dict[str, str]) -> bytes:
    """The bytes of the file with all of the phrases replaced."""
    read = original(data, name)
    plan = planned(read, wordings)
    assert not plan.refused, plan.refused
    return open_manuscript(read).write(plan.edits)
