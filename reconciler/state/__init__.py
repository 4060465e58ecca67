"""What was applied and what is under way: a cache of the platforms, and the journal of every write."""
