/*
 * The runs: what each command does, from its settings to an exit code. None
 * prints or exits: all that is worth knowing goes to the notes. `life` keeps
 * what a run made; it is released by the caller.
 */
#ifndef APP_APP_H
#define APP_APP_H

#include "app/notes.h"
#include "app/settings.h"

int verify_run(struct arena *life, const struct settings *s,
               const struct notes *n);
int watch_run(struct arena *life, const struct settings *s,
              const struct notes *n);
int serve_run(struct arena *life, const struct settings *s,
              const struct notes *n);
int scan_run(struct arena *life, const struct settings *s,
             const struct notes *n);
int report_run(struct arena *life, const struct settings *s,
               const struct notes *n);
int merge_run(struct arena *life, const struct settings *s,
              const struct notes *n);
int baseline_run(struct arena *life, const struct settings *s,
                 const struct notes *n);
int prove_run(struct arena *life, const struct settings *s,
              const struct notes *n);
int lint_run(struct arena *life, const struct settings *s,
             const struct notes *n);
int init_run(struct arena *life, const struct settings *s,
             const struct notes *n);
int import_run(struct arena *life, const struct settings *s,
               const struct notes *n);
int incident_run(struct arena *life, const struct settings *s,
                 const struct notes *n);
int migrations_run(struct arena *life, const struct settings *s,
                   const struct notes *n);
int notify_run(struct arena *life, const struct settings *s,
               const struct notes *n);
int status_run(struct arena *life, const struct settings *s,
               const struct notes *n);

#endif
