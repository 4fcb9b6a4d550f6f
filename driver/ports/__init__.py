"""What the services need from outside, as protocols and frozen records; the edges implement them."""
