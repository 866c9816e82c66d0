"""What the live tests hold this backend to: `class Backend` in tests/live/servers.py says what each name means."""
INSTANCES = {"lakebase": ("truth", "kills", "echo"), "aurora_postgres": ()}
CONTRACT = {"lakebase": [{"pipeline": "4"}]}
OWN = "postgres"
STAND_IN = "PostgreSQL "
