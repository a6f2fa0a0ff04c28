"""Round trips: clean news sent through small translation models and back, with exact labels.

In the order of the work:

- :mod:`.data`: the bitext and the news sentences, and which of them are never used
- :mod:`.vocabulary`, :mod:`.pack`: one SentencePiece model; everything else as token ids in small files
- :mod:`.model`, :mod:`.batches`, :mod:`.train`: one many-to-many model with language tags, and its training
- :mod:`.plan`, :mod:`.translate`: which sentence takes which trip; the trips
- :mod:`.align`, :mod:`.label`: the words that changed, as ``garble.edits.Garbled``
- :mod:`.store`: the labelled segments on disk

``vocabulary`` to ``translate`` import numpy, torch, transformers and sentencepiece alone, so that they run
on a GPU machine that has nothing else installed.
"""
