"""Compare a sample of a format in a page with a file that tidemark has just written."""

import csv
import json
import re

# What is in these is named by the program or by the user.
MAPS = {"absent", "report", "options", "variables", "libraries", "budgets", "scenarios",
        "metrics", "files"}


def parse(text):
    """JSON; of several lines that are an object each, the list of them."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines() if line]


def kind_of(value):
    return "number" if type(value) in (int, float) else type(value).__name__


def missing(shown, real, at=""):
    """What of `shown` the real value does not have, or has in another type."""
    if kind_of(shown) != kind_of(real):
        if shown is None or real is None:
            return []
        return [f"{at or 'it'} is of another type: {kind_of(real)}"]
    if isinstance(shown, list):
        # An element is one of the list's kinds: each of its keys is in some other.
        merged = merge(real)
        return [line for one in shown for line in missing(one, merged, at + "[]")
                if real or line]
    if not isinstance(shown, dict):
        return []
    found = []
    for key, value in shown.items():
        if key in real:
            found += missing(value, real[key], f"{at}.{key}".lstrip("."))
        elif at.split(".")[-1] not in MAPS:
            found.append(f"no key {at}.{key}".replace(" .", " "))
        elif isinstance(value, dict) and real:
            found += missing(value, merge(list(real.values())), f"{at}.{key}")
    return found


def merge(values):
    """One value with all keys of the values; those of lists and objects together."""
    if values and all(isinstance(value, dict) for value in values):
        keys = {key: [value[key] for value in values if key in value]
                for key in dict.fromkeys(key for value in values for key in value)}
        return {key: merge(found) for key, found in keys.items()}
    if values and all(isinstance(value, list) for value in values):
        return [one for value in values for one in value]
    return next((value for value in values if value is not None), None)


def undescribed(real, section, at=""):
    """The keys of the real value that the section's text does not name."""
    if isinstance(real, list):
        return {name for one in real for name in undescribed(one, section, at)}
    if not isinstance(real, dict):
        return set()
    found = set()
    for key, value in real.items():
        if at not in MAPS and not re.search(rf"[`\"{{]{re.escape(key)}[`\"]|`{key}\b", section):
            found.add(f"{at}.{key}".lstrip("."))
        if at not in MAPS and key != "report":
            found |= undescribed(value, section, key)
        elif isinstance(value, dict) and key != "report":
            found |= undescribed(value, section, "scenarios" if at == "metrics" else key)
    return found


def of_table(shown, real, whole):
    shown, real = (list(csv.reader(text.splitlines())) for text in (shown, real))
    found = [f"no column {name}" for name in shown[0] if name not in real[0]]
    if not found and shown[0] != [name for name in real[0] if name in shown[0]]:
        found.append("the columns stand in another order")
    if whole and not found and shown[0] != real[0]:
        found.append(f"there are more columns: {','.join(real[0])}")
    found += [f"a row of {len(row)} fields: {','.join(row)}"
              for row in shown[1:] if len(row) != len(shown[0])]
    return found


def problems(block, name, real):
    """What is not so of `block`, of a file that was found as `name` and holds `real`."""
    if name.endswith(".csv"):
        return of_table(block.body, real, block.condition("whole") is not None)
    found = [line for line in missing(parse(block.body), parse(real))
             if line != f"no key {block.condition('except')}"]
    if block.condition("described") is not None:
        text = block.section + "".join(
            section for section in block.page_sections
            if any(section.startswith(f"## {title} ")
                   for title in block.condition("described").split()))
        found += [f"the section does not name {key}"
                  for key in sorted(undescribed(parse(real), text))]
    return found
