"""An editor's way through the flags of a document: decisions, and taking them back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mtqa.corrector.casing import insertion_spacing
from mtqa.fixing.choices import Choice
from mtqa.fixing.manuscript import Manuscript
from mtqa.fixing.plan import Plan, plan_fixes
from mtqa.house.vocabulary import Vocabulary
from mtqa.house.wordlist import WordList
from mtqa.report.base import phrase, prose_span
from mtqa.types import CheckedSentence, Flag, Report, Suggestion

#: Stands for a missing word where phrases are compared.
_GAP = "‸"


@dataclass(frozen=True, slots=True)
class Item:
    """A flag to be decided, and what is proposed for it."""

    sentence: CheckedSentence
    flag: Flag
    proposals: tuple[Suggestion, ...]

    @property
    def wording(self) -> str:
        """The flagged prose on one line; "" where a word is missing."""
        start, end = prose_span(self.sentence.source, self.flag)
        return " ".join(self.sentence.text[start:end].split())

    @property
    def likeness(self) -> str:
        """What flags that are alike share: the phrase in any case, or the words around a gap."""
        return phrase(self.sentence, self.flag, _GAP).casefold()


@dataclass(frozen=True, slots=True)
class Memory:
    """What holds for all that follows: phrases that are skipped, and new entries of the accept list."""

    skipped: frozenset[str] = frozenset()
    accepted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Decision:
    """What was decided on an item, and the memory before that."""

    index: int
    choice: Choice | None
    before: Memory


class Session:
    """The flags of a report, one after the other.

    With ``min_score``, only proposals of at least this score are offered, and flags without one passed over.
    ``memory`` is what was decided on all alike before.
    """

    def __init__(
        self, report: Report, manuscript: Manuscript, memory: Memory, min_score: float | None = None
    ) -> None:
        self.report = report
        self.manuscript = manuscript
        self.memory = memory
        self.items = _items(report, min_score)
        self._decisions: list[_Decision] = []
        self._kept = self._standing()

    @property
    def index(self) -> int | None:
        """The index of the item to be decided now; None at the end."""
        first = self._decisions[-1].index + 1 if self._decisions else 0
        return next((i for i in range(first, len(self.items)) if not self._is_passed(self.items[i])), None)

    @property
    def current(self) -> Item | None:
        """The item to be decided now."""
        return None if self.index is None else self.items[self.index]

    @property
    def plan(self) -> Plan:
        """How to carry out what was chosen so far."""
        chosen = [decision.choice for decision in self._decisions if decision.choice is not None]
        return plan_fixes(self.manuscript, chosen)

    def write(self, wording: str) -> str | None:
        """Choose a wording for the current item; the reason why not, if it cannot be written there."""
        item = self._item()
        choice = Choice(item.sentence, item.flag, wording)
        chosen = [decision.choice for decision in self._decisions if decision.choice is not None]
        refused = plan_fixes(self.manuscript, [*chosen, choice]).refused
        for refusal in refused:
            if refusal.choice == choice:
                return refusal.reason
        self._decide(choice, self.memory)
        return None

    def type_wording(self, typed: str) -> str | None:
        """As :meth:`write`, for what a person typed; a missing word gets the spaces around it."""
        item = self._item()
        start, end = prose_span(item.sentence.source, item.flag)
        wording = " ".join(typed.split())
        if start == end and wording:
            prose = item.sentence.text
            before, after = insertion_spacing(prose[:start], wording, prose[end:])
            wording = " " * before + wording + " " * after
        return self.write(wording)

    def skip(self) -> None:
        """Leave the current item as it is."""
        self._decide(None, self.memory)

    def skip_alike(self) -> None:
        """Leave it, and all of the same phrase from here on."""
        self._decide(None, replace(self.memory, skipped=self.memory.skipped | {self._item().likeness}))

    def accept_phrase(self) -> None:
        """Leave it, as an entry of the accept list from here on.

        Raises :class:`ConfigError` for a phrase that can be none.
        """
        WordList().add([self._item().wording])
        entries = (*self.memory.accepted, self._item().wording)
        self._decide(None, replace(self.memory, accepted=tuple(dict.fromkeys(entries))))

    def undo(self) -> bool:
        """Take the last decision back; whether there was one."""
        if not self._decisions:
            return False
        self.memory = self._decisions.pop().before
        self._kept = self._standing()
        return True

    def _item(self) -> Item:
        item = self.current
        assert item is not None, "nothing is decided after the end"
        return item

    def _decide(self, choice: Choice | None, memory: Memory) -> None:
        assert self.index is not None
        self._decisions.append(_Decision(self.index, choice, self.memory))
        self.memory = memory
        self._kept = self._standing()

    def _is_passed(self, item: Item) -> bool:
        return item.flag not in self._kept or item.likeness in self.memory.skipped

    def _standing(self) -> frozenset[Flag]:
        """The flags that the accepted phrases do not settle."""
        return frozenset(Vocabulary(self.memory.accepted)(self.report).flags)


def _items(report: Report, min_score: float | None) -> tuple[Item, ...]:
    items = []
    for sentence in report.sentences:
        for flag in sentence.flags:
            proposals = tuple(s for s in flag.suggestions if min_score is None or s.score >= min_score)
            if proposals or min_score is None:
                items.append(Item(sentence, flag, proposals))
    return tuple(items)
