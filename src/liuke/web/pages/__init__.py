"""One page a file: its routes, each with the verb it needs, in an APIRouter named `router`. Found by folder."""
