"""What the platforms say: connections, site descriptions, live items and their histories. Reads, and writes nothing."""
