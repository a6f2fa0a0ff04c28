"""Round trips as garbled sentences: what changed, of what kind, how bad; and which are of use at all."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import regex
from sacrebleu.metrics import CHRF

from mtqa.text.words import is_wordlike, split_words
from mtqa.training.garble.edits import Garbled, apply_candidates
from mtqa.training.garble.edits import replace as replacement
from mtqa.training.garble.lexicon import is_closed
from mtqa.training.roundtrip.align import differing_pieces, lemmas, share_lemma
from mtqa.training.roundtrip.store import Segment, edit_rate
from mtqa.training.roundtrip.translate import Trip
from mtqa.types import Severity

#: Sentence chrF (0..100) below which a result is ruined and above which nearly perfect. In the training part
#: of the WMT outputs whose reference is the English original, half of the words are edited at about 60; below
#: 50 it is more than 60 %, and the alignment pairs what does not belong together. Above 97 a comma differs.
LOWEST, HIGHEST = 50.0, 97.0
#: Edited words as a share of all, above which a result is another sentence whatever its chrF.
LARGEST_EDIT_RATE = 0.6
FAMILY = "round-trip"

_PRONOUNS = frozenset(
    "i you he she it we they me him her us them his its our their my your hers theirs ours himself herself "
    "itself themselves who whom whose which".split()
)
_NEGATIONS = frozenset("not no never none nobody nothing neither nor without 't cannot".split())
_PRESENT = frozenset("is are am has have do does".split())
_PAST = frozenset("was were had did".split())
_AUXILIARIES = _PRESENT | _PAST | {"be", "been", "being"}
_SHAPES = str.maketrans(
    dict.fromkeys("‘’‚‛`´", "'") | dict.fromkeys("“”„«»", '"') | dict.fromkeys("–—−‑", "-")
)
_SPACED_DASH = regex.compile(r"\s*-+\s*")
_CONTRACTIONS = (
    (regex.compile(r"\bcan't\b|\bcan not\b", regex.I), "cannot"),
    (regex.compile(r"\bwon't\b", regex.I), "will not"),
    (regex.compile(r"n't\b"), " not"),
    (regex.compile(r"'re\b"), " are"),
    (regex.compile(r"'ve\b"), " have"),
    (regex.compile(r"'ll\b"), " will"),
    (regex.compile(r"'m\b"), " am"),
)


def fold(text: str) -> str:
    """A text without what is a matter of taste: shapes of quotes and dashes, contractions, white space."""
    text = _SPACED_DASH.sub("-", unicodedata.normalize("NFKC", text).translate(_SHAPES))
    for pattern, full in _CONTRACTIONS:
        text = pattern.sub(full, text)
    return " ".join(text.replace("''", '"').split())


def label_trip(result: str, source: str) -> Garbled:
    """The source with the errors of its round trip; differences of taste are left as in the source."""
    pieces = differing_pieces(result, source)
    chosen = []
    for piece in pieces:
        made, clean = result[piece.start : piece.end], source[piece.source_start : piece.source_end]
        if fold(made) == fold(clean):
            continue
        category = categorise(made, clean, moved=piece.moved)
        severity = judge(made, clean, category, inside=piece.source_start > 0)
        error = replacement(piece.source_start, piece.source_end, made, category, severity)
        chosen.append((error, FAMILY))
    return apply_candidates(source, chosen)


def categorise(made: str, clean: str, *, moved: bool = False) -> str:
    """The MQM-style category of an error that put ``made`` in place of ``clean``."""
    new, old = _words(made), _words(clean)
    if not new and not old:
        return "punctuation"
    if moved:
        return "word-order"
    if new == old:
        return "spelling" if made.casefold() != made or clean.casefold() != clean else "punctuation"
    if all(map(is_closed, [*new, *old])) and len(new) <= 2 and len(old) <= 2:
        if new and old and _PRONOUNS.issuperset([*new, *old]):
            return "pronoun"
        return _auxiliary(new, old) or "function-words"
    if not new:
        return "omission"
    if not old:
        return "addition"
    if "".join(new) == "".join(old):
        return "spelling"
    if len(new) == len(old) == 1 and share_lemma(new[0], old[0]):
        return _inflection(new[0], old[0])
    return "mistranslation"


def _words(text: str) -> list[str]:
    """The words of a piece of a sentence, in lower case, without punctuation."""
    text = text.casefold().replace("’", "'")
    # "'s" is one word only behind another.
    spans = [(a - 1, b - 1) for a, b in split_words("x" + text)[1:]] if text[:1] == "'" else split_words(text)
    words = (text[a:b] for a, b in spans)
    return [word for word in words if is_wordlike(word)]


def _auxiliary(new: Sequence[str], old: Sequence[str]) -> str | None:
    """``agreement`` or ``tense`` for forms of be, have and do; ``None`` for anything else."""
    if not new or not old or not _AUXILIARIES.issuperset([*new, *old]):
        return None
    both = {*new, *old}
    return "agreement" if len(both) == 2 and (both <= _PRESENT or both <= _PAST) else "tense"


def _inflection(new: str, old: str) -> str:
    """``agreement`` for singular and plural, ``tense`` for verb forms, of two forms of one lemma."""
    forms = {tag for _, tag in lemmas(new) ^ lemmas(old)}
    return "agreement" if forms <= {"N", "S", "V", "Z", "J", "R"} else "tense"


def judge(made: str, clean: str, category: str, *, inside: bool) -> Severity:
    """How bad an error is: critical where a number, a negation or (``inside`` a sentence) a name changed."""
    new, old = _words(made), _words(clean)
    if _facts(new) != _facts(old) and category != "word-order":
        return "critical"
    names = {
        clean[a:b] for a, b in split_words(clean) if clean[a].isupper() and not is_closed(clean[a:b].lower())
    }
    if inside and category == "mistranslation" and any(name.casefold() not in new for name in names):
        return "critical"
    if category in ("punctuation", "function-words", "spelling", "agreement", "tense"):
        return "minor"
    return "major"


def _facts(words: Iterable[str]) -> Counter[str]:
    return Counter("not" if w in _NEGATIONS else w for w in words if w in _NEGATIONS or w[0].isdigit())


@dataclass(frozen=True, slots=True)
class Limits:
    """Which round trips are kept: chrF from ``lowest`` to ``highest``, at most so many words edited."""

    lowest: float = LOWEST
    highest: float = HIGHEST
    edit_rate: float = LARGEST_EDIT_RATE


def label_trips(
    trips: Iterable[Trip], news: Sequence[dict[str, Any]], limits: Limits, counts: Counter[str]
) -> Iterator[Segment]:
    """The useful trips as labelled segments, each result of a sentence once.

    ``news`` are the pack's records of the sentences; ``counts`` is told what became of every trip.
    """
    metric = CHRF()
    seen: set[tuple[int, str]] = set()
    for trip in trips:
        record = news[trip.sentence]
        source = str(record["text"])
        score = float(metric.sentence_score(fold(trip.back), [fold(source)]).score)
        garbled = label_trip(trip.back, source) if limits.lowest <= score <= limits.highest else None
        counts[reason := _reason(trip, score, garbled, limits, seen)] += 1
        if garbled is None or reason != "kept":
            continue
        seen.add((trip.sentence, garbled.text))
        yield Segment(
            garbled,
            str(record["previous"]),
            str(record["following"]),
            int(record["article"]),
            trip.language,
            trip.snapshot,
            trip.decoding,
            round(score, 1),
        )


def _reason(
    trip: Trip, score: float, garbled: Garbled | None, limits: Limits, seen: set[tuple[int, str]]
) -> str:
    if score < limits.lowest:
        return "ruined"
    if garbled is None:
        return "nearly perfect"
    if not garbled.edits:
        return "no error"
    if edit_rate(garbled) > limits.edit_rate:
        return "too many edits"
    return "seen before" if (trip.sentence, garbled.text) in seen else "kept"
