"""What watching malloc costs a program: tidemark's library, heaptrack and
valgrind's massif, in one run.

A round starts a program once in each way, in an order that turns from round to
round; a ratio is taken within a round, and the figure is the median of those.
Programs are timed as a user would see them, from start to end, by the clock on
the wall and by the processor's time of all their processes.
"""

import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import tempfile
import time

from rounds import Unmeasured, spread

WAYS = ("plain", "net", "sampled", "heaptrack", "massif")
SLOW_WAYS = ("heaptrack", "massif")


class Program:
    """A command, with a word for what it does; `heavy` when it allocates as
    other programs do that allocate much, and the target is for it."""

    def __init__(self, name, text, command, heavy=True, environment=None, watched=None):
        self.name = name
        self.text = text
        self.command = [str(word) for word in command]
        self.heavy = heavy
        self.environment = environment or {}
        self.watched = watched or {}  # only when it is watched


# --- what the programs read --------------------------------------------------


def record(number, dice):
    return {
        "id": number,
        "name": f"user {dice.randrange(10**6)}",
        "tags": [str(dice.randrange(1000)) for _ in range(5)],
        "score": dice.random(),
        "nested": {"a": number, "b": None, "c": [True, False, number]},
    }


def write_json(folder, records):
    dice = random.Random(1)
    file = folder / "records.json"
    with open(file, "w") as out:
        json.dump([record(number, dice) for number in range(records)], out)
    return file


def write_xml(folder, records):
    dice = random.Random(2)
    file = folder / "records.xml"
    with open(file, "w") as out:
        out.write("<records>\n")
        for number in range(records):
            out.write(
                f'<record id="{number}" kind="k{dice.randrange(9)}">'
                f"<name>user {dice.randrange(10**6)}</name>"
                f"<tag>a</tag><tag>b</tag></record>\n"
            )
        out.write("</records>\n")
    return file


SQL = """
create table t(id integer primary key, name text, score real);
with recursive n(i) as (select 1 union all select i + 1 from n where i < {rows})
insert into t select i, 'user ' || (i * 7919 % 1000003), i * 0.5 from n;
create index byname on t(name);
select count(*), group_concat(substr(name, 1, 3)) is not null from t
 where name like 'user 1%';
select max(length(upper(name) || printf('%d', id))) from t;
"""

PYTHON = """
import json
import sys

class Node:
    def __init__(self, number, parent):
        self.number, self.parent, self.text = number, parent, "n%d" % number

text = open(sys.argv[1]).read()
for _ in range(int(sys.argv[2])):
    rows = json.loads(text)
    node, nodes = None, []
    for row in rows:
        node = Node(row["id"], node if row["id"] % 10 else None)
        nodes.append((node, {"tags": sorted(row["tags"]), "name": row["name"].upper()}))
    json.dumps(rows)
"""


def programs(where, folder):
    records = write_json(folder, where.scaled(40000))
    (folder / "program.py").write_text(PYTHON)
    (folder / "program.sql").write_text(SQL.format(rows=where.scaled(1000000)))
    python = ["/usr/bin/python3", folder / "program.py", records, 3]
    built = pathlib.Path(where.build) / "bench/overhead"
    return [
        Program("loop", "malloc and free, nothing else", [built / "loop", 40], False),
        Program("json", "jansson: parse, write, free", [built / "json", records, 4]),
        Program(
            "jq",
            "jq: read and select",
            ["jq", "[.[] | .tags[0]] | length", *[records] * 4],
        ),
        Program(
            "xmllint",
            "libxml2: build a tree",
            ["xmllint", "--noout", write_xml(folder, where.scaled(600000))],
        ),
        Program(
            "sqlite",
            "sqlite3: insert, index, select",
            ["sqlite3", ":memory:", f".read {folder / 'program.sql'}"],
        ),
        Program("python", "python3: objects and JSON, as it is", python),
        Program(
            "python_malloc",
            "the same with PYTHONMALLOC=malloc",
            python,
            environment={"PYTHONMALLOC": "malloc"},
        ),
        Program(
            "python_exec",
            "as exec does it: malloc only when watched",
            python,
            heavy=False,
            watched={"PYTHONMALLOC": "malloc"},
        ),
    ]


# --- the ways of running one -------------------------------------------------


class Watch:
    """How a program is started in each way; files go to `folder`."""

    def __init__(self, where, folder):
        self.library = str(pathlib.Path(where.build) / "libtidemark-preload.so")
        self.sampling = where.sampling_bytes
        # In memory, as the program's own pages are.
        shared = "/dev/shm" if os.access("/dev/shm", os.W_OK) else folder
        self.areas = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-", dir=shared))
        self.folder = folder

    def close(self):
        shutil.rmtree(self.areas)

    def clean(self):
        for file in self.areas.iterdir():
            file.unlink()

    def command(self, program, way):
        if way == "heaptrack":
            return ["heaptrack", "-o", f"{self.folder}/heaptrack", *program.command]
        if way == "massif":
            file = f"--massif-out-file={self.folder}/massif"
            return ["valgrind", "--tool=massif", file, *program.command]
        return program.command

    def environment(self, program, way):
        environment = dict(os.environ, **program.environment)
        if way != "plain":
            environment.update(program.watched)
        if way in ("net", "sampled"):
            environment["LD_PRELOAD"] = self.library
            environment["TIDEMARK_PRELOAD"] = str(self.areas)
            environment["TIDEMARK_PRELOAD_SAMPLE"] = (
                str(self.sampling) if way == "sampled" else "0"
            )
        return environment

    def run(self, program, way):
        """{"wall": seconds, "cpu": seconds}"""
        self.clean()
        begun = time.perf_counter()
        process = subprocess.Popen(
            self.command(program, way),
            env=self.environment(program, way),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise Unmeasured(f"{program.name}, {way}: ended with {process.returncode}")
        if way in ("net", "sampled") and not any(self.areas.iterdir()):
            raise Unmeasured(f"{program.name}, {way}: nothing was counted")
        return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime}


def available_ways():
    tools = {"heaptrack": "heaptrack", "massif": "valgrind"}
    return [way for way in WAYS if way not in tools or shutil.which(tools[way])]


# --- figures -----------------------------------------------------------------


def measure(watch, program, turns, slow_turns):
    """{way: {clock: [(seconds, ratio to plain) ...]}}, the first round left out."""
    ways = available_ways()
    taken = {way: {"wall": [], "cpu": []} for way in ways}
    for number in range(turns + 1):
        now = [way for way in ways if way not in SLOW_WAYS or number <= slow_turns]
        shift = number % len(now)
        times = {way: watch.run(program, way) for way in now[shift:] + now[:shift]}
        if number == 0:
            continue
        for way in now:
            for clock in ("wall", "cpu"):
                seconds = times[way][clock]
                taken[way][clock].append((seconds, seconds / times["plain"][clock]))
    return taken


def describe(program, taken, target):
    ways = {}
    for way, clocks in taken.items():
        ways[way] = {
            clock: {
                "seconds": statistics.median(seconds for seconds, _ in pairs),
                "ratio": spread([ratio for _, ratio in pairs]),
                "ratio_of_best": min(seconds for seconds, _ in pairs)
                / min(seconds for seconds, _ in taken["plain"][clock]),
                "turns": len(pairs),
            }
            for clock, pairs in clocks.items()
        }
    percent = 100 * (ways["sampled"]["cpu"]["ratio"]["median"] - 1)
    return {
        "name": program.name,
        "text": program.text,
        "value": percent,
        "unit": "%",
        "clock": "cpu",
        "target": target if program.heavy else None,
        "reached": percent < target if program.heavy else None,
        "ways": ways,
    }


def overhead(where):
    """One figure a program: how much longer it takes with default sampling."""
    with tempfile.TemporaryDirectory(prefix="tidemark-overhead-") as name:
        folder = pathlib.Path(name)
        watch = Watch(where, folder)
        try:
            for program in programs(where, folder):
                if where.only and program.name not in where.only:
                    continue
                try:
                    taken = measure(watch, program, where.turns(15), where.slow_turns)
                except OSError as error:
                    raise Unmeasured(f"{program.name}: {error}")
                yield describe(program, taken, 3)
        finally:
            watch.close()
