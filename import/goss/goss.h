/* What the files of the goss reader share. */
#ifndef IMPORT_GOSS_GOSS_H
#define IMPORT_GOSS_GOSS_H

#include "import/references.h"
#include "import/rows.h"

/* What a matcher expects of the query. */
enum match_kind {
    MATCH_NUMBER,
    MATCH_PATTERNS, /* texts and /regexes/ that stand in it */
    MATCH_TEXT,
    MATCH_JSON
};
void match_read(struct import *im, struct entry *e, const char *query,
                const struct yaml_node *n, enum match_kind kind);
struct rows match_rows(void);
struct rows goss_dns_rows(void);
bool goss_dns_make(struct import *im, struct draft *d, struct str id,
                   const struct yaml_node *n);

#endif
