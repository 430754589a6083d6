"""`python -m visavis …`: the same command as `visavis …`, without installing anything."""

import sys

from visavis.cli import main

sys.exit(main())
