"""The local object store: takes files from browsers into quarantine, as S3 does by a POST policy."""
