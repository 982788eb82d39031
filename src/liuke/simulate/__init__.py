"""A firm whose truth is known: simulated month by month, exported as users have theirs, its truth kept apart."""
