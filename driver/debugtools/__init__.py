"""The debug tools: structured logs, redacted, kept in a ring, shown live on their own port."""
