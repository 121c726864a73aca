"""Runs commands in turn and prints for each: median wall and CPU seconds, the
largest resident set in MiB (its least is what this program has itself), and the
ratio of the first, which is what is measured, to each of the others.

usage: timed.py RUNS ROW NAME[@BYTES]=COMMAND...
BYTES: what the command reads, for all or for none; ratios are of time per byte.
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
commands, size = [], {}
for argument in sys.argv[3:]:
    name, command = argument.split("=", 1)
    name, _, read = name.partition("@")
    size[name] = int(read or 0)
    commands.append((name, command))
seen = {name: [] for name, _ in commands}
for _ in range(runs):
    for name, command in commands:  # interleaved: noise hits all alike
        seen[name].append(once(shlex.split(command)))


def median(name, i):
    return statistics.median(s[i] for s in seen[name])


def short(x):
    return f"{x:.2f}" if x >= 0.1 else f"{x:.2g}"


def ratio(name, i):
    mine, other = (max(median(n, i), 0.001) / (size[n] or 1) for n in (first, name))
    return short(mine / other)


first = commands[0][0]
print(f"{row}:", end="")
for name, _ in commands:
    speed = size[name] / median(name, 0) / (1 << 20)
    speed = f" {speed:.{0 if speed > 10 else 2}f} MB/s" if size[name] else ""
    print(f" {name}{speed} {median(name, 0):.3f} s wall {median(name, 1):.3f} s CPU"
          f" {max(s[2] for s in seen[name]):.0f} MiB;", end="")
for name, _ in commands[1:]:
    print(f" ratio to {name} {ratio(name, 0)} wall {ratio(name, 1)} CPU;", end="")
print()
