"""On SQLite, a word said in a message is another word than the same in a name: each begins with its kind.

They were the same, and a name was looked for along the list of all messages that say it. PostgreSQL did so already.
The index is made again from what is stored: about a minute for 300,000 messages. Reversible.

On PostgreSQL, the planner no longer learns twenty thousand words: reading them took longer than the search, which
now says itself what is read in which order.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ADD = "INSERT INTO domain_search_index (rowid, scope, title, body) "
DROP = "INSERT INTO domain_search_index (domain_search_index, rowid, scope, title, body) "
SETTING = "INSERT INTO domain_search_index (domain_search_index, rank) VALUES "
TABLE = (
    "CREATE VIRTUAL TABLE domain_search_index USING fts5("
    "scope, title, body, content='', columnsize=0, tokenize=\"ascii tokenchars '=.'\""
)
CHANGED = (
    "CREATE TRIGGER domain_search_changed AFTER UPDATE ON domain_searchdocument "
    "WHEN (old.position, old.kind, old.brand_id, old.title_terms, old.body_terms) "
    "IS NOT (new.position, new.kind, new.brand_id, new.title_terms, new.body_terms)"
)
TRIGGERS = ("added", "removed", "changed")


def forwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Words begin with their kind; the beginnings of three and four letters have two signs more."""
    learn(schema_editor, words=100)
    remake(schema_editor, prefix="5 6", said=_said_by_kind)


def backwards(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Words as they are stored."""
    learn(schema_editor, words=2_000)
    remake(schema_editor, prefix="3 4", said="{row}.{column}".format)


def learn(schema_editor: BaseDatabaseSchemaEditor, *, words: int) -> None:
    """How much the next ANALYZE learns, and what every question reads."""
    if schema_editor.connection.vendor == "postgresql":
        table = "ALTER TABLE domain_searchdocument ALTER COLUMN vector SET STATISTICS"
        schema_editor.execute(f"{table} {words}", params=None)


def _said_by_kind(*, row: str, column: str) -> str:
    """`m.je m.suis` of `je suis`; nothing of nothing."""
    mark = f"substr({row}.kind, 1, 1) || '.'"
    words = f"{mark} || replace({row}.{column}, ' ', ' ' || {mark})"
    return f"CASE {row}.{column} WHEN '' THEN '' ELSE {words} END"


def remake(schema_editor, *, prefix, said) -> None:  # type: ignore[no-untyped-def] # a migration is not called by ours
    """Make the index and its triggers again, then fill it."""
    if schema_editor.connection.vendor != "sqlite":
        return

    def row(name: str) -> str:
        title, body = (said(row=name, column=f"{part}_terms") for part in ("title", "body"))
        return f"{name}.position, '.' || substr({name}.kind, 1, 1) || {name}.brand_id, {title}, {body}"

    add, drop = f"{ADD} VALUES ({row('new')});", f"{DROP} VALUES ('delete', {row('old')});"
    for statement in (
        *(f"DROP TRIGGER IF EXISTS domain_search_{trigger}" for trigger in TRIGGERS),
        "DROP TABLE domain_search_index",
        f"{TABLE}, prefix='{prefix}')",
        # In large pieces, and in the order that FTS5 needs to keep them so.
        f"{SETTING} ('hashsize', {2**27})",
        f"{ADD} SELECT {row('d')} FROM domain_searchdocument d ORDER BY d.position",  # noqa: S608 -- constants
        f"{SETTING} ('hashsize', {2**20})",
        # One piece; then a worker puts pieces together (search/upkeep.py), and writes no longer do.
        "INSERT INTO domain_search_index (domain_search_index) VALUES ('optimize')",
        f"{SETTING} ('automerge', 0)",
        f"{SETTING} ('usermerge', 16)",
        f"{SETTING} ('crisismerge', 256)",
        f"CREATE TRIGGER domain_search_added AFTER INSERT ON domain_searchdocument BEGIN {add} END",
        f"CREATE TRIGGER domain_search_removed AFTER DELETE ON domain_searchdocument BEGIN {drop} END",
        f"{CHANGED} BEGIN {drop} {add} END",
    ):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """See the module."""

    dependencies = [("domain", "0005_conversation_going_on")]

    operations = [migrations.RunPython(forwards, backwards, elidable=False)]
