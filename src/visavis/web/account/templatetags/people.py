"""Words for roles, levels and prices, in templates."""

from django import template

from visavis.domain.people import sentences

register = template.Library()
register.filter("role_word", sentences.role_told)
register.filter("role_sentence", sentences.role_explained)
register.filter("level_word", sentences.level_told)
register.filter("price_word", sentences.price_told)
