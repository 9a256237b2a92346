"""Every story of the demo. A story yields the instant at which it goes on; days are counted back from today."""

from collections.abc import Callable

from cases.demo import company, shop, talks
from cases.demo.history import History, Story
from cases.demo.people import World

STORIES: tuple[Callable[[World, History], Story], ...] = (
    shop.first_statement,
    shop.later_statement,
    shop.waiting,
    shop.overdue,
    shop.explained,
    shop.responsible,
    shop.refunded,
    shop.withdrawn,
    shop.to_be_sent,
    shop.half_written,
    company.statement_of_the_company,
    company.held_statement,
    company.to_be_approved,
    company.acknowledged,
    company.to_be_acknowledged,
    company.disputed,
    company.silent,
    company.accepted,
    company.partly_refunded,
    company.noted_in_store,
    *talks.STORIES,
)
