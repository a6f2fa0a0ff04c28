"""Pretraining of the scorer's encoder: replaced-token detection on the corpus, with garbled text mixed in.

Two candidates by one recipe: MiniLM trained further, and a cased encoder of our own from scratch.

- :mod:`.tokens`: text as ids, word shapes and labels; the cased tokenizer
- :mod:`.heldout`: what is never trained on
- :mod:`.pack`: the corpus tokenised once, in compressed shards; :mod:`.make`: all that a pack holds
- :mod:`.stream`: reading a pack, rows for a batch
- :mod:`.network`: generator and discriminator; :mod:`.muon`: the optimizer of their matrices
- :mod:`.candidate`: the two candidates; :mod:`.run`: the loop, with budget, checkpoint and log
- :mod:`.grammar`: BLiMP as a health check; :mod:`.curve`: the loss curve as a picture
- :mod:`.export`: an encoder folder, and a scorer that starts from one; :mod:`.parts`: files cut for transport
- :mod:`.chain`: all of it once, small
"""
