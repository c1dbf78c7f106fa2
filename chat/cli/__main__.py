"""`python -m chat.cli`: the same as `tertulia`."""

from chat.cli import main

if __name__ == "__main__":
    main()
