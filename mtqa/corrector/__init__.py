"""From flagged spans to suggestions.

- :mod:`.prompt`, :mod:`.casing`: what the model is asked, and how case and spacing survive
- :mod:`.generate`: candidates by beam search
- :mod:`.fitting`, :mod:`.guard`: what can stand in the span and changes no fact
- :mod:`.rank`: the scorer re-reads the candidates
- :mod:`.corrector`: the whole, loaded from a :mod:`.folder`
"""

from mtqa.corrector.corrector import Corrector, load_corrector
from mtqa.corrector.rank import SpanRequest

__all__ = ["Corrector", "SpanRequest", "load_corrector"]
