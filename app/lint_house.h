/*
 * The .postflight-lint.yaml of a document: the nearest one beside or above it,
 * up to the top of its repository.
 */
#ifndef APP_LINT_HOUSE_H
#define APP_LINT_HOUSE_H

#include "app/notes.h"
#include "lint/lint.h"

#define LINT_HOUSE_FILE ".postflight-lint.yaml"

struct house_list {
    struct house **house;
    size_t count, cap;
};

/*
 * NULL: it has none. False: it is not right, and diags says where. A file is
 * read once.
 */
bool lint_house_of(const struct house **out, struct house_list *read,
                   struct arena *a, const char *document,
                   struct diags *d) MUST_CHECK;

#endif
