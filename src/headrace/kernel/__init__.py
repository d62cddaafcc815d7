"""Words every context uses: ids, tenant, error kinds. Pure, and small."""
