/*
 * Drafts of checks: keys and values before they are text. Texts in a draft are
 * written as a definition has them: ${NAME} is a reference, $$ a dollar.
 */
#ifndef IMPORT_DRAFTS_H
#define IMPORT_DRAFTS_H

#include "import/internal.h"

/* One value of a key: of a map it has a name, of a list none. */
struct item {
    const char *name, *text;
    bool bare; /* written without quotes: a number, a duration, JSON */
    struct pos pos;
};

/* A key of a definition; "auth.basic" lies deeper. */
struct field {
    const char *key;
    bool list;
    struct item *item;
    size_t count, cap;
};

/* One request, or a check's own keys. */
struct entry {
    struct pos pos;
    struct field *field;
    size_t count, cap;
};

struct draft {
    const char *id;
    struct entry own; /* of a flow: what its steps have in common */
    struct entry **step;
    size_t step_count, step_cap, final_count; /* the last ones: finally */
    bool refused;                             /* nothing of it loads */
};

/* Drafts grow here. */
struct draft *draft_begin(struct import *im, struct pos pos, struct str name);
struct entry *draft_step(struct import *im, struct draft *d, struct pos pos,
                         bool final);
void put(struct import *im, struct entry *e, const char *key, const char *text,
         struct pos pos);
/* HTTP/2 is expected where nothing was said of the version to ask for. */
void put_negotiation(struct import *im, struct entry *e);

void put_bare(struct import *im, struct entry *e, const char *key,
              const char *text, struct pos pos);
void put_item(struct import *im, struct entry *e, const char *key,
              const char *text, struct pos pos);
void put_pair(struct import *im, struct entry *e, const char *key,
              const char *name, const char *text, struct pos pos);
/* One of the map `patience`; the text is written as it is. */
void put_patience(struct import *im, struct entry *e, const char *name,
                  const char *text, struct pos pos);
const char *duration_text(struct arena *a, int64_t ms);
void put_duration(struct import *im, struct entry *e, const char *key,
                  int64_t ms, struct pos pos);
struct field *entry_field(const struct entry *e, const char *key);
/* Values that a source gave, not we. */
size_t entry_carried(const struct entry *e);
void drop_field(struct entry *e, const char *key);

/* What has no effect is not written, and counts as carried. */
void drop_idle(struct import *im, struct entry *e);
void expect_text(struct import *im, struct entry *e, struct pos pos,
                 const char *fmt, ...) PRINTF_LIKE(4, 5);

/* Something expected? If not, and something should be: status in 200..299. */
void need_expectation(struct import *im, struct entry *e, struct pos pos);

/* A JSONPath with one member more (RFC 9535, section 2.3.1). */
const char *member_path(struct import *im, const char *path, struct str name);

/* "NAME" with its rest in upper case: a variable's name from any text. */
const char *name_from(struct arena *a, struct str text, bool upper);

/* Is this a name under which credentials go? */
bool names_secret(struct str name);

/* A value, not empty and no reference, under such a name or in the shape of a
   secret. */
bool is_secret(struct import *im, struct str name, struct str value);

/* A literal as ${secret:NAME}, with a remark; a reference stays. */
const char *secret_text(struct import *im, struct pos pos, const char *text,
                        const char *name);

/* What is left of secrets in a request: in its URL, cookies and bodies. */
void shield_entry(struct import *im, struct entry *e);
/* In an expectation, and in what a remark quotes. */
void shield_expectation(struct import *im, struct item *item);
struct str shield_remark(struct import *im, struct str text);
/* Variables that became secret after they were used, and titles. */
void shield_end(struct import *im);

/* A header; credentials in it become auth or a secret. */
void put_header(struct import *im, struct entry *e, const char *name,
                const char *value, struct pos pos);
void put_basic(struct import *im, struct entry *e, const char *user,
               const char *password, struct pos pos);

/* A field of a form; one whose name is a secret's becomes one. */
void put_form(struct import *im, struct entry *e, const char *name,
              const char *value, struct pos pos);

/* Those in the URL become auth. */
void move_credentials(struct import *im, struct entry *e);

/* Parts of multipart/form-data, each a name and a text. */
void put_multipart(struct import *im, struct entry *e, const struct item *part,
                   size_t count, struct pos pos);

/* A text as JSON when it is some, as it is otherwise. */
void put_json_or_body(struct import *im, struct entry *e, const char *text,
                      struct pos pos);

/* A ping, which other tools send themselves. */
void put_ping(struct import *im, struct entry *e, const char *host,
              struct pos pos);

/* `needs` for what uses a captured name, from that draft on. */
void drafts_link(struct import *im, size_t from);
/* What is left out is needed by nobody, and who cannot ask without it goes,
   too; checks that need each other do so no longer. */
void drafts_unlink(struct import *im);

/* The URL with one more parameter, as a URL has it. */
const char *url_with(struct import *im, const char *url, const char *name,
                     const char *value);

/* Only what loads stays; false: an error of ours. */
bool drafts_verify(struct import *im);
bool output_verify(struct import *im, const struct buf *out);

/* As text of a definition. */
void drafts_write(const struct import *im, struct buf *out);
void draft_write(struct arena *a, const struct draft *d, struct buf *out);

#endif
