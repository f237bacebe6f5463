"""Step 2: live meetings in memory. Pure: no IO, no clock, no settings; commands in, deliveries and facts out."""
