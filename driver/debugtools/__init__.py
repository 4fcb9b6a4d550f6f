"""The debug tools: structured logs, redacted, kept in a buffer, shown live on their own port."""
