# The script that people write: a record with a prompt for each row of a CSV file.
import csv
import json
import sys

TEMPLATE = "Summarise this part of {title} in one sentence:\n\n{text}"

table, records = sys.argv[1:]
with open(table, newline="", encoding="utf-8") as rows, open(records, "w", encoding="utf-8") as lines:
    for row in csv.DictReader(rows):
        prompt = TEMPLATE.format(title=row["title"], text=row["text"])
        record = {
            "recordId": row["id"],
            "modelInput": {
                "anthropic_version": "bedrock-2023-05-31",
                "max_tokens": 200,
                "messages": [{"role": "user", "content": [{"type": "text", "text": prompt}]}],
            },
        }
        lines.write(json.dumps(record) + "\n")
