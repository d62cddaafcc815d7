"""Why a run starts, from outside: webhook and form URLs, and their answers. Nothing is here yet."""
