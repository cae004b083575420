"""What the figures were taken on, so that they can be compared or not."""

import os
import platform
import subprocess
import time


def ask(*command):
    """The first line that a command prints, or None."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except OSError:
        return None
    lines = (done.stdout or done.stderr).strip().splitlines()
    return lines[0].strip() if done.returncode == 0 and lines else None


def cpu_model():
    with open("/proc/cpuinfo") as cpuinfo:
        for line in cpuinfo:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def python_package(name):
    return ask("/usr/bin/python3", "-c", f"import {name}; print({name}.__version__)")


def compiler(build):
    """The compiler and the flags of the build that is measured."""
    try:
        with open(os.path.join(build, "flags.stamp")) as stamp:
            flags = stamp.read().split()
    except OSError:
        return None, None
    kept = [word for word in flags[1:] if not word.startswith(("-W", "-I", "-D"))]
    return ask(flags[0], "--version"), " ".join(kept)


def describe(build):
    name, flags = compiler(build)
    return {
        "taken_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "tidemark": ask("git", "describe", "--always", "--dirty"),
        "cpu": cpu_model(),
        "cpus": os.cpu_count(),
        "kernel": platform.release(),
        "libc": " ".join(platform.libc_ver()),
        "compiler": name,
        "flags": flags,
        "allocator": "jemalloc " + str(ask("pkg-config", "--modversion", "jemalloc")),
        "librabbitmq": ask("pkg-config", "--modversion", "librabbitmq"),
        "hiredis": ask("pkg-config", "--modversion", "hiredis"),
        "python": ask("/usr/bin/python3", "--version"),
        "celery": python_package("celery"),
        "kombu": python_package("kombu"),
        "redis_server": ask("redis-server", "--version"),
        "rabbitmq_server": ask("dpkg-query", "-W", "-f", "${Version}", "rabbitmq-server"),
        "load_average_before": round(os.getloadavg()[0], 2),
    }
