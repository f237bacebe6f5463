"""onepizza: self-hosted video meetings. Read docs/architecture.md first; `app.py` wires the slices together."""
