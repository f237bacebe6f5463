"""Side-by-side benchmarks: every figure is a ratio to a peer that was measured in the same run (docs/benchmarks.md)."""
