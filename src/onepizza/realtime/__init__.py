"""Step 5: the Socket.IO edge: event table, payload types, seats and the outbox. Parses, never decides."""
