"""The Model Context Protocol: an assistant asks what a token's user may see, and changes nothing."""
