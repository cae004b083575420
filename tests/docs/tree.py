"""What the lists in README files and the manual say of the tree, and what is there."""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
# A folder of these is read by the tests beside it, and has no line of its own.
DATA = {"data", "seeds", "series", "traces"}
# What is made, and not in the tree; `./mine` is the reader's.
MADE = ("build/", "results/runs", "results/plots", "./", "n/a")
# Where a path in a page may begin.
BASES = ("", "src", "docs", "tests", "results", "scripts", "src/preload")


def listed(page):
    """The folders in the first column of the page's tables."""
    rows = re.findall(r"^\| (`.*?) \|", (ROOT / page).read_text(), re.M)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def folders(under):
    """Each folder with a tracked file, and those that hold them."""
    files = subprocess.run(["git", "ls-files", "-z", under], cwd=ROOT, check=False,
                           capture_output=True, text=True).stdout.split("\0")
    files = [file for file in files if file] or [
        str(path.relative_to(ROOT)) for path in (ROOT / under).rglob("*") if path.is_file()]
    found = set()
    for file in files:
        for folder in pathlib.PurePath(file).relative_to(under).parents:
            if str(folder) != "." and folder.name != "__pycache__":
                found.add(str(folder))
    return found


def try_folders(count):
    """src/README.md and tests/README.md have a line for each folder, and no other."""
    for under in ("src", "tests"):
        page, there = f"{under}/README.md", folders(under)
        for name in sorted(there - listed(page)):
            parts = name.split("/")
            # tests/lab holds folders only, each of which has its line.
            if DATA & set(parts) or under == "tests" and name == "lab":
                continue
            count.fails(f"{page}: no line for the folder {under}/{name}")
        for name in sorted(listed(page) - there):
            count.fails(f"{page}: a line for {under}/{name}, which is not there")
        count.passes()


def try_variables(count):
    """The manual page names each variable of the environment that is tidemark's."""
    manual = subprocess.run([str(ROOT / "build/tidemark"), "help", "--man"], check=False,
                            capture_output=True, text=True).stdout
    section = manual.split(".SH ENVIRONMENT", 1)[-1].split(".SH", 1)[0]
    used = set()
    for path in [*ROOT.glob("src/**/*.c"), *ROOT.glob("src/**/*.h"), *ROOT.glob("include/*.h")]:
        used.update(re.findall(r'"(TIDEMARK_[A-Z_]+)"', path.read_text()))
    described = set(re.findall(r"TIDEMARK_[A-Z_]+", section))
    for name in sorted(used - described):
        count.fails(f"the manual page does not describe the variable {name}")
    for name in sorted(described - used):
        count.fails(f"the manual page describes {name}, which the source does not have")
    count.passes()


def try_events(count):
    """docs/trace.md has a row for each event of the source, and its keys; and no other."""
    rows = {}
    for names, rest in re.findall(r"^\| (`[^|]*`) \|(.*)$", (ROOT / "docs/trace.md").read_text(), re.M):
        rows.update(dict.fromkeys(re.findall(r"`(\w+)`", names), rest))
    seen = set()
    for path in ROOT.glob("src/**/*.c"):
        for call in re.findall(r"\btm_trace\((.*?)\);", path.read_text(), re.S):
            first, _, rest = call.partition(",")
            for event in re.findall(r'"(\w+)"', first):
                seen.add(event)
                for key in re.findall(r'(\w+)=[\\"]*0?x?%|_count\(\w+,\s*"(\w+)"', rest):
                    key = key[0] or key[1]
                    if event in rows and not re.search(rf"\b{key}\b", rows[event]):
                        count.fails(f"docs/trace.md: {event} has no key {key}")
    for name in sorted(seen ^ set(rows)):
        count.fails(f"docs/trace.md: the event {name} is "
                    + ("not described" if name in seen else "not in the source"))
    count.passes()


def is_there(path):
    pattern = re.sub(r"NAME|VARIANT|\[ch\]|(?<=/)X$", "*", path)
    return path.startswith(MADE) or any(any((ROOT / base).glob(pattern)) for base in BASES)


def try_names(count):
    """The paths and the goals of make that the pages name are there."""
    makefile = (ROOT / "Makefile").read_text()
    for page in [*ROOT.glob("*.md"), *(ROOT / name for name in ("src/README.md", "tests/README.md")),
                 *ROOT.glob("docs/*.md")]:
        quoted = re.findall(r"`([^`\n]+)`", page.read_text())
        paths = {text.split()[0] for text in quoted if text.strip()}
        for path in sorted(path for path in paths if re.fullmatch(r"[\w.*\[\]-]+(/[\w.*\[\]-]*)+", path)):
            if not is_there(path):
                count.fails(f"{page.relative_to(ROOT)}: {path} is not there")
        for text in quoted:
            goals = re.match(r"make((?: [A-Z]+=\S+)*)((?: [a-z-]+)*)$", text)
            for goal in goals.group(2).split() if goals else []:
                if not re.search(rf"^{goal}\b[^=\n]*:", makefile, re.M):
                    count.fails(f"{page.relative_to(ROOT)}: make has no goal {goal}")
        count.passes()
