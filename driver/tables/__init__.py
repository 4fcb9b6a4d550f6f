"""Status tables, command tables and assets as files: parsing, validation, comparison and writing, without any I/O."""
