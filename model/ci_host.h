/*
 * CI hosts, one row each: the variables that tell where we run, how the log
 * folds a group, and what in our output the host would take for a command.
 * evidence/ci.c reads the variables, cli/host.c writes the groups,
 * redact/inert.c breaks the commands up, and docs are made from the rows.
 */
#ifndef MODEL_CI_HOST_H
#define MODEL_CI_HOST_H

#include <stddef.h>

#define CI_NAMES_MAX    4 /* variables that are tried for one value */
#define CI_COMMANDS_MAX 5 /* marks of one kind, the end included */

/* How the text of a title is written so that it stays text. */
enum ci_escape {
    CI_ESCAPE_NONE,
    CI_ESCAPE_PERCENT, /* the runner decodes %25 */
    CI_ESCAPE_MESSAGE  /* service messages of TeamCity: |' || |[ |] |0xNNNN */
};

struct ci_host {
    const char *name, *title; /* in the record; for people */
    const char *sign;         /* a variable that only this host sets */

    /* Tried in order; "{A}{B}" puts values together, and gives nothing when
       one of them is missing. */
    const char *commit[CI_NAMES_MAX], *branch[CI_NAMES_MAX];
    const char *run_url[CI_NAMES_MAX], *run_id[CI_NAMES_MAX];
    const char *actor[CI_NAMES_MAX], *workflow[CI_NAMES_MAX];
    const char *job[CI_NAMES_MAX];

    /* Groups: %t title, %n number, %s seconds; NULL: none, a title is a line.
     */
    const char *begin, *end, *finish;
    enum ci_escape escape;
    const char *group; /* for docs */

    /* Commands at the start of a line: a blank in front means after any
       blanks, one behind that a blank must follow. */
    const char *starting[CI_COMMANDS_MAX];
    /* And those anywhere in it, in any case. */
    const char *anywhere[CI_COMMANDS_MAX];

    const char *annotations; /* format that it shows at lines; NULL: none */
};

/* In the order in which signs are looked for; NULL past the end. */
const struct ci_host *ci_host_at(size_t index);
const struct ci_host *ci_host_find(const char *name);

#endif
