"""Types lines into a real zsh, presses tab, and prints what is offered.
usage: type_zsh.py SCRIPT PATH LINE...
"""
import fcntl, os, pty, select, struct, sys, tempfile, termios

script, path, lines = sys.argv[1], sys.argv[2], sys.argv[3:]

RC = """
PS1='ready> '
fpath=(%(dir)s $fpath)
autoload -Uz compinit
compinit -u -D
bindkey '^I' complete-word
# What is added by the completion is what a person would be shown.
compadd() {
    local -a hits
    if (( ! ${argv[(I)-[AOD]]} )); then
        builtin compadd -O hits "$@"
        print -rl -- $hits >>%(dir)s/offered
    fi
    builtin compadd "$@"
}
finish() { print -r -- '=end=' >>%(dir)s/offered }
zle -N finish
bindkey '^X' finish
"""


def type_line(line):
    """In a shell of its own, so that no line knows of another."""
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(os.path.abspath(script), f"{folder}/_postflight")
        with open(f"{folder}/.zshrc", "w") as rc:
            rc.write(RC % {"dir": folder})
        pid, terminal = pty.fork()
        if pid == 0:
            os.environ.update(ZDOTDIR=folder, PATH=f"{path}:/usr/bin:/bin",
                              TERM="vt100")
            os.execvp("zsh", ["zsh", "-d", "-i"])
        # high enough that nothing is asked before a list is shown
        fcntl.ioctl(terminal, termios.TIOCSWINSZ,
                    struct.pack("HHHH", 2000, 200, 0, 0))
        seen, offered, typed = b"", "", False
        while "=end=" not in offered:
            if select.select([terminal], [], [], 0.05)[0]:
                seen += os.read(terminal, 65536)
            if not typed and b"ready> " in seen:
                os.write(terminal, line.encode() + b"\t\x18")
                typed = True
            if os.path.exists(f"{folder}/offered"):
                offered = open(f"{folder}/offered").read()
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        os.close(terminal)
    return [word for word in offered.split("\n")[:-1] if word != "=end="]


for line in lines:
    print(*type_line(line), sep="\n")
