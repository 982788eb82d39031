"""Routes of the API, one kind of thing a file, each with the verb it needs, in an APIRouter named `router`."""
