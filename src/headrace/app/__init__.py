"""The composition root: settings, which adapter fills which port, start and drain. Only here are adapters named."""
