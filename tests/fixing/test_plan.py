"""Choices become edits of the source: what each format makes of them, and what it refuses."""

from __future__ import annotations

import pytest
from made_choices import fixed, original, planned

from mtqa.fixing import open_manuscript


@pytest.mark.parametrize(
    ("source", "wordings", "expected"),
    [
        ("The energy roast fell.", {"roast": "grid"}, "The energy grid fell."),
        ("The energy roast fell.", {"energy roast": "power grid", "fell": "rose"}, "The power grid rose."),
        # a deletion takes one of the two spaces that would meet
        ("The the roast fell.", {"the": ""}, "The roast fell."),
        ("So the roast fell again.", {"again": ""}, "So the roast fell."),
        ("It agreed the plan.", {"agreed |the": "with "}, "It agreed with the plan."),
        ("One roast.\r\nTwo roast.\rThree roast", {"Two roast": "2"}, "One roast.\r\n2.\rThree roast"),
        ("A <b>roast & grid", {"roast": "<i> & *it*"}, "A <b><i> & *it* & grid"),
        ("A roast.", {"roast": "line\nbreak\u2028here"}, "A line break here."),
    ],
)
def test_plain(source: str, wordings: dict[str, str], expected: str) -> None:
    assert fixed(source, "a.txt", wordings).decode() == expected


@pytest.mark.parametrize(
    ("source", "wordings", "expected"),
    [
        ("The *energy* **roast** fell.", {"energy roast": "energy grid"}, "The *energy* **grid** fell."),
        # emptied marks would be text, so the wording goes into what has them
        ("The energy **roast** fell.", {"energy roast": "network"}, "The **network** fell."),
        ("See [the roast](http://roast).", {"roast": "grid"}, "See [the grid](http://roast)."),
        ("> The energy\n> roast fell.", {"energy\nroast": "power grid"}, "> The power\n> grid fell."),
        ("# A roast #\n\nText.", {"roast": "grid"}, "# A grid #\n\nText."),
        ("R&amp;D roast.", {"R&D": "the R&D of"}, "the R&amp;D of roast."),
        # escaped only where it would be markup
        ("A roast here.", {"roast": "2 * 3"}, "A 2 * 3 here."),
        ("A roast here.", {"roast": "*it*"}, "A \\*it\\* here."),
        ("A roast here.", {"roast": "<b>"}, "A \\<b\\> here."),
        ("A roast here.", {"roast": "snake_case"}, "A snake_case here."),
        ("A roast here.", {"roast": "&lt;"}, "A \\&lt; here."),
        ("A roast here.", {"roast": "`x`"}, "A \\`x\\` here."),
        ("Roast here.", {"Roast": "#"}, "\\# here."),
        ("It agreed **to** it.", {"agreed |to": "with "}, "It agreed with **to** it."),
        ("**It agreed** to it.", {"agreed| to": " with"}, "**It agreed** with to it."),
        ("```\nroast\n```\n\nA roast.", {"A roast": "The grid"}, "```\nroast\n```\n\nThe grid."),
    ],
)
def test_markdown(source: str, wordings: dict[str, str], expected: str) -> None:
    assert fixed(source, "a.md", wordings).decode() == expected


@pytest.mark.parametrize(
    ("source", "wordings", "expected"),
    [
        ("<p title='roast'>A <b>roast</b></p>", {"roast": "grid"}, "<p title='roast'>A <b>grid</b></p>"),
        ("<p>AT&amp;T roast</p>", {"AT&T roast": "AT&T grid"}, "<p>AT&amp;T grid</p>"),
        ("<p>energy&nbsp;roast</p>", {"energy\xa0roast": "energy grid"}, "<p>energy&nbsp;grid</p>"),
        ("<p>a roast – b</p>", {"roast": "<b>R&D</b>"}, "<p>a &lt;b&gt;R&amp;D&lt;/b&gt; – b</p>"),
        ("<p>big <i>energy</i> roast</p>", {"energy roast": "grid"}, "<p>big <i>grid</i></p>"),
        ("<!-- roast --><p>A roast</p>", {"roast": "grid"}, "<!-- roast --><p>A grid</p>"),
        # a cell that becomes too short to be checked is still written
        ("<td>it is the roast or two</td>", {"the roast or two": "c"}, "<td>it is c</td>"),
        ("<td>so it is very much roast</td>", {"very much roast": ""}, "<td>so it is</td>"),
        # a page of ASCII alone may be declared as anything
        ("<p>Its roast</p>", {"Its roast": "It’s"}, "<p>It&#8217;s</p>"),
        ("<p>é roast</p>", {"roast": "’s"}, "<p>é ’s</p>"),
        ("<p>It agreed <b>to</b> it</p>", {"agreed |to": "with "}, "<p>It agreed with <b>to</b> it</p>"),
    ],
)
def test_html(source: str, wordings: dict[str, str], expected: str) -> None:
    assert fixed(source, "a.html", wordings).decode().rstrip() == expected.rstrip()


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encoding_and_newlines_stay(encoding: str, newline: str) -> None:
    source = newline.join(["The “energy” roast fell – so it’s said.", "", "Ukraine’s roast", "is a café."])
    expected = source.replace("energy", "power").replace("roast", "grid")
    wordings = {"energy” roast": "power” grid", "Ukraine’s roast": "Ukraine’s grid"}
    assert fixed(source.encode(encoding), "a.txt", wordings) == expected.encode(encoding)


CP1252 = "The “energy” roast fell – so it’s said."


@pytest.mark.parametrize(
    ("source", "name", "phrase", "wording", "reason"),
    [
        (CP1252.encode("cp1252"), "a.txt", "roast", "\u2192", "characters that cannot be written"),
        ("A roast.", "a.txt", "roast", "\x1b[31mred", "characters that cannot be written"),
        ("A roast.", "a.html", "roast", "\udcff", "characters that cannot be written"),
        ("A roast.", "a.txt", "roast", "roast", "changes nothing"),
        ("A roast.", "a.txt", "A| roast", "", "changes nothing"),
        # only the marks of emphasis would be left, and they would be text
        ("The **roast** fell.", "a.md", "roast", "", "markup does not let"),
        # it would begin a list
        ("One. Two.", "a.md", "One", "1", "markup does not let"),
    ],
)
def test_refused(source: bytes | str, name: str, phrase: str, wording: str, reason: str) -> None:
    plan = planned(original(source, name), {phrase: wording})
    assert (plan.edits, plan.done) == ((), ())
    (refusal,) = plan.refused
    assert reason in refusal.reason


@pytest.mark.parametrize("name", ["a.md", "a.html"])
def test_references_for_what_an_encoding_lacks(name: str) -> None:
    expected = CP1252.replace("roast", "&#8594;").encode("cp1252")
    assert fixed(CP1252.encode("cp1252"), name, {"roast": "→"}) == expected


def test_of_two_that_overlap_the_first_is_written() -> None:
    read = original("The energy roast fell.", "a.txt")
    plan = planned(read, {"energy roast": "grid", "roast fell": "network rose"})
    assert [choice.wording for choice in plan.done] == ["grid"]
    assert [refusal.reason for refusal in plan.refused] == ["it overlaps another fix"]


def test_one_that_does_not_fit_does_not_keep_the_others_out() -> None:
    """They are tried together first, and in halves where that fails."""
    source = "One roast. Two roast. The **gone** one. Three roast. Four *it* roast."
    read = original(source, "a.md")
    wordings = {"One roast": "First", "Two roast": "*2*", "gone": "", "Three roast": "3", "Four it": "4"}
    plan = planned(read, wordings)
    assert [choice.wording for choice in plan.done] == ["First", "*2*", "3", "4"]
    assert [refusal.choice.wording for refusal in plan.refused] == [""]


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]])
def test_neighbours_do_not_overlap(order: list[int]) -> None:
    """In whatever order they are chosen; a word may be put in at either edge of another fix."""
    wordings = [("|roast", "big "), ("roast", "grid"), ("roast| fell", " here"), (" fell", " rose")]
    read = original("The roast fell.", "a.txt")
    plan = planned(read, dict(wordings[at] for at in order))
    assert not plan.refused
    assert open_manuscript(read).write(plan.edits) == b"The big grid here rose."
