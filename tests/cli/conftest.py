"""The small firm every command is tried on."""

from terminal import ready

__all__ = ["ready"]
