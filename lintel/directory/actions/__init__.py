"""Every write of the directory, one function a verb."""

from lintel.directory.actions.publishing import put, take_out

__all__ = ["put", "take_out"]
