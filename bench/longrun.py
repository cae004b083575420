"""A scenario's long run: the rate at its two ends, and what memory does."""

import os
import statistics
import subprocess
import time

from rounds import Unmeasured

# name, scenario, flags, what must be flat
RUNS = (
    ("long_unread", "weak_ref", (), "allocated_bytes - table_bytes"),
    ("long_read", "weak_ref", ("--shape", "delay", "--read-results"), "allocated_bytes"),
    ("long_discard", "discard", (), "allocated_bytes"),
)

SAMPLES = 1000
STRETCH = 8  # samples
FLAT_BYTES_PER_ITERATION = 0.01


def cpu_ns(pid):
    """The time that a process has had of a processor, to the nanosecond: /proc
    is only brought up to date now and then.  This is clock_getcpuclockid(3),
    which Python does not have."""
    return time.clock_gettime_ns((~pid << 3) | 2)


def read_samples(stream, pid):
    """The marks protocol's `sample` lines, each with the processor's time."""
    samples = []
    for line in stream:
        words = line.split()
        if words[0] == "error":
            raise Unmeasured(line.strip())
        if words[0] != "sample":
            continue
        sample = {name: int(value) for name, value in (w.split("=") for w in words[3:])}
        sample["iteration"] = int(words[1])
        sample["cpu_ns"] = cpu_ns(pid)
        samples.append(sample)
    return samples


def run_scenario(where, scenario, flags, iterations):
    read_end, write_end = os.pipe()
    command = [os.path.join(where.build, "scenarios", scenario), *flags]
    command += ["--rules", "pep442", "--iterations", str(iterations)]
    command += ["--every", str(max(1, iterations // SAMPLES))]
    pipe = os.readlink(f"/proc/self/fd/{write_end}")
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=dict(os.environ, TIDEMARK_FD=str(write_end), TIDEMARK_PIPE=pipe),
        pass_fds=(write_end,),
    )
    os.close(write_end)
    with os.fdopen(read_end) as stream:
        samples = read_samples(stream, process.pid)
    if process.wait() != 0:
        raise Unmeasured(f"{scenario} ended with {process.returncode}")
    return samples


def tenth(samples, number):
    """The samples of the number-th tenth of the iterations, from 0."""
    whole = samples[-1]["iteration"]
    return [s for s in samples if s["iteration"] * 10 // whole == number]


def rate(samples):
    """Iterations a second of the processor's time."""
    first, last = samples[0], samples[-1]
    spent = last["cpu_ns"] - first["cpu_ns"]
    if spent == 0:
        raise Unmeasured("the run was over before its samples were read")
    return (last["iteration"] - first["iteration"]) / spent * 1e9


def quiet_rate(samples):
    """The rate that three quarters of the tenth's stretches fall short of:
    minutes lie between the first tenth and the last, and what else the machine
    does then slows the loop down, never speeds it up.  A stretch is long,
    because samples are read a little after they were taken."""
    ends = samples[::STRETCH]
    return statistics.quantiles(map(rate, zip(ends, ends[1:])), n=4)[2]


def memory(sample, what):
    """`what` is a metric, or one less another."""
    first, *rest = what.split(" - ")
    return sample[first] - sum(sample[name] for name in rest)


def growth(samples, what):
    """Bytes an iteration from the second tenth to the last: between medians,
    because what waits for the collector comes and goes.  The first tenth warms
    up."""
    early, late = tenth(samples, 1), tenth(samples, 9)
    span = statistics.median(s["iteration"] for s in late)
    span -= statistics.median(s["iteration"] for s in early)
    bytes_late = statistics.median(memory(s, what) for s in late)
    return (bytes_late - statistics.median(memory(s, what) for s in early)) / span


def measure(where, run, iterations):
    name, scenario, flags, what = run
    samples = run_scenario(where, scenario, flags, iterations)
    title = " ".join((scenario.replace("_", "-"), *flags))
    first, last = tenth(samples, 0), tenth(samples, 9)
    return [
        {
            "name": f"{name}_rate",
            "text": f"{iterations:,} iterations of {title}: last tenth's rate, of the first's",
            "value": quiet_rate(last) / quiet_rate(first),
            "unit": "times",
            "relation": ">=",
            "target": 0.9,
            "first_tenth_per_cpu_second": rate(first),
            "last_tenth_per_cpu_second": rate(last),
            "first_tenth_when_quiet": quiet_rate(first),
            "last_tenth_when_quiet": quiet_rate(last),
            "whole_tenths": rate(last) / rate(first),
        },
        {
            "name": f"{name}_growth",
            "text": f"{title}: growth of {what}",
            "value": abs(growth(samples, what)),
            "unit": "bytes/it",
            "relation": "<=",
            "target": FLAT_BYTES_PER_ITERATION,
            "allocated_bytes_per_iteration": growth(samples, "allocated_bytes"),
            "table_bytes_per_iteration": growth(samples, "table_bytes"),
            "allocated_bytes_last": samples[-1]["allocated_bytes"],
            "table_bytes_last": samples[-1]["table_bytes"],
            "table_entries_last": samples[-1]["table_entries"],
        },
    ]
