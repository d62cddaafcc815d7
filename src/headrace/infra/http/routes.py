"""What routes say of themselves."""

PUBLIC = "public"
"""A route's option, for those that anybody may call: `opt={PUBLIC: True}`. Every other has a caller."""
