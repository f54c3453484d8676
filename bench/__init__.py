"""Measures Lintel on a synthetic area, each figure as a ratio within one run.

`python -m bench` builds the area once (a tenth of the size, and the whole) in `LINTEL_BENCH_DATA`,
then measures (`--deep`: for long); docs/performance.md says how and keeps the medians.
"""
