"""The version of the program, which is part of what decides a run's result."""

__version__ = "0.1.0"
