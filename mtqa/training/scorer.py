"""Training the scorer: losses and the loop.

One recipe for a tiny test, a CPU and a GPU: the budget ends the run, the learning rate follows it, and
a checkpoint lets a later session go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as functional
from torch import Tensor

from mtqa.scorer.batch import Batch, collate
from mtqa.scorer.model import ScorerModel, ScorerOutput
from mtqa.training.dropout import set_dropout
from mtqa.training.examples import UNKNOWN
from mtqa.training.schedule import (
    Budget,
    Stopper,
    autocast,
    learning_rate_factor,
    log_line,
    save_checkpoint,
)
from mtqa.training.scorer_batches import Targets, TrainingItem, batches, padded_tokens, targets_of


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """How a scorer is trained.

    ``minutes``: the budget, all sessions together. ``batch_tokens``: padded tokens a batch. ``encoder_rate``
    and ``head_rate``: peak learning rates of the pretrained and of the new parameters. ``*_weight``: weights
    of the losses beside the word loss. ``dropout``: share of the states that the model drops out (on a GPU of
    the attention's weights, too). ``log_every`` and ``save_every``: seconds.
    """

    minutes: float = 45.0
    batch_tokens: int = 2800
    encoder_rate: float = 1.2e-4
    head_rate: float = 6e-4
    weight_decay: float = 0.01
    gap_weight: float = 0.5
    category_weight: float = 0.1
    severity_weight: float = 0.1
    keep_weight: float = 0.15
    edit_rate_weight: float = 0.3
    quality_weight: float = 0.15
    ranking_weight: float = 0.05
    preference_weight: float = 0.2
    dropout: float = 0.1
    log_every: float = 30.0
    save_every: float = 600.0
    seed: int = 1

    def with_sentences(self, factor: float) -> TrainingOptions:
        """The options with the sentence losses weighted ``factor`` times as much."""
        return replace(
            self,
            keep_weight=factor * self.keep_weight,
            edit_rate_weight=factor * self.edit_rate_weight,
            quality_weight=factor * self.quality_weight,
            ranking_weight=factor * self.ranking_weight,
            preference_weight=factor * self.preference_weight,
        )


def losses(output: ScorerOutput, targets: Targets, options: TrainingOptions) -> dict[str, Tensor]:
    """The weighted losses, each a mean over its known labels.

    The order of versions is asked of ``natural`` where that is trained, else of "needs no edit".
    """
    weight = targets.weight[:, None]
    has_natural = output.natural.requires_grad
    parts = {
        "word": _binary(output.word, targets.words, weight),
        "gap": options.gap_weight * _binary(output.gap, targets.gaps, weight),
        "category": options.category_weight * _classes(output.category, targets.categories),
        "severity": options.severity_weight * _classes(output.severity, targets.severities),
        "keep": options.keep_weight * _sentence(output.keep, targets.keep, targets.weight, "logistic"),
        "edit_rate": options.edit_rate_weight
        * _sentence(output.edit_rate, targets.edit_rate, targets.weight, "logistic"),
        "quality": options.quality_weight
        * _sentence(output.quality, targets.quality, targets.weight, "squared"),
        "ranking": options.ranking_weight * ranking_loss(output.quality, targets.quality, targets.sources),
        "preference": options.preference_weight
        * preference_loss(output.natural if has_natural else output.keep, targets.keep, targets.groups),
    }
    if has_natural:
        natural = _sentence(output.natural, targets.keep, targets.weight, "logistic")
        parts["natural"] = options.keep_weight * natural
    return parts


def _binary(logits: Tensor, labels: Tensor, weight: Tensor) -> Tensor:
    known = (labels != UNKNOWN).float() * weight
    loss = functional.binary_cross_entropy_with_logits(logits, labels.clamp(min=0).float(), reduction="none")
    return (loss * known).sum() / known.sum().clamp(min=1.0)


def _classes(logits: Tensor, labels: Tensor) -> Tensor:
    if not (labels != UNKNOWN).any():
        return logits.sum() * 0
    return functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=UNKNOWN)


def _sentence(output: Tensor, target: Tensor, weight: Tensor, kind: str) -> Tensor:
    known = torch.isfinite(target).float() * weight
    target = torch.nan_to_num(target)
    if kind == "logistic":
        loss = functional.binary_cross_entropy_with_logits(output, target, reduction="none")
    else:
        loss = functional.smooth_l1_loss(output, target, reduction="none")
    return (loss * known).sum() / known.sum().clamp(min=1.0)


#: Two assessments that differ by less, in standard deviations, may as well be equal.
_TIE = 0.2


def ranking_loss(output: Tensor, quality: Tensor, sources: Tensor) -> Tensor:
    """How badly ``output`` (B,) orders the examples of one source by their ``quality`` (B,), nan unknown.

    The mean logistic loss over all pairs (RankNet, Burges et al. 2005); 0 if there is none.
    """
    better = (quality[:, None] - quality[None, :] > _TIE) & (sources[:, None] == sources[None, :])
    each = functional.softplus(output[None, :] - output[:, None])
    return torch.where(better, each, 0.0).sum() / better.sum().clamp(min=1)


def preference_loss(output: Tensor, keep: Tensor, groups: Tensor) -> Tensor:
    """How badly ``output`` (B,) orders the versions of a sentence: a person's is
    the higher.

    A person's has ``keep`` (B,) 1.0; ``groups`` (B,): which versions are of one sentence, 0 of none. The mean
    logistic loss over all pairs, as in :func:`ranking_loss`; 0 if there is none.
    """
    person = keep == 1.0
    same = (groups[:, None] == groups[None, :]) & (groups[:, None] > 0)
    pairs = same & person[:, None] & ~person[None, :]
    each = functional.softplus(output[None, :] - output[:, None])
    return torch.where(pairs, each, 0.0).sum() / pairs.sum().clamp(min=1)


#: What begins as layers of an encoder.
_PRETRAINED = ("encoder.", "natural_layers.")


def make_optimizer(model: ScorerModel, options: TrainingOptions) -> torch.optim.Optimizer:
    """AdamW with a higher rate for what is new than for the pretrained layers; frozen ones are left out."""
    trained = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    pretrained = [p for n, p in trained if n.startswith(_PRETRAINED)]
    new = [p for n, p in trained if not n.startswith(_PRETRAINED)]
    groups = [
        {"params": pretrained, "peak": options.encoder_rate, "lr": 0.0},
        {"params": new, "peak": options.head_rate, "lr": 0.0},
    ]
    return torch.optim.AdamW(groups, weight_decay=options.weight_decay, betas=(0.9, 0.98), fused=True)


class ScorerRun:
    """One training run: passes over the data, each with its own mix, until the budget is used."""

    def __init__(
        self,
        model: ScorerModel,
        passes: Sequence[Sequence[TrainingItem]],
        options: TrainingOptions,
        folder: Path,
        device: torch.device,
    ) -> None:
        self.model, self.options, self.folder, self.device = model.to(device), options, folder, device
        set_dropout(self.model, options.dropout, device)
        self._groups = [g for n, p in enumerate(passes) for g in batches(p, options.batch_tokens, n)]
        self._optimizer = make_optimizer(model, options)
        self._total = sum(padded_tokens(group) for group in self._groups)
        self.tokens = self.step = 0
        self._budget = Budget(self._total, options.minutes)

    @property
    def checkpoint(self) -> Path:
        """Where the run saves itself."""
        return self.folder / "scorer.pt"

    def resume(self) -> bool:
        """Go on from the checkpoint if there is one."""
        if not self.checkpoint.exists():
            return False
        state = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
        self.model.load_state_dict(state["model"])
        self._optimizer.load_state_dict(state["optimizer"])
        self.tokens, self.step = state["tokens"], state["step"]
        self._budget = Budget(self._total, self.options.minutes, state["seconds"])
        return True

    def save(self) -> None:
        """Write the checkpoint."""
        save_checkpoint(
            self.checkpoint,
            {
                "model": self.model.state_dict(),
                "optimizer": self._optimizer.state_dict(),
                "tokens": self.tokens,
                "step": self.step,
                "seconds": self._budget.seconds,
            },
        )

    def train(self) -> dict[str, Any]:
        """Train to the end of the budget, or until asked to stop; returns the training record."""
        stopper, log = Stopper(), self.folder / "scorer.log.jsonl"
        torch.manual_seed(self.options.seed + self.step)
        self.model.train()
        sums: dict[str, float] = {}
        counted = 0
        logged = saved = self._budget.seconds
        tokens_before = self.tokens
        while self.step < len(self._groups) and not stopper.asked:
            progress = self._budget.progress(self.tokens)
            if progress >= 1.0:
                break
            parts = self._step(self._groups[self.step], progress)
            counted += 1
            for name, value in parts.items():
                sums[name] = sums.get(name, 0.0) + value
            now = self._budget.seconds
            if now - logged > self.options.log_every:
                rate = (self.tokens - tokens_before) / (now - logged)
                means = {name: value / counted for name, value in sums.items()}
                log_line(
                    log,
                    step=self.step,
                    tokens=self.tokens,
                    progress=progress,
                    tokens_per_second=rate,
                    seconds=now,
                    **means,
                )
                sums, counted, logged, tokens_before = {}, 0, now, self.tokens
            if now - saved > self.options.save_every:
                self.save()
                saved = now
        self.save()
        return {
            "steps": self.step,
            "tokens": self.tokens,
            "minutes": round(self._budget.seconds / 60, 1),
            "planned_tokens": self._total,
            "finished": not stopper.asked,
        }

    def _step(self, group: Sequence[TrainingItem], progress: float) -> dict[str, float]:
        for parameters in self._optimizer.param_groups:
            parameters["lr"] = parameters["peak"] * learning_rate_factor(progress)
        batch: Batch = collate([item.window for item in group], self.device)
        with autocast(self.device):
            output = self.model(**batch.inputs())
        parts = losses(output, targets_of(group, self.device), self.options)
        total = torch.stack(list(parts.values())).sum()
        total.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self.tokens += padded_tokens(group)
        self.step += 1
        return {name: float(value.detach()) for name, value in parts.items()}
