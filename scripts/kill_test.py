"""Kill ``mtqa score`` again and again, resume it each time, and compare the bytes with an uninterrupted run.

    python scripts/kill_test.py                                # 2,000 records, some minutes
    python scripts/kill_test.py --records 100000 --kills 200   # the full size: hours
    python scripts/kill_test.py --command "python tests/cli/fake_mtqa.py" --records 200000 --kills 100

Records are sentences of the sample article, shuffled and joined; one in twenty is bad in some way. Each
process gets SIGKILL after a random time. With ``--command`` another program scores, such as the fake one of
the tests, which shows the machinery at a size (gigabytes) that models would take days for. Peak memory is the
resident set of the uninterrupted process.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

SEED_TEXT = Path(__file__).resolve().parents[1] / "seeds" / "ceasefire-call.txt"
BAD = ('{"text": 5}', "not JSON", "", '{"text": "\\ud800"}', '{"id": 1}', '{"text": " "}')
BAD_SHARE = 0.05


def write_records(path: Path, count: int, chance: random.Random) -> None:
    """Records of one to four sentences, each with its number, which makes no two alike."""
    sentences = re.findall(r"[^\n.!?]+[.!?]", SEED_TEXT.read_text(encoding="utf-8"))
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            text = " ".join(s.strip() for s in chance.choices(sentences, k=chance.randint(1, 4)))
            good = json.dumps(
                {"id": number, "text": f"{number} {text}", "source": "wire"}, ensure_ascii=False
            )
            file.write((chance.choice(BAD) if chance.random() < BAD_SHARE else good) + "\n")


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        made = hashlib.sha256()
        while chunk := file.read(1 << 20):
            made.update(chunk)
    return made.hexdigest()


def run_whole(command: list[str]) -> tuple[float, int]:
    """Run to the end; the seconds and the peak of resident memory, in bytes."""
    since = time.monotonic()
    with subprocess.Popen(command) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise click.ClickException(f"{shlex.join(command)} failed with status {process.returncode}")
    return time.monotonic() - since, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def records_done(output: Path) -> int:
    """The records that the journal of an unfinished run counts."""
    try:
        journal = json.loads((output.parent / f"{output.name}.unfinished" / "journal.json").read_bytes())
    except FileNotFoundError:
        return 0
    return int(journal["mark"]["records"])


def run_killed(
    command: list[str], output: Path, kills: int, longest: float, chance: random.Random
) -> tuple[int, int]:
    """Run, kill and resume until it gets through, at the latest after so many kills.

    Gives the number of kills, and of those that hit a process which had gone on; the others hit one that was
    starting, or reading over what was done.
    """
    met = before = 0
    for done in range(kills):
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            try:
                process.wait(chance.uniform(0, longest))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                before, last = records_done(output), before
                met += before > last
                continue
            if process.returncode not in (0, 1):
                raise click.ClickException(f"a resumed run failed with status {process.returncode}")
            return done, met
    run_whole(command)
    return kills, met


@click.command()
@click.option("--records", default=2000, show_default=True, help="Records to score.")
@click.option("--kills", default=20, show_default=True, help="At most so many; then it may end.")
@click.option("--longest", default=20.0, show_default=True, help="Seconds that a process lives at most.")
@click.option("--seed", default=0, show_default=True, help="Of the records and of the times.")
@click.option("--output", default="out.jsonl", show_default=True, help="Its extension is the format.")
@click.option("--command", default=f"{sys.executable} -m mtqa", help="What scores, if not this mtqa.")
@click.argument("options", nargs=-1)
def main(
    records: int, kills: int, longest: float, seed: int, output: str, command: str, options: tuple[str, ...]
) -> None:
    """Compare a run that is killed with one that is not. OPTIONS, after --, are passed to `mtqa score`."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_records(folder / "in.jsonl", records, chance)
        program = [*shlex.split(command), "score", str(folder / "in.jsonl"), *options, "-q", "-o"]
        seconds, memory = run_whole([*program, str(folder / f"whole-{output}")])
        size = (folder / "in.jsonl").stat().st_size
        click.echo(
            f"whole: {records:,} records, {size / 1e6:,.1f} MB, {seconds:.1f} s, {memory / 1e6:,.0f} MB peak"
        )
        resumed = [*program, str(folder / output), "--resume"]
        done, met = run_killed(resumed, folder / output, kills, longest, chance)
        click.echo(f"killed {done} times, {met} of them after further records had been written")
        same = digest(folder / output) == digest(folder / f"whole-{output}")
        left = sorted(path.name for path in folder.iterdir() if path.name.endswith(".unfinished"))
    if not same or left:
        raise click.ClickException(f"the outputs differ, or something is left: {left}")
    click.echo("byte-identical")


if __name__ == "__main__":
    main()
