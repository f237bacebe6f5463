"""`python -m onepizza` is the same as the `onepizza` command."""

from onepizza.cli import main

if __name__ == "__main__":
    main()
