"""Search on the database at hand: golden questions, a thousand generated ones, order, pages, brands, upkeep."""

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.domain.search_documents import DOCUMENTS, QUESTIONS
from tests.domain.test_search_analysis import HOSTILE

from visavis.domain.search import queries
from visavis.domain.search.analysis import stems_of, tokens
from visavis.domain.search.language import AllOf, Phrase, Question, question
from visavis.domain.search.models import SearchDocument
from visavis.domain.search.operations import Findable, forget_document, index, index_many
from visavis.domain.search.queries import Hit, matching
from visavis.domain.search.upkeep import put_together

Counted = Callable[[int], AbstractContextManager[object]]
pytestmark = pytest.mark.django_db

KINDS = {"p": "person", "c": "conversation", "m": "message"}
START = datetime(2026, 1, 1, tzinfo=UTC)
TEXTS = [tuple(cell.strip() for cell in line.split("|")) for line in DOCUMENTS.strip().splitlines()]
GOLDEN = [line.rpartition("=>")[::2] for line in QUESTIONS.strip().splitlines()]


def findable(
    number: int, *, body: str, brand_id: int = 1, at: datetime = START, kind: str = "message"
) -> Findable:
    return Findable(kind=kind, object_id=number, brand_id=brand_id, conversation_number=7, at=at, body=body)


def found(query: str, **asked: object) -> list[int]:
    hits: list[Hit] = matching(query, **{"brand_ids": [1], "kinds": ["message"], **asked})  # type: ignore[arg-type] # mixed on purpose
    return [hit.object_id for hit in hits]


@pytest.fixture
def corpus() -> None:
    index_many(
        Findable(
            kind=KINDS[key[0]],
            object_id=int(key[1:]),
            brand_id=1,
            conversation_number=None,
            at=START + timedelta(hours=number),
            title=title,
            body=body,
        )
        for number, (key, title, body) in enumerate(TEXTS)
    )


def keys(query: str, *, last_is_beginning: bool = False) -> list[str]:
    hits = matching(
        query, brand_ids=[1], kinds=list(KINDS.values()), limit=200, last_is_beginning=last_is_beginning
    )
    return [f"{hit.kind[0]}{hit.object_id:02}" for hit in hits]


@pytest.fixture(params=[queries.RECENT, 60, 7])
def recent(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest are read first, and the whole corpus fits there: a page must be the same beyond them."""
    monkeypatch.setattr(queries, "RECENT", request.param)


# --- The same hits everywhere ----------------------------------------------------------------------------------


def test_there_are_two_hundred_golden_questions() -> None:
    assert len(GOLDEN) >= 200
    assert len({query for query, _ in GOLDEN}) == len(GOLDEN)


@pytest.mark.usefixtures("corpus", "recent")
def test_golden_questions_find_exactly_what_is_expected() -> None:
    order = [key for key, _, _ in TEXTS]

    wrong = {
        query: (keys(query.strip()), sorted(expected.split(), key=order.index, reverse=True))
        for query, expected in GOLDEN
        if keys(query.strip()) != sorted(expected.split(), key=order.index, reverse=True)
    }

    assert wrong == {}


@pytest.mark.usefixtures("corpus", "recent")
def test_generated_questions_find_what_a_plain_reading_finds() -> None:
    generator = random.Random(20261121)
    texts = [(key, [Field(title), Field(body)]) for key, title, body in TEXTS]

    wrong = {}
    hits = 0
    for _ in range(1_000):
        query, typed = generated(generator), generator.random() < 0.4
        asked = question(query, last_is_beginning=typed)
        expected = [key for key, fields in reversed(texts) if is_answered(asked, fields)]
        hits += bool(expected)
        if (given_keys := keys(query, last_is_beginning=typed)) != expected:
            wrong[query] = (given_keys, expected)

    assert wrong == {}
    assert hits > 600


class Field:
    """A text as the plain reading sees it: lists and sets, no index."""

    def __init__(self, text: str) -> None:
        """Read once."""
        read = list(tokens(text))
        parts = [part for token in read for part in token.parts if part.surface]
        wholes = {whole for token in read for whole in token.wholes}
        self.run = tuple(part.surface for part in parts)
        self.words = {*self.run, *wholes}
        self.stems = {stem for part in parts for stem in part.stems} | {
            s for w in wholes for s in stems_of(w)
        }

    def says(self, phrase: Phrase) -> bool:
        """True when the phrase stands here."""
        *first, last = phrase.terms
        if first:
            size = len(phrase.terms)
            return any(
                self.run[at : at + size - 1] == tuple(first) and same(phrase, self.run[at + size - 1], last)
                for at in range(len(self.run) - size + 1)
            )
        return (
            last[1:] in self.stems if last[0] == "=" else any(same(phrase, word, last) for word in self.words)
        )


def same(phrase: Phrase, word: str, term: str) -> bool:
    return word.startswith(term) if phrase.is_beginning else word == term


def is_answered(asked: Question, fields: list[Field]) -> bool:
    def says(phrase: Phrase) -> bool:
        return any(field.says(phrase) for field in fields)

    return bool(asked) and all(
        any(all(map(says, one.phrases)) if isinstance(one, AllOf) else says(one) for one in clause)
        for clause in asked.clauses
    )


def generated(generator: random.Random) -> str:
    """A question made of pieces of the corpus: words, phrases, beginnings, in capitals, without accents, with noise."""
    pieces = []
    for _ in range(generator.choice((1, 1, 1, 2, 2, 3))):
        _, title, body = generator.choice(TEXTS)
        words = (title or body).split() if generator.random() < 0.5 else (body or title).split()
        start = generator.randrange(len(words))
        piece = words[start]
        shape = generator.random()
        if shape < 0.2:
            piece = '"' + " ".join(words[start : start + generator.randint(1, 4)]) + '"'
        elif shape < 0.4:
            piece = piece[: generator.randint(1, len(piece))] + generator.choice(("*", ""))
        elif shape < 0.5:
            piece = " ".join(words[start : start + 2])
        if generator.random() < 0.2:
            piece = piece.upper()
        if generator.random() < 0.2:
            piece = piece.translate(str.maketrans("éèêëàâùûîïôç", "eeeeaauuiioc"))
        if generator.random() < 0.05:
            piece += generator.choice(" ():^-+~'\"\0&|!<")
        pieces.append(piece)
    if len(pieces) > 1 and generator.random() < 0.5:
        pieces = pieces[:1]
    return " ".join(pieces)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80), st.booleans())
def test_no_text_is_refused_as_a_question(query: str, last_is_beginning: bool) -> None:
    assert found(query, last_is_beginning=last_is_beginning) == []


# --- Newest first, by pages, in one query ----------------------------------------------------------------------


@pytest.mark.usefixtures("recent")
def test_hits_come_newest_first_and_by_pages() -> None:
    index_many(findable(n, body="panne", at=START + timedelta(hours=n * 7 % 11)) for n in range(1, 11))
    expected = sorted(range(1, 11), key=lambda n: n * 7 % 11, reverse=True)

    first = matching("panne", brand_ids=[1], kinds=["message"], limit=4)
    second = matching("panne", brand_ids=[1], kinds=["message"], limit=20, before=first[-1].position)

    assert [hit.object_id for hit in first] == expected[:4]
    assert [hit.object_id for hit in second] == expected[4:]


def test_a_hit_says_what_it_is() -> None:
    index("message", 3, brand_id=1, conversation_number=41, at=START, body="panne")

    (hit,) = matching("panne", brand_ids=[1], kinds=["message"])

    assert hit == Hit("message", 3, 1, 41, START, SearchDocument.objects.get().position)


@pytest.mark.parametrize("count", [1, 3])
def test_searching_takes_one_query(count: int, django_assert_num_queries: Counted) -> None:
    index_many(findable(n, body="panne") for n in range(1, count + 1))

    with django_assert_num_queries(1):
        assert len(found("panne")) == count


def test_nothing_to_look_for_takes_no_query(django_assert_num_queries: Counted) -> None:
    with django_assert_num_queries(0):
        assert found("") == []
        assert found("panne", brand_ids=[]) == []
        assert found("panne", kinds=[]) == []


@pytest.mark.usefixtures("recent")
def test_only_the_brands_and_kinds_asked_for_are_found() -> None:
    index_many(
        [
            findable(1, body="panne"),
            findable(2, body="panne", brand_id=2),
            findable(12, body="panne", brand_id=12),
        ]
    )
    index_many([findable(1, body="panne", kind="conversation")])

    assert found("panne") == [1]
    assert found("panne", brand_ids=[2]) == [2]
    assert found("panne", brand_ids=[1, 12]) == [12, 1]
    assert found("panne", brand_ids=[3]) == []
    assert found("panne", kinds=["person"]) == []
    assert found("panne", kinds=["message", "conversation"]) == [1, 1]


def test_a_phrase_does_not_go_from_title_to_body() -> None:
    index("message", 1, brand_id=1, conversation_number=1, at=START, title="erreur", body="rouge")

    assert found("erreur rouge") == [1]
    assert found('"erreur rouge"') == []


@pytest.mark.usefixtures("recent")
@pytest.mark.parametrize("query", ['"et le contrat"', '"et le contr*"'])
def test_a_phrase_of_the_commonest_words_is_their_order(query: str) -> None:
    bodies = [
        "Et le contrat ?",
        "le contrat et le",
        "et le même contrat",
        "le prix et, le contrat !",
        "et la",
    ]
    index_many(findable(n, body=body) for n, body in enumerate(bodies))
    index("message", 9, brand_id=1, conversation_number=1, at=START, title="et", body="le contrat")

    assert found(query) == [3, 0]


def test_numbers_in_one_piece_make_no_phrase() -> None:
    index("message", 1, brand_id=1, conversation_number=1, at=START, body="AB-1234 CD-5678")

    assert found('"ab1234 cd5678"') == []
    assert found("ab1234 cd5678") == [1]


def test_scope_cannot_be_asked_for_as_a_word() -> None:
    index_many([findable(1, body="panne")])

    assert found(".m1") == []
    assert found("m1") == []


# --- Upkeep ----------------------------------------------------------------------------------------------------


def test_indexing_again_replaces_what_was_said() -> None:
    index_many([findable(1, body="ancien")])

    index("message", 1, brand_id=2, conversation_number=8, at=START + timedelta(days=1), body="nouveau")

    assert found("ancien", brand_ids=[1, 2]) == []
    assert found("nouveau", brand_ids=[2]) == [1]
    assert SearchDocument.objects.count() == 1


def test_a_document_forgotten_is_not_found() -> None:
    index_many([findable(1, body="panne"), findable(2, body="panne")])

    forget_document("message", 1)

    assert found("panne") == [2]


def test_an_object_given_twice_says_the_last() -> None:
    index_many([findable(1, body="un"), findable(1, body="deux")])

    assert (found("un"), found("deux")) == ([], [1])


def test_objects_of_the_same_instant_are_all_kept() -> None:
    same_end = [1, 1 + 2**19, 1 + 2**20]
    index_many(findable(n, body="panne") for n in same_end[:2])
    index_many([findable(same_end[2], body="panne")])
    index_many([findable(same_end[0], body="panne encore")])

    assert sorted(found("panne")) == same_end


def test_any_instant_is_accepted() -> None:
    index_many(
        [
            findable(1, body="panne", at=datetime(1, 1, 1, tzinfo=UTC)),
            findable(2, body="panne", at=datetime(1969, 7, 20, tzinfo=UTC)),
            findable(3, body="panne", at=datetime(9999, 12, 31, tzinfo=UTC)),
        ]
    )

    assert found("panne") == [3, 2, 1]


@pytest.mark.parametrize("count", [1, 3])
def test_indexing_takes_two_queries_in_a_savepoint(count: int, django_assert_num_queries: Counted) -> None:
    rows = [findable(n, body="panne") for n in range(1, count + 1)]

    with django_assert_num_queries(4):
        index_many(rows)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_is_refused(name: str) -> None:
    index("message", 1, brand_id=1, conversation_number=1, at=START, title=HOSTILE[name], body=HOSTILE[name])
    index("message", 2, brand_id=1, conversation_number=1, at=START, body="panne")
    forget_document("message", 1)

    assert found("panne") == [2]


def test_a_word_said_a_thousand_times_makes_the_same_phrases_everywhere() -> None:
    index_many([findable(1, body="oui " * 300 + "mais non"), findable(2, body="oui " * 100 + "non")])

    assert found('"oui non"') == [2]
    assert found('"mais non"') == [1]
    assert found('"oui mais"') == []


def test_one_of_the_commonest_words_said_a_thousand_times_makes_the_same_phrases_everywhere() -> None:
    index_many([findable(1, body="pas " * 300 + "mais oui"), findable(2, body="pas " * 100 + "mais oui")])

    assert found('"pas mais"') == [2]
    assert found('"pas mais oui"') == [2]
    assert found('"pas pas"') == [2, 1]


def test_only_the_beginning_of_an_endless_text_is_found() -> None:
    index_many([findable(1, body="debut " + "mot " * 9_000 + "fin")])

    assert found("debut") == [1]
    assert found("fin") == []


# --- Pieces of the index of SQLite ------------------------------------------------------------------------------


def pieces() -> int:
    with connection.cursor() as cursor:
        return int(cursor.execute("SELECT count(DISTINCT segid) FROM domain_search_index_idx").fetchone()[0])


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_small_pieces_wait_for_the_worker_who_puts_them_together() -> None:
    while put_together():  # what other tests left
        pass
    before = pieces()
    for number in range(40):
        index_many([findable(number, body=f"facture numero{number}", at=START + timedelta(minutes=number))])
    waiting = pieces()

    while put_together(pages=1):
        pass

    assert waiting == before + 40
    assert pieces() < before + 16
    assert sorted(found("facture", limit=50)) == list(range(40))
    assert not put_together()


@pytest.mark.postgres
def test_nothing_is_put_together_on_postgresql() -> None:
    assert not put_together()
