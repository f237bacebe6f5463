"""Step 2: who pays and what is left: the ledger, the only writer of balances."""
