-- How far can I trust this? For each source: when it last answered, and how many of its dates and texts are missing.
SELECT source_health.source_id, state, hours_since_success, source_health.documents,
    count(*) FILTER (documents.published_on IS NULL) AS without_date,
    count(*) FILTER (sightings.version_id IS NULL) AS without_text, dropped_rows, error
FROM source_health
JOIN sightings USING (source_id)
JOIN documents USING (document_id)
GROUP BY ALL
ORDER BY source_health.source_id;
