"""The rules of tenancy."""
