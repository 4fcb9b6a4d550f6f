"""The page of the debug tools: the driver's log, live, with filters. Plain files in ``static``."""

#: The file shown at ``/``, and the path of all files.
FRONT, PREFIX = "debug.html", "/page"
