/* What the files of Hurl's reader share: lines, tokens, one entry. */
#ifndef IMPORT_HURL_HURL_H
#define IMPORT_HURL_HURL_H

#include "import/references.h"
#include "import/rows.h"

struct hurl {
    struct import *im;
    const struct source *source;
    size_t at; /* start of the next line */
    unsigned line;
    struct entry *e; /* the request that is being read */
    struct draft *draft;
    const char *url;
    bool skip, follows;
    const char *max_redirects;
    struct item *part; /* of multipart/form-data */
    size_t part_count, part_cap;
};

enum line_kind {
    LINE_BLANK,
    LINE_REQUEST,  /* GET URL */
    LINE_RESPONSE, /* HTTP 200 */
    LINE_SECTION,
    LINE_PAIR, /* key: value */
    LINE_BODY
};

struct line {
    struct str text; /* without blanks around it */
    struct pos pos;
    size_t at; /* offset of text */
};

/* False at the end. The line is not taken until line_take. */
bool line_peek(const struct hurl *h, struct line *out);
void line_take(struct hurl *h);
enum line_kind line_kind(struct str text);

/* Up to a comment, escapes decoded, {{name}} as ${name}. */
const char *hurl_value_text(struct hurl *h, struct str text, struct pos pos);

/* "key: value"; false: there is no colon. */
bool pair_split(struct str text, struct str *key, struct str *value);

enum token_type {
    TOKEN_END,
    TOKEN_WORD,
    TOKEN_TEXT,     /* decoded; a definition's text */
    TOKEN_REGEX,    /* between the slashes, as written */
    TOKEN_TEMPLATE, /* ${name} */
    TOKEN_BYTES,    /* hex,...; or base64,...; as written */
    TOKEN_FILE
};

struct token {
    enum token_type type;
    const char *text;
    size_t at;
};

struct tokens {
    struct hurl *h;
    struct line line;
    size_t at; /* in line.text */
};

struct token token_next(struct tokens *t);

/* hurl_assert.c: one line of [Asserts] or [Captures]. */
void assert_read(struct hurl *h, struct line line);
void capture_read(struct hurl *h, struct line line);
struct rows hurl_query_rows(void);
struct rows hurl_filter_rows(void);
struct rows hurl_predicate_rows(void);

/* hurl_body.c: a body of a request or a response; all of its lines. */
void body_read(struct hurl *h, bool response);
struct rows hurl_body_rows(void);
const char *fenced_text(struct hurl *h); /* from ``` to ``` */

/* hurl_options.c: a line of [Options]; what follows when all are read. */
void option_read(struct hurl *h, struct line line);
void options_finish(struct hurl *h, struct pos pos);
struct rows hurl_option_rows(void);

#endif
