"""Deliveries: what must leave, as rows, so that a crash loses none and sends none twice."""
