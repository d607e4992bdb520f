"""Flask extensions, made once and bound to the application in create_app."""

from flask_babel import Babel
from flask_migrate import Migrate

babel = Babel()
migrate = Migrate()
