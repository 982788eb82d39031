"""Makes the panel builder beside these folders importable."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
