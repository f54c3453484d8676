"""A reproducible generator of invented areas: Shethernley, and any size of it.

Everything that it makes is invented. `generate` streams to COPY, so memory stays flat.
"""

from lintel.config.synth.area import Scale
from lintel.config.synth.demo import load_demo
from lintel.config.synth.generate import generate

__all__ = ["Scale", "generate", "load_demo"]
