"""Step 0: the embedded PostgreSQL. Finds binaries, creates the cluster, supervises and stops it; knows no slice."""
