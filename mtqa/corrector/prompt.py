"""What a sequence-to-sequence model is asked: the sentence with the doubtful span marked, in its context.

A template has the fields ``{previous}``, ``{left}``, ``{span}``, ``{right}`` and ``{following}``: the
sentence before, the sentence's words before the span, the span, its words after it, and the sentence after.
The shipped model's template is :data:`NATIVE`; a folder without an ``mtqa.json`` is asked by
:data:`EXTERNAL`, and a fine-tuned T5, BART or Marian model brings its own in the ``prompt`` entry of its
``mtqa.json``::

    {"prompt": {"template": "fix: {left}<<{span}>>{right}", "inline_case": false, "max_tokens": 256}}

The answer is the replacement of the span alone. ``keep`` as an answer leaves the span, ``delete`` removes it.
With ``"rewrite": true`` it is the whole sentence anew, and what stands in place of the span is taken from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from mtqa.corrector.casing import MARKERS, copy_apostrophes, decode_case, encode_case
from mtqa.errors import ModelError
from mtqa.text.words import split_tokens
from mtqa.types import Segment

#: In training an input has several marked spans; the decoder starts with the mark of the one it is to answer.
SPAN_MARKS = ("[SPAN0]", "[SPAN1]", "[SPAN2]", "[SPAN3]")
SPAN_END = "[END]"
KEEP = "[KEEP]"
DELETE = "[DELETE]"
SEPARATOR = "[SEP]"
#: Stands for words that training took away.
MASK = "[MASK]"


@dataclass(frozen=True, slots=True)
class Prompt:
    """How to ask and how to read the answer.

    ``inline_case`` encodes case and spacing (:mod:`mtqa.corrector.casing`); ``context_words`` bounds the
    words taken from each neighbour, ``max_tokens`` the input and ``max_new_tokens`` the answer. An answer
    equal to ``keep`` or ``delete`` is a command, unless that is "".
    """

    template: str
    inline_case: bool = False
    keep: str = ""
    delete: str = ""
    context_words: int = 12
    max_tokens: int = 256
    max_new_tokens: int = 32
    rewrite: bool = False

    def to_dict(self) -> dict[str, Any]:
        """As it stands in ``mtqa.json``."""
        return asdict(self)


NATIVE = Prompt(
    template=(
        f"{{previous}} {SEPARATOR} {{left}} {SPAN_MARKS[0]} {{span}} {SPAN_END} {{right}} "
        f"{SEPARATOR} {{following}}"
    ),
    inline_case=True,
    keep=KEEP,
    delete=DELETE,
    max_tokens=96,
    max_new_tokens=24,
)
#: The same for a model whose vocabulary has capitals.
CASED = replace(NATIVE, inline_case=False)


def rewriting(prompt: Prompt) -> Prompt:
    """The prompt of a model that is asked the same and answers with the whole sentence."""
    return replace(prompt, rewrite=True, max_new_tokens=prompt.max_tokens)


EXTERNAL = Prompt(template="correct: {previous} {left}<<{span}>>{right} {following}")

FIELDS = ("previous", "left", "span", "right", "following")
# Share of the neighbours' words, and words on each side of the span, tried until the input is short enough.
_WINDOWS = ((1.0, 48), (1.0, 32), (0.5, 24), (0.0, 20), (0.0, 12), (0.0, 6), (0.0, 2))


def read_prompt(entry: Mapping[str, Any] | None) -> Prompt:
    """The prompt of an ``mtqa.json``'s ``prompt`` entry, :data:`EXTERNAL` if there is none.

    Raises :class:`ModelError` for an unknown key, a missing field or a value of the wrong type.
    """
    if entry is None:
        return EXTERNAL
    try:
        prompt = Prompt(**entry)
        rendered = prompt.template.format(**{name: f"<{name}>" for name in FIELDS})
    except (TypeError, KeyError, ValueError, IndexError, AttributeError) as error:
        raise ModelError(f"The prompt in mtqa.json cannot be used: {error}.") from error
    if "<span>" not in rendered or "<left>" not in rendered or "<right>" not in rendered:
        raise ModelError(
            "The prompt's template in mtqa.json must have the fields {left}, {span} and {right}."
        )
    return prompt


def build_prompt(
    prompt: Prompt, segment: Segment, start: int, end: int, count_tokens: Callable[[str], int]
) -> str:
    """The model's input for ``segment.text[start:end]``, its context trimmed until it fits ``max_tokens``."""
    text = ""
    for share, window in _WINDOWS:
        fields = {
            "previous": last_words(segment.previous, int(share * prompt.context_words)),
            "left": last_words(segment.text[:start], window),
            "span": segment.text[start:end],
            "right": first_words(segment.text[end:], window),
            "following": first_words(segment.following, int(share * prompt.context_words)),
        }
        if prompt.inline_case:
            fields = {name: encode_case(value) for name, value in fields.items()}
        text = " ".join(prompt.template.format(**fields).split())
        if count_tokens(text) <= prompt.max_tokens:
            break
    return text


def mark_spans(
    segment: Segment, spans: Sequence[tuple[int, int, int]], context_words: int, *, inline_case: bool = True
) -> str:
    """The native input with several spans marked, for training: ``(start, end, slot)``, sorted and apart.

    With one span in slot 0 it is what :func:`build_prompt` gives for a sentence that fits.
    """
    written = encode_case if inline_case else tidy
    parts = [written(last_words(segment.previous, context_words)), SEPARATOR]
    at = 0
    for start, end, slot in spans:
        parts += [written(segment.text[at:start]), SPAN_MARKS[slot]]
        span = segment.text[start:end].split(MASK)
        parts += [f" {MASK} ".join(written(part) for part in span).strip(), SPAN_END]
        at = end
    parts += [written(segment.text[at:]), SEPARATOR]
    parts.append(written(first_words(segment.following, context_words)))
    return " ".join(part for part in parts if part)


def write_answer(replacement: str | None, *, inline_case: bool = True) -> str:
    """The native answer for a replacement; ``None`` means that the span is right as it is."""
    if replacement is None:
        return KEEP
    return (encode_case(replacement) if inline_case else tidy(replacement)) or DELETE


def tidy(text: str) -> str:
    """``text`` with single spaces."""
    return " ".join(text.split())


def read_answer(prompt: Prompt, answer: str, span: str, like: str) -> str | None:
    """The replacement that an answer stands for: ``span`` itself for ``keep``; ``None`` if it cannot be read.

    ``answer`` is the decoded output without special tokens; ``like`` the text whose quotes and accents
    are copied, but apostrophes that ``span`` has itself are copied from there.
    """
    answer = answer.strip()
    if prompt.keep and prompt.keep in answer:
        return span
    if prompt.delete and prompt.delete in answer:
        return "" if answer == prompt.delete else None
    if not answer or "[UNK]" in answer or "<unk>" in answer:
        return None
    if not prompt.inline_case:
        return answer
    if any(mark in answer for mark in (*SPAN_MARKS, SPAN_END, SEPARATOR, MASK, "##")):
        return None
    text = copy_apostrophes(decode_case(answer, like), span)
    return None if any(marker in text for marker in MARKERS) else text or None


def last_words(text: str, count: int) -> str:
    """The last ``count`` whitespace-separated words of ``text``, with the white space after them."""
    words = split_tokens(text)
    return text if len(words) <= count else text[words[-count][0] :] if count else ""


def first_words(text: str, count: int) -> str:
    """The first ``count`` whitespace-separated words of ``text``, with the white space before them."""
    words = split_tokens(text)
    return text if len(words) <= count else text[: words[count - 1][1]] if count else ""
