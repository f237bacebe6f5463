"""Step 3: the booked record of a meeting: create, list, settings, invites, host controls and the one way it ends."""
