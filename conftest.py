"""What every test session of this project shares."""
