/* What the files of Postman's reader share. */
#ifndef IMPORT_POSTMAN_POSTMAN_H
#define IMPORT_POSTMAN_POSTMAN_H

#include "import/references.h"
#include "import/rows.h"

/* The folder that an item stands in: its auth and scripts are inherited. */
struct folder {
    const struct folder *outer;
    const struct yaml_node *node;
    struct str name;
};

/* postman_body.c */
void postman_body(struct import *im, struct entry *e,
                  const struct yaml_node *body);

/* postman_auth.c: of the request, or of the nearest folder that has one. */
void postman_auth(struct import *im, struct entry *e,
                  const struct yaml_node *request, const struct folder *in);
struct rows postman_body_rows(void);
struct rows postman_auth_rows(void);

const char *postman_text(struct import *im, const struct yaml_node *n);

#endif
