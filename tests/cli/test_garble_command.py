"""``mtqa garble`` as a user meets it: output, files, messages and exit statuses."""

from __future__ import annotations

import json
import lzma
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mtqa.cli.main import main
from mtqa.training.garble import garbler_version
from mtqa.training.garble.families import FAMILIES
from mtqa.training.garble.senses import LANGUAGES, PIVOTS

_TEXT = (
    "The court has rejected the plan of the new minister.\n\n"
    "On Monday, the army said that Russia agreed to stop the attacks on the energy grid in 2014.\n"
)
_ENTRIES = [
    *("grid\trooster\tn", "roast\troosteren\tv", "roast\tgebraad\tn"),
    *(f"{word}\t{word}x\tn" for word in "court plan minister army attack energy".split()),
    *(f"{word}\t{word}en\tv" for word in "reject agree stop say attack".split()),
    *("new\tnieuw\ta", "Russia\tRusland\tprop"),
]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder and a corpus beside it, and a cache of its own."""
    folder = tmp_path / "shared" / "data"
    (folder / "pivot").mkdir(parents=True)
    (folder / "parallel").mkdir()
    (tmp_path / "shared" / "corpus").mkdir()
    rows = "english\tforeign\tpos\tsources\tgloss\n" + "".join(f"{row}\twiktionary\t\n" for row in _ENTRIES)
    for language in LANGUAGES:
        (folder / "pivot" / f"{language}_en.tsv.xz").write_bytes(lzma.compress(rows.encode()))
    for language in PIVOTS:
        line = "set\thet rooster roosteren gebraad\tx\n"
        (folder / "parallel" / f"{language}-en.tsv.xz").write_bytes(lzma.compress(line.encode()))
    record = json.dumps({"source": "x", "text": f"{_TEXT} roast roast roasts attack agree"})
    shard = tmp_path / "shared" / "corpus" / "shard2.jsonl.xz"
    shard.write_bytes(lzma.compress(f"{record}\n".encode()))
    monkeypatch.setenv("MTQA_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("MTQA_DATA", str(folder))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(_TEXT, encoding="utf-8")
    return folder


def run(*arguments: str, input: str | None = None) -> Result:
    """The command with everything wrong that can be: no sentence is left clean."""
    return CliRunner().invoke(
        main, ["garble", "--clean-share", "0", "--rate", "0.4", *arguments], input=input
    )


def test_text_keeps_the_layout(data: Path) -> None:
    result = run("a.txt")
    assert result.exit_code == 0, result.output
    assert result.stdout != _TEXT
    first, gap, second, end = result.stdout.split("\n")
    assert (gap, end) == ("", "")
    assert first and second


def test_json_has_edits_that_lead_back(data: Path) -> None:
    result = run("a.txt", "--format", "json", "--seed", "2")
    made = json.loads(result.stdout)
    assert {key: made[key] for key in ("schema", "garbler", "seed", "rate")} == {
        "schema": "mtqa.garble/1",
        "garbler": garbler_version(),
        "seed": 2,
        "rate": 0.4,
    }
    (document,) = made["documents"]
    edits = [edit for sentence in document["sentences"] for edit in sentence["edits"]]
    assert edits
    text = document["text"]
    for edit in reversed(edits):
        assert text[edit["start"] : edit["end"]] == edit["text"]
        assert document["source"][edit["source_start"] : edit["source_end"]] == edit["source"]
        assert edit["family"] in FAMILIES
        text = text[: edit["start"]] + edit["source"] + text[edit["end"] :]
    assert text == document["source"] == _TEXT


def test_a_diff_can_be_applied(data: Path, tmp_path: Path) -> None:
    diff = run("a.txt", "--format", "diff").stdout
    assert diff.startswith("--- a.txt\n+++ a.txt (garbled)\n@@")
    removed = [line[1:] for line in diff.splitlines() if line[0] in "- " and not line.startswith("---")]
    assert removed == _TEXT.splitlines()
    (tmp_path / "b.txt").write_text("It agreed to stop the attacks", encoding="utf-8")
    assert "\\ No newline at end of file" in run("b.txt", "--format", "diff").stdout


def test_the_same_seed_gives_the_same_text(data: Path) -> None:
    assert run("a.txt", "--seed", "4").stdout == run("a.txt", "--seed", "4").stdout
    assert len({run("a.txt", "--seed", str(seed)).stdout for seed in range(4)}) > 1


def test_families_and_clean_share(data: Path) -> None:
    made = json.loads(run("a.txt", "--family", "articles", "--family", "tense", "--format", "json").stdout)
    families = {e["family"] for s in made["documents"][0]["sentences"] for e in s["edits"]}
    assert families
    assert families <= {"articles", "tense"}
    assert run("a.txt", "--clean-share", "1").stdout == _TEXT


def test_list_families_needs_no_dictionaries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTQA_DATA", "/nowhere")
    result = CliRunner().invoke(main, ["garble", "--list-families"])
    assert result.exit_code == 0
    for name, family in FAMILIES.items():
        assert f"{name}: {family.summary}\n  - {family.clean}\n  + {family.garbled}\n" in result.stdout


def test_standard_input_and_an_output_file(data: Path, tmp_path: Path) -> None:
    result = run("-", "-o", "out.html", "--stdin-filename", "x.html", input=f"<p>{_TEXT}</p>")
    assert (result.exit_code, result.stdout) == (0, "")
    written = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert written.startswith("<p>") and written.endswith("</p>") and _TEXT not in written


def test_several_files_stand_under_their_names(data: Path, tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("They agreed to stop.\n", encoding="utf-8")
    assert [line for line in run("a.txt", "b.txt").stdout.splitlines() if line.startswith("==>")] == [
        "==> a.txt <==",
        "==> b.txt <==",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Nothing to garble"),
        (["none.txt"], "none.txt does not exist"),
        (["a.txt", "--family", "spelling"], "there is no family 'spelling'; there are pivot"),
        (
            ["a.txt", "--data", "nowhere"],
            "pivot/nl_en.tsv.xz does not exist: garbling needs the dictionaries",
        ),
        (["a.txt", "--corpus", "none.xz"], "none.xz does not exist: garbling needs the corpus"),
        (["a.txt", "--corpus", "."], ". is a folder: garbling needs the corpus"),
        (["a.txt", "--rate", "0"], "0"),
        (["a.txt", "--rate", "nan"], "the rate must be above 0 and at most 1"),
        (["empty.txt"], "empty.txt is empty"),
    ],
)
def test_what_is_wrong_is_told(data: Path, tmp_path: Path, arguments: list[str], message: str) -> None:
    (tmp_path / "empty.txt").touch()
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("damage", [b"", b"no xz", lzma.compress(b"one\tcolumn\n")[:-4]])
def test_damaged_dictionaries_are_told(data: Path, damage: bytes) -> None:
    (data / "pivot" / "de_en.tsv.xz").write_bytes(damage)
    result = run("a.txt")
    assert result.exit_code == 2
    assert "damaged" in result.stderr


def test_a_file_that_cannot_be_read_does_not_stop_the_others(data: Path, tmp_path: Path) -> None:
    result = run("none.txt", "a.txt", "-o", "out.txt")
    assert result.exit_code == 2
    assert "none.txt does not exist" in result.stderr
    assert (tmp_path / "out.txt").stat().st_size > 0


def test_nothing_garbled_leaves_the_output_file_as_it_was(data: Path, tmp_path: Path) -> None:
    (tmp_path / "out.txt").write_text("kept", encoding="utf-8")
    assert run("none.txt", "-o", "out.txt").exit_code == 2
    assert run("a.txt", "--data", "nowhere", "-o", "out.txt").exit_code == 2
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == "kept"


def test_nothing_heavy_is_imported(data: Path) -> None:
    code = (
        "import sys; from mtqa.cli.main import main; main(['garble', 'a.txt'], standalone_mode=False)\n"
        "print({'torch', 'transformers', 'numpy', 'scipy'} & {*sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", env={**os.environ}, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "set()"


def test_the_hash_seed_does_not_matter(data: Path) -> None:
    command = [sys.executable, "-m", "mtqa", "garble", "--rate", "0.4", "--clean-share", "0", "a.txt"]
    made = set()
    for number in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": number, "MTQA_CACHE_DIR": f"cache-{number}"}
        made.add(subprocess.run(command, capture_output=True, check=True, env=environment, timeout=60).stdout)
    assert len(made) == 1
    assert made != {_TEXT.encode()}
