"""The debug tools' page: the driver's log, live, with filters; plain files in ``static``, served by the listener."""

#: The file shown at ``/``, and the path under which the files are found.
FRONT, PREFIX = "debug.html", "/page"
