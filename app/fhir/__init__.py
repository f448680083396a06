"""The lists in FHIR's terms: records and shapes in, resources out; no database and no web is asked here."""
