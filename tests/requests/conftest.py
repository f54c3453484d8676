"""What the tests of requests share."""
