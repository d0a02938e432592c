# The script that people write, with the checks that `cdk-bedrock-batch check` makes: is every line a record that Claude takes, and no
# id there twice?
import json
import re
import sys

SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
RECORD = {"recordId", "modelInput"}
BODY = {
    "anthropic_version", "anthropic_beta", "max_tokens", "messages", "system", "temperature", "top_p", "top_k",
    "stop_sequences", "metadata", "thinking", "tools", "tool_choice",
}
MESSAGE = {"role", "content"}
BLOCKS = {"text": str, "image": dict, "document": dict}


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def problems_of_content(content):
    if isinstance(content, str):
        if not content:
            yield "content is empty"
        return
    if not isinstance(content, list) or not content:
        yield "content must be a text or a list"
        return
    for block in content:
        kind = block.get("type") if isinstance(block, dict) else None
        if kind not in BLOCKS:
            yield "unknown block"
        elif kind == "text" and not isinstance(block.get("text"), str):
            yield "text must be a text"


def problems_of_body(body):
    if not isinstance(body, dict):
        yield "modelInput must be an object"
        return
    if body.get("anthropic_version") != "bedrock-2023-05-31":
        yield "anthropic_version is wrong"
    tokens = body.get("max_tokens")
    if not isinstance(tokens, int) or isinstance(tokens, bool) or tokens < 1:
        yield "max_tokens must be a whole number from 1"
    if not isinstance(body.get("system", ""), (str, list)):
        yield "system must be a text or a list"
    for name in ("temperature", "top_p"):
        value = body.get(name)
        if value is not None and not (is_number(value) and 0 <= value <= 1):
            yield f"{name} must be 0 to 1"
    for name in body.keys() - BODY:
        yield f"unknown member {name}"
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        yield "messages must be a list"
        return
    expected = "user"
    for message in messages:
        if not isinstance(message, dict):
            yield "message must be an object"
            continue
        if message.get("role") != expected:
            yield "roles must alternate, user first"
        expected = "assistant" if message.get("role") == "user" else "user"
        for name in message.keys() - MESSAGE:
            yield f"unknown member {name}"
        yield from problems_of_content(message.get("content"))


seen = set()
found = 0
with open(sys.argv[1], encoding="utf-8") as lines:
    for number, line in enumerate(lines, 1):
        try:
            record = json.loads(line)
        except ValueError as error:
            print(f"line {number}: {error}")
            found += 1
            continue
        problems = []
        record_id = record.get("recordId")
        if not isinstance(record_id, str) or not record_id or record_id in seen:
            problems.append("bad recordId")
        seen.add(record_id)
        problems.extend(f"unknown member {name}" for name in record.keys() - RECORD)
        if "\\u" in line and SURROGATE.search(line):
            try:
                json.dumps(record, ensure_ascii=False).encode("utf-8")
            except UnicodeEncodeError:
                problems.append("half of a surrogate pair")
        problems.extend(problems_of_body(record.get("modelInput")))
        for problem in problems:
            print(f"line {number}: {problem}")
            found += 1
sys.exit(1 if found else 0)
