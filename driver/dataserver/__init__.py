"""The data server: REST, the event stream and the operator console, for workstations and programs."""
