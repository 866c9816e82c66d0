"""What the live tests hold this backend to: `class Backend` in tests/live/servers.py says what each name means."""
INSTANCES = {"cosmosdb": ("kills", "echo", "resume", "rows")}
CONTRACT = {"cosmosdb": [{"page_rows": "3"}]}       # answers that are cut
STAND_IN = "Cosmium|cosmosdb-server "
GONE = "a read in a container that is gone is answered like one of a missing document, without the substatus 1003 of the service"
DEVIATIONS = [("cosmosdb-server", "it fails, with the server's words", GONE), ("cosmosdb-server", "one that cannot fails", GONE)]
