"""A firm whose truth is known: worlds, customers and events simulated, exported as users have them, truth kept apart."""
