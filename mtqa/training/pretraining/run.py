"""The pretraining loop: budget, schedules, checkpoints, a log and the health check.

One recipe for a test, a CPU overnight and a GPU for half an hour: the minutes end it, the learning rate, the
masking and the length of the rows follow them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from mtqa.errors import InputError
from mtqa.training.muon import Muon, is_matrix
from mtqa.training.pretraining.grammar import TokenizedPair, grammar_accuracy, thin
from mtqa.training.pretraining.network import Losses, RtdNetwork
from mtqa.training.pretraining.stream import RowSampler, Stream
from mtqa.training.schedule import (
    Budget,
    Stopper,
    autocast,
    learning_rate_factor,
    log_line,
    save_checkpoint,
)

CHECKPOINT, LOG, RECORD = "pretrain.pt", "pretrain.log.jsonl", "pretrain.record.json"


@dataclass(frozen=True, slots=True)
class PretrainingOptions:
    """How an encoder is pretrained.

    ``minutes``: the budget, all sessions together; ``passes``: at most so often over the text.
    ``batch_tokens``: tokens between two updates; ``micro_tokens``: of these at a time. ``lengths``: tokens of
    a row, the second for the last ``long_share`` of the budget. ``mask``: share of the tokens masked, at the
    start and at the end.
    ``generator_first``: share of the budget in which the generator learns alone. ``encoder_rate``: peak
    learning rate (AdamW) of a pretrained encoder, ``new_rate`` of all that is new, ``matrix_rate`` (Muon) of
    our own layers' matrices. ``log_every``: seconds; ``checkpoint_minutes``: between checkpoints, each with
    the health check on ``pairs`` minimal pairs.
    """

    minutes: float = 480.0
    passes: float = 20.0
    batch_tokens: int = 16_384
    micro_tokens: int = 4_096
    lengths: tuple[int, int] = (128, 256)
    long_share: float = 0.15
    mask: tuple[float, float] = (0.30, 0.15)
    generator_first: float = 0.0
    encoder_rate: float = 2e-4
    new_rate: float = 1e-3
    matrix_rate: float = 0.02
    weight_decay: float = 0.01
    changed_weight: float = 50.0
    missing_weight: float = 15.0
    log_every: float = 30.0
    checkpoint_minutes: float = 10.0
    pairs: int = 1000
    seed: int = 1

    def length(self, progress: float) -> int:
        """Tokens of a row at this point of the run."""
        return self.lengths[0] if progress < 1 - self.long_share else self.lengths[1]

    def masked(self, progress: float) -> float:
        """Share of the tokens that are masked at this point."""
        first, last = self.mask
        return first + (last - first) * progress

    def places(self, length: int) -> int:
        """The most tokens of a row that are masked while rows have this length."""
        begins = 0.0 if length == self.lengths[0] else 1 - self.long_share
        return max(1, int(length * max(self.masked(begins), self.mask[1])))


def make_optimizers(
    network: RtdNetwork, options: PretrainingOptions, *, pretrained: bool
) -> list[torch.optim.Optimizer]:
    """Muon for the matrices of our own layers, AdamW for everything else."""
    matrices: list[Tensor] = []
    groups: dict[tuple[float, float], list[Tensor]] = {}
    for name, parameter in network.named_parameters():
        if is_matrix(name, parameter):
            matrices.append(parameter)
            continue
        old = pretrained and name.startswith("encoder.")
        decay = options.weight_decay if parameter.ndim > 1 else 0.0
        rate = options.encoder_rate if old else options.new_rate
        groups.setdefault((rate, decay), []).append(parameter)
    adam = [
        {"params": members, "lr": 0.0, "peak": rate, "weight_decay": decay}
        for (rate, decay), members in groups.items()
    ]
    muon = [
        {"params": matrices, "lr": 0.0, "peak": options.matrix_rate, "weight_decay": options.weight_decay}
    ]
    return [torch.optim.AdamW(adam, betas=(0.9, 0.98), eps=1e-6, fused=True), Muon(muon)]


class PretrainingRun:
    """One run over a stream of text, from its beginning or from a checkpoint, to the end of its budget."""

    def __init__(
        self,
        network: RtdNetwork,
        stream: Stream,
        pairs: list[TokenizedPair],
        special: dict[str, int],
        options: PretrainingOptions,
        folder: Path,
        device: torch.device,
        *,
        pretrained: bool,
    ) -> None:
        if options.micro_tokens < max(options.lengths) or options.batch_tokens < options.micro_tokens:
            raise InputError("a batch must hold a part of it, and a part a row: check the numbers of tokens.")
        self.network, self.options, self.folder, self.device = network.to(device), options, folder, device
        self._stream, self._pairs, self._special = stream, pairs, special
        self._optimizers = make_optimizers(network, options, pretrained=pretrained)
        self._sampler = RowSampler(stream.tokens, options.seed)
        self.tokens = self.step = 0
        self.grammar: dict[str, float] = {}
        self._budget = Budget(int(stream.tokens * options.passes), options.minutes)
        self._forward: Callable[..., Losses] = network
        if device.type == "cuda":
            torch.set_float32_matmul_precision("high")
            self._forward = torch.compile(network, dynamic=False)

    @property
    def checkpoint(self) -> Path:
        """Where the run saves itself."""
        return self.folder / CHECKPOINT

    def resume(self) -> bool:
        """Go on from the checkpoint if there is one. Raises :class:`InputError` if it does not fit."""
        if not self.checkpoint.exists():
            return False
        try:
            state = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
            self.network.load_state_dict(state["network"])
            for optimizer, saved in zip(self._optimizers, state["optimizers"], strict=True):
                optimizer.load_state_dict(saved)
            self._sampler.restore(state["sampler"])
        except Exception as error:  # whatever a damaged or foreign file makes torch raise
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
            raise InputError(f"{self.checkpoint} cannot be resumed from ({reason}).") from error
        self.tokens, self.step, self.grammar = state["tokens"], state["step"], state["grammar"]
        spent = state["seconds"]
        self._budget = Budget(int(self._stream.tokens * self.options.passes), self.options.minutes, spent)
        return True

    def save(self) -> None:
        """Write the checkpoint."""
        state = {
            "network": self.network.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self._optimizers],
            "sampler": self._sampler.state(),
            "tokens": self.tokens,
            "step": self.step,
            "seconds": self._budget.seconds,
            "grammar": self.grammar,
        }
        save_checkpoint(self.checkpoint, state)

    def train(self, most_steps: int | None = None) -> dict[str, Any]:
        """Train to the end of the budget, for ``most_steps``, or until asked to stop; returns the record."""
        stopper = Stopper()
        torch.manual_seed(self.options.seed + self.step)
        self.network.train()
        if self.step == 0:
            self._check_grammar()
        meter = Meter(self.folder / LOG, self.options.log_every, self._budget, self.tokens)
        saved, last = self._budget.seconds, None if most_steps is None else self.step + most_steps
        while not stopper.asked and self.step != last and self._progress() < 1.0:
            progress = self._progress()
            meter.add(self._update(progress))
            meter.log(step=self.step, tokens=self.tokens, progress=progress)
            if self._budget.seconds - saved > self.options.checkpoint_minutes * 60:
                self._check_grammar()
                self.save()
                saved = self._budget.seconds
        done = self._progress() >= 1.0
        meter.log(step=self.step, tokens=self.tokens, progress=self._progress(), always=True)
        self.save()  # before the last check, which takes longer
        self._check_grammar(everything=done)
        self.save()
        return self.record() | {"finished": done, "stopped": stopper.asked}

    def record(self) -> dict[str, Any]:
        """What was done so far."""
        return {
            "steps": self.step,
            "tokens": self.tokens,
            "passes": round(self.tokens / self._stream.tokens, 3),
            "minutes": round(self._budget.seconds / 60, 1),
            "shards": list(self._stream.shards),
            "options": asdict(self.options),
            "grammar": self.grammar,
        }

    def _progress(self) -> float:
        return self._budget.progress(self.tokens)

    def _update(self, progress: float) -> Losses:
        """One step: the mean gradient of the batch's parts."""
        options, length = self.options, self.options.length(progress)
        parts = options.batch_tokens // options.micro_tokens
        factor = learning_rate_factor(progress, 0.05)
        for optimizer in self._optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * factor
        share = torch.tensor(options.masked(progress), device=self.device)
        alone = progress < options.generator_first
        sums: list[Losses] = []
        for _ in range(parts):
            rows = self._stream.rows(self._sampler.take(options.micro_tokens // length, length), length)
            with autocast(self.device):
                losses = self._forward(
                    rows.ids, rows.shapes, rows.labels, share, options.places(length), alone
                )
            weighted = options.changed_weight * losses.changed + options.missing_weight * losses.missing
            ((losses.generator + weighted) / parts).backward()  # type: ignore[no-untyped-call]
            sums.append(Losses(*(value.detach() for value in losses)))
            self.tokens += rows.ids.numel()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for optimizer in self._optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.step += 1
        return Losses(*(torch.stack(values).mean() for values in zip(*sums, strict=True)))

    def _check_grammar(self, *, everything: bool = False) -> None:
        if not self._pairs:
            return
        pairs = self._pairs if everything else thin(self._pairs, self.options.pairs)
        cls, separator = self._special["[CLS]"], self._special["[SEP]"]
        self.grammar = grammar_accuracy(self.network, pairs, cls, separator, self.device)
        log_line(
            self.folder / LOG,
            step=self.step,
            tokens=self.tokens,
            seconds=self._budget.seconds,
            grammar=self.grammar["all"],
            pairs=len(pairs),
        )


class Meter:
    """Means of the losses between two lines of the log; the values stay on the device until then."""

    def __init__(self, path: Path, every: float, budget: Budget, tokens: int) -> None:
        self._path, self._every, self._budget = path, every, budget
        self._sum: Tensor | None = None
        self._count, self._tokens, self._since = 0, tokens, time.monotonic()

    def add(self, losses: Losses) -> None:
        """Count a step's losses."""
        values = torch.stack([value.float() for value in losses])
        self._sum = values if self._sum is None else self._sum + values
        self._count += 1

    def log(self, *, step: int, tokens: int, progress: float, always: bool = False) -> None:
        """Write a line if it is time to, or ``always``, unless nothing was counted."""
        passed = time.monotonic() - self._since
        if self._sum is None or (passed < self._every and not always):
            return
        means = dict(zip(Losses._fields, (self._sum / self._count).tolist(), strict=True))
        log_line(
            self._path,
            step=step,
            tokens=tokens,
            progress=progress,
            tokens_per_second=(tokens - self._tokens) / passed,
            seconds=self._budget.seconds,
            **means,
        )
        self._sum, self._count, self._tokens, self._since = None, 0, tokens, time.monotonic()
