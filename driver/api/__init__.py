"""The contract of the driver's HTTP interfaces, and what both servers and the client make of it."""
