"""The page of the debug tools: the driver's log, live, with filters. Plain files in ``static``."""
