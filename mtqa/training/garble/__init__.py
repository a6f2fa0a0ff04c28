"""Garbling: clean English sentences made into bad machine translation, with exact labels.

- :mod:`.edits`: what comes out (``Garbled``, ``Edit``)
- :mod:`.engine`: ``Garbler``, which draws errors from the families
- :mod:`.families`: one kind of error a file; :mod:`.wording` is what they share
- :mod:`.resources`: ``load_resources``, which builds :mod:`.lexicon` of dictionaries (:mod:`.senses`)
  and counts; :mod:`.tables` reads the hand-made ones in ``data/``
- :mod:`.view`: tokens and rough tags; :mod:`.inflection`: English forms
- :mod:`.document`: whole files; :mod:`.version`: ``garbler_version``, which results should name
"""

from mtqa.training.garble.edits import Edit, Garbled
from mtqa.training.garble.engine import Garbler
from mtqa.training.garble.resources import load_resources
from mtqa.training.garble.version import garbler_version

__all__ = ["Edit", "Garbled", "Garbler", "garbler_version", "load_resources"]
