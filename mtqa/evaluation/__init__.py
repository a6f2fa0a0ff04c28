"""Metrics and the benchmark's parts."""
