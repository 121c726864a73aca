/*
 * What follows from what. Each happening gets at most one parent: a wrapper
 * the error inside its block, a symptom the error that came before it in its
 * scope, or else close by in another. What should have one and has none says
 * that the root is elsewhere.
 */
#ifndef SCAN_GRAPH_H
#define SCAN_GRAPH_H

#include "scan/internal.h"
#include "scan/root_choice.h"

/* Where an occurrence leads: another one, an unknown line, or nowhere. */
struct link {
    const struct occurrence *parent;
    const struct error_line *unknown;
    enum edge kind;
    bool across; /* from another log, container or process */
};

struct graph {
    const struct scan *scan;
    const struct occurrences *all;
    const struct root_choice *choice;
    struct link *link; /* one for each occurrence */
    /* The last ones, latest first; older ones get over nothing. */
    const struct occurrence **news; /* good news … */
    const struct occurrence **end;  /* … and runs that said they failed */
    size_t news_count, end_count;
};

void graph_make(struct graph *out, const struct scan *scan,
                const struct occurrences *all,
                const struct root_choice *choice);
const struct link *graph_link(const struct graph *g,
                              const struct occurrence *o);

/* The end of the way from o, perhaps o itself. */
struct link graph_root(const struct graph *g, const struct occurrence *o);

/* Did any link on the way from o lead out of its scope? */
bool graph_leaves_scope(const struct graph *g, const struct occurrence *o);

/* Each link once by name, for people and for tests of signatures. */
void graph_write(const struct graph *g, struct arena *a, struct findings *out);

#endif
