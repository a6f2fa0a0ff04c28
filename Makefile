# Everything starts from Python 3.10 or newer and a package registry:
#   make demo     see what mtqa does
#   make test     what continuous integration runs

PYTHON ?= python3
VENV := .venv
# What the encoder is pretrained further on.
JOURNALISM := allsides_news webhose_news_2019 google_news_2019 bbc_news_2004 wikipedia_current_events
BIN := $(VENV)/bin
# Touched when the environment is installed; older than what it was installed from, it is installed anew.
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help demo test lint eval benchmark throughput readme models wheel clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## ?/  make \1\t/' | expand -t 20

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' \
	  || { echo "mtqa needs Python 3.10 or newer: make PYTHON=/path/to/python3.10" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(STAMP)

demo: $(STAMP) ## check the sample article
# Status 1 means that there are findings, and in this article there are.
	$(BIN)/mtqa check seeds/ceasefire-call.txt || [ $$? -eq 1 ]

test: lint ## lint, types and all tests
	$(BIN)/python -m pytest

lint: $(STAMP) ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

eval: $(STAMP) ## measure the models on ../shared/data, and put the figures into docs and README
	mkdir -p docs/benchmark
	$(BIN)/mtqa eval words sentences spans clean proposals grammar --split dev --json docs/benchmark/dev.json
	$(BIN)/mtqa eval words sentences spans clean proposals grammar --split test20 --json docs/benchmark/test20.json
	$(BIN)/mtqa eval speed --json docs/benchmark/speed.json
	$(BIN)/mtqa eval -q --show docs/benchmark/test20.json --show docs/benchmark/dev.json --show docs/benchmark/speed.json \
	  --markdown docs/benchmark.md --plots docs/benchmark
	$(BIN)/python scripts/card.py docs/benchmark/test20.json
	$(BIN)/python scripts/readme.py
	$(BIN)/python scripts/examples.py

benchmark: $(STAMP) ## speed, memory and size on this machine, as a table
	$(BIN)/python scripts/benchmark.py

throughput: $(STAMP) ## words per second of mtqa score on this machine, put into docs and README (some minutes)
	$(BIN)/python scripts/throughput.py --json docs/benchmark/throughput.json
	$(BIN)/python scripts/readme.py --block throughput docs/benchmark/throughput.json

readme: $(STAMP) ## put the present help and real reports into README.md and docs/
	$(BIN)/python scripts/readme.py
	$(BIN)/python scripts/examples.py

models: $(STAMP) ## train both models anew from ../shared (some hours on four cores)
	$(BIN)/python scripts/count_corpus.py --out work/counts.safetensors
	$(BIN)/python scripts/train_scorer.py --work work --passes 4 --budget-minutes 60 --resume
	$(BIN)/python scripts/train_scorer.py --init work/scorer.pt --work work/phase2 --passes 2 --articles 1500 \
	  --garbled 0.75 --seed 2 --budget-minutes 35 --resume
	$(BIN)/python scripts/train_scorer.py --init work/phase2/scorer.pt --work work/phase3 --passes 1 --articles 400 \
	  --large 8000 --garbled 0.75 --seed 3 --budget-minutes 12 --resume
	$(BIN)/python scripts/train_scorer.py --init work/phase3/scorer.pt --work work/phase4 --passes 3 --articles 3509 \
	  --rounds 2 --garbled 0.7 --sentence-weight 2 --seed 4 --budget-minutes 85 --resume
	$(BIN)/python scripts/average_scorers.py work/phase3/scorer.pt work/phase4/scorer.pt --share 0.65 --out work/averaged
	$(BIN)/python scripts/train_scorer.py --init work/averaged/scorer.pt --work work/phase5 --passes 2 --large 100000 \
	  --garbled 0.7 --sentence-weight 2 --dropout 0 --seed 5 --budget-minutes 46 --resume
	$(BIN)/python scripts/average_scorers.py work/averaged/scorer.pt work/phase5/scorer.pt --share 0.65 --out work/averaged5
	$(BIN)/python scripts/calibrate_scorer.py --work work/averaged5 --out work/base-v3 --name base-v3
	$(BIN)/python scripts/pretrain_encoder.py pack --init work/base-v3 --out work/pack --words 11000000 --seed 3 \
	  $(JOURNALISM:%=--sources %)
	$(BIN)/python scripts/pretrain_encoder.py train --pack work/pack --work work/pretrain --budget-minutes 58 \
	  --generator-first 0.05 --batch-tokens 8192 --mask 0.2 0.15 --lengths 128 128 --seed 3 --resume
	$(BIN)/python scripts/pretrain_encoder.py export --pack work/pack --work work/pretrain --out work/encoder
	$(BIN)/python scripts/train_scorer.py --encoder work/encoder --heads work/base-v3 --work work/phase6 --passes 2 \
	  --articles 3509 --large 78000 --garbled 0.7 --sentence-weight 2 --seed 6 --budget-minutes 31 --resume
	$(BIN)/python scripts/average_scorers.py work/base-v3 work/phase6/scorer.pt --share 0.65 --out work/averaged6
	$(BIN)/python scripts/calibrate_scorer.py --work work/averaged6 --out work/base-v4 --name base-v4
	$(BIN)/python scripts/pretrain_encoder.py pack --init work/base-v4 --out work/pack7 --words 11000000 --seed 4 \
	  $(JOURNALISM:%=--sources %)
	$(BIN)/python scripts/pretrain_encoder.py train --pack work/pack7 --work work/pretrain7 --budget-minutes 80 \
	  --generator-first 0.05 --batch-tokens 8192 --mask 0.2 0.15 --lengths 128 128 --seed 4 --resume
	$(BIN)/python scripts/pretrain_encoder.py export --pack work/pack7 --work work/pretrain7 --out work/encoder7
	$(BIN)/python scripts/train_scorer.py --encoder work/encoder7 --heads work/base-v4 --work work/phase7 --passes 1 \
	  --articles 3509 --large 39000 --garbled 0.7 --sentence-weight 2 --seed 7 --budget-minutes 38 --resume
	$(BIN)/python scripts/average_scorers.py work/base-v4 work/phase7/scorer.pt --share 0.65 --out work/averaged7
	$(BIN)/python scripts/train_scorer.py --init work/averaged7/scorer.pt --work work/phase8 --passes 1 --articles 2300 \
	  --large 25000 --garbled 0.7 --sentence-weight 2 --consensus 0.35 --seed 8 --budget-minutes 52 --resume
	$(BIN)/python scripts/average_scorers.py work/averaged7/scorer.pt work/phase8/scorer.pt --share 0.5 --out work/averaged8
	$(BIN)/python scripts/calibrate_scorer.py --work work/averaged8 --out work/base-v5 --name base-v5
	$(BIN)/python scripts/train_scorer.py --init work/base-v5 --counts work/base-v5/counts.safetensors --work work/phase9 \
	  --natural-layers 1 --no-human --passes 1 --articles 1300 --large 20000 --garbled 0.7 --preference 0.8 \
	  --preference-part 2 --preference-weight 1 --seed 52 --budget-minutes 16 --resume
	$(BIN)/python scripts/calibrate_scorer.py --work work/phase9 --counts work/base-v5/counts.safetensors \
	  --out models/scorer --name base-v6
	$(BIN)/python scripts/train_corrector.py --budget-minutes 58 --copy-share 0.28 --checkpoint-dir work/corrector1 \
	  --out work/corrector1/model --resume
	$(BIN)/python scripts/train_corrector.py --init work/corrector1/model --examples 420000 --batch-tokens 2048 --seed 7 \
	  --budget-minutes 80 --checkpoint-dir work/corrector2 --out work/corrector2/model --resume
	$(BIN)/python scripts/train_corrector.py --init work/corrector2/model --examples 200000 --batch-tokens 2048 --seed 11 \
	  --learning-rate 1.5e-4 --new-learning-rate 2.5e-4 --budget-minutes 57 --checkpoint-dir work/corrector3 \
	  --out work/corrector3/model --resume
	$(BIN)/python scripts/train_corrector.py --init work/corrector3/model --flagged 0.4 --scorer work/base-v5 \
	  --examples 76000 --batch-tokens 2048 --seed 61 --learning-rate 1.5e-4 --new-learning-rate 2.5e-4 \
	  --budget-minutes 36 --checkpoint-dir work/corrector4 --out models/corrector --resume
	$(BIN)/python scripts/fit_ranking.py --min-score 0.5

wheel: $(STAMP) ## the package with its models, in dist/
	$(BIN)/python -m pip wheel --disable-pip-version-check --no-deps -w dist .

clean: ## remove the environment and what tools have left
	rm -rf $(VENV) dist build .pytest_cache .hypothesis .mypy_cache .ruff_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
