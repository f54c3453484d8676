"""The parts of the command `lintel`."""
