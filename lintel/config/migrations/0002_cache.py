"""The table of the rate limits' counters, in the shape of Django's database cache.

Unlogged: it is written at every sign-in, and empty counters after a crash do no harm.
"""

from django.db import migrations

FORWARD = """
CREATE UNLOGGED TABLE config_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX config_cache_expires ON config_cache (expires);
GRANT SELECT, INSERT, UPDATE, DELETE ON config_cache TO lintel_app;
"""


class Migration(migrations.Migration):
    dependencies = [("config", "0001_grants")]
    operations = [migrations.RunSQL(FORWARD, "DROP TABLE config_cache;")]
