"""Put the application together: settings, extensions, blueprints, commands, error pages."""

from flask import Flask
from flask_openapi import OpenAPI
from werkzeug.middleware.proxy_fix import ProxyFix

from app.commands import register_commands
from app.database import db, engine_options, prepare_engine
from app.extensions import babel, migrate
from app.gateways import secret_fields
from app.logs import configure_logs
from app.services import Services
from app.settings import ROOT, Settings, load_settings
from app.vault import Vault
from app.web import edge, health, hosts, metrics, packing, security, static_files, styles, surfaces
from app.web import language as languages
from app.web.api import analytics as api_analytics
from app.web.api import coupons as api_coupons
from app.web.api import document as api_document
from app.web.api import domains as api_domains
from app.web.api import endpoints as api_endpoints
from app.web.api import events as api_events
from app.web.api import gateways as api_gateways
from app.web.api import key_use, limits
from app.web.api import refunds as api_refunds
from app.web.api import sandbox as api_sandbox
from app.web.api import secrets as api_secrets
from app.web.api import session_changes as api_session_changes
from app.web.api import sessions as api_sessions
from app.web.api import shops as api_shops
from app.web.api import webhook_tests as api_webhook_tests
from app.web.api.validation import invalid_from
from app.web.checkout import in_app, theme
from app.web.checkout import routes as checkout_routes
from app.web.checkout.filters import register_filters
from app.web.converters import register_converters
from app.web.docs import views as docs_views
from app.web.gallery import views as gallery_views
from app.web.language import locale
from app.web.notifications import views as notification_views


def build_app(settings: Settings | None) -> Flask:
    settings = settings or load_settings()
    configure_logs(settings, secret_fields=secret_fields())
    app = OpenAPI(
        "app",
        root_path=str(ROOT / "app"),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        static_url_path="/static",
        doc_ui=False,
        validation_error_status=400,
        validation_error_callback=_raise_invalid,
    )
    app.secret_key = settings.secret_key
    app.extensions["korea_checkout"] = Services(settings, Vault(settings.master_keys))
    _init_database(app, settings)
    _init_pages(app, settings)
    app.register_api(api_sessions.blueprint)
    app.register_api(api_session_changes.blueprint)
    app.register_api(api_refunds.blueprint)
    app.register_api(api_coupons.blueprint)
    app.register_api(api_analytics.blueprint)
    app.register_api(api_shops.blueprint)
    app.register_api(api_domains.blueprint)
    app.register_api(api_gateways.blueprint)
    app.register_api(api_endpoints.blueprint)
    app.register_api(api_events.blueprint)
    app.register_api(api_secrets.blueprint)
    app.register_api(api_sandbox.blueprint)
    app.register_api(api_webhook_tests.blueprint)
    app.register_blueprint(api_document.blueprint)
    app.register_blueprint(checkout_routes.blueprint)
    app.register_blueprint(docs_views.blueprint)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(edge.blueprint)
    app.register_blueprint(metrics.blueprint)
    app.register_blueprint(notification_views.blueprint)
    if settings.app_env == "development":
        app.register_blueprint(gallery_views.blueprint)
    register_commands(app)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]  # Flask's own way
    return app


def _init_database(app: Flask, settings: Settings) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings.database_url)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "app" / "migrations"))
    with app.app_context():
        prepare_engine(db.engine)


def _init_pages(app: Flask, settings: Settings) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    babel.init_app(
        app,
        default_locale="ko",
        default_translation_directories=str(ROOT / "translations"),
        locale_selector=locale,
    )
    languages.init_app(app)
    register_converters(app)
    register_filters(app)
    metrics.init_app(app)
    theme.init_app(app)
    in_app.init_app(app)
    security.init_app(app)
    hosts.init_app(app, settings)
    static_files.init_app(app, production=settings.is_production)
    packing.init_app(app)
    styles.init_app(app, production=settings.is_production)
    limits.init_app(app, settings)
    surfaces.init_app(app)
    key_use.init_app(app)
    edge.init_app(app)


def _raise_invalid(error):  # type: ignore[no-untyped-def]  # flask-openapi hands pydantic's error over
    raise invalid_from(error)
