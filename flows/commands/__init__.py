"""One module a command; each is loaded only when its command is asked for, so that `--help` answers at once."""
