"""What web servers and the `flask` command load."""

import sys

from app import create_app
from app.settings import BadSetting

try:
    app = create_app()
except BadSetting as error:
    sys.exit(f"Korea Checkout cannot start: {error}")
