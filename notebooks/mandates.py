# /// script
# requires-python = ">=3.11"
# dependencies = ["marimo", "duckdb>=1.5", "altair>=5", "pyarrow"]
# ///
"""The mandates at a glance, and what became of them: a marimo notebook over the published snapshot.

    MANDATES_HOME=data uvx marimo edit --sandbox notebooks/mandates.py

It opens the snapshot for reading only. The charts on what became of the mandates draw the worked queries in
docs/queries/, which lead further.
"""

import marimo

app = marimo.App(width="medium", app_title="Mandates")


@app.cell
def _():
    import os
    from pathlib import Path
    from types import SimpleNamespace

    import altair as alt
    import duckdb
    import marimo as mo

    snapshot = Path(os.environ.get("MANDATES_HOME", "data")) / "snapshot.duckdb"
    mo.stop(not snapshot.exists(), mo.md(f"There is no `{snapshot}` yet: `mandates snapshot` publishes one."))
    connection = duckdb.connect(snapshot, read_only=True)
    queries = mo.notebook_dir().parent / "docs" / "queries"

    def ask(sql):
        """The answer as an Arrow table, which charts and tables take as it is."""
        return connection.sql(sql).to_arrow_table()

    def worked(name):
        """The answer to a worked query."""
        return ask((queries / f"{name}.sql").read_text(encoding="utf-8"))

    def shown(title, words, chart, rows):
        """A chart over its rows, and the rows; only words where there are no rows yet."""
        said = mo.md(f"## {title}\n\n{words}")
        if not rows.num_rows:
            return mo.vstack([said, mo.md("*There is nothing to show yet.*")])
        years = {"year": "{:d}".format} if "year" in rows.column_names else None
        below = chart.configure_legend(orient="bottom", columns=4, labelLimit=200)
        return mo.vstack([said, mo.ui.altair_chart(below), mo.ui.table(rows, page_size=10, format_mapping=years)])

    look = SimpleNamespace()
    # Amounts are whole, names are long, and dots at the edge are not cut off.
    look.whole = alt.Axis(tickMinStep=1, format="d")
    look.names = alt.Axis(labelLimit=400)
    look.inside = alt.Scale(padding=15)

    def bars(chart, names, amounts, title=None, sort="-x"):
        """Bars from the left, one for each name, the longest first."""
        y = alt.Y(names, sort=sort, title=None, axis=look.names)
        x = alt.X(amounts, title=title, axis=look.whole) if title else alt.X(amounts, axis=look.whole)
        return chart.mark_bar().encode(y=y, x=x).properties(width=340)

    look.bars = bars

    # One colour for each state, in all charts: what is settled is calm, what is not is not.
    look.states = alt.Scale(
        domain=[
            "answered", "partly_answered", "renewed", "superseded", "withdrawn",
            "open", "corrected", "due_soon", "overdue", "unknown",
        ],
        range=[
            "#2b8a3e", "#8ccf9b", "#3b78b5", "#9dbfe0", "#868e96",
            "#ced4da", "#b197fc", "#f2b134", "#c92a2a", "#495057",
        ],
    )  # fmt: skip
    return alt, ask, look, mo, shown, snapshot, worked


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
def _(alt, ask, look, shown):
    by_year = ask(
        """SELECT coalesce(body, 'unknown') AS body, coalesce(year::VARCHAR, 'no date') AS published, sum(mandates)::BIGINT AS mandates
        FROM mandates_by_body GROUP BY ALL ORDER BY ALL"""
    )
    shown(
        "By body and year",
        "The mandates of all documents, by the year of the document.",
        alt.Chart(by_year)
        .mark_bar()
        .encode(
            x="published:O",
            y=alt.Y("mandates:Q", axis=look.whole),
            color="body:N",
            tooltip=["body:N", "published:O", "mandates:Q"],
        )
        .properties(width=600),
        by_year,
    )
    return


@app.cell
def _(alt, ask, look, shown):
    ahead = ask(
        """SELECT due_end, date_trunc('month', due_end)::DATE AS month, days_left, due_basis, type, addressee,
            coalesce(symbol, title) AS document, quote
        FROM open_mandates WHERE due_end IS NOT NULL ORDER BY due_end, document, quote"""
    )
    shown(
        "Deadlines ahead",
        "Open mandates by the month in which their deadline ends; those without a day are not shown.",
        alt.Chart(ahead)
        .mark_bar()
        .encode(
            x=alt.X("yearmonth(month):O", title="month"),
            y=alt.Y("count():Q", title="deadlines", axis=look.whole),
            color="type:N",
            tooltip=[alt.Tooltip("yearmonth(month):O", title="month"), "type:N", "count():Q"],
        )
        .properties(width=600),
        ahead,
    )
    return


@app.cell
def _(alt, ask, look, shown):
    asked = ask(
        """SELECT addressee_id, type, count(*) AS mandates FROM current_mandates
        WHERE addressee_id IN (
            SELECT addressee_id FROM current_mandates WHERE addressee_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 15
        ) GROUP BY ALL ORDER BY mandates DESC, addressee_id, type"""
    )
    shown(
        "Who is asked most",
        "The fifteen addressees with the most mandates.",
        look.bars(alt.Chart(asked), "addressee_id:N", "mandates:Q").encode(
            color="type:N", tooltip=["addressee_id:N", "type:N", "mandates:Q"]
        ),
        asked,
    )
    return


@app.cell
def _(alt, ask, look, shown):
    became = ask(
        """SELECT coalesce(body, 'unknown') AS body, state, count(*) AS times,
            count(*) FILTER (rule = 'not_watched') AS not_watched
        FROM ledger GROUP BY ALL ORDER BY ALL"""
    )
    shown(
        "What became of it",
        "Every time that a mandate asks for something, by its state of today. Overdue is said only where a source was "
        "watched that would have shown the answer; otherwise the state is unknown (`not_watched`).",
        look.bars(alt.Chart(became), "body:N", "times:Q", sort="ascending").encode(
            color=alt.Color("state:N", scale=look.states), tooltip=["body:N", "state:N", "times:Q", "not_watched:Q"]
        ),
        became,
    )
    return


@app.cell
def _(alt, shown, worked):
    reactions = worked("19-reaction-times")
    shown(
        "Reaction times",
        "Days from a request to its answer: the median by body, type and year of the request. The larger the dot, the "
        "more were answered; bodies without an answer are in the table only.",
        alt.Chart(reactions)
        .mark_point(filled=True, opacity=0.8)
        .encode(
            x=alt.X("year:O", title="year of the request"),
            y=alt.Y("median_days:Q", title="days (median)", scale=alt.Scale(zero=True)),
            color="body:N",
            shape="type:N",
            size=alt.Size("answered:Q", scale=alt.Scale(range=[60, 400]), legend=None),
            tooltip=[
                "body:N",
                "type:N",
                "year:O",
                "median_days:Q",
                "longest_days:Q",
                "answered:Q",
                "due_or_answered:Q",
            ],
        )
        .properties(width=520),
        reactions,
    )
    return


@app.cell
def _(alt, look, shown, worked):
    missing = worked("20-overdue-by-addressee")
    kinds = ["overdue", "not_watched", "undecided"]
    shown(
        "Overdue by addressee",
        "What was due and was not seen. Grey is what no source was watched for, or what is undecided for another reason.",
        look.bars(
            alt.Chart(missing).transform_fold(kinds, as_=["what", "requests due"]), "addressee:N", "requests due:Q"
        ).encode(
            color=alt.Color("what:N", scale=alt.Scale(domain=kinds, range=["#c92a2a", "#868e96", "#ced4da"])),
            tooltip=["addressee:N", "what:N", "requests due:Q", "oldest:T", "days_over:Q"],
        ),
        missing,
    )
    return


@app.cell
def _(alt, ask, look, shown):
    lives = ask(
        """WITH longest AS (
            SELECT first_clause, max(step) AS steps, arg_max(addressee, step) FILTER (quote IS NOT NULL) AS addressee,
                rtrim(arg_max(quote, step) FILTER (quote IS NOT NULL), ';.') AS words
            FROM clause_life GROUP BY first_clause HAVING bool_or(is_mandate) ORDER BY steps DESC, first_clause LIMIT 20
        )
        SELECT row_number() OVER (PARTITION BY step ORDER BY steps DESC, first_clause) || ') ' || coalesce(left(longest.addressee, 34) || ' … ', '') || right(words, 44) AS clause,
            step, symbol, session, published_on, change, round(score, 2) AS likeness, quote
        FROM clause_life JOIN longest USING (first_clause) ORDER BY steps DESC, first_clause, step"""
    )
    steps = alt.Chart(lives).encode(
        x=alt.X("published_on:T", title="adopted", scale=look.inside),
        y=alt.Y("clause:N", title=None, sort=None, axis=look.names),
    )
    changes = alt.Scale(
        domain=["first", "same", "changed", "dropped"], range=["#2b8a3e", "#3b78b5", "#f2b134", "#c92a2a"]
    )
    about = ["symbol:N", "session:Q", "published_on:T", "change:N", "likeness:Q", "quote:N"]
    shown(
        "The lives of clauses",
        "The twenty mandates that were adopted most often: each dot is a resolution, its colour says what became of the words.",
        (
            steps.mark_line(color="#ced4da").encode(detail="clause:N")
            + steps.mark_circle(size=110, opacity=1).encode(color=alt.Color("change:N", scale=changes), tooltip=about)
        ).properties(width=320),
        lives,
    )
    return


@app.cell
def _(alt, look, shown, worked):
    standing = worked("15-standing-requests")
    requests = (
        alt.Chart(standing.sort_by([("times", "descending"), ("changes", "descending")]).slice(0, 20))
        .transform_calculate(
            request="datum.latest + ' … ' + slice(datum.words, -60)",
            unchanged="datum.times - 1 - datum.changes",
        )
        .transform_fold(["unchanged", "changes"], as_=["how", "renewals"])
    )
    shown(
        "Most renewed requests",
        "How often a request that is still made was adopted again, in the same words or in others: the first twenty.",
        look.bars(requests, "request:N", "renewals:Q", "times renewed").encode(
            color="how:N", tooltip=["how:N", "renewals:Q", "since:T", "first_symbol:N", "words:N"]
        ),
        standing,
    )
    return


@app.cell
def _(alt, look, shown, worked):
    coming = worked("21-next-session")
    shown(
        "The next session of each body",
        "How many items recorded documents place on its agenda, and how much is due by its last day.",
        look.bars(
            alt.Chart(coming).transform_calculate(name="datum.body + ' ' + datum.session"),
            "name:N",
            "count():Q",
            "items and deadlines",
            sort="ascending",
        ).encode(color="what:N", tooltip=["name:N", "start_on:T", "end_on:T", "what:N", "count():Q"]),
        coming,
    )
    return


@app.cell
def _(alt, look, shown, worked):
    waiting = worked("22-two-cycles-unanswered")
    shown(
        "Asked for twice or more, and not answered",
        "Reports and meetings that were asked for again and again; for the last two times at least no answer was seen.",
        look.bars(alt.Chart(waiting), "addressee:N", "count():Q", "requests").encode(
            color=alt.value("#c92a2a"), tooltip=["addressee:N", "count():Q"]
        ),
        waiting,
    )
    return


@app.cell
def _(alt, look, shown, worked):
    one_session = worked("23-one-session")
    shown(
        "What became of each mandate of one session",
        "The session with the most mandates; the query says where to put another one.",
        look.bars(alt.Chart(one_session), "addressee:N", "count():Q", "times asked for").encode(
            color=alt.Color("state:N", scale=look.states), tooltip=["addressee:N", "state:N", "count():Q"]
        ),
        one_session,
    )
    return


@app.cell
def _(alt, ask, mo):
    import math

    # The network on a circle: documents in the order of their names, a line for each citation between two recorded ones.
    cited = ask(
        "SELECT document_id, cited_document, coalesce(citing_symbol, citing_title) AS citing, cited_symbol AS cited, times FROM citations_resolved WHERE cited_document IS NOT NULL AND cited_document <> document_id LIMIT 400"
    )
    links = cited.to_pylist()
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
            *(
                (drawn.properties(width=620, height=620), mo.ui.table(cited.select(["citing", "cited", "times"])))
                if links
                else ()
            ),
        ]
    )
    return


if __name__ == "__main__":
    app.run()
