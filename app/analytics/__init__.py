"""Read-only questions over sessions, attempts, refunds and coupons. Amounts are whole won.

A payment counts at the time it was completed, a refund at the time it succeeded, a session at the time it was
created; so the sums of neighbouring periods add up, whatever happens to a payment later.
"""
