/*
 * Which rules report, and how loudly: what a .postflight-lint.yaml says, and
 * comments in a document. What switches nothing is reported, too.
 *
 *   <!-- postflight:lint disable L05 person-named: why -->     from here on
 *   <!-- postflight:lint enable L05 -->                        to here
 *   <!-- postflight:lint disable-next-line L05 -->
 *   <!-- postflight:lint disable-file L05 -->
 */
#ifndef LINT_SWITCHES_H
#define LINT_SWITCHES_H

#include "base/yaml.h"
#include "lint/lint.h"

#define HOUSE_RULES_MAX 96 /* more than there are rules */
#define SWITCHES_MAX    200

enum { LEVEL_OFF = -1, LEVEL_UNSET = -2 };

/* What a .postflight-lint.yaml says. */
struct house {
    const char *path;
    const struct style *style;  /* NULL: none was chosen */
    int level[HOUSE_RULES_MAX]; /* enum remark_severity, or one of above */
    unsigned line[HOUSE_RULES_MAX];
};

/* The rule of an id or a name; -1: none has it. */
int rule_find(struct str name);

/* A comment of the document, for one rule. */
struct rule_switch {
    unsigned line;        /* of the comment */
    unsigned first, last; /* lines for which the rule is silent */
    int rule;             /* -1: no rule has this name */
    struct str name;      /* as it is written */
    bool used;
};

struct switches {
    struct rule_switch *all;
    size_t count;
};

struct document;
void switches_read(struct switches *out, struct arena *a,
                   const struct document *d);

/* Is the rule silent on this line? Its switch has then had an effect. */
bool switches_silence(struct switches *s, int rule, unsigned line);

/* ---- house styles ---- */

/* A section or label that a style asks for. */
struct style_field {
    const char *name;
    const char *label; /* regex of a heading, a label or a column */
};

struct style {
    const char *name, *help;
    const struct style_field *field;
    size_t count;
};

size_t style_count(void);
const struct style *style_at(size_t index);
const struct style *style_find(struct str name); /* NULL: none */

#endif
