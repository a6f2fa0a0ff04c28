"""Training the corrector within a time budget, resumably, on a CPU or one GPU.

AdamW with a learning rate that follows the *time* used, so that a budget is used to its end whatever the
machine; batches of like length bounded by tokens; bf16 where the hardware has it; a higher learning rate for
the new cross-attention than for the pretrained layers. An input with several marked spans is encoded once and
answered once for each of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from mtqa.training.corrector_batches import Batch, Tokens, make_batch, order_batches
from mtqa.training.corrector_data import Arrays
from mtqa.training.guided import IGNORED, attention_loss
from mtqa.training.log import Log
from mtqa.training.schedule import (
    Budget,
    Stopped,
    Stopper,
    autocast,
    learning_rate_factor,
    restored_signals,
    save_checkpoint,
)


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """Hyper-parameters.

    ``budget_minutes`` is the training time over all resumptions; ``batch_tokens`` bounds a padded input batch
    (rows x longest row); ``learning_rate`` is for pretrained weights, ``new_learning_rate`` for new ones. For
    the first ``copy_share`` of the budget the answer is what follows the mark, as it stands: many words to
    learn from, by which cross-attention learns to find the mark and to read on from there.
    """

    budget_minutes: float = 45.0
    batch_tokens: int = 1024
    learning_rate: float = 3e-4
    new_learning_rate: float = 8e-4
    weight_decay: float = 0.01
    clip: float = 1.0
    label_smoothing: float = 0.1
    copy_share: float = 0.3
    checkpoint_minutes: float = 10.0
    log_seconds: float = 30.0
    max_steps: int = 0
    seed: int = 1


@dataclass(slots=True)
class Progress:
    """How far a run is: what a checkpoint keeps beside the weights."""

    step: int = 0
    tokens: int = 0
    seconds: float = 0.0
    epoch: int = 0
    batch: int = 0


def answer_loss(model: Any, batch: Batch, smoothing: float) -> Tensor:
    """Mean label-smoothed cross-entropy of the answers' tokens (a scalar).

    Where a token is copied, half of the heads of the upper decoder layers are also taught to look at it
    (supervised attention, Mi et al. 2016); without that, copying takes many times as long to learn.
    """
    encoder, decoder, output = parts_of(model)
    states = encoder(input_ids=batch.source, attention_mask=batch.mask).last_hidden_state
    guided = bool((batch.looks_at != IGNORED).any())
    decoded = decoder(
        input_ids=batch.asked,
        encoder_hidden_states=states[batch.row],
        encoder_attention_mask=batch.mask[batch.row],
        use_cache=False,
        output_attentions=guided,
    )
    hidden = decoded.last_hidden_state  # (R, T, D)
    wanted = batch.labels != IGNORED
    logits = output(hidden[wanted])  # (N, V)
    loss: Tensor = nn.functional.cross_entropy(
        logits.float(), batch.labels[wanted], label_smoothing=smoothing
    )
    if guided:
        loss = loss + attention_loss(decoded.cross_attentions[-2:], batch.looks_at)
    return loss


def parts_of(model: Any) -> tuple[Any, Any, Callable[[Tensor], Tensor]]:
    """Encoder, decoder, and what makes logits of the decoder's states, of a BART or a T5."""
    if model.config.model_type == "t5":
        scale = model.config.d_model**-0.5  # as T5 does where the embeddings are its output layer
        return model.encoder, model.decoder, lambda hidden: model.lm_head(hidden * scale)
    inner = model.model
    return inner.encoder, inner.decoder, lambda hidden: model.lm_head(hidden) + model.final_logits_bias[0]


def build_optimizer(model: Any, options: TrainingOptions) -> torch.optim.AdamW:
    """AdamW in four groups: new or pretrained, with or without decay; ``peak`` keeps a group's rate."""
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    scratch = model.config.model_type == "t5"
    for name, weight in model.named_parameters():
        groups.setdefault((scratch or "encoder_attn" in name, weight.dim() > 1), []).append(weight)
    return torch.optim.AdamW(
        [
            {
                "params": weights,
                "peak": options.new_learning_rate if new else options.learning_rate,
                "weight_decay": options.weight_decay if decays else 0.0,
            }
            for (new, decays), weights in groups.items()
        ],
        lr=options.learning_rate,
        betas=(0.9, 0.98),
        fused=True,
    )


def train(
    model: Any,
    arrays: Arrays,
    tokens: Tokens,
    options: TrainingOptions,
    *,
    device: torch.device,
    folder: Path,
    resume: bool = False,
) -> Progress:
    """Train ``model`` in place until the budget is used; logs and checkpoints go to ``folder``.

    Raises :class:`Stopped` after SIGTERM or SIGINT, with a checkpoint written.
    """
    with restored_signals():
        return _train(model, arrays, tokens, options, device, folder, resume)


def _train(
    model: Any,
    arrays: Arrays,
    tokens: Tokens,
    options: TrainingOptions,
    device: torch.device,
    folder: Path,
    resume: bool,
) -> Progress:
    torch.manual_seed(options.seed)
    model.to(device).train()
    model.set_attn_implementation("eager")  # the others give no attention weights
    optimizer = build_optimizer(model, options)
    checkpoint = folder / "checkpoint.pt"
    progress = load_checkpoint(checkpoint, model, optimizer) if resume and checkpoint.exists() else Progress()
    budget = Budget(_NO_LIMIT, options.budget_minutes, progress.seconds)
    stopper, log, saved = Stopper(), Log(folder / "log.jsonl", options.log_seconds), time.monotonic()
    for batch in _batches(arrays, options, progress, tokens):
        loss = _step(model, optimizer, batch.to(device), options, learning_rate_factor(budget.progress(0)))
        progress.step += 1
        progress.tokens += batch.tokens
        progress.seconds = budget.seconds
        log.add(loss, progress.step, progress.epoch, progress.tokens, progress.seconds)
        ended = budget.progress(0) >= 1.0 or progress.step == options.max_steps
        if ended or stopper.asked or time.monotonic() - saved > 60 * options.checkpoint_minutes:
            save_checkpoint(checkpoint, _state(model, optimizer, progress))
            saved = time.monotonic()
        if ended:
            break
        if stopper.asked:
            raise Stopped(f"stopped at step {progress.step}; run again with --resume")
    model.eval()
    return progress


_NO_LIMIT = 1 << 60


def _state(model: nn.Module, optimizer: torch.optim.Optimizer, progress: Progress) -> dict[str, Any]:
    return {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "progress": asdict(progress),
        "random": torch.get_rng_state(),
    }


def load_checkpoint(path: Path, model: nn.Module, optimizer: torch.optim.Optimizer) -> Progress:
    """Restore weights, optimizer and random state from a checkpoint; returns how far the run was."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    torch.set_rng_state(state["random"])
    return Progress(**state["progress"])


def _batches(arrays: Arrays, options: TrainingOptions, progress: Progress, tokens: Tokens) -> Iterator[Batch]:
    """Batches without end, from where ``progress`` stands; keeps its epoch and batch up to date."""
    spans_of: list[list[int]] = [[] for _ in range(len(arrays.source_at) - 1)]
    for span, row in enumerate(arrays.row):
        spans_of[row].append(span)
    while True:
        order = order_batches(arrays, options.batch_tokens, options.seed + progress.epoch)
        while progress.batch < len(order):
            rows = order[progress.batch]
            progress.batch += 1
            copy = progress.seconds < options.copy_share * options.budget_minutes * 60
            yield make_batch(arrays, rows, spans_of, tokens, copy=copy)
        progress.epoch, progress.batch = progress.epoch + 1, 0


def _step(
    model: Any, optimizer: torch.optim.AdamW, batch: Batch, options: TrainingOptions, factor: float
) -> float:
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * factor
    with autocast(batch.source.device):
        loss = answer_loss(model, batch, options.label_smoothing)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(model.parameters(), options.clip)
    optimizer.step()
    return float(loss.detach())
