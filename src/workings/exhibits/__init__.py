"""Tables and figures that the pages show, one file per chapter."""
