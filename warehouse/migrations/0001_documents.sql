-- What sources showed, what was read out of it, and how documents hang together.
--
-- One PRIMARY KEY a table, no other index, no foreign key: after kill -9, DuckDB 1.5 tools silently corrupt secondary
-- indexes, and a foreign key blocks updates of lists on the parent. Versions are append-only; what changes (sightings,
-- sources, validators) stands in narrow tables.

CREATE TABLE documents (
    document_id VARCHAR PRIMARY KEY,
    identity VARCHAR NOT NULL,
    symbol VARCHAR,
    symbol_key UBIGINT,
    body VARCHAR,
    kind VARCHAR NOT NULL,
    stage VARCHAR,
    session INTEGER,
    title VARCHAR NOT NULL,
    title_key UBIGINT,
    language VARCHAR,
    author VARCHAR,
    summary VARCHAR USING COMPRESSION zstd,
    agenda_item VARCHAR,
    published_on DATE,
    published_precision VARCHAR,
    published_origin VARCHAR,
    url VARCHAR NOT NULL,
    topics VARCHAR[] NOT NULL,
    first_seen TIMESTAMPTZ NOT NULL
);

CREATE TABLE versions (
    version_id VARCHAR PRIMARY KEY,
    document_id VARCHAR NOT NULL,
    text VARCHAR NOT NULL USING COMPRESSION zstd,
    text_sha256 VARCHAR NOT NULL,
    raw_sha256 VARCHAR,
    media_type VARCHAR,
    page_starts INTEGER[] NOT NULL,
    flags VARCHAR[] NOT NULL,
    first_seen TIMESTAMPTZ NOT NULL
);

CREATE TABLE analyses (
    version_id VARCHAR PRIMARY KEY,
    language VARCHAR,
    preamble STRUCT("start" INTEGER, "end" INTEGER)[] NOT NULL,
    notes VARCHAR[] NOT NULL,
    analysed_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE sightings (
    sighting_id VARCHAR PRIMARY KEY,
    source_id VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    version_id VARCHAR,
    url VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    first_seen TIMESTAMPTZ NOT NULL,
    last_seen TIMESTAMPTZ NOT NULL
);

CREATE TABLE clauses (
    clause_id VARCHAR PRIMARY KEY,
    version_id VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    number VARCHAR,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    page INTEGER,
    quote VARCHAR NOT NULL USING COMPRESSION zstd,
    display VARCHAR NOT NULL USING COMPRESSION zstd,
    verb VARCHAR NOT NULL,
    type VARCHAR NOT NULL,
    is_mandate BOOLEAN NOT NULL,
    addressee VARCHAR,
    addressee_id VARCHAR,
    agenda_item VARCHAR,
    rule VARCHAR NOT NULL,
    evidence STRUCT(label VARCHAR, rule VARCHAR, "start" INTEGER, "end" INTEGER, quote VARCHAR)[] NOT NULL
);

CREATE TABLE mandates (
    mandate_id VARCHAR PRIMARY KEY,
    clause_id VARCHAR NOT NULL,
    version_id VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    quote VARCHAR NOT NULL USING COMPRESSION zstd,
    verb VARCHAR NOT NULL,
    type VARCHAR NOT NULL,
    addressee VARCHAR,
    addressee_id VARCHAR,
    due VARCHAR,
    due_start DATE,
    due_end DATE,
    due_basis VARCHAR NOT NULL,
    dues STRUCT("start" INTEGER, "end" INTEGER, quote VARCHAR, due_start DATE, due_end DATE, basis VARCHAR, rule VARCHAR)[] NOT NULL,
    agenda_item VARCHAR,
    agenda_title VARCHAR,
    action VARCHAR,
    deliverable VARCHAR,
    rule VARCHAR NOT NULL
);

CREATE TABLE citations (
    citation_id VARCHAR PRIMARY KEY,
    version_id VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    quote VARCHAR NOT NULL,
    symbol VARCHAR NOT NULL
);

-- to_document is null while the document that bears to_symbol has not been seen.
CREATE TABLE relations (
    relation_id VARCHAR PRIMARY KEY,
    from_document VARCHAR NOT NULL,
    to_document VARCHAR,
    to_symbol VARCHAR,
    to_key UBIGINT,
    relation VARCHAR NOT NULL,
    score DOUBLE NOT NULL,
    evidence VARCHAR NOT NULL,
    first_seen TIMESTAMPTZ NOT NULL
);

CREATE TABLE sources (
    source_id VARCHAR PRIMARY KEY,
    state VARCHAR NOT NULL,
    failures INTEGER NOT NULL,
    error VARCHAR,
    first_success TIMESTAMPTZ,
    last_success TIMESTAMPTZ,
    last_crawl TIMESTAMPTZ NOT NULL,
    last_new TIMESTAMPTZ,
    notes MAP(VARCHAR, VARCHAR) NOT NULL
);

CREATE TABLE validators (
    validator_id VARCHAR PRIMARY KEY,
    source_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    etag VARCHAR,
    last_modified VARCHAR,
    fetched_at TIMESTAMPTZ NOT NULL,
    content_sha256 VARCHAR NOT NULL
);

CREATE TABLE batches (
    batch_id VARCHAR PRIMARY KEY,
    source_id VARCHAR NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ NOT NULL,
    outcome VARCHAR NOT NULL,
    items_seen INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    error VARCHAR,
    dropped STRUCT(url VARCHAR, title VARCHAR, reason VARCHAR)[] NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE fetches (
    fetch_id VARCHAR PRIMARY KEY,
    batch_id VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    seconds DOUBLE NOT NULL,
    status INTEGER,
    bytes BIGINT NOT NULL,
    outcome VARCHAR NOT NULL,
    error VARCHAR
);

-- What was worth telling, whether or not anybody subscribed to it; `detail` holds what only some kinds have.
CREATE TABLE findings (
    finding_id VARCHAR PRIMARY KEY,
    kind VARCHAR NOT NULL,
    found_at TIMESTAMPTZ NOT NULL,
    baseline BOOLEAN NOT NULL,
    document_id VARCHAR NOT NULL,
    mandate_id VARCHAR,
    clause_id VARCHAR,
    detail JSON NOT NULL
);
