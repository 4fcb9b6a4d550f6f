"""Status tables, command tables and assets as files: reading, checking, comparing and writing, without any I/O."""
