"""A local stand-in for the platforms, over real HTTP: one port, a board to look at, and faults on demand.

`serving` starts it; `model` is what a platform's sandbox has to offer; `behaviour` and `deliveries` are for those that
want them. Nothing here knows a platform.
"""
