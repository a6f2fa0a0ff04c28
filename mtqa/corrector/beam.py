"""Beam search over one input's answers."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from mtqa.corrector.network import BartNetwork


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """An answer's tokens, without the token that ends it, and the natural logarithm of its probability."""

    tokens: tuple[int, ...]
    log_probability: float


@torch.inference_mode()
def beam_search(network: BartNetwork, ids: list[int], beams: int, longest: int) -> list[Hypothesis]:
    """Up to ``beams`` answers to the input ``ids``, the most probable first.

    Hypotheses are compared by their probability as a whole, without a bonus for length, so the search can end
    as soon as no open one can still come among the best. An answer of more than ``longest`` tokens, the end
    included, is none.
    """
    device = network.final_logits_bias.device
    caches = network.encode(torch.tensor(ids, device=device))
    running = [Hypothesis((), 0.0)]
    tokens = torch.tensor([network.sizes.decoder_start_token_id], device=device)
    finished: list[Hypothesis] = []
    for position in range(longest):
        totals = network.step(tokens, position, caches)
        totals += torch.tensor([[hypothesis.log_probability] for hypothesis in running], device=device)
        best = totals.flatten().topk(min(2 * beams, totals.numel()))
        going: list[tuple[int, Hypothesis]] = []
        for rank, (place, total) in enumerate(zip(best.indices.tolist(), best.values.tolist(), strict=True)):
            row, token = divmod(place, totals.shape[1])
            if token != network.sizes.eos_token_id:
                going.append((row, Hypothesis((*running[row].tokens, token), total)))
            elif rank < beams:
                finished.append(Hypothesis(running[row].tokens, total))
        going = going[:beams]
        finished = sorted(finished, key=lambda hypothesis: -hypothesis.log_probability)[:beams]
        if len(finished) == beams and finished[-1].log_probability >= going[0][1].log_probability:
            break
        rows = torch.tensor([row for row, _ in going], device=device)
        for cache in caches:
            cache.select(rows)
        running = [hypothesis for _, hypothesis in going]
        tokens = torch.tensor([hypothesis.tokens[-1] for hypothesis in running], device=device)
    return finished
