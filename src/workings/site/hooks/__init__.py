"""What only MkDocs can do, as scripts that mkdocs.yml names under ``hooks``."""
