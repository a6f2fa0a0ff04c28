"""Fixing: from a report to the file with the chosen wordings in it, markup and encoding as they were."""

from mtqa.fixing.choices import Choice, first_choices
from mtqa.fixing.diff import Diff, make_diff, mark_changes
from mtqa.fixing.fix import fix_text
from mtqa.fixing.manuscript import Edit, Manuscript
from mtqa.fixing.opening import open_manuscript
from mtqa.fixing.original import Original, read_original, write_original
from mtqa.fixing.plan import Plan, Refusal, plan_fixes
from mtqa.fixing.session import Item, Memory, Session

__all__ = [
    "Choice",
    "Diff",
    "Edit",
    "Item",
    "Manuscript",
    "Memory",
    "Original",
    "Plan",
    "Refusal",
    "Session",
    "first_choices",
    "fix_text",
    "make_diff",
    "mark_changes",
    "open_manuscript",
    "plan_fixes",
    "read_original",
    "write_original",
]
