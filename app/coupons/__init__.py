"""Coupons: what they take off an order, and that none is used more often than it may be."""
