"""The shared nouns as frozen types. No input or output, and nothing of ours imported."""
