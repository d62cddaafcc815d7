"""Forms: what one asks, whether what was sent answers it, and the pages that people see. No I/O."""
