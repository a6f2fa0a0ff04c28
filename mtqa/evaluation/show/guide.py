"""What a reader is told about each section: how to read it, its main statistics, and what each one is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mtqa.evaluation.word_kinds import KINDS


@dataclass(frozen=True, slots=True)
class Guide:
    """``how_to_read`` is a paragraph of Markdown; ``main`` names the statistics for which all systems are
    shown side by side; ``definitions`` says in a line what each statistic is."""

    how_to_read: str = ""
    main: tuple[str, ...] = ()
    definitions: Mapping[str, str] = field(default_factory=dict)


_WORDS = Guide(
    """\
People corrected machine translations into English, mostly of encyclopedic sentences (MLQE-PE). A word
that they changed or removed is BAD, and so is a gap where they put something in. mtqa sees the
translation alone. MCC is the figure to look at: it is 0 for chance and for flagging everything, 1 for
perfect agreement. F1 does not lead the table because a rule that always says BAD has a high one where
most words are BAD (ne-en, si-en). In the plot, the default threshold and those for a precision are made
for news, where errors are rarer.""",
    main=("word_mcc",),
    definitions={
        "word_mcc": "Matthews correlation of flagged and BAD words, at the threshold chosen on dev.",
        "word_f1_bad": "harmonic mean of precision and recall of BAD words, at the same threshold.",
        "word_ap": "area under the precision-recall curve; chance gives the share of BAD words.",
        "word_recall_at_50": "share of the BAD words found when 50 words are flagged for each 100 BAD ones.",
        "gap_mcc": "Matthews correlation of flagged and BAD gaps, at the threshold chosen on dev.",
        "gap_f1_bad": "F1 of BAD gaps, at the same threshold.",
        "gap_ap": "area under the precision-recall curve of the gap scores.",
    },
)

_SENTENCES = Guide(
    """\
Each sentence has a direct assessment (DA: several people's scores, as a z-score) and an HTER (the share
of words that the post-editor changed). The published systems see the source as well, and so can know
that a fluent sentence says something else; mtqa cannot. The reliability plot asks whether of the
sentences with a confidence of 70 % really 7 in 10 were left alone. *Errors caught* is what an editor in
a hurry gets: the share of all errors that stand in the least confident part of the sentences.""",
    main=("da_pearson", "quality_da_pearson", "ece", "caught_20"),
    definitions={
        "da_pearson": "Pearson correlation of 1 - predicted edit rate with the DA z-score.",
        "da_spearman": "Spearman's rank correlation of the same two.",
        "da_kendall": "Kendall's tau of the same two.",
        "confidence_da_pearson": "Pearson correlation of the confidence with the DA z-score.",
        "confidence_da_spearman": "Spearman's rank correlation of the same two.",
        "quality_da_pearson": "Pearson correlation of the quality, learnt from DA, with the DA z-score.",
        "quality_da_spearman": "Spearman's rank correlation of the same two.",
        "hter_pearson": "Pearson correlation of the predicted edit rate with HTER.",
        "hter_spearman": "Spearman's rank correlation of the same two.",
        "ece": "mean distance of the confidence from the share of sentences really left alone, over 15 bins.",
        "caught_20": "share of the errors (HTER) that stand in the 20 % least confident sentences.",
        "caught_35": "the same for 35 %.",
        "caught_50": "the same for 50 %.",
    },
)

_SPANS = Guide(
    """\
Professionals marked errors in machine translations of TED talks (MQM), with the source before them. The
unit is not the word but the marked phrase, and whether an error is minor or major counts half. Such
marks are sparse and raters differ, so all systems are low here. Random spans, as many and as long as
ours, show what chance gives.""",
    main=("char_f1", "mpp_f1"),
    definitions={
        "char_f1": "F1 of flagged and marked characters, half credit for the wrong severity (WMT QE task).",
        "char_precision": "share of the flagged characters that are marked, half credit as above.",
        "char_recall": "share of the marked characters that are flagged, half credit as above.",
        "mpp_f1": "F1 of flags matched one to one with marks, partial credit for their overlap (MPP, micro).",
        "mpp_precision": "credit of the matched flags over all flags.",
        "mpp_recall": "credit of the matched marks over all marks.",
        "major_touched": "share of the major errors that a flag touches.",
    },
)

_CLEAN = Guide(
    """\
*Clean news* is news as it was published: every flag on it counts as a false alarm, and an editor turns a
noisy tool off. *Mixed news* are the same articles with errors put into every second one. *Round trips*
are pairs of an English news sentence and a machine translation of its translation, and the original
should get the higher confidence. By chrF, the likeness of the two: below 50 a round trip is far from its
original and mostly bad; above 70 it is nearly the same, and often as good. All at the default threshold,
which is lower in an article that reads badly and higher in one that reads well.""",
    main=("flags_per_1000", "precision", "preferred"),
    definitions={
        "flags_per_1000": "flagged phrases per 1,000 words of clean news.",
        "words_flagged": "words of clean news under a flag, of 1,000 of their kind; "
        + "; ".join(f"{kind}: {meaning}" for kind, meaning in KINDS.items())
        + ".",
        "sentences_flagged": "share of the clean sentences that have a flag.",
        "precision": "share of the flags on mixed news that touch an error.",
        "edits_found": "share of the errors in mixed news that a flag touches.",
        "preferred": "share of the pairs whose original has the higher confidence; a tie counts half.",
        "preferred_below_50": "the same where the round trip's chrF is below 50.",
        "preferred_50_to_70": "the same where it is from 50 to 70.",
        "preferred_above_70": "the same where it is 70 or more.",
        "flags_per_1000_originals": "flags per 1,000 words of the originals.",
        "flags_per_1000_trips": "flags per 1,000 words of the round trips.",
    },
)

_PROPOSALS = Guide(
    """\
For each phrase that the scorer flags, is the post-editor's wording among the proposals? And is the text
better with the best proposals applied than with nothing done, which is the row to beat? *Spans given*
asks about the places that the post-editor himself changed: what the corrector could do if every flag
were right. A post-editor's wording is one of several good ones, so that these shares are lower bounds.""",
    main=("first_right", "ter", "chrf"),
    definitions={
        "on_edit": "share of the flagged spans in which the post-editor changed something.",
        "shown": "share of the spans for which there is a proposal.",
        "first_right": "share of the spans whose first proposal is the post-edit's, but for case and spaces.",
        "three_right": "share of the spans of which one of the three proposals is.",
        "ter": "edits per 100 words from the text with proposals applied to the post-edit (sacrebleu).",
        "chrf": "chrF++ of the text with proposals applied against the post-edit (sacrebleu).",
        "ter_change": "TER with proposals applied minus TER of the text as it is.",
        "harm": "share of the applied proposals that change a word which the post-editor kept.",
        "fact_changed": "share of the applied proposals that change a number, a name or a negation "
        "which the post-editor did not change so.",
        "clean_fixes": "proposals applied to news as it was published, where each is harm, in 5,000 words.",
    },
)

_GRAMMAR = Guide(
    """\
Of two sentences that differ in one point of grammar (BLiMP), the good one should be the less doubtful.
This is a health check of the encoder and no goal: made-up sentences like *"Who does Amy discover?"* are
far from news. Published figures are of language models that compare probabilities of whole sentences.""",
    main=("accuracy",),
    definitions={
        "accuracy": "share of the pairs in whose good sentence fewer words are expected to be changed.",
        "accuracy_confidence": "share of the pairs whose good sentence has the higher confidence.",
    },
)

_SPEED = Guide(
    """\
A *cold start* is a whole process, from the shell to the last line of its report, with its files in the
system's cache. *Warm* figures are of a process that has the models loaded and has checked a text before.
All hold for the machine named above alone. Importing torch stands beside them because no program that
uses it can start faster. A MB is a million bytes.""",
    main=("seconds", "score_rate", "check_rate", "peak_mb"),
    definitions={
        "seconds": "median wall time of the process.",
        "score_rate": "words per second of the scorer alone.",
        "check_rate": "words per second of a whole check, proposals included.",
        "peak_mb": "the most memory that the process had resident.",
        "disk_mb": "size of the model's folder.",
    },
)

#: By the name of the section; one that is missing is shown without a paragraph.
GUIDES: dict[str, Guide] = {
    "words": _WORDS,
    "sentences": _SENTENCES,
    "spans": _SPANS,
    "clean": _CLEAN,
    "proposals": _PROPOSALS,
    "grammar": _GRAMMAR,
    "speed": _SPEED,
}
