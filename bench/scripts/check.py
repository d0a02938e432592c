# The script that people write: is every line a record that Claude takes, and no id there twice?
import json
import sys

seen = set()
problems = 0
with open(sys.argv[1], encoding="utf-8") as lines:
    for number, line in enumerate(lines, 1):
        try:
            record = json.loads(line)
        except ValueError as error:
            print(f"line {number}: {error}")
            problems += 1
            continue
        record_id = record.get("recordId")
        if not isinstance(record_id, str) or record_id in seen:
            print(f"line {number}: bad recordId")
            problems += 1
        seen.add(record_id)
        body = record.get("modelInput")
        good = (
            isinstance(body, dict)
            and body.get("anthropic_version") == "bedrock-2023-05-31"
            and isinstance(body.get("max_tokens"), int)
            and 1 <= body["max_tokens"] <= 64000
            and isinstance(body.get("system", ""), (str, list))
            and isinstance(body.get("messages"), list)
            and len(body["messages"]) > 0
        )
        if good:
            for message in body["messages"]:
                if message.get("role") not in ("user", "assistant") or not message.get("content"):
                    good = False
        if not good:
            print(f"line {number}: bad body")
            problems += 1
sys.exit(1 if problems else 0)
