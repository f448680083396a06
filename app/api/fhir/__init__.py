"""FHIR over HTTP: what is asked, what is found, and how it is sent."""
