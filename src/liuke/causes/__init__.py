"""Why customers leave: causes argued from dated evidence, with what nobody knows said beside them."""
