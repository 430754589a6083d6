"""Before and after filling: what each row would wait for is put off until all are there."""

from importlib import import_module

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models

from benchmarks.prepared import say
from benchmarks.rows import Row, keep

__all__ = ["Row", "keep", "prepare", "settle"]

FTS5 = import_module("visavis.domain.migrations.0006_search_words_by_kind")


def prepare() -> None:
    """No full-text index, no check of keys, no waiting for the disk."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for statement in (
                "PRAGMA synchronous = OFF",
                "PRAGMA foreign_keys = OFF",
                "PRAGMA cache_size = -400000",
            ):
                cursor.execute(statement)
            for trigger in FTS5.TRIGGERS:
                cursor.execute(f"DROP TRIGGER domain_search_{trigger}")
        else:
            cursor.execute("SET synchronous_commit = off")
            cursor.execute("SET maintenance_work_mem = '1GB'")
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("DROP INDEX domain_search_vector_gin")


def settle(*tables: type[models.Model]) -> None:
    """Numbers go on after ours, statistics are known, indexes are whole."""
    say("indexes and statistics")
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(tables)):
            cursor.execute(statement)
        if connection.vendor == "sqlite":
            with connection.schema_editor() as editor:
                FTS5.forwards(apps, editor)
            cursor.execute("INSERT INTO domain_search_index (domain_search_index) VALUES ('optimize')")
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute(
                "CREATE INDEX domain_search_vector_gin ON domain_searchdocument USING gin (vector) "
                "WITH (fastupdate = on, gin_pending_list_limit = 512)"
            )
            cursor.execute("VACUUM ANALYZE")
