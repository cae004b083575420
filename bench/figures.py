"""The figures of scripts/bench-speed: one function each.

A figure is a number with a target.  README.md says how each one is made and
what it does not compare.
"""

import contextlib
import math
import os
import statistics
import threading

import longrun
from rounds import Peer, Unmeasured, ratios, spread, take_turns, times

PYTHON = "/usr/bin/python3"
FOR_EVER = "1000000000"


def figure(name, text, value, unit, relation, target, **more):
    """`relation` is how the value must stand to the target: ">=" or "<=".
    Without a target the number is for information."""
    reached = None
    if target is not None:
        reached = value >= target if relation == ">=" else value <= target
    return {
        "name": name,
        "text": text,
        "value": value,
        "unit": unit,
        "relation": relation,
        "target": target,
        "reached": reached,
        **more,
    }


def ratio_figure(name, text, turns, slow, fast, part, clock, target):
    values = ratios(turns, slow, fast, part, clock)
    return figure(
        name,
        text,
        statistics.median(values),
        "times",
        ">=",
        target,
        turns=len(values),
        clock=clock,
        ratio=spread(values),
        ratio_of_best=min(times(turns, slow, part, clock))
        / min(times(turns, fast, part, clock)),
        peers={
            peer: {
                f"{which}_ns": spread(times(turns, peer, part, which))
                for which in ("wall", "cpu")
            }
            for peer in (fast, slow)
        },
    )


def program(where, name):
    return os.path.join(where.build, "bench", name)


def script(where, name):
    return os.path.join(where.root, "bench", name)


def chord_peer(where, iterations, *flags, **more):
    command = [program(where, "chord_loop"), "--iterations", FOR_EVER]
    command += ["--rules", "pep442", *flags]
    if "--every" not in flags:
        command += ["--every", FOR_EVER]
    return Peer("tidemark", command, iterations, **more)


def celery_peer(where, iterations, broker, backend):
    command = [PYTHON, script(where, "chord_loop.py"), broker, backend]
    return Peer("celery", command, iterations)


# --- the loop ----------------------------------------------------------------


def chord_loop(where):
    """The embedded loop against Celery on its own embedded transport."""
    with chord_peer(where, 10000) as ours, celery_peer(
        where, 200, "memory://", "cache+memory://"
    ) as theirs:
        turns = take_turns([ours, theirs], where.turns(20))
    return [
        ratio_figure(
            "chord_loop",
            "embedded chord loop against Celery on memory://",
            turns,
            "celery",
            "tidemark",
            "loop",
            "cpu",
            50,
        )
    ]


def live_loop(where):
    """The loop on real servers against the bare sends, and against Celery."""
    import servers

    amqp, redis = servers.addresses()
    flags = ("--broker", amqp, "--backend", redis)
    with contextlib.ExitStack() as stack:
        queue = stack.enter_context(servers.Queue(amqp))
        servers.let_replies_wait(redis)
        ours = stack.enter_context(chord_peer(where, 8000, *flags))
        bare = stack.enter_context(
            Peer("bare", [program(where, "bare_loop"), amqp, redis], 8000)
        )
        theirs = stack.enter_context(celery_peer(where, 400, amqp, redis))
        turns = take_turns(
            [ours, bare, theirs],
            where.turns(9),
            after=lambda peer: queue.empty(peer.iterations),
        )
    return [
        ratio_figure(
            "live_loop_bare",
            "live chord loop against the bare sends in C",
            turns,
            "bare",
            "tidemark",
            "loop",
            "wall",
            0.8,
        ),
        ratio_figure(
            "live_loop_celery",
            "live chord loop against Celery",
            turns,
            "celery",
            "tidemark",
            "loop",
            "wall",
            15,
        ),
    ]


# --- the collector -----------------------------------------------------------


def cycle_peers(where, cycles):
    return (
        Peer("tidemark", [program(where, "cycles")], cycles),
        Peer("cpython", [PYTHON, script(where, "cycles.py")], cycles),
    )


def first_turns(where, cycles, turns):
    """Each turn in new processes, whose memory has never been touched."""
    taken = []
    for _ in range(turns):
        ours, theirs = cycle_peers(where, cycles)
        with ours, theirs:
            taken.append({peer.name: peer.turn() for peer in (ours, theirs)})
    return taken


def collector(where):
    """Making and collecting a million cycles against CPython."""
    cycles = where.scaled(1000000)
    ours, theirs = cycle_peers(where, cycles)
    with ours, theirs:
        # While one waits for its turn its allocator gives memory back.
        turns = take_turns(
            [ours, theirs], where.turns(9), before=lambda peer: peer.turn()
        )
    cold = first_turns(where, cycles, where.turns(5))
    found = []
    for part, text in (("make", "make a cycle"), ("collect", "collect a cycle")):
        found.append(
            ratio_figure(
                f"collector_{part}",
                f"{text} against CPython",
                turns,
                "cpython",
                "tidemark",
                part,
                "cpu",
                4,
            )
        )
        found.append(
            ratio_figure(
                f"collector_{part}_first",
                f"{text}, in a new process",
                cold,
                "cpython",
                "tidemark",
                part,
                "cpu",
                None,
            )
        )
    return found


SIZES = (10000, 30000, 100000, 300000, 1000000, 3000000, 10000000)


def exponent(points):
    """The least-squares slope of log time over log objects: 1 is linear."""
    logs = [(math.log(size), math.log(ns)) for size, ns in points]
    return statistics.linear_regression(*zip(*logs)).slope


def collection_size(where):
    """A full collection's time, from 10,000 to 10 million objects."""
    sizes = [size for size in SIZES if size <= where.scaled(SIZES[-1])]
    taken = {size: [] for size in sizes}
    with Peer("tidemark", [program(where, "cycles"), "held"], 1) as peer:
        peer.turn(sizes[-1] // 3)
        for _ in range(where.turns(5)):
            for size in sizes:
                # Three objects a cycle, and small sizes more often.
                repeat = max(1, min(20, 300000 // size))
                for _ in range(repeat):
                    taken[size].append(peer.turn(size // 3))
    found = []
    for part, text in (
        ("held", "full collection that finds nothing"),
        ("collect", "full collection that takes everything"),
    ):
        each = {
            size: spread([turn[part]["cpu"] / 3 for turn in turns])
            for size, turns in taken.items()
        }
        # Below a million the objects fit the caches more or less.
        beyond = [(n, n * each[n]["median"]) for n in sizes if n >= sizes[-1] // 10]
        every = [(n, n * each[n]["median"]) for n in sizes]
        found.append(
            figure(
                f"collection_{part}_growth",
                f"{text}: power of the objects, beyond the caches",
                exponent(beyond),
                "power",
                "<=",
                1.1,
                power_over_all_sizes=exponent(every),
                ns_per_object=each,
            )
        )
    return found


# --- the sampler -------------------------------------------------------------


def sampler(where):
    """One sample's cost, alone."""
    with Peer("sampler", [program(where, "sampler")], where.scaled(5000)) as peer:
        turns = take_turns([peer], where.turns(20))
    sample = [turn["sampler"]["sample"]["cpu"] / 1000 for turn in turns]
    rusage = [turn["sampler"]["getrusage"]["cpu"] / 1000 for turn in turns]
    against = [a / b for a, b in zip(sample, rusage)]
    return [
        figure(
            "sample_cost",
            "one sample, all metrics but PSS",
            statistics.median(sample),
            "us",
            "<=",
            25,
            turns=len(turns),
            microseconds=spread(sample),
            getrusage_microseconds=spread(rusage),
            times_getrusage=spread(against),
        )
    ]


@contextlib.contextmanager
def listener():
    """A descriptor for TIDEMARK_FD, read by somebody as it is in a real run."""
    read_end, write_end = os.pipe()

    def drain():
        while os.read(read_end, 65536):
            pass
        os.close(read_end)

    thread = threading.Thread(target=drain)
    thread.start()
    try:
        yield write_end
    finally:
        os.close(write_end)
        thread.join()


def sampling_share(where):
    """A sample every 1,000 iterations, as a share of the loop.

    The loop samples every 2,000 iterations and is timed in blocks of 1,000: one
    block in two has a sample, and the blocks are otherwise alike.
    """
    with listener() as descriptor, chord_peer(
        where,
        1000,
        "--every",
        "2000",
        environment={
            "TIDEMARK_FD": str(descriptor),
            "TIDEMARK_PIPE": os.readlink(f"/proc/self/fd/{descriptor}"),
        },
        pass_fds=(descriptor,),
    ) as peer:
        peer.turn()
        blocks = [peer.turn()["loop"]["cpu"] for _ in range(2 * where.turns(300))]
    # The first block ended before iteration 1,000: the sample of iteration
    # 2,000 is taken at the beginning of the third.
    plain, sampled = blocks[0::2], blocks[1::2]
    loop = statistics.median(plain)
    # Neighbours are compared, because the loop slows down as its tables grow.
    extra = statistics.median(b - a for a, b in zip(plain, sampled))
    return [
        figure(
            "sampling_share",
            "sampling every 1,000 iterations, of the loop's time",
            100 * extra / loop,
            "%",
            "<=",
            1,
            blocks=len(blocks),
            sample_in_the_loop_us=extra,
            loop_us=loop / 1000,
        )
    ]


# How often tidemark samples a program by time.
MARKS_PER_SECOND = 10
GUARDS_PER_SECOND = 20

# What checkpoints, with PSS, may take of one processor.
CHECKPOINT_SHARE = 0.005


def outside_figures(name, text, turns):
    """Shares of one processor, in per cent, of the turns of bench/outside."""

    def cost(part):
        return statistics.median(times(turns, "outside", part, "cpu"))

    marks = MARKS_PER_SECOND * cost("mark") + GUARDS_PER_SECOND * cost("guard")
    return [
        figure(
            f"outside_{name}",
            f"10 samples a second of {text}, of one processor",
            marks / 1e9 * 100,
            "%",
            "<=",
            1,
            turns=len(turns),
            mark_us=cost("mark") / 1000,
            guard_us=cost("guard") / 1000,
            statm_us=cost("statm") / 1000,
            times_statm=spread(
                [
                    turn["outside"]["mark"]["cpu"] / turn["outside"]["statm"]["cpu"]
                    for turn in turns
                ]
            ),
        ),
        figure(
            f"outside_{name}_pss",
            f"seconds between checkpoints of {text} that take 0.5 %",
            cost("checkpoint") / 1e9 / CHECKPOINT_SHARE,
            "s",
            "<=",
            None,
            checkpoint_us=cost("checkpoint") / 1000,
        ),
    ]


def outside(where):
    """What it costs tidemark to sample a program from outside."""
    found = []
    for name, text, mib, processes in (
        ("gib", "a process of 1 GiB", 1024, 1),
        ("tree", "a tree of 20 processes", 20, 20),
    ):
        command = [program(where, "outside"), mib, processes]
        with Peer("outside", command, where.scaled(100)) as peer:
            turns = take_turns([peer], where.turns(10))
        found += outside_figures(name, text, turns)
    return found


# --- the long run ------------------------------------------------------------


def long_run(where):
    """Millions of iterations: is the rate constant, is memory flat?"""
    iterations = where.scaled(5000000)
    return [
        figure(**each)
        for run in longrun.RUNS
        for each in longrun.measure(where, run, iterations)
    ]


FIGURES = {
    "chord_loop": chord_loop,
    "live_loop": live_loop,
    "collector": collector,
    "collection_size": collection_size,
    "sampler": sampler,
    "sampling_share": sampling_share,
    "outside": outside,
    "long_run": long_run,
}
