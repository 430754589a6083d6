"""Rules over the tables: foreign keys point down the order of areas, and no table knows who points at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.db import models
from tests.architecture.reading import areas_from_the_top

if TYPE_CHECKING:
    from collections.abc import Iterator

RANK = {area: rank for rank, areas in enumerate(areas_from_the_top()) for area in areas}


def area_of(model: type[models.Model]) -> str:
    """The area a table belongs to."""
    return model.__module__.removeprefix("visavis.domain.").split(".")[0]


def our_models() -> list[type[models.Model]]:
    """The tables of the domain."""
    return [model for model in apps.get_models() if model.__module__.startswith("visavis.")]


def relations() -> Iterator[tuple[str, type[models.Model], type[models.Model], models.Field[object, object]]]:
    """Every foreign key between two tables of ours: its name, where it stands, what it points at."""
    for model in our_models():
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
            target = field.related_model
            if isinstance(target, type) and issubclass(target, models.Model) and target in our_models():
                yield f"{model.__name__}.{field.name}", model, target, field


def test_tables_belong_to_a_known_area() -> None:
    unknown = {model.__name__ for model in our_models() if area_of(model) not in RANK}

    assert unknown == set(), ", ".join(sorted(unknown))


def test_foreign_keys_point_down_the_order_of_areas() -> None:
    upwards = [
        f"{name} ({area_of(model)}) points up at {target.__name__} ({area_of(target)})"
        for name, model, target, _field in relations()
        if area_of(model) != area_of(target) and RANK[area_of(target)] <= RANK[area_of(model)]
    ]

    assert upwards == [], "\n".join(upwards)


def test_relations_between_areas_have_no_way_back() -> None:
    with_a_way_back = [
        f"{name} needs related_name='+'"
        for name, model, target, field in relations()
        if area_of(model) != area_of(target) and not getattr(field.remote_field, "hidden", False)
    ]

    assert with_a_way_back == [], "\n".join(with_a_way_back)


def test_no_table_overrides_save() -> None:
    overriding = {
        cls.__qualname__
        for model in our_models()
        for cls in model.__mro__
        if cls.__module__.startswith("visavis.") and {"save", "asave"} & set(vars(cls))
    }

    assert overriding == set(), ", ".join(sorted(overriding))


@pytest.mark.django_db
def test_migrations_and_tables_agree() -> None:
    from django.core.management import call_command  # noqa: PLC0415 -- only this test needs it

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
