"""Prefect flows and the command line; they string the other packages together and hold no logic of their own."""
