"""The full-text index beside `SearchDocument`: FTS5 with triggers on SQLite, a stored tsvector and GIN on PostgreSQL.

Whoever later alters `SearchDocument` on SQLite must make the triggers again: Django rebuilds the table without them.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# No copy of the terms is kept (content=''): triggers tell the index what a row said when it goes. The scope
# (kind and brand) is a term like others. Terms are ready-made: the tokeniser only cuts at spaces.
_SCOPE = "'.' || substr({row}.kind, 1, 1) || {row}.brand_id"
_INSERT = "INSERT INTO domain_search_index"
_ADD = (
    f"{_INSERT} (rowid, scope, title, body) "
    f"VALUES (new.position, {_SCOPE.format(row='new')}, new.title_terms, new.body_terms);"
)
_DROP = (
    f"{_INSERT} (domain_search_index, rowid, scope, title, body) "
    f"VALUES ('delete', old.position, {_SCOPE.format(row='old')}, old.title_terms, old.body_terms);"
)
SQLITE = (
    (
        "CREATE VIRTUAL TABLE domain_search_index USING fts5("
        "scope, title, body, content='', columnsize=0, tokenize=\"ascii tokenchars '=.'\", prefix='3 4')"
    ),
    f"CREATE TRIGGER domain_search_added AFTER INSERT ON domain_searchdocument BEGIN {_ADD} END",
    f"CREATE TRIGGER domain_search_removed AFTER DELETE ON domain_searchdocument BEGIN {_DROP} END",
    (
        "CREATE TRIGGER domain_search_changed AFTER UPDATE ON domain_searchdocument "
        "WHEN (old.position, old.kind, old.brand_id, old.title_terms, old.body_terms) "
        "IS NOT (new.position, new.kind, new.brand_id, new.title_terms, new.body_terms) "
        f"BEGIN {_DROP} {_ADD} END"
    ),
    (
        f"{_INSERT} (rowid, scope, title, body) SELECT d.position, {_SCOPE.format(row='d')}, "  # noqa: S608 -- constants
        "d.title_terms, d.body_terms FROM domain_searchdocument d"
    ),
)
SQLITE_BACK = (
    "DROP TRIGGER domain_search_added",
    "DROP TRIGGER domain_search_removed",
    "DROP TRIGGER domain_search_changed",
    "DROP TABLE domain_search_index",
)

# The lexemes are the terms themselves: to_tsvector would cut them again with its own parser. Each begins with its
# kind, so that the planner knows how common a word is in a message, and in the name of a person. The scope (kind
# and brand) is a lexeme of its own. Words keep their place (the body after the title, far enough that no phrase
# crosses); marked stems need none. A position beyond 16,383 would be brought back to it, beside another word:
# better none.
POSTGRESQL = (
    """
    CREATE FUNCTION domain_search_vector(kind text, brand text, title text, body text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT ('''.' || kind || brand || ''' ' || coalesce(string_agg(
            CASE WHEN term LIKE '=%' OR place > 16000 THEN '''' || kind || '.' || term || ''''
                 ELSE '''' || kind || '.' || term || ''':' || place END, ' '), ''))::tsvector
        FROM (SELECT term, place FROM unnest(string_to_array(title, ' ')) WITH ORDINALITY AS t (term, place)
              UNION ALL
              SELECT term, 4000 + place FROM unnest(string_to_array(body, ' ')) WITH ORDINALITY AS b (term, place)) w
        WHERE term NOT IN ('', '=')
    $$
    """,
    (
        "ALTER TABLE domain_searchdocument ADD COLUMN vector tsvector NOT NULL GENERATED ALWAYS AS ("
        "domain_search_vector(substr(kind, 1, 1), '' || brand_id, title_terms, body_terms)) STORED"
    ),
    # Kept in the row as long as it can be: walking the newest reads it from each.
    "ALTER TABLE domain_searchdocument ALTER COLUMN vector SET STORAGE MAIN",
    # A page of hits is never worth starting other processes, which costs more than all the rest.
    "ALTER TABLE domain_searchdocument SET (parallel_workers = 0)",
    # Without it the planner knows too few words, and walks the whole table backwards for a rare phrase.
    "ALTER TABLE domain_searchdocument ALTER COLUMN vector SET STATISTICS 2000",
    (
        "CREATE INDEX domain_search_vector_gin ON domain_searchdocument USING gin (vector) "
        "WITH (fastupdate = on, gin_pending_list_limit = 512)"
    ),
)
POSTGRESQL_BACK = (
    "DROP INDEX domain_search_vector_gin",
    "ALTER TABLE domain_searchdocument DROP COLUMN vector",
    "DROP FUNCTION domain_search_vector(text, text, text, text)",
)


class PerVendor(Operation):
    """Run one list of statements on SQLite, another on PostgreSQL; the state of the models does not change."""

    reversible = True

    def __init__(
        self, *, sqlite: tuple[str, ...], postgresql: tuple[str, ...], back: dict[str, tuple[str, ...]]
    ) -> None:
        """Statements forwards for each vendor, and `back` by vendor."""
        self.forwards = {"sqlite": sqlite, "postgresql": postgresql}
        self.back = back

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing: the index is beside the models."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Make the index."""
        _run(schema_editor, self.forwards)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop the index."""
        _run(schema_editor, self.back)

    def describe(self) -> str:
        """Said by `migrate --plan`."""
        return "Make the full-text index of search"


def _run(schema_editor: BaseDatabaseSchemaEditor, statements: dict[str, tuple[str, ...]]) -> None:
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """See the module."""

    dependencies = [("domain", "0001_initial")]

    operations = [
        PerVendor(
            sqlite=SQLITE, postgresql=POSTGRESQL, back={"sqlite": SQLITE_BACK, "postgresql": POSTGRESQL_BACK}
        )
    ]
