"""On whose behalf: tenants, their projects and members, what each role may do, and quotas.

Who a user is belongs to `identity`; what a project holds belongs to those who keep it.
"""
