"""The fenced blocks of a page, what runs each, and the parts of a workflow."""

import dataclasses
import re

# What may stand on the line before a block, and on none where nothing is shown.
KINDS = ("session", "run", "file", "example", "workflow", "text")
MARK = re.compile(r"<!-- (\w+): ([^\n]*?) -->$")
HIDDEN = re.compile(r"<!-- hidden: ([^\n]*)$")
KEYS = re.compile(r"keys: (\S+)(, all)?$")


@dataclasses.dataclass
class Block:
    """A fenced block, or a comment with the commands of a hidden one."""

    kind: str  # of KINDS, or hidden; empty: nothing runs it
    name: str
    conditions: list
    language: str
    body: str
    line: int
    section: str  # the text of the section it stands in
    page_sections: list  # those of all sections

    def condition(self, name):
        """What follows `name` in the conditions; None without it."""
        for condition in self.conditions:
            if condition == name or condition.startswith(name + ": "):
                return condition[len(name) + 2:]
        return None


def head_of(kind, head):
    name, *conditions = [part.strip() for part in head.split(",")]
    return kind, name, conditions


def blocks_of(text):
    lines = text.split("\n")
    found, at, section = [], 0, 0
    sections = re.split(r"^(?=## )", text, flags=re.M)
    while at < len(lines):
        line = lines[at]
        hidden = HIDDEN.match(line)
        if line.startswith("## "):
            section += 1
        if not hidden and not line.startswith("```"):
            at += 1
            continue
        end = lines.index("-->" if hidden else "```", at + 1)
        mark = MARK.match(lines[at - 1]) if at else None
        if hidden:
            kind, name, conditions = head_of("hidden", hidden.group(1))
        elif mark and mark.group(1) in KINDS:
            kind, name, conditions = head_of(*mark.groups())
        else:
            kind, name, conditions = "", "", []
        body = "\n".join(lines[at + 1:end])
        found.append(Block(kind, name, conditions, line[3:], body, at + 1,
                           sections[section], sections))
        at = end + 1
    return found


def run_lines(workflow):
    """The commands of a GitHub workflow's steps, each as one text."""
    lines, found = workflow.split("\n"), []
    for at, line in enumerate(lines):
        match = re.match(r"( *)(?:- )?run: (.*)", line)
        if not match:
            continue
        if match.group(2) != "|":
            found.append(match.group(2))
            continue
        depth, script = len(match.group(1)), []
        for below in lines[at + 1:]:
            if below.strip() and len(below) - len(below.lstrip()) <= depth:
                break
            script.append(below.strip())
        found.append("\n".join(script))
    return found
