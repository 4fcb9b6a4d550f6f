"""The debug tools: structured, redacted logs, buffered and shown live on their own port."""
