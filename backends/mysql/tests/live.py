"""What the live tests hold this backend to: `class Backend` in tests/live/servers.py says what each name means."""
INSTANCES = {"aurora_mysql": ("kills", "echo")}
CONTRACT = {"aurora_mysql": [{"load": "insert"}, {"load": "file"}]}       # what servers without bound arrays do
OWN = "mariadb"
STAND_IN = "MariaDB |MySQL "
