"""What several kinds of tests share: the running program, a network that can be cut, a browser."""
