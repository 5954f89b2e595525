"""`mandates serve`: a Prefect server, a worker and a warm process, kept alive by one supervisor.

supervisor ─┬─ server     Prefect's, on loopback, its state in the home
            ├─ warm       has everything imported; forks a child for each run
            ├─ worker     takes runs, each through a client of the warm process; ends runs whose process is gone
            ├─ register   the web pages over the snapshot, on loopback
            └─ deploy     once: `mandates deploy`
"""
