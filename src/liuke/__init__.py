"""Liuke 留客: who is leaving, why, what they are worth, what to do today."""

__version__ = "0.1.0"
