"""Step 0 of the staircase: settings, errors, HTTP edge, database, facts, clock. Knows no slice."""
