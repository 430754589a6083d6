"""Who gets whom, so that the sum of scores is the highest there is.

One contact per desk, one desk per contact.  Contacts come in one after the other, the highest score first.
Each takes the desk that is best for it once desks have a price: what others lose if it takes it.  When the
desk is taken, its holder looks for its own next best, and so on until a free desk ends the chain, or until
leaving someone to wait is the smallest loss (shortest augmenting paths, Jonker and Volgenant 1987).
Holders at the same distance are looked at together.

Written in what NumPy and Numba have in common: array expressions along desks, plain loops along contacts;
`nonzero` as a method, which NumPy calls at half the cost of `flatnonzero`.
"""

from typing import NamedTuple

import numpy as np

from .table import Ints, Scores

NONE = -1
FAR = np.int32(2**31 - 1)


class Market(NamedTuple):
    """The state of the assignment; prices and gains ≥ 0, in points.

    held: the desk of each contact, NONE if it waits, shape (n,).
    holder: the contact of each desk, NONE if it is free, shape (m,).
    gain: what each contact keeps, its score less the price, shape (n,).
    price: of each desk, shape (m,).
    No contact would gain more elsewhere, and a free desk costs nothing: that is why the sum is the highest.
    """

    held: Ints
    holder: Ints
    gain: Scores
    price: Scores


class Chain(NamedTuple):
    """The cheapest chain of moves that makes place for a contact.

    loss: what it costs, in points.
    desk: the free desk that ends it, or NONE.  leaver: who waits instead, or NONE.
    order: 1, 2, 3… in which desks were looked at, 0 for never, shape (m,).
    distance: the loss at which they were, shape (m,).
    """

    loss: np.int32
    desk: np.int64 | int
    leaver: np.int64 | int
    order: Ints
    distance: Scores


def assign(scores: Scores) -> Ints:
    """The desk of each contact, NONE for those who wait.

    scores: (contacts, desks), 0 where the desk cannot take the contact, > 0 elsewhere.
    Returns shape (contacts,).  The sum of the scores is the highest possible; the same scores always give the
    same answer, and of equal ones the first contact or desk comes first.
    """
    n, m = scores.shape
    market = Market(np.full(n, NONE), np.full(m, NONE), np.zeros(n, np.int32), np.zeros(m, np.int32))
    order = first_served(scores)
    take_what_is_free(market, scores, order)
    for contact in order[market.held[order] == NONE]:
        enter(market, scores, contact)
    return market.held


def first_served(scores: Scores) -> Ints:
    """The contacts somebody can take, highest score first, less those whom nobody would choose.

    With m desks, a contact that is among the m best of no desk is never needed.
    """
    n, m = scores.shape
    if n == 0 or m == 0:
        return np.zeros(0, np.int64)
    best = scores.ravel()[np.arange(n) * m + scores.argmax(axis=1)]
    wanted = best > 0
    if n > m:
        least = np.partition(np.ascontiguousarray(scores.T), n - m)[:, n - m]
        wanted &= (scores >= np.maximum(least, 1)).sum(axis=1) > 0
    rows: Ints = wanted.nonzero()[0]
    return rows[np.argsort(-best[rows], kind="mergesort")]


def take_what_is_free(market: Market, scores: Scores, order: Ints) -> None:
    """Whoever is the first to like a desk best takes it at once: nothing has a price yet."""
    if len(order) == 0:
        return
    best = scores[order].argmax(axis=1)
    market.holder[best[::-1]] = order[::-1]  # written last, the first stays
    desks = (market.holder != NONE).nonzero()[0]
    contacts = market.holder[desks]
    market.held[contacts] = desks
    market.gain[contacts] = scores[contacts, desks]


def enter(market: Market, scores: Scores, contact: int) -> None:
    """Make place for one more contact, if that is worth it; prices follow."""
    net = scores[contact] - market.price
    market.gain[contact] = max(net.max(), 0)
    chain = cheapest_chain(market, scores, contact, market.gain[contact] - net)
    if chain.loss:
        settle(market, contact, chain)
    move(market, scores, contact, chain)


def cheapest_chain(market: Market, scores: Scores, contact: int, losses: Scores) -> Chain:
    """Look for the end of the chain, nearest desks first.

    losses: what the contact itself would lose on each desk against its best, shape (m,).
    """
    order, distance = np.zeros(len(losses), np.int64), np.zeros(len(losses), np.int32)
    least_loss, leaver = market.gain[contact], contact
    step = 0
    while True:
        desk = losses.argmin()
        loss = losses[desk]
        if least_loss <= loss:
            return Chain(least_loss, NONE, leaver, order, distance)
        if market.holder[desk] == NONE:
            return Chain(loss, desk, NONE, order, distance)
        desks = (losses == loss).nonzero()[0]
        holders = market.holder[desks]
        first = holders.argmin()
        if holders[first] == NONE:
            return Chain(loss, desks[first], NONE, order, distance)
        step += 1
        order[desks] = step
        distance[desks] = loss
        # Each holder would go, at best, to the desk where it loses least.
        kept = loss + market.gain[holders]
        onward = kept[0] - scores[holders[0]]
        for mover in range(1, len(holders)):
            onward = np.minimum(onward, kept[mover] - scores[holders[mover]])
        losses = np.minimum(losses, onward + market.price)
        losses[order > 0] = FAR
        last = kept.argmin()
        if kept[last] < least_loss:
            least_loss, leaver = kept[last], holders[last]


def settle(market: Market, contact: int, chain: Chain) -> None:
    """Raise the price of the desks looked at, by how much nearer than the end of the chain they were."""
    seen = chain.order.nonzero()[0]
    rise = chain.loss - chain.distance[seen]
    market.price[seen] += rise
    market.gain[market.holder[seen]] -= rise
    market.gain[contact] -= chain.loss


def move(market: Market, scores: Scores, contact: int, chain: Chain) -> None:
    """Carry the chain out, from its end back to the contact that comes in.

    Once prices are settled, each link is a desk on which a contact gains as much as anywhere.
    """
    desk = chain.desk
    if desk == NONE:
        desk = market.held[chain.leaver]
        market.held[chain.leaver] = NONE
        if chain.leaver == contact:
            return
    while market.gain[contact] != scores[contact, desk] - market.price[desk]:
        # Links go from a desk looked at before; every one of them does when the desk is the end of the chain.
        is_before = (chain.order > 0) & ((chain.order < chain.order[desk]) | (chain.order[desk] == 0))
        before = is_before.nonzero()[0]
        movers = market.holder[before]
        link = (market.gain[movers] == scores[movers, desk] - market.price[desk]).argmax()
        market.held[movers[link]], market.holder[desk] = desk, movers[link]
        desk = before[link]
    market.held[contact], market.holder[desk] = desk, contact
