"""What tidemark must say about each program of examples/, and why.

Expectations come out of the program or out of measurements that were published
before (results/reference/LAWS.md), never out of what tidemark said.
"""

import dataclasses
import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TIDEMARK = str(ROOT / "build/tidemark")
SERVERS = ROOT / "build/release/examples/server"
# Debian's own Python: its packages are not seen by another one in the PATH.
PYTHON = "/usr/bin/python3"

KIB = 1024


@dataclasses.dataclass
class Case:
    """One program, how it is measured, and what must come out."""

    name: str
    command: list
    verdict: str  # fail or pass
    flags: list  # of tidemark exec
    budget: list  # of tidemark exec and gate
    # What the program grows by an iteration, by its own source or by a published
    # measurement: metric: (least, most).  Tidemark's interval must reach into
    # it; where both are one number, it must hold that.
    truth: dict
    origin: str  # of verdict and truth
    why: str = ""  # a word of `tidemark why`, if that can see where
    clients: list = dataclasses.field(default_factory=list)  # start tidemark
    needs_servers: bool = False
    # Its first number is how many iterations: without an answer it runs twice
    # as long, as tidemark's hint says, and once more twice as long.
    can_run_longer: bool = False

    @property
    def exit_code(self):
        return {"fail": 1, "pass": 0}[self.verdict]

    def twice_as_long(self):
        words = list(self.command)
        at = next(n for n, word in enumerate(words) if word.isdigit())
        words[at] = str(2 * int(words[at]))
        return dataclasses.replace(self, command=words)


def example(path):
    return str(ROOT / "examples" / path)


def at_most(*budgets):
    return [word for budget in budgets for word in ("--max-growth", budget)]


def celery(name, script, verdict, flags=(), budget="64", **more):
    script, *words = script.split()
    command = [PYTHON, example("celery/" + script), *words]
    more.setdefault("truth", {"rss_bytes": CHORD})
    more.setdefault("origin", LAW)
    return Case(
        name,
        command,
        verdict,
        list(flags),
        at_most(budget),
        needs_servers=True,
        can_run_longer=True,
        **more,
    )


def server(name, program, requests, verdict, budget, **more):
    clients = [PYTHON, example("server/load.py"), str(requests)]
    command = [str(SERVERS / program)]
    return Case(
        name,
        command,
        verdict,
        ["--preload", "--sample-bytes", "4096"],
        budget,
        clients=clients,
        **more,
    )


def plain(name, command, verdict, budget, truth, origin, why=""):
    return Case(name, command, verdict, [], at_most(budget), truth, origin, why)


# As production runs a JVM: all of its heap is resident from the start.
FIXED_HEAP = ["-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch"]


# By default a run of these few seconds has about 50 collections: on some machines
# one fewer than a verdict needs that is not called one of few samples.
INSIDE_SHARE = "25"


def inside(name, command, verdict, budget, truth, origin, why=""):
    flags, budget = ["--inside", "--inside-share", INSIDE_SHARE], at_most(budget)
    return Case(name, command, verdict, flags, budget, truth, origin, why)


# What a runtime itself may keep of a flat program: code that it compiles late is
# some 30 KB, a tenth of a byte for each of 300,000 iterations.
OF_RUNTIME = 1

CHORD = (0.2 * KIB, 0.5 * KIB)
LAW = "results/reference/LAWS.md: 0.2 to 0.5 KiB a chord"

CASES = [
    # First: its worker has nothing else to do as long as no other example has
    # filled the queue.
    celery(
        "celery-read",
        "reader.py 3000 1000",
        "pass",
        truth={},
        clients=[str(ROOT / "scripts/with-worker")],
        origin="results/reference/read-results.md: nothing stays",
    ),
    celery(
        "celery-unmodified",
        "producer.py 10000 100",
        "fail",
        ["--mark-regex", "^Memory usage"],
        "1KiB",
        truth={"rss_bytes": (100 * CHORD[0], 100 * CHORD[1])},
        origin=LAW + ", 100 chords a line",
    ),
    celery("celery-marked", "producer_marked.py 10000 1000", "fail"),
    celery(
        # Three names of channels a chord: that many chords show their sites.
        "celery-preload",
        "producer_marked.py 30000 3000",
        "fail",
        ["--preload", "--sample-bytes", "32KiB"],
        truth={"net_bytes": CHORD},
        why="_consume_from  redis.py:",
    ),
    server(
        "server-leaking",
        "leaking",
        20000,
        "fail",
        at_most("16"),
        truth={"net_bytes": (100, 100), "rss_bytes": (100, 101)},
        origin="1,000 bytes each tenth request; their block has 8 more",
        why="leaking.c",
    ),
    server(
        "server-descriptor",
        "leaking_descriptor",
        6000,
        "fail",
        at_most("16", "descriptors=0.01"),
        truth={"descriptors": (0.1, 0.1)},
        origin="one connection each tenth request",
    ),
    server(
        "server-fixed",
        "fixed",
        20000,
        "pass",
        at_most("16"),
        truth={},
        origin="what is allocated is freed",
    ),
    plain(
        "cache-lru",
        [PYTHON, example("cache/lru.py"), "1000000"],
        "pass",
        "16",
        {},
        "full after 5,000 of 1,000,000 lookups",
    ),
    plain(
        "workers-pool",
        [PYTHON, example("workers/pool.py")],
        "fail",
        "64",
        {"rss_bytes": (333, 367)},
        "1,000 characters each third job; 1,080 bytes with their block and place",
        "Nearly all of the growth is in one process",
    ),
    plain(
        "workers-fixed",
        [PYTHON, example("workers/pool_fixed.py")],
        "pass",
        "64",
        {},
        "at most one page a worker",
    ),
    plain(
        "node-closure",
        ["node", example("node/closure.js"), "60000"],
        "fail",
        "1KiB",
        {"rss_bytes": (8000, 9000)},
        "an array of 1,000 numbers of 8 bytes, and what holds it",
    ),
    plain(
        "node-fixed",
        ["node", example("node/closure_fixed.js"), "300000"],
        "pass",
        "1KiB",
        {},
        "nothing holds the thing before",
    ),
    inside(
        "node-closure-inside",
        ["node", example("node/closure.js"), "30000"],
        "fail",
        "1KiB",
        {"live_bytes": (8000, 8400)},
        "an array of 1,000 numbers of 8 bytes, and what holds it",
        ("Array ", "closure.js:"),
    ),
    inside(
        "node-fixed-inside",
        ["node", example("node/closure_fixed.js"), "300000"],
        "pass",
        "1KiB",
        {"live_bytes": (0, OF_RUNTIME)},
        "nothing holds the thing before",
    ),
    inside(
        # In a heap that is resident from the start, so that only it can tell.
        "java-sessions",
        ["java", *FIXED_HEAP, example("java/Sessions.java"), "1000000"],
        "fail",
        "64",
        {"live_bytes": (176, 210)},
        "120 for the token, 16 each for Session and Integer, 32 for their node, "
        "and its place in a table that doubles",
        "Sessions$Session ",
    ),
    inside(
        "java-sessions-end",
        ["java", *FIXED_HEAP, example("java/Sessions.java"), "1500000", "--end"],
        "pass",
        "64",
        {"live_bytes": (0, OF_RUNTIME)},
        "each session ends before the next begins",
    ),
    inside(
        "java-cache",
        ["java", example("java/Cache.java")],
        "pass",
        # Half of an entry: the JVM's own malloc goes up and down by a fifth.
        "512",
        {"live_bytes": (0, OF_RUNTIME)},
        "full after a tenth of the requests",
    ),
    inside(
        "python-sessions",
        [PYTHON, example("python/sessions.py"), "20000"],
        "fail",
        "64",
        {"live_objects": (5, 5), "live_bytes": (273, 400)},
        "a Session of 56 bytes, its name of 60, its token of 65, its list of 64 and "
        "its number of 28, and their place in a table that doubles",
        "__main__.Session ",
    ),
    inside(
        "python-sessions-fixed",
        [PYTHON, example("python/sessions_fixed.py"), "20000"],
        "pass",
        "64",
        {"live_bytes": (0, OF_RUNTIME)},
        "a hundred sessions are alive",
    ),
    inside(
        "python-cache",
        [PYTHON, example("python/cache.py"), "20000"],
        "pass",
        # A fifth of an entry.
        "64",
        {"live_bytes": (0, OF_RUNTIME)},
        "full after a tenth of the requests",
    ),
    plain(
        "shell-pipeline",
        [example("shell/pipeline.sh")],
        "fail",
        "16",
        {"rss_bytes": (11, 200)},
        "a key of 11 letters and more, a number, and their place in a table",
    ),
    plain(
        "shell-forgets",
        [example("shell/pipeline.sh"), "--forget"],
        "pass",
        "16",
        {},
        "at most 1,000 keys at a time",
    ),
]


@dataclasses.dataclass
class Outcome:
    """What tidemark did with a case."""

    code: int
    output: str
    run: dict = dataclasses.field(default_factory=dict)  # as the gate exports it
    why: str = ""
    folder: str = ""  # of the stored run; empty when there is none

    def metric(self, name):
        for metric in self.run.get("metrics", []):
            if metric["metric"] == name:
                return metric
        return None


def output_of(words):
    environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
    environment.pop("GITHUB_ACTIONS", None)
    return subprocess.run(
        words,
        cwd=ROOT,
        env=environment,
        text=True,
        errors="replace",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def command_of(case, folder, name):
    """The command line that measures a case."""
    words = ["exec", "--name", name, *case.flags, *case.budget]
    words += ["--results-dir", str(folder), "--", *case.command]
    return [*case.clients, TIDEMARK, *words]


LOOKS = 3
INCONCLUSIVE = 3


def run(case, folder, name=None):
    """Run a case, longer if it has no answer, judge it, and ask why."""
    outcome = look(case, folder, name)
    for _ in range(1, LOOKS):
        if outcome.code != INCONCLUSIVE or not case.can_run_longer:
            break
        case = case.twice_as_long()
        print(f"{case.name}: no answer; twice as long", flush=True)
        outcome = look(case, folder, name)
    return outcome


def look(case, folder, name):
    """Run a case once, judge what it stored below `folder`, and ask why."""
    runs = pathlib.Path(folder) / case.name
    done = output_of(command_of(case, runs, name or case.name))
    stored = sorted(
        (path.parent for path in runs.glob("*/run.json")),
        key=lambda stored: stored.stat().st_mtime_ns,
    )
    outcome = Outcome(done.returncode, done.stdout)
    if not stored:
        return outcome
    outcome.folder = str(stored[-1])
    export = runs / "verdict.json"
    output_of(
        [TIDEMARK, "gate", outcome.folder, *case.budget, "--export-json", str(export)]
    )
    if export.exists():
        outcome.run = json.loads(export.read_text())["runs"][0]
    if case.why:
        outcome.why = output_of([TIDEMARK, "why", outcome.folder]).stdout
    return outcome


def wrong_rates(case, outcome):
    for name, (least, most) in case.truth.items():
        metric = outcome.metric(name)
        if not metric or metric.get("low") is None:
            yield f"{name} has no rate"
            continue
        low, high = metric["low"], metric["high"]
        if high < least or low > most:
            yield f"{name}: {low:g} to {high:g} misses {least:g} to {most:g}"


def failures(case, outcome):
    """What is not as it must be, in words; nothing when all is well."""
    if outcome.code != case.exit_code:
        yield f"exit {outcome.code}, not {case.exit_code}"
    if not outcome.run:
        yield "no run was stored"
        return
    if outcome.run["outcome"] != "complete":
        yield f"the run is {outcome.run['outcome']}"
    if outcome.run["verdict"] != case.verdict:
        yield f"{outcome.run['verdict']}, not {case.verdict}: {outcome.run['reason']}"
    if outcome.run["few_samples"]:
        yield "fewer than 50 samples"
    yield from wrong_rates(case, outcome)
    for said in [case.why] if isinstance(case.why, str) else case.why:
        if said not in outcome.why:
            yield f"why does not say '{said}'"
