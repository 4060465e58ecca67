"""Plan and apply for the work that people do."""

__version__ = "0.1.0"
