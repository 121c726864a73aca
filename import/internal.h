/*
 * One import while it runs: what is read, what comes of it, and the remarks
 * on what is left behind. Drafts are in drafts.h, variables in references.h,
 * tables of keys in rows.h, the tools in tool.h.
 */
#ifndef IMPORT_INTERNAL_H
#define IMPORT_INTERNAL_H

#include "base/yaml.h"
#include "import/import.h"
#include "plan/definition.h"
#include "redact/redact.h"

struct import_tool; /* import/tool.h */
struct draft;       /* import/drafts.h */

/* A name in ${...}. */
struct variable_use {
    const char *name;
    const char *value;   /* its fallback; NULL: none */
    const char *literal; /* the secret that it was; NULL: of a source's own */
    bool secret, captured, used;
};

/* A module of blackbox_exporter with what it probes. */
struct module_use {
    const char *module, *target;
    struct pos pos;
};

struct import {
    struct arena *arena;
    const struct import_options *options;
    struct redactor *redactor; /* for what is quoted of a source */
    struct import_record *record;
    struct diags *diags;
    const struct source *source;    /* that is being read */
    const struct import_tool *tool; /* whose it is */
    struct draft **draft;
    size_t count, cap;
    struct draft *now; /* that remarks belong to; NULL: none */
    struct ids ids;
    struct variable_use *use;
    size_t use_count, use_cap;
    const struct yaml_node **modules; /* of blackbox, until targets are known */
    size_t modules_count, modules_cap;
    size_t loaded_bytes; /* of drafts, while they are verified */
    struct module_use *module_use;
    size_t module_use_count, module_use_cap;
};

/* What is not imported; `text` may hold anything. */
void remark(struct import *im, struct pos pos, struct str text, const char *why,
            const char *advice);

#endif
