"""The directory of the invented area: an entry for each team, and what else a town has.

Written through the directory's own action, after the area is there. It fills an empty directory
and never touches one that has entries.
"""

from lintel.config.synth.directory.filling import fill

__all__ = ["fill"]
