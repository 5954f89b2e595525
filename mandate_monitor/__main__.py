"""`python -m mandate_monitor`: the `mandates` command where no script is on the path."""

from mandate_monitor import main

if __name__ == "__main__":
    main()
