"""On whose behalf: tenants, members, roles, quotas. Nothing is here yet: there is one tenant."""
