"""Runs commands in turn and prints for each: median wall and CPU seconds, the
largest resident set in MiB, and the ratios to the command marked as yardstick.

usage: timed.py RUNS ROW NAME=COMMAND... (the first is what is measured)
"""
import os, shlex, statistics, subprocess, sys, time


def once(words):
    started = time.monotonic()
    pid = os.fork()
    if pid == 0:
        null = os.open(os.devnull, os.O_RDWR)
        for fd in range(3):
            os.dup2(null, fd)
        os.execvp(words[0], words)
    _, status, usage = os.wait4(pid, 0)
    # postflight scan says by its code what it found
    if not os.WIFEXITED(status) or os.WEXITSTATUS(status) > 4:
        sys.exit(f"{' '.join(words)}: status {status}")
    return (time.monotonic() - started, usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss / 1024)


runs, row = int(sys.argv[1]), sys.argv[2]
commands = [a.split("=", 1) for a in sys.argv[3:]]
seen = {name: [] for name, _ in commands}
for _ in range(runs):
    for name, command in commands:  # interleaved: noise hits all alike
        seen[name].append(once(shlex.split(command)))


def median(name, i):
    return statistics.median(s[i] for s in seen[name])


first = commands[0][0]
print(f"{row}:", end="")
for name, _ in commands:
    print(f" {name} {median(name, 0):.3f} s wall {median(name, 1):.3f} s CPU"
          f" {max(s[2] for s in seen[name]):.0f} MiB;", end="")
for name, _ in commands[1:]:
    print(f" ratio to {name} {median(first, 0) / median(name, 0):.2f} wall"
          f" {median(first, 1) / max(median(name, 1), 0.001):.2f} CPU;", end="")
print()
