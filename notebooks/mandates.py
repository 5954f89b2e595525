# /// script
# requires-python = ">=3.11"
# dependencies = ["marimo", "duckdb>=1.5", "altair>=5", "pyarrow"]
# ///
"""The mandates at a glance: a marimo notebook over the published snapshot.

    MANDATES_HOME=data uvx marimo edit --sandbox notebooks/mandates.py

It opens the snapshot for reading only; the worked queries in docs/queries/ lead further.
"""

import marimo

app = marimo.App(width="medium", app_title="Mandates")


@app.cell
def _():
    import os
    from pathlib import Path

    import altair as alt
    import duckdb
    import marimo as mo

    snapshot = Path(os.environ.get("MANDATES_HOME", "data")) / "snapshot.duckdb"
    mo.stop(not snapshot.exists(), mo.md(f"There is no `{snapshot}` yet: `mandates snapshot` publishes one."))
    connection = duckdb.connect(snapshot, read_only=True)

    def ask(sql):
        """The answer as an Arrow table, which charts and tables take as it is."""
        return connection.sql(sql).to_arrow_table()

    return alt, ask, mo, snapshot


@app.cell
def _(ask, mo, snapshot):
    documents, mandates, opened = (
        ask(
            """SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM current_mandates),
            (SELECT count(DISTINCT mandate_id) FROM open_mandates)"""
        )
        .to_pylist()[0]
        .values()
    )
    mo.md(
        f"# Mandates\n\n`{snapshot}` holds {documents:,} documents with {mandates:,} mandates, {opened:,} of them open."
    )
    return


@app.cell
def _(alt, ask, mo):
    by_year = ask(
        "SELECT coalesce(body, 'unknown') AS body, coalesce(year::VARCHAR, 'no date') AS year, sum(mandates) AS mandates FROM mandates_by_body GROUP BY ALL"
    )
    mo.vstack(
        [
            mo.md("## By body and year"),
            mo.ui.altair_chart(
                alt.Chart(by_year)
                .mark_bar()
                .encode(x="year:O", y="mandates:Q", color="body:N", tooltip=["body:N", "year:O", "mandates:Q"])
            ),
        ]
    )
    return


@app.cell
def _(alt, ask, mo):
    ahead = ask(
        """SELECT date_trunc('month', due_end)::DATE AS month, type, count(*) AS deadlines FROM open_mandates
        WHERE due_end IS NOT NULL GROUP BY ALL ORDER BY month"""
    )
    mo.vstack(
        [
            mo.md(
                "## Deadlines ahead\n\nOpen mandates by the month in which their deadline ends; those without a day are not shown."
            ),
            mo.ui.altair_chart(
                alt.Chart(ahead)
                .mark_bar()
                .encode(x="month:T", y="deadlines:Q", color="type:N", tooltip=["month:T", "type:N", "deadlines:Q"])
            ),
            mo.ui.table(
                ask(
                    "SELECT due_end, days_left, due_basis, addressee, coalesce(symbol, title) AS document, quote FROM open_mandates WHERE due_end IS NOT NULL ORDER BY due_end LIMIT 50"
                )
            ),
        ]
    )
    return


@app.cell
def _(alt, ask, mo):
    asked = ask(
        """SELECT addressee_id, type, count(*) AS mandates FROM current_mandates
        WHERE addressee_id IN (
            SELECT addressee_id FROM current_mandates WHERE addressee_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 15
        ) GROUP BY ALL"""
    )
    mo.vstack(
        [
            mo.md("## Who is asked most"),
            mo.ui.altair_chart(
                alt.Chart(asked)
                .mark_bar()
                .encode(
                    y=alt.Y("addressee_id:N", sort="-x"),
                    x="mandates:Q",
                    color="type:N",
                    tooltip=["addressee_id:N", "type:N", "mandates:Q"],
                )
            ),
        ]
    )
    return


@app.cell
def _(alt, ask, mo):
    import math

    # The network on a circle: documents in the order of their names, a line for each citation between two recorded ones.
    links = ask(
        "SELECT document_id, cited_document, coalesce(citing_symbol, citing_title) AS citing, cited_symbol AS cited, times FROM citations_resolved WHERE cited_document IS NOT NULL AND cited_document <> document_id LIMIT 400"
    ).to_pylist()
    names = {row["cited_document"]: row["cited"] for row in links} | {
        row["document_id"]: row["citing"] for row in links
    }
    places = {
        document: 2 * math.pi * number / max(len(names), 1)
        for number, document in enumerate(sorted(names, key=names.get))
    }
    nodes = [
        {"x": math.cos(angle), "y": math.sin(angle), "document": names[document]} for document, angle in places.items()
    ]
    arcs = [
        {
            "x": math.cos(places[row["document_id"]]),
            "y": math.sin(places[row["document_id"]]),
            "x2": math.cos(places[row["cited_document"]]),
            "y2": math.sin(places[row["cited_document"]]),
            "citation": f"{row['citing']} cites {row['cited']}",
            "times": row["times"],
        }
        for row in links
    ]
    bare = alt.Axis(labels=False, ticks=False, grid=False, domain=False, title=None)
    wide = alt.Scale(domain=[-1.3, 1.3])
    x, y = alt.X("x:Q", axis=bare, scale=wide), alt.Y("y:Q", axis=bare, scale=wide)
    dots = alt.Chart(alt.Data(values=nodes)).encode(x=x, y=y, tooltip=["document:N"])
    drawn = alt.Chart(alt.Data(values=arcs)).mark_rule(opacity=0.4).encode(
        x=x, y=y, x2="x2:Q", y2="y2:Q", tooltip=["citation:N", "times:Q"]
    ) + dots.mark_circle(size=80)
    readable = 60
    if len(nodes) <= readable:
        drawn += dots.mark_text(dy=-10, fontSize=10, limit=160).encode(text="document:N")
    mo.vstack(
        [
            mo.md(
                f"## Who cites whom\n\n{len(links)} citations between recorded documents; point at a line or a dot for its documents."
            ),
            drawn.properties(width=620, height=620),
        ]
    )
    return


if __name__ == "__main__":
    app.run()
