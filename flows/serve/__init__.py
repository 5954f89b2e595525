"""`mandates serve`: a Prefect server, a worker and a warm process, kept alive by one supervisor.

supervisor ─┬─ server     Prefect's, on loopback, its state in the home
            ├─ warm       has imported everything; forks a child for each run
            ├─ worker     takes runs; each is a client of the warm process; ends runs that a dead process left
            └─ deploy     once: `mandates deploy`
"""
