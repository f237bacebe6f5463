"""Step 4: what browsers need to reach each other: ICE servers and, later, the SFU."""
