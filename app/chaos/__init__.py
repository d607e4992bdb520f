"""`flask chaos`: many whole payments at once through the real programs, while calls fail and processes are killed.

A seed draws everything: what each buyer does, which faults happen, who is killed when. At the end the books must
balance, to the won.
"""
