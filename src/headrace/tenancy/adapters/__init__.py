"""Where tenants, projects and members are kept."""
