/* The notes of a run, on standard output and standard error. */
#ifndef CLI_REPORTER_H
#define CLI_REPORTER_H

#include "cli/console.h"
#include "cli/live.h"

struct reporter {
    struct console console;
    struct live live;
    struct sink *sink;
    unsigned warned; /* of lacks of file systems */
    bool shows;      /* each result as it comes */
    bool watched;    /* by somebody: a table instead */
};

/* For a run; the reporter is the context of the notes and outlives it. */
struct notes reporter_open(struct reporter *r, const struct options *o);
void reporter_close(struct reporter *r);

/* cmd_scan.c, cmd_prove.c, cmd_incident.c: what only these commands show. */
void show_findings(const struct console *c, const struct findings *f,
                   const struct catalogue *catalogue);
void show_migrations(const struct console *c, const struct migration_state *s);
void show_proof(const struct console *c, const struct proof *proof);
void show_incidents(const struct console *c, const struct incident_row *row,
                    size_t count);
void show_incident(const struct console *c, const struct incident_row *row,
                   const struct event_row *event, size_t count);

#endif
