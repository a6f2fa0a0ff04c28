"""What a garbler needs to know: word counts, tags and pivot senses, built once from the data and cached."""

from __future__ import annotations

import contextlib
import hashlib
import json
import lzma
import re
import secrets
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mtqa.training.garble.lexicon import Lexicon, index_phrases
from mtqa.training.garble.senses import LANGUAGES, PIVOTS, build_senses

DATA = Path("../shared/data")
CORPUS = Path("../shared/corpus")
_VERSION = 7
_PARTS = {"counts", "tags", "senses", "foreign"}
_WORD = re.compile(r"[^\W\d_]+")


def count_words(corpus: Path, documents: int = 3000) -> Counter[str]:
    """Cased word counts of the first ``documents`` of a corpus shard (``.jsonl.xz``)."""
    counts: Counter[str] = Counter()
    with lzma.open(corpus, "rt", encoding="utf-8") as lines:
        for _, line in zip(range(documents), lines, strict=False):
            counts.update(_WORD.findall(json.loads(line)["text"]))
    return counts


def _count_foreign(data: Path) -> dict[str, Counter[str]]:
    foreign: dict[str, Counter[str]] = {}
    for language in PIVOTS:
        counts: Counter[str] = Counter()
        with lzma.open(data / "parallel" / f"{language}-en.tsv.xz", "rt", encoding="utf-8") as lines:
            for line in lines:
                counts.update(_WORD.findall(line.split("\t")[1].lower()))
        foreign[language] = counts
    return foreign


def load_resources(
    data: Path = DATA,
    cache: Path | None = None,
    counts: Mapping[str, int] | None = None,
    corpus: Path = CORPUS / "shard2.jsonl.xz",
) -> Lexicon:
    """Build the lexicon (about 15 seconds) or read it from the folder ``cache``.

    ``counts`` maps cased English words to corpus counts; without it a sample of ``corpus`` is counted. Raises
    ``FileNotFoundError`` when the dictionaries under ``data/pivot``, the bitext under ``data/parallel`` or
    the corpus are not there.
    """
    paths = [*input_paths(data), *([corpus] if counts is None else [])]
    known = "" if counts is None else sorted(counts.items())
    # The files are known by name and size: they may be moved, and a relative path names another elsewhere.
    sizes = [(path.name, path.stat().st_size) for path in paths]
    key = hashlib.sha256(f"{_VERSION} {sizes} {known}".encode())
    stored = cache / f"garble-{key.hexdigest()[:12]}.json" if cache else None
    packed = _read_packed(stored)
    if packed is not None:
        return _unpack(packed)
    counts = count_words(corpus) if counts is None else counts
    senses, tags, foreign = build_senses(data / "pivot", _folded(counts), _count_foreign(data))
    packed = {
        "counts": dict(counts),
        "tags": tags,
        "senses": [[lemma, pos, others] for (lemma, pos), others in senses.items()],
        "foreign": [[lemma, pos, words] for (lemma, pos), words in foreign.items()],
    }
    text = json.dumps(packed, ensure_ascii=False)
    if stored:
        # A place that cannot be written costs the next run 15 seconds, not this one its result.
        with contextlib.suppress(OSError):
            _write(stored, text)
    return _unpack(json.loads(text))


def input_paths(data: Path) -> list[Path]:
    """The files that a lexicon is built from, beside the corpus."""
    dictionaries = [data / "pivot" / f"{language}_en.tsv.xz" for language in LANGUAGES]
    return dictionaries + [data / "parallel" / f"{language}-en.tsv.xz" for language in PIVOTS]


def _write(path: Path, text: str) -> None:
    """Write in one step: two runs at once leave one whole file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _read_packed(path: Path | None) -> dict[str, Any] | None:
    """What an earlier run kept; ``None`` if nothing, or if it is damaged."""
    if path is None or not path.is_file():
        return None
    try:
        packed = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None
    return packed if isinstance(packed, dict) and packed.keys() == _PARTS else None


def _folded(counts: Mapping[str, int]) -> Counter[str]:
    """Counts of lower-case forms; a word that is nearly always capitalised is a name and gets none."""
    folded: Counter[str] = Counter()
    for word, count in counts.items():
        if word == word.lower():
            folded[word] += count
    return folded


def _unpack(packed: dict[str, Any]) -> Lexicon:
    senses = {
        (lemma, pos): tuple((word, weight) for word, weight in row) for lemma, pos, row in packed["senses"]
    }
    foreign = {(lemma, pos): tuple(words) for lemma, pos, words in packed["foreign"]}
    return Lexicon(packed["counts"], packed["tags"], senses, foreign, index_phrases(packed["tags"]))
