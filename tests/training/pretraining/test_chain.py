"""The whole of pretraining on a corpus made by hand: pack, train, resume, export, a scorer; errors."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
import torch
from click.testing import CliRunner
from recipes import SCRIPTS, load_script
from safetensors.torch import save_file

from mtqa.errors import InputError, ModelError
from mtqa.scorer.folder import WEIGHTS
from mtqa.scorer.model import ScorerConfig, ScorerModel
from mtqa.training.garble import Garbler
from mtqa.training.mix import Mix
from mtqa.training.news import garble_article
from mtqa.training.pretraining.candidate import CANDIDATES, MINILM, START, device_of
from mtqa.training.pretraining.chain import TINY, open_run, run_chain
from mtqa.training.pretraining.curve import draw_curve, read_log
from mtqa.training.pretraining.export import export_encoder, read_record, scorer_from
from mtqa.training.pretraining.make import make_pack
from mtqa.training.pretraining.pack import PackOptions
from mtqa.training.pretraining.parts import join_file, split_file
from mtqa.training.pretraining.run import CHECKPOINT, LOG, RECORD, PretrainingOptions
from mtqa.training.pretraining.stream import read_manifest

CPU = torch.device("cpu")
SCRIPT = SCRIPTS / "pretrain_encoder.py"


@pytest.fixture(scope="module")
def pack(
    tmp_path_factory: pytest.TempPathFactory, corpus: Path, data: Path, base: Path, garbler: Garbler
) -> Path:
    folder = tmp_path_factory.mktemp("made") / "pack"
    options = PackOptions(garbled=0.5, shard_tokens=1000, workers=1)
    make_pack(corpus, data, folder, MINILM, options, base=base, garbler=garbler)
    return folder


@pytest.mark.parametrize("candidate", CANDIDATES)
def test_the_whole_chain(
    tmp_path: Path, corpus: Path, data: Path, base: Path, garbler: Garbler, candidate: str
) -> None:
    start = base if candidate == MINILM else None
    result = run_chain(corpus, data, tmp_path, candidate, garbler, base=start, words=4000, steps=4)
    assert (result.first["steps"], result.resumed["steps"]) == (2, 4)
    assert result.resumed["tokens"] == 4 * TINY.batch_tokens
    assert 0 <= result.resumed["grammar"]["all"] <= 1
    assert result.scorer["steps"] > 0
    assert read_record(tmp_path / "encoder")["steps"] == 4
    draw_curve(tmp_path / "run" / LOG, tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
    model = scorer_from(tmp_path / "encoder")
    trained = torch.load(tmp_path / "run" / CHECKPOINT, weights_only=True)["network"]
    for name, value in model.state_dict().items():
        if name.startswith("encoder.") or name == "shape_embeddings.weight":
            assert torch.equal(value, trained[name].half().to(value.dtype)), name
    # A scorer of either kind is loaded as the shipped one is.
    folder = tmp_path / "scorer_folder"
    folder.mkdir()
    model.config.save_pretrained(folder)
    save_file(model.state_dict(), folder / WEIGHTS)
    again = ScorerModel.from_pretrained(folder)
    for name, value in model.state_dict().items():
        assert torch.equal(value, again.state_dict()[name]), name


def test_the_manifest_says_what_is_in_and_what_is_left_out(pack: Path) -> None:
    manifest = read_manifest(pack)
    assert len(manifest["shards"]) > 1
    assert manifest["documents"] == sum(s["documents"] for s in manifest["shards"]) == 73
    assert manifest["left_out"]["documents"] == 1
    assert manifest["left_out"]["long_paragraphs_held_out"]["reserved articles"] > 0
    assert 20 < sum(s["garbled_documents"] for s in manifest["shards"]) < 55
    assert sum(s["changed_tokens"] for s in manifest["shards"]) > 0
    assert (pack / START).exists()


def test_training_goes_on_as_if_it_had_not_been_interrupted(pack: Path, tmp_path: Path) -> None:
    first = open_run(pack, tmp_path, TINY, CPU, tiny=True, partial=False)
    first.train(1)
    again = open_run(pack, tmp_path, TINY, CPU, tiny=True, partial=False)
    assert again.resume()
    for one, other in zip(
        first.network.state_dict().values(), again.network.state_dict().values(), strict=True
    ):
        assert torch.equal(one, other)
    assert again._sampler.state() == first._sampler.state()
    moments = [s for o in again._optimizers for s in o.state.values()]
    assert len(moments) == sum(len(o.state) for o in first._optimizers) > 0
    assert (again.step, again.tokens) == (1, TINY.batch_tokens)


def test_the_run_ends_with_its_tokens(pack: Path, tmp_path: Path) -> None:
    run = open_run(pack, tmp_path, replace(TINY, passes=0.1, minutes=60), CPU, tiny=True, partial=False)
    record = run.train()
    assert record["finished"]
    assert not record["stopped"]
    tokens = read_manifest(pack)["tokens"]
    assert 0.1 * tokens <= record["tokens"] < 0.1 * tokens + TINY.batch_tokens
    log = read_log(tmp_path / LOG)
    assert sum("grammar" in line for line in log) == 2  # before and after


@pytest.mark.parametrize(
    ("progress", "length", "masked", "places"),
    [(0.0, 128, 0.30, 38), (0.5, 128, 0.225, 38), (0.849, 128, 0.17265, 38), (0.85, 256, 0.1725, 44)],
)
def test_schedules(progress: float, length: int, masked: float, places: int) -> None:
    options = PretrainingOptions()
    assert options.length(progress) == length
    assert options.masked(progress) == pytest.approx(masked)
    assert options.places(length) == places >= int(options.masked(progress) * length)


def test_a_checkpoint_of_another_network_is_a_clear_error(pack: Path, tmp_path: Path) -> None:
    torch.save({"network": {"x": torch.zeros(1)}}, tmp_path / CHECKPOINT)
    with pytest.raises(InputError, match="cannot be resumed"):
        open_run(pack, tmp_path, TINY, CPU, tiny=True, partial=False).resume()


def test_parts_are_small_and_make_the_file_again(tmp_path: Path) -> None:
    content = bytes(range(256)) * 10
    (tmp_path / "weights").write_bytes(content)
    listing, *parts = split_file(tmp_path / "weights", tmp_path / "parts", 1000)
    assert [part.stat().st_size for part in parts] == [1000, 1000, 560]
    assert join_file(listing, tmp_path / "out").read_bytes() == content
    parts[1].write_bytes(b"x" * 1000)
    with pytest.raises(InputError, match="hash"):
        join_file(listing, tmp_path / "damaged")
    parts[1].unlink()
    with pytest.raises(InputError, match="fetch it again"):
        join_file(listing, tmp_path / "damaged")
    assert not (tmp_path / "damaged").exists()


def test_clear_errors(pack: Path, tmp_path: Path, corpus: Path, base: Path) -> None:
    with pytest.raises(InputError, match="holds a pack already"):
        make_pack(corpus, None, pack, MINILM, PackOptions(), base=base)
    with pytest.raises(InputError, match="no document"):
        make_pack(corpus, None, tmp_path / "none", MINILM, PackOptions(), base=base, sources=["unknown"])
    with pytest.raises(InputError, match="cannot be read"):
        export_encoder(tmp_path, pack, tmp_path / "encoder")
    with pytest.raises(ModelError, match="not an encoder that was exported"):
        scorer_from(tmp_path)
    with pytest.raises(InputError, match="no device"):
        device_of("cuda:7" if not torch.cuda.is_available() else "abc")
    with pytest.raises(InputError, match="batch"):
        open_run(pack, tmp_path, replace(TINY, micro_tokens=16), CPU, tiny=True, partial=False)


def test_weights_of_another_encoder_are_a_clear_error(pack: Path, tmp_path: Path) -> None:
    open_run(pack, tmp_path, TINY, CPU, tiny=True, partial=False).save()
    folder = export_encoder(tmp_path, pack, tmp_path / "encoder")
    config = json.loads((folder / "encoder.json").read_text())
    (folder / "encoder.json").write_text(json.dumps(config | {"num_hidden_layers": 1}))
    with pytest.raises(ModelError, match="does not fit"):
        scorer_from(folder)


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script of pretraining."""
    return load_script("pretrain_encoder")


def ended(script: ModuleType, monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """The exit status of the script."""
    monkeypatch.setattr(sys, "argv", ["pretrain_encoder.py", *map(str, arguments)])
    with pytest.raises(SystemExit) as end:
        script.main()
    assert isinstance(end.value.code, int)
    return end.value.code


def test_the_script_packs_trains_and_exports(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, corpus: Path, data: Path, base: Path
) -> None:
    monkeypatch.setattr(script, "fetch_minilm", lambda folder: base)
    pack, work, out = tmp_path / "pack", tmp_path / "run", tmp_path / "encoder"
    making = ("pack", "--corpus", corpus, "--data", data, "--out", pack)
    assert ended(script, monkeypatch, *making, "--garbled", 0, "--workers", 1) == 0
    training = ("train", "--pack", pack, "--work", work, "--pairs", 4, "--passes", 0.01)
    numbers = ("--batch-tokens", 256, "--lengths", 16, 32)
    assert ended(script, monkeypatch, *training, *numbers) == 0
    record = json.loads((work / RECORD).read_text())
    assert record["finished"]
    assert record["steps"] == 1
    assert record["candidate"] == record["pack"]["candidate"] == MINILM
    assert ended(script, monkeypatch, *training, *numbers) == 2  # there is a checkpoint already
    assert ended(script, monkeypatch, *training, *numbers, "--resume") == 0
    assert ended(script, monkeypatch, "export", "--pack", pack, "--work", work, "--out", out) == 0
    assert scorer_from(out).encoder.config.hidden_size == 16


def test_the_script_ends_with_a_message_and_status_2(
    script: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    pack: Path,
    tmp_path: Path,
) -> None:
    damaged = tmp_path / "pack"
    shutil.copytree(pack, damaged)
    (damaged / "shard-000.safetensors.xz").write_bytes(b"")
    assert ended(script, monkeypatch, "train", "--pack", damaged, "--work", tmp_path / "run") == 2
    assert "is damaged" in capsys.readouterr().err
    assert ended(script, monkeypatch, "train", "--pack", tmp_path / "nothing", "--work", tmp_path) == 2
    assert ended(script, monkeypatch, "join", tmp_path / "none.parts.json", "--out", tmp_path) == 2
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("candidate", CANDIDATES)
def test_the_scorers_script_starts_from_the_encoder(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    corpus: Path,
    data: Path,
    base: Path,
    garbler: Garbler,
    candidate: str,
) -> None:
    pack, work, out, counts = (tmp_path / name for name in ("pack", "run", "encoder", "none"))
    options = PackOptions(garbled=0.0, workers=1)
    start = base if candidate == MINILM else None
    make_pack(corpus, None, pack, candidate, options, base=start, vocabulary=300, tiny=True)
    open_run(pack, work, TINY, CPU, tiny=True, partial=False).save()
    export_encoder(work, pack, out)
    training = load_script("train_scorer")
    examples = garble_article(["The energy grid of the man stopped."] * 8, garbler.garble, 0, share=1.0)
    monkeypatch.setattr(training, "collect", lambda *_: Mix(examples, []))
    arguments = ["--data", data, "--corpus", corpus, "--counts", counts, "--work", tmp_path / "scorer"]
    result = CliRunner().invoke(
        training.main, [*map(str, arguments), "--encoder", str(out), "--passes", "1"], catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    record = json.loads((tmp_path / "scorer" / "scorer.record.json").read_text())
    assert record["steps"] == 1
    config = ScorerConfig.from_pretrained(tmp_path / "scorer")
    trained = torch.load(tmp_path / "scorer" / "scorer.pt", weights_only=True)["model"]
    ScorerModel(config).load_state_dict(trained)
    assert (tmp_path / "scorer" / "tokenizer.json").read_bytes() == (pack / "tokenizer.json").read_bytes()


@pytest.fixture
def shipped(tmp_path: Path, pack: Path) -> tuple[Path, ScorerModel]:
    """The folder of a scorer, with word shapes and heads unlike new ones, and its network."""
    work, encoder, folder = tmp_path / "work", tmp_path / "start", tmp_path / "shipped"
    open_run(pack, work, TINY, CPU, tiny=True, partial=False).save()
    model = scorer_from(export_encoder(work, pack, encoder))
    for parameter in model.parameters():
        parameter.data = (parameter + 0.25).half().float()
    folder.mkdir()
    model.config.save_pretrained(folder)
    save_file(model.state_dict(), folder / WEIGHTS)
    shutil.copy(encoder / "tokenizer.json", folder)
    (folder / "mtqa.json").write_text(json.dumps({"training": {"steps": 7}}))
    return folder, model


def of_encoder(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The part of a scorer's weights that pretraining moves."""
    return {n: w for n, w in weights.items() if n.startswith(("encoder.", "shape_embeddings."))}


def test_pretraining_goes_on_from_a_scorer_and_from_what_it_exported(
    shipped: tuple[Path, ScorerModel], tmp_path: Path, corpus: Path
) -> None:
    folder, model = shipped
    expected = of_encoder(model.state_dict())
    for number in range(2):
        pack, work, out = (tmp_path / f"{name}{number}" for name in ("pack", "run", "encoder"))
        manifest = make_pack(corpus, None, pack, MINILM, PackOptions(garbled=0.0, workers=1), base=folder)
        assert manifest["start"] == hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
        run = open_run(pack, work, TINY, CPU, tiny=True, partial=False)
        started = of_encoder(run.network.state_dict())
        assert started.keys() == expected.keys()
        assert all(torch.equal(started[name], weight) for name, weight in expected.items())
        rates = {g["peak"] for g in run._optimizers[0].param_groups}
        assert rates == {TINY.encoder_rate, TINY.new_rate}, "a pretrained encoder has a rate of its own"
        run.save()
        folder = export_encoder(work, pack, out)  # the second time, it goes on from this


def test_a_folder_that_is_no_encoder_is_a_clear_error(
    shipped: tuple[Path, ScorerModel], tmp_path: Path, corpus: Path
) -> None:
    folder, _ = shipped
    save_file({"encoder.x": torch.zeros(1)}, folder / WEIGHTS)
    for number, base in enumerate((folder, tmp_path)):
        with pytest.raises(InputError, match="is not the folder of an encoder or a scorer"):
            make_pack(corpus, None, tmp_path / f"p{number}", MINILM, PackOptions(workers=1), base=base)


def test_a_scorer_takes_the_heads_of_another(shipped: tuple[Path, ScorerModel], tmp_path: Path) -> None:
    folder, model = shipped
    training = load_script("train_scorer")
    new = scorer_from(tmp_path / "start")
    before = {name: weight.clone() for name, weight in of_encoder(new.state_dict()).items()}
    assert training.take_heads(new, folder) == {"steps": 7}
    for name, weight in new.state_dict().items():
        assert torch.equal(weight, before.get(name, model.state_dict()[name])), name
    result = CliRunner().invoke(training.main, ["--heads", str(folder)])
    assert result.exit_code == 2
    assert "--heads goes with --encoder" in result.output


def test_a_scorer_learns_to_tell_persons_from_machines_and_keeps_the_rest(
    monkeypatch: pytest.MonkeyPatch,
    shipped: tuple[Path, ScorerModel],
    tmp_path: Path,
    corpus: Path,
    data: Path,
    garbler: Garbler,
) -> None:
    folder, model = shipped
    training = load_script("train_scorer")
    examples = garble_article(["The energy grid of the man stopped."] * 8, garbler.garble, 0, share=1.0)
    monkeypatch.setattr(training, "collect", lambda *_: Mix(examples, []))
    common = [
        "--data",
        data,
        "--corpus",
        corpus,
        "--counts",
        tmp_path / "none",
        "--encoder",
        tmp_path / "start",
    ]

    def train(start: Path, work: str, *options: str) -> dict[str, torch.Tensor]:
        where = [*map(str, common), "--init", str(start), "--work", str(tmp_path / work), "--passes", "1"]
        result = CliRunner().invoke(training.main, [*where, *options], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return dict(torch.load(tmp_path / work / "scorer.pt", weights_only=True)["model"])

    first = train(folder, "first", "--natural-layers", "1")
    assert ScorerConfig.from_pretrained(tmp_path / "first").natural_layers == 1
    assert all(torch.equal(first[name], weight) for name, weight in model.state_dict().items())
    assert len(first) > len(model.state_dict())
    second = train(tmp_path / "first" / "scorer.pt", "second")  # now all of it is trained
    assert second.keys() == first.keys()
    for name in ("word_head.weight", "natural_head.weight"):
        assert not torch.equal(second[name], first[name])
    result = CliRunner().invoke(training.main, ["--natural-layers", "1"])
    assert result.exit_code == 2 and "--natural-layers goes with --init" in result.output


def test_training_needs_no_library_that_a_bare_machine_lacks() -> None:
    # what reads texts, aligns words or draws is needed before and after, not where the GPU is
    lacking = "rapidfuzz sentencex docx sklearn scipy matplotlib rich transformers sacrebleu markdown_it"
    code = (
        f"import sys, runpy; sys.modules.update(dict.fromkeys({lacking.split()!r}));"
        f"sys.argv[1:] = ['train', '--help']; runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "--budget-minutes" in ran.stdout


def test_a_scorer_of_our_own_encoder_starts_from_its_configuration() -> None:
    sizes = {"vocab_size": 50, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = ScorerConfig(encoder={"model_type": "mtqa-rotary", **sizes, "intermediate_size": 32})
    model = ScorerModel(config)
    assert type(model.encoder).__name__ == "RotaryEncoder"
    assert model.word_hidden[0].in_features == 16 + config.evidence_hidden
