"""The web editor for officers: Sveltia CMS with our forms, and beside it the faults of the content as it is on disk."""
