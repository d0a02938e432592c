# The script that people write: results of a batch inference job with Claude, as a table. One folder of results, one table.
import csv
import glob
import json
import sys

folder, table = sys.argv[1:]
results = {}
for path in sorted(glob.glob(f"{folder}/*.jsonl.out")):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            result = json.loads(line)
            results[result["recordId"]] = result

with open(table, "w", newline="", encoding="utf-8") as file:
    writer = csv.writer(file)
    writer.writerow(
        ["recordId", "status", "text", "stopReason", "inputTokens", "outputTokens", "errorCode", "errorMessage"]
    )
    for record_id, result in results.items():
        if "error" in result:
            error = result["error"]
            writer.writerow([record_id, "failed", "", "", "", "", error["errorCode"], error["errorMessage"]])
        else:
            output = result["modelOutput"]
            text = "".join(block["text"] for block in output["content"] if block["type"] == "text")
            usage = output["usage"]
            writer.writerow(
                [
                    record_id,
                    "succeeded",
                    text,
                    output["stop_reason"],
                    usage["input_tokens"],
                    usage["output_tokens"],
                    "",
                    "",
                ]
            )
