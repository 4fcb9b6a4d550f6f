"""The contract of the driver's HTTP APIs, shared by both servers and the client."""
