"""The scorer network: a BERT-type encoder with word shapes and corpus evidence, and heads on words, gaps and
the sentence.

After the predictor-estimator family of word-level quality estimation (Kim et al. 2017; Kepler et al. 2019),
with the estimator fed by n-gram counts instead of the source sentence. In shapes, B is the batch, T tokens,
W words, H hidden size.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from mtqa.scorer.bert import BertEncoder, BertSizes, BertTail, EncoderOutput, initialise
from mtqa.scorer.encode import SHAPES
from mtqa.scorer.evidence import FEATURES
from mtqa.scorer.folder import WEIGHTS
from mtqa.scorer.rotary import ROTARY, RotaryConfig, RotaryEncoder
from mtqa.scorer.weights import load_network
from mtqa.types import CATEGORIES, SEVERITIES

#: ``model_type`` in ``config.json``.
MODEL_TYPE = "mtqa-scorer"
#: What the names of the parts begin with that tell a person's sentence from a machine's.
_NATURAL = "natural_"
#: Numbers that summarise the word and gap probabilities for the sentence heads.
_SUMMARY = 5


@dataclass(frozen=True, slots=True)
class ScorerConfig:
    """``config.json`` of a scorer: the encoder's configuration, and the sizes of what is added to it.

    ``natural_layers``: so many of the encoder's last layers the head has for itself that tells a person's
    sentence from a machine's; without any there is no such head.
    """

    encoder: dict[str, Any] = field(default_factory=dict)
    evidence_hidden: int = 128
    head_hidden: int = 384
    dropout: float = 0.1
    context_tokens: int = 16
    window_tokens: int = 256
    natural_layers: int = 0

    @classmethod
    def from_pretrained(cls, folder: Path) -> ScorerConfig:
        """Read a folder's ``config.json``. Raises ``OSError`` or ``ValueError`` if it cannot be read."""
        values = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if values.get("model_type") != MODEL_TYPE:
            raise ValueError(f"config.json is of a {values.get('model_type')!r} model")
        return cls(**{name.name: values[name.name] for name in fields(cls) if name.name in values})

    def save_pretrained(self, folder: Path) -> None:
        """Write ``config.json``, which transformers can read, too."""
        values = {"architectures": ["ScorerModel"], "model_type": MODEL_TYPE, **asdict(self)}
        (folder / "config.json").write_text(json.dumps(values, indent=2, sort_keys=True) + "\n")


#: Layers whose weights :class:`ScorerModel` takes by itself when judging, to multiply in 64 bits.
NARROW_LAYERS = frozenset(
    ("word_head", "gap_head", "sentence_head", "sentence_hidden.0", "natural_head", "natural_hidden.0")
)


@dataclass(frozen=True, slots=True)
class ScorerOutput:
    """Logits. ``word``: (B, W); ``gap``: (B, W + 1); ``category``: (B, W, categories); ``severity``:
    (B, W, severities); ``keep``, ``edit_rate``, ``quality``, ``natural``: (B,)."""

    word: Tensor
    gap: Tensor
    category: Tensor
    severity: Tensor
    keep: Tensor
    edit_rate: Tensor
    quality: Tensor
    natural: Tensor


def make_encoder(config: dict[str, Any]) -> BertEncoder | RotaryEncoder:
    """A new encoder of the kind that ``model_type`` names: our own, or by default BERT."""
    if config.get("model_type") == ROTARY:
        return RotaryEncoder(RotaryConfig.from_dict(config))
    return BertEncoder(BertSizes.from_dict(config))


class ScorerModel(nn.Module):
    """Judges every word, every gap and the sentence in one pass.

    The word head says how probable it is that an editor changes the word, the gap head that one is missing
    there; ``keep`` is the logit of "needs no edit", ``edit_rate`` the logit of the expected HTER,
    ``quality`` an estimate of the direct assessment's z-score, and ``natural`` is the higher, the more the
    sentence is like a person's and unlike a machine's; 0 where there are no layers for it.
    """

    def __init__(self, config: ScorerConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = make_encoder(config.encoder)
        hidden, head = self.encoder.config.hidden_size, config.head_hidden
        self.shape_embeddings = nn.Embedding(SHAPES, hidden)
        self.evidence_in = nn.Sequential(
            nn.Linear(FEATURES, config.evidence_hidden),
            nn.GELU(),
            nn.Linear(config.evidence_hidden, hidden),
        )
        self.evidence_out = nn.Sequential(nn.Linear(FEATURES, config.evidence_hidden), nn.GELU())
        joint = hidden + config.evidence_hidden
        self.border = nn.Parameter(torch.zeros(joint))
        self.dropout = nn.Dropout(config.dropout)
        self.word_hidden = nn.Sequential(nn.Linear(joint, head), nn.GELU())
        self.word_head = nn.Linear(head, 1)
        self.category_head = nn.Linear(head, len(CATEGORIES))
        self.severity_head = nn.Linear(head, len(SEVERITIES))
        self.gap_hidden = nn.Sequential(nn.Linear(2 * joint, head // 2), nn.GELU())
        self.gap_head = nn.Linear(head // 2, 1)
        self.sentence_hidden = nn.Sequential(nn.Linear(hidden + joint + _SUMMARY, head), nn.GELU())
        self.sentence_head = nn.Linear(head, 3)
        self.natural_layers: BertTail | None = None
        if config.natural_layers:
            if not isinstance(self.encoder, BertEncoder):
                raise ValueError("only a BERT can have layers that tell persons from machines")
            self.natural_layers = BertTail(self.encoder.config, config.natural_layers)
            self.natural_hidden = nn.Sequential(nn.Linear(hidden + joint, head), nn.GELU())
            self.natural_head = nn.Linear(head, 1)
        self._only_natural = False
        for name, part in self.named_children():
            if name != "encoder":
                part.apply(initialise)

    @classmethod
    def from_pretrained(cls, folder: Path) -> ScorerModel:
        """The model of a folder, in 32-bit floats, for judging.

        Raises ``OSError``, ``ValueError`` or ``RuntimeError`` if the folder is incomplete or damaged.
        """
        config = ScorerConfig.from_pretrained(folder)
        return load_network(lambda: cls(config), folder / WEIGHTS)

    def start_from(self, encoder: nn.Module) -> None:
        """Take over a pretrained encoder; what is added begins as no change to its input."""
        self.encoder.load_state_dict(encoder.state_dict(), strict=False)
        for parameter in (*self.shape_embeddings.parameters(), *self.evidence_in[-1].parameters()):
            nn.init.zeros_(parameter)

    def start_from_scorer(self, weights: Mapping[str, Tensor]) -> None:
        """Take over a scorer's weights; layers for ``natural`` that it lacks begin as its encoder's last.

        Raises ``RuntimeError`` if it is not a scorer like this one.
        """
        missing, unexpected = self.load_state_dict(weights, strict=False)
        new = [name for name in missing if name.startswith(_NATURAL)]
        if unexpected or len(new) < len(missing):
            raise RuntimeError(f"not a scorer like this one: {[*unexpected, *missing][0]}")
        if new and self.natural_layers is not None:
            self.natural_layers.start_from(cast(BertEncoder, self.encoder))

    def train_only_natural(self) -> None:
        """Train what tells persons from machines alone: all else that the model says stays as it is."""
        self._only_natural = True
        for name, parameter in self.named_parameters():
            parameter.requires_grad_(name.startswith(_NATURAL))

    def train(self, mode: bool = True) -> ScorerModel:
        """As in torch; what is frozen drops nothing out."""
        super().train(mode)
        if mode and self._only_natural:
            for name, part in self.named_children():
                part.train(name.startswith(_NATURAL))
        return self

    def forward(
        self,
        ids: Tensor,  # (B, T)
        shapes: Tensor,  # (B, T)
        types: Tensor,  # (B, T)
        mask: Tensor,  # (B, T) 1 where there is a token
        word_index: Tensor,  # (B, T) word of each token, -1 for none
        evidence: Tensor,  # (B, W, FEATURES)
        word_mask: Tensor,  # (B, W) 1 where there is a word
    ) -> ScorerOutput:
        """Logits for padded windows; those at masked positions mean nothing."""
        with torch.no_grad() if self._only_natural else contextlib.nullcontext():
            encoded, mean = self._encode(ids, shapes, types, mask, word_index, evidence)
            states = encoded.last_hidden_state
            beside = self.evidence_out(evidence)
            pooled = self.dropout(torch.cat([mean.to(states.dtype) @ states, beside], -1))
            pooled = pooled * word_mask[..., None]  # (B, W, H + E)
            word_states = self.dropout(self.word_hidden(pooled))
            word = self._narrow(self.word_head, word_states).squeeze(-1)
            gap = self._gap_logits(pooled, word_mask)
            category, severity = self.category_head(word_states), self.severity_head(word_states)
            sentence = self._sentence_logits(states[:, 0], pooled, word, gap, word_mask)
        natural = torch.zeros_like(sentence[:, 0])
        if self.natural_layers is not None:
            states = self.natural_layers(encoded, mask)
            own = torch.cat([mean.to(states.dtype) @ states, beside], -1) * word_mask[..., None]
            natural = self._natural_logits(states[:, 0], own, word_mask)
        return ScorerOutput(
            word.float(),
            gap.float(),
            category.float(),
            severity.float(),
            sentence[:, 0].float(),
            sentence[:, 1].float(),
            sentence[:, 2].float(),
            natural.float(),
        )

    def _encode(
        self, ids: Tensor, shapes: Tensor, types: Tensor, mask: Tensor, word_index: Tensor, evidence: Tensor
    ) -> tuple[EncoderOutput, Tensor]:
        """What the encoder gives, and the matrix (B, W, T) that makes means over the tokens of a word."""
        words = evidence.shape[1]
        member = torch.arange(words, device=ids.device)[None, :, None] == word_index[:, None, :]  # (B, W, T)
        member = member.to(evidence.dtype)
        embedded = self.encoder.embeddings.word_embeddings(ids) + self.shape_embeddings(shapes)
        embedded = embedded + member.transpose(1, 2) @ self.evidence_in(evidence)  # (B, T, H)
        encoded = self.encoder(inputs_embeds=embedded, attention_mask=mask, token_type_ids=types)
        return encoded, member / member.sum(-1, keepdim=True).clamp(min=1.0)

    def _gap_logits(self, pooled: Tensor, word_mask: Tensor) -> Tensor:
        border = self.border.to(pooled.dtype).expand(pooled.shape[0], 1, -1)
        padded = torch.where(word_mask[..., None] > 0, pooled, border)
        left, right = torch.cat([border, padded], 1), torch.cat([padded, border], 1)  # (B, W + 1, H + E)
        return self._narrow(self.gap_head, self.gap_hidden(torch.cat([left, right], -1))).squeeze(-1)

    def _sentence_logits(
        self, cls: Tensor, pooled: Tensor, word: Tensor, gap: Tensor, word_mask: Tensor
    ) -> Tensor:
        # The heads below must not bend the word probabilities, so they see them detached.
        bad = torch.sigmoid(word.detach().float()) * word_mask
        missing = torch.sigmoid(gap.detach().float()[:, 1:]) * word_mask
        count = word_mask.sum(1).clamp(min=1.0)
        log_fine = torch.log1p(-bad.clamp(max=0.999)) + torch.log1p(-missing.clamp(max=0.999))
        summary = torch.stack(
            [bad.sum(1) / count, bad.amax(1), missing.sum(1) / count, log_fine.sum(1) / 8, count.log() / 4],
            -1,
        )
        mean = pooled.sum(1) / count[:, None].to(pooled.dtype)
        joined = torch.cat([self.dropout(cls), mean, summary.to(cls.dtype)], -1)
        linear, activation = cast(nn.Linear, self.sentence_hidden[0]), self.sentence_hidden[1]
        return self._narrow(self.sentence_head, activation(self._narrow(linear, joined)))

    def _natural_logits(self, cls: Tensor, pooled: Tensor, word_mask: Tensor) -> Tensor:
        mean = pooled.sum(1) / word_mask.sum(1).clamp(min=1.0)[:, None].to(pooled.dtype)
        linear, activation = cast(nn.Linear, self.natural_hidden[0]), self.natural_hidden[1]
        hidden = activation(self._narrow(linear, torch.cat([cls, mean], -1)))
        return self._narrow(self.natural_head, hidden).squeeze(-1)

    def _narrow(self, layer: nn.Linear, states: Tensor) -> Tensor:
        """A layer with few rows or columns; in 64 bits when judging.

        Libraries multiply such thin matrices by other paths for other batch sizes; in 64 bits the difference
        is far below what is rounded away.
        """
        if self.training:
            return layer(states)  # type: ignore[no-any-return]
        return nn.functional.linear(states.double(), layer.weight.double(), layer.bias.double())
