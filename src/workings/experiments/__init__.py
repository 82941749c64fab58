"""The long runs that write records."""
