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
COMMENT ON TABLE documents IS 'The things published, each known by its identity: official symbol and language, else canonical address, else hash of the text.';
COMMENT ON COLUMN documents.document_id IS 'sha256 of the identity.';
COMMENT ON COLUMN documents.identity IS 'What makes it one document.';
COMMENT ON COLUMN documents.symbol IS 'Official symbol, normalised; null where it has none.';
COMMENT ON COLUMN documents.symbol_key IS 'Hash of the symbol without its spaces, for joins.';
COMMENT ON COLUMN documents.body IS 'Organ that adopted or issued it.';
COMMENT ON COLUMN documents.kind IS 'resolution, decision, report, initiative, statement, news or other.';
COMMENT ON COLUMN documents.stage IS 'preliminary_draft, draft, adopted, official_record, or null.';
COMMENT ON COLUMN documents.session IS 'Ordinal of the body''s session.';
COMMENT ON COLUMN documents.title IS 'Title as first shown.';
COMMENT ON COLUMN documents.title_key IS 'Hash of the title''s words, for joins.';
COMMENT ON COLUMN documents.language IS 'Language of this document (ISO 639-1).';
COMMENT ON COLUMN documents.author IS 'Author where the source names one.';
COMMENT ON COLUMN documents.summary IS 'The source''s own summary.';
COMMENT ON COLUMN documents.agenda_item IS 'Agenda item under which it was issued.';
COMMENT ON COLUMN documents.published_on IS 'Day of adoption or issue as the document or its source states it; null when nobody does.';
COMMENT ON COLUMN documents.published_precision IS 'How exact published_on is: day, month or year.';
COMMENT ON COLUMN documents.published_origin IS 'Where the date was found: listing, feed, catalogue, document, address or operator.';
COMMENT ON COLUMN documents.url IS 'Canonical address.';
COMMENT ON COLUMN documents.topics IS 'Subjects that its sources gave it.';
COMMENT ON COLUMN documents.first_seen IS 'End of the first crawl that showed it (UTC).';

CREATE TABLE versions (
    version_id VARCHAR PRIMARY KEY,
    document_id VARCHAR NOT NULL,
    text VARCHAR NOT NULL USING COMPRESSION zstd,
    text_sha256 VARCHAR NOT NULL,
    raw_sha256 VARCHAR,
    media_type VARCHAR,
    page_starts INTEGER[] NOT NULL,
    flags VARCHAR[] NOT NULL,
    first_seen TIMESTAMPTZ NOT NULL,
    band_1 UINTEGER,
    band_2 UINTEGER,
    band_3 UINTEGER,
    band_4 UINTEGER
);
COMMENT ON TABLE versions IS 'The texts of documents. Append-only: a changed text is another row.';
COMMENT ON COLUMN versions.version_id IS 'sha256 of document and text.';
COMMENT ON COLUMN versions.document_id IS 'The document.';
COMMENT ON COLUMN versions.text IS 'The text exactly as extracted; all offsets lead into it (characters, from 0).';
COMMENT ON COLUMN versions.text_sha256 IS 'sha256 of the text in UTF-8.';
COMMENT ON COLUMN versions.raw_sha256 IS 'sha256 of the bytes it was taken from, kept under raw/.';
COMMENT ON COLUMN versions.media_type IS 'Type of those bytes.';
COMMENT ON COLUMN versions.page_starts IS 'Offset at which each page begins; empty for texts without pages.';
COMMENT ON COLUMN versions.flags IS 'What the reader should know: scanned, cut off …';
COMMENT ON COLUMN versions.first_seen IS 'End of the first crawl that showed this text (UTC).';
COMMENT ON COLUMN versions.band_1 IS 'First band of the text''s MinHash, by which like texts are found; null for short texts.';
COMMENT ON COLUMN versions.band_2 IS 'Second band.';
COMMENT ON COLUMN versions.band_3 IS 'Third band.';
COMMENT ON COLUMN versions.band_4 IS 'Fourth band.';

CREATE TABLE analyses (
    version_id VARCHAR PRIMARY KEY,
    language VARCHAR,
    preamble STRUCT("start" INTEGER, "end" INTEGER)[] NOT NULL,
    notes VARCHAR[] NOT NULL,
    analysed_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE analyses IS 'What the analysis says of a whole text.';
COMMENT ON COLUMN analyses.version_id IS 'The text.';
COMMENT ON COLUMN analyses.language IS 'Language in which it was analysed.';
COMMENT ON COLUMN analyses.preamble IS 'Offsets of the preambular paragraphs.';
COMMENT ON COLUMN analyses.notes IS 'Remarks for people: an unsupported language, a text cut off.';
COMMENT ON COLUMN analyses.analysed_at IS 'When the crawl or the new analysis ended (UTC).';

CREATE TABLE sightings (
    sighting_id VARCHAR PRIMARY KEY,
    source_id VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    version_id VARCHAR,
    url VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    relevance VARCHAR,
    first_seen TIMESTAMPTZ NOT NULL,
    last_seen TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE sightings IS 'Which source showed which document, and when. One row a source and document; last_seen moves.';
COMMENT ON COLUMN sightings.sighting_id IS 'sha256 of source and document.';
COMMENT ON COLUMN sightings.source_id IS 'The source''s id in sources.yaml.';
COMMENT ON COLUMN sightings.document_id IS 'The document.';
COMMENT ON COLUMN sightings.version_id IS 'The text that it showed last; null when it showed none.';
COMMENT ON COLUMN sightings.url IS 'Address as the source showed it last.';
COMMENT ON COLUMN sightings.title IS 'Title as the source showed it last.';
COMMENT ON COLUMN sightings.relevance IS 'Why the source''s filter let it through, in words; null where none was asked.';
COMMENT ON COLUMN sightings.first_seen IS 'End of the first crawl that showed it (UTC).';
COMMENT ON COLUMN sightings.last_seen IS 'End of the last crawl that showed it (UTC).';

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
COMMENT ON TABLE clauses IS 'Operative paragraphs.';
COMMENT ON COLUMN clauses.clause_id IS 'Version and offset of the clause.';
COMMENT ON COLUMN clauses.version_id IS 'The text it stands in.';
COMMENT ON COLUMN clauses.document_id IS 'The document.';
COMMENT ON COLUMN clauses.position IS 'Its place among the clauses, from 1.';
COMMENT ON COLUMN clauses.number IS 'Its number as printed; null where it has none.';
COMMENT ON COLUMN clauses."start" IS 'Offset of its first character.';
COMMENT ON COLUMN clauses."end" IS 'Offset after its last character.';
COMMENT ON COLUMN clauses.page IS 'Page on which it begins, from 1; null for texts without pages.';
COMMENT ON COLUMN clauses.quote IS 'The text from start to end, unchanged.';
COMMENT ON COLUMN clauses.display IS 'The same words as people should see them, without page furniture and footnote marks.';
COMMENT ON COLUMN clauses.verb IS 'Lead verb as written.';
COMMENT ON COLUMN clauses.type IS 'Type of its strongest mandate, else exhortation or statement.';
COMMENT ON COLUMN clauses.is_mandate IS 'Whether any verb of it carries a mandate.';
COMMENT ON COLUMN clauses.addressee IS 'To whom it is addressed, as written.';
COMMENT ON COLUMN clauses.addressee_id IS 'To whom, by one name over all documents.';
COMMENT ON COLUMN clauses.agenda_item IS 'Agenda item as written.';
COMMENT ON COLUMN clauses.rule IS 'The rule that decided the type.';
COMMENT ON COLUMN clauses.evidence IS 'Why each label was given: rule, offsets and words.';

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
COMMENT ON TABLE mandates IS 'What a clause asks for or brings about. A clause can hold several.';
COMMENT ON COLUMN mandates.mandate_id IS 'Clause and place among its mandates.';
COMMENT ON COLUMN mandates.clause_id IS 'The clause.';
COMMENT ON COLUMN mandates.version_id IS 'The text.';
COMMENT ON COLUMN mandates.document_id IS 'The document.';
COMMENT ON COLUMN mandates."start" IS 'Offset of its first character.';
COMMENT ON COLUMN mandates."end" IS 'Offset after its last character.';
COMMENT ON COLUMN mandates.quote IS 'The text from start to end, unchanged.';
COMMENT ON COLUMN mandates.verb IS 'The verb that carries it, as written.';
COMMENT ON COLUMN mandates.type IS 'agenda_placement, reporting_request, task_assignment, establishment, convening, budget or extension_renewal.';
COMMENT ON COLUMN mandates.addressee IS 'Who has to act, as written.';
COMMENT ON COLUMN mandates.addressee_id IS 'Who has to act, by one name over all documents.';
COMMENT ON COLUMN mandates.due IS 'First deadline as written.';
COMMENT ON COLUMN mandates.due_start IS 'First day of that deadline.';
COMMENT ON COLUMN mandates.due_end IS 'Last day of that deadline.';
COMMENT ON COLUMN mandates.due_basis IS 'Where the days come from: stated date, session calendar, inferred, or none.';
COMMENT ON COLUMN mandates.dues IS 'All deadlines, with offsets.';
COMMENT ON COLUMN mandates.agenda_item IS 'Agenda item as written.';
COMMENT ON COLUMN mandates.agenda_title IS 'What the agenda item stands for.';
COMMENT ON COLUMN mandates.action IS 'The action in one word: report, study, meeting, committee …';
COMMENT ON COLUMN mandates.deliverable IS 'The document''s own words for what is to be delivered.';
COMMENT ON COLUMN mandates.rule IS 'The rule that found it.';

CREATE TABLE citations (
    citation_id VARCHAR PRIMARY KEY,
    version_id VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    quote VARCHAR NOT NULL,
    symbol VARCHAR NOT NULL
);
COMMENT ON TABLE citations IS 'Documents that a text names.';
COMMENT ON COLUMN citations.citation_id IS 'Version and offset.';
COMMENT ON COLUMN citations.version_id IS 'The text that cites.';
COMMENT ON COLUMN citations.document_id IS 'The document that cites.';
COMMENT ON COLUMN citations."start" IS 'Offset of the first character.';
COMMENT ON COLUMN citations."end" IS 'Offset after the last character.';
COMMENT ON COLUMN citations.quote IS 'As written.';
COMMENT ON COLUMN citations.symbol IS 'The symbol named, normalised.';

-- One end is null while the document that bears named_symbol has not been seen.
CREATE TABLE relations (
    relation_id VARCHAR PRIMARY KEY,
    from_document VARCHAR,
    to_document VARCHAR,
    named_symbol VARCHAR,
    named_key UBIGINT,
    relation VARCHAR NOT NULL,
    score DOUBLE NOT NULL,
    evidence VARCHAR NOT NULL,
    first_seen TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE relations IS 'How documents hang together. Documents are linked, never merged.';
COMMENT ON COLUMN relations.relation_id IS 'sha256 of both ends, as they were named, and the relation.';
COMMENT ON COLUMN relations.from_document IS 'The document that stands in the relation; null until named_symbol has been seen, where the other end named it.';
COMMENT ON COLUMN relations.to_document IS 'The document it stands in relation to; null until named_symbol has been seen.';
COMMENT ON COLUMN relations.named_symbol IS 'The symbol by which one of them named the other, if it did.';
COMMENT ON COLUMN relations.named_key IS 'Hash of named_symbol without its spaces, for joins.';
COMMENT ON COLUMN relations.relation IS 'version_of, draft_of, corrects, adds_to, replaces, near_duplicate, answers or renews.';
COMMENT ON COLUMN relations.score IS 'How sure it is, from 0 to 1; for near_duplicate how alike the texts are.';
COMMENT ON COLUMN relations.evidence IS 'What it rests on, in words.';
COMMENT ON COLUMN relations.first_seen IS 'When it was first stated or found (UTC).';

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
COMMENT ON TABLE sources IS 'The state of each source.';
COMMENT ON COLUMN sources.source_id IS 'The source''s id in sources.yaml.';
COMMENT ON COLUMN sources.state IS 'healthy, late, failing or blocked, as its last crawl left it.';
COMMENT ON COLUMN sources.failures IS 'Failures in a row.';
COMMENT ON COLUMN sources.error IS 'Why it failed last; null when it works.';
COMMENT ON COLUMN sources.first_success IS 'Its first crawl that worked (UTC).';
COMMENT ON COLUMN sources.last_success IS 'Its last crawl that worked (UTC).';
COMMENT ON COLUMN sources.last_crawl IS 'Its last crawl (UTC).';
COMMENT ON COLUMN sources.last_new IS 'When it last showed a document that was new (UTC).';
COMMENT ON COLUMN sources.notes IS 'The source''s own notes between crawls: gaps, windows.';

CREATE TABLE validators (
    validator_id VARCHAR PRIMARY KEY,
    source_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    etag VARCHAR,
    last_modified VARCHAR,
    fetched_at TIMESTAMPTZ NOT NULL,
    content_sha256 VARCHAR NOT NULL
);
COMMENT ON TABLE validators IS 'What servers gave us to ask again conditionally.';
COMMENT ON COLUMN validators.validator_id IS 'sha256 of source and address.';
COMMENT ON COLUMN validators.source_id IS 'The source.';
COMMENT ON COLUMN validators.url IS 'The address.';
COMMENT ON COLUMN validators.etag IS 'Its ETag.';
COMMENT ON COLUMN validators.last_modified IS 'Its Last-Modified.';
COMMENT ON COLUMN validators.fetched_at IS 'When it was fetched in full (UTC).';
COMMENT ON COLUMN validators.content_sha256 IS 'sha256 of what came.';

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
COMMENT ON TABLE batches IS 'Every crawl that was recorded, each exactly once.';
COMMENT ON COLUMN batches.batch_id IS 'The batch''s id.';
COMMENT ON COLUMN batches.source_id IS 'The source.';
COMMENT ON COLUMN batches.started_at IS 'Begin of the crawl (UTC).';
COMMENT ON COLUMN batches.finished_at IS 'End of the crawl (UTC).';
COMMENT ON COLUMN batches.outcome IS 'ok, not_modified or failed.';
COMMENT ON COLUMN batches.items_seen IS 'Items that the source showed.';
COMMENT ON COLUMN batches.entries IS 'Items that were taken.';
COMMENT ON COLUMN batches.error IS 'Why it failed.';
COMMENT ON COLUMN batches.dropped IS 'Items that were not taken, and why.';
COMMENT ON COLUMN batches.recorded_at IS 'When it was recorded (UTC).';

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
    error VARCHAR,
    raw_sha256 VARCHAR
);
COMMENT ON TABLE fetches IS 'Every request that was made.';
COMMENT ON COLUMN fetches.fetch_id IS 'sha256 of batch and place in it.';
COMMENT ON COLUMN fetches.batch_id IS 'The crawl it belongs to.';
COMMENT ON COLUMN fetches.source_id IS 'The source.';
COMMENT ON COLUMN fetches.url IS 'The address.';
COMMENT ON COLUMN fetches.started_at IS 'When it was sent (UTC).';
COMMENT ON COLUMN fetches.seconds IS 'How long it took.';
COMMENT ON COLUMN fetches.status IS 'HTTP status; null when no answer came.';
COMMENT ON COLUMN fetches.bytes IS 'Size of what came.';
COMMENT ON COLUMN fetches.outcome IS 'ok, not_modified or failed.';
COMMENT ON COLUMN fetches.error IS 'Why it failed.';
COMMENT ON COLUMN fetches.raw_sha256 IS 'sha256 of the bytes that came, kept under raw/; null where none were accepted.';

-- What was worth telling, whether or not anybody subscribed to it; `detail` holds what only some kinds have.
CREATE TABLE findings (
    finding_id VARCHAR PRIMARY KEY,
    kind VARCHAR NOT NULL,
    found_at TIMESTAMPTZ NOT NULL,
    baseline BOOLEAN NOT NULL,
    document_id VARCHAR NOT NULL,
    mandate_id VARCHAR,
    clause_id VARCHAR,
    detail VARCHAR NOT NULL USING COMPRESSION zstd
);
COMMENT ON TABLE findings IS 'What was worth telling, whether or not anybody subscribed to it.';
COMMENT ON COLUMN findings.finding_id IS 'sha256 of what makes it one thing.';
COMMENT ON COLUMN findings.kind IS 'new_document, new_mandate, changed_clause, draft_adopted, corrigendum, mandate_due, mandate_answered or source_state.';
COMMENT ON COLUMN findings.found_at IS 'When it was found (UTC).';
COMMENT ON COLUMN findings.baseline IS 'Whether it came with a sources first crawl.';
COMMENT ON COLUMN findings.document_id IS 'The document; "source:…" for the state of a source.';
COMMENT ON COLUMN findings.mandate_id IS 'The mandate, where it is about one.';
COMMENT ON COLUMN findings.clause_id IS 'The clause, where it is about one.';
COMMENT ON COLUMN findings.detail IS 'The whole finding as it was handed to the subscriptions, as JSON.';
