"""Training the translator within a time budget, resumably, on a CPU or one GPU.

Muon and AdamW with learning rates that follow the share of the budget used; bf16 where the hardware has it;
the weights are kept at several points of the run, since worse translators make other errors than better ones.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from mtqa.errors import InputError
from mtqa.training.guided import IGNORED, attention_loss
from mtqa.training.log import Log
from mtqa.training.muon import Muon, is_matrix
from mtqa.training.roundtrip.batches import (
    Batch,
    Pairs,
    batches_forever,
    make_batch,
    order_batches,
)
from mtqa.training.roundtrip.guide import Guide
from mtqa.training.roundtrip.model import SIZES, build_model, count_parameters, describe, save_snapshot
from mtqa.training.roundtrip.pack import Pack
from mtqa.training.schedule import (
    Budget,
    Stopped,
    Stopper,
    autocast,
    commit,
    hardware,
    learning_rate_factor,
    log_line,
    restored_signals,
    save_checkpoint,
)


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """Hyper-parameters.

    A run ends with ``budget_minutes`` (over all resumptions) or ``max_tokens`` (read and written), whichever
    comes first. ``batch_tokens`` bounds the longer side of a padded batch (rows x longest row).
    ``learning_rate`` and ``matrix_rate`` are the peaks of AdamW and of Muon. ``dropout`` helps where pairs
    are seen many times; on a CPU, where they are seen about once, it only costs time. ``guided`` is the share
    of the budget in which attention is told where to look (:mod:`mtqa.training.roundtrip.guide`).
    ``snapshots`` are the shares of the budget after which the weights are kept. ``dev_batches`` bounds what
    the loss on held-out pairs is measured on. ``compile`` fuses the layers (CUDA only; worth its minute
    there). ``max_steps`` stops this session early, with a checkpoint.
    """

    size: str = "base"
    budget_minutes: float = 60.0
    max_tokens: int = 1 << 50
    batch_tokens: int = 2048
    learning_rate: float = 7e-4
    matrix_rate: float = 0.02
    dropout: float = 0.0
    guided: float = 0.05
    weight_decay: float = 0.01
    label_smoothing: float = 0.1
    clip: float = 1.0
    snapshots: tuple[float, ...] = (0.25, 0.5, 1.0)
    dev_batches: int = 20
    checkpoint_minutes: float = 10.0
    log_seconds: float = 30.0
    compile: bool = False
    max_steps: int = 0
    seed: int = 1


@dataclass(slots=True)
class Progress:
    """How far a run is: what a checkpoint keeps beside the weights. ``dev`` is the loss at each snapshot."""

    step: int = 0
    tokens: int = 0
    seconds: float = 0.0
    epoch: int = 0
    batch: int = 0
    dev: dict[str, float] = field(default_factory=dict)


def train(
    pack: Pack, options: TrainingOptions, folder: Path, *, device: torch.device, resume: bool = False
) -> dict[str, Any]:
    """Train until the budget is used; returns the training record, which is also ``folder/train.json``.

    Checkpoint, log and ``snapshots/`` go to ``folder``. Raises :class:`InputError` when the folder holds
    another run or one that is not to be resumed, and :class:`Stopped` after SIGTERM or SIGINT.
    """
    if options.size not in SIZES:
        raise InputError(f"no model size {options.size!r}; there are {', '.join(SIZES)}.")
    run = Run(pack, options, folder, device)
    if resume and run.checkpoint.exists():
        run.load()
    elif run.checkpoint.exists():
        raise InputError(f"{folder} holds a run already: go on with --resume or name another folder.")
    with restored_signals():
        run.train()
    record = run.record()
    (folder / "train.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return record


class Run:
    """A training run: its model, its optimizer and how far it is."""

    def __init__(self, pack: Pack, options: TrainingOptions, folder: Path, device: torch.device) -> None:
        self.pack, self.options, self.folder, self.device = pack, options, folder, device
        self.checkpoint = folder / "checkpoint.pt"
        self.progress = Progress()
        self._identity = {"size": options.size, "pack": pack.record["bytes"]}
        torch.manual_seed(options.seed)
        size = SIZES[options.size]
        self.model = build_model(size, len(pack.vocabulary), dropout=options.dropout).to(device)
        self.optimizers = _optimizers(self.model, options)
        # Few shapes on a GPU: each new one may be compiled anew, and odd ones are slow.
        self._multiple = 8 if device.type == "cuda" else 1
        body = self.model.model
        self._body = torch.compile(body, dynamic=True) if options.compile else body
        self._guide: Guide | None = None

    def train(self) -> None:
        """Train to the end of the budget; raises :class:`Stopped` on a signal."""
        options, progress = self.options, self.progress
        pairs, dev = Pairs(self.pack), Pairs(self.pack, held_out=True)
        if not len(pairs.rows):
            raise InputError(f"{self.pack.folder} has no pairs to train on.")
        budget = Budget(options.max_tokens, options.budget_minutes, progress.seconds)
        stopper, log, saved = (
            Stopper(),
            Log(self.folder / "log.jsonl", options.log_seconds),
            time.monotonic(),
        )
        if budget.progress(progress.tokens) >= 1.0:
            return
        self.model.train()
        for epoch, number, batch in batches_forever(
            pairs,
            options.batch_tokens,
            options.seed,
            progress.epoch,
            progress.batch,
            multiple=self._multiple,
        ):
            share = budget.progress(progress.tokens)
            looks_at = self._looks_at(batch) if share < options.guided else None
            if looks_at is None and self.device.type == "cuda":
                self.model.set_attn_implementation("sdpa")  # faster there, but it gives no weights
            loss = self._step(batch.to(self.device), learning_rate_factor(share), looks_at)
            progress.epoch, progress.batch, progress.step = epoch, number, progress.step + 1
            progress.tokens += batch.tokens
            progress.seconds = budget.seconds
            log.add(loss, progress.step, progress.epoch, progress.tokens, progress.seconds)
            share = budget.progress(progress.tokens)
            self._keep_snapshots(share, dev)
            ended = share >= 1.0 or progress.step == options.max_steps
            if ended or stopper.asked or time.monotonic() - saved > 60 * options.checkpoint_minutes:
                save_checkpoint(self.checkpoint, self._state())
                saved = time.monotonic()
            if ended:
                return
            if stopper.asked:
                raise Stopped(f"stopped at step {progress.step}; run again with --resume")

    def load(self) -> None:
        """Restore the run from its checkpoint; raises :class:`InputError` if it is of another run."""
        try:
            state = torch.load(self.checkpoint, map_location="cpu", weights_only=True)
        except Exception as error:  # torch raises half a dozen kinds for a damaged file
            raise InputError(f"{self.checkpoint} cannot be read: {error}") from error
        if state["identity"] != self._identity:
            raise InputError(f"{self.checkpoint} is of another model size or pack; name another folder.")
        self.model.load_state_dict(state["model"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.progress = Progress(**state["progress"])
        torch.set_rng_state(state["random"])
        if self.device.type == "cuda" and state["cuda_random"]:
            torch.cuda.set_rng_state_all(state["cuda_random"])

    def record(self) -> dict[str, Any]:
        """What went in and what it took."""
        progress = asdict(self.progress)
        return {
            "recipe": "scripts/roundtrip.py train",
            "parameters": count_parameters(self.model),
            "size": describe(SIZES[self.options.size]),
            "options": {**asdict(self.options), "snapshots": list(self.options.snapshots)},
            "progress": progress,
            "minutes": self.progress.seconds / 60,
            "data": self.pack.record,
            "hardware": hardware(self.device),
            "commit": commit(),
        }

    def _looks_at(self, batch: Batch) -> Tensor:
        """(B, T): where the guide wants each label to look."""
        if self._guide is None:
            vocabulary = self.pack.vocabulary
            self._guide = Guide(self.pack.shards.values(), len(vocabulary), vocabulary.tag_id("en"))
        return self._guide.looks_at(batch)

    def _step(self, batch: Batch, factor: float, looks_at: Tensor | None = None) -> float:
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * factor
        loss, crossed = self._loss(batch, self.options.label_smoothing, attentions=looks_at is not None)
        total = loss if looks_at is None else loss + attention_loss(crossed, looks_at.to(self.device))
        total.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.model.parameters(), self.options.clip)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        return float(loss.detach())

    def _loss(
        self, batch: Batch, smoothing: float = 0.0, *, attentions: bool = False
    ) -> tuple[Tensor, Sequence[Tensor]]:
        """Mean cross-entropy of the target tokens (a scalar), the vocabulary only where there is one.

        And, if asked for, the cross-attention weights of each layer, (B, heads, T, S).
        """
        body = self.model.model if attentions else self._body
        with autocast(self.device):
            output = body(
                input_ids=batch.source,
                attention_mask=batch.mask,
                decoder_input_ids=batch.given,
                use_cache=False,
                output_attentions=attentions,
            )
            wanted = batch.labels != IGNORED
            hidden = output.last_hidden_state  # (B, T, D)
            logits = self.model.lm_head(hidden[wanted]) + self.model.final_logits_bias[0]  # (N, V)
        loss: Tensor = nn.functional.cross_entropy(
            logits.float(), batch.labels[wanted], label_smoothing=smoothing
        )
        return loss, output.cross_attentions if attentions else ()

    def _keep_snapshots(self, share: float, dev: Pairs) -> None:
        for fraction in self.options.snapshots:
            name = f"{round(100 * fraction):03d}"
            if share < fraction or name in self.progress.dev:
                continue
            loss = self.dev_loss(dev)
            self.progress.dev[name] = loss
            log_line(self.folder / "log.jsonl", snapshot=name, step=self.progress.step, dev_loss=loss)
            about = {
                "share": fraction,
                "step": self.progress.step,
                "tokens": self.progress.tokens,
                "dev_loss": loss,
            }
            save_snapshot(self.model, self.folder / "snapshots" / name, about)

    @torch.no_grad()
    def dev_loss(self, dev: Pairs) -> float:
        """Cross-entropy per token of held-out pairs, in nats, without smoothing; nan if there are none."""
        self.model.eval()
        total = count = 0.0
        order = order_batches(dev, dev.rows, self.options.batch_tokens, seed=0) if len(dev.rows) else []
        for rows in order[: self.options.dev_batches]:
            batch = make_batch(dev, rows, multiple=self._multiple).to(self.device)
            tokens = int((batch.labels != IGNORED).sum())
            total, count = total + float(self._loss(batch)[0]) * tokens, count + tokens
        self.model.train()
        return total / count if count else float("nan")

    def _state(self) -> dict[str, Any]:
        return {
            "identity": self._identity,
            "model": self.model.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "progress": asdict(self.progress),
            "random": torch.get_rng_state(),
            "cuda_random": torch.cuda.get_rng_state_all() if self.device.type == "cuda" else [],
        }


def _optimizers(model: nn.Module, options: TrainingOptions) -> list[torch.optim.Optimizer]:
    """Muon for the layers' matrices; AdamW for the embeddings, with weight decay, and biases and norms."""
    matrices = [w for name, w in model.named_parameters() if is_matrix(name, w)]
    rest = [w for name, w in model.named_parameters() if not is_matrix(name, w)]
    rate, decay = options.learning_rate, options.weight_decay
    adam = [
        {"params": [w for w in rest if w.requires_grad and w.dim() > 1], "peak": rate, "weight_decay": decay},
        {"params": [w for w in rest if w.requires_grad and w.dim() <= 1], "peak": rate, "weight_decay": 0.0},
    ]
    muon = [{"params": matrices, "peak": options.matrix_rate, "weight_decay": decay}]
    return [torch.optim.AdamW(adam, lr=rate, betas=(0.9, 0.98), fused=True), Muon(muon)]
