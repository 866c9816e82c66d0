"""What the live tests hold this backend to: `class Backend` in tests/live/servers.py says what each name means."""
INSTANCES = {"dynamodb": ("kills", "echo", "resume", "rows")}
CONTRACT = {"dynamodb": [{"page_rows": "3"}]}       # answers that are cut
STAND_IN = "DynamoDB Local |dynalite "
