"""The web app: thin pages over the verbs of `app`."""
