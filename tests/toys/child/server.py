"""The database of the backend `child`: SQLite in a process of its own. Each line of its input is a question,
each line of its output the answer:

    {"sql": "SELECT …", "params": ["…"]}    {"rows": [["…", null]]}
    {"sql": "INSERT …", "many": [["…"]]}    {"rows": []}
    {"sql": "SELEC"}                        {"error": "near \\"SELEC\\": syntax error"}

All values are texts, or null. It ends with its stdin."""
import json
import sqlite3
import sys


def text_of(value):
    return None if value is None else str(value)


def answer(database, question):
    try:
        if "many" in question:
            database.executemany(question["sql"], question["many"])
            return {"rows": []}
        rows = database.execute(question["sql"], question.get("params", []))
        return {"rows": [[text_of(value) for value in row] for row in rows]}
    except sqlite3.Error as e:
        return {"error": str(e)}


database = sqlite3.connect(sys.argv[1], timeout=10, isolation_level=None)
for line in sys.stdin:
    print(json.dumps(answer(database, json.loads(line))), flush=True)
