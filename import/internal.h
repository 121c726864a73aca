/*
 * What the readers share. Texts in a draft are written as a definition has
 * them: ${NAME} is a reference, $$ a dollar.
 */
#ifndef IMPORT_INTERNAL_H
#define IMPORT_INTERNAL_H

#include "base/definition.h"
#include "base/yaml.h"
#include "import/import.h"
#include "redact/redact.h"

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

/* A name in ${...}. */
struct variable_use {
    const char *name;
    const char *value; /* its fallback; NULL: none */
    bool secret, captured, used;
};

struct import {
    struct arena *arena;
    const struct import_options *options;
    struct redactor *redactor; /* for what is quoted of a source */
    struct import_record *record;
    struct diags *diags;
    const struct source *source; /* that is being read */
    int format;                  /* enum import_format, of it */
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

/* checks.c: drafts grow here. */
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

/* idle.c: what has no effect is not written, and counts as carried. */
void drop_idle(struct import *im, struct entry *e);
void expect_text(struct import *im, struct entry *e, struct pos pos,
                 const char *fmt, ...) PRINTF_LIKE(4, 5);

/* Something expected? If not, and something should be: status in 200..299. */
void need_expectation(struct import *im, struct entry *e, struct pos pos);

/* A JSONPath with one member more (RFC 9535, section 2.3.1). */
const char *member_path(struct import *im, const char *path, struct str name);

/* What is not carried over; `text` may hold anything. */
void remark(struct import *im, struct pos pos, struct str text, const char *why,
            const char *advice);

/* "NAME" with its rest in upper case: a variable's name from any text. */
const char *name_from(struct arena *a, struct str text, bool upper);

/* Is this a name under which credentials go? */
bool names_secret(struct str name);

/* A literal as ${secret:NAME}, with a remark; a reference stays. */
const char *secret_text(struct import *im, struct pos pos, const char *text,
                        const char *name);

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

/* references.c: variables of other tools to ours. */
const char *reference(struct import *im, struct str name);

/* Can the value stand in ${NAME:-value}? */
bool is_fallback(const char *value);
void define_variable(struct import *im, struct str name, const char *value,
                     bool secret);
void define_capture(struct import *im, struct str name, bool secret);
const char *from_braces(struct import *im, struct str text, struct pos pos);
const char *from_shell(struct import *im, const struct yaml_node *n);
const char *from_plain(struct import *im, struct str text);
const char *from_goss(struct import *im, const struct yaml_node *n);

/* As the format that is being read writes its variables. */
const char *text_of(struct import *im, const struct yaml_node *n);
const char *quoted(struct import *im, const char *text);
const char *quoted_regex(struct import *im, struct str regex,
                         const char *flags);
bool is_only_reference(const char *text);
bool uses_capture(const struct import *im, const char *text);

/* keys.c: maps read by tables. */
struct reader {
    struct import *im;
    struct entry *e;
    const struct yaml_node *whole; /* the map that is read */
    void *own;
};

typedef void read_value(struct reader *r, const struct yaml_node *n);

struct row {
    const char *theirs, *ours; /* ours NULL: not carried over */
    const char *why, *advice;
    read_value *read; /* NULL with ours: something else reads it */
};

#define CARRIED(theirs, ours, read)                                            \
    {                                                                          \
        theirs, ours, NULL, NULL, read                                         \
    }
#define LEFT(theirs, why, advice)                                              \
    {                                                                          \
        theirs, NULL, why, advice, NULL                                        \
    }

struct rows {
    const struct row *row;
    size_t count;
    const char *where; /* for docs */
};

#define ROWS(table)      ((struct rows){table, ARRAY_COUNT(table), ""})
#define IN(where, table) ((struct rows){table, ARRAY_COUNT(table), where})
#define NO_ROWS          ((struct rows){NULL, 0, ""})

void rows_read(struct reader *r, const struct yaml_node *map, struct rows rows);
const struct row *rows_find(struct rows rows, struct str theirs);
void remark_row(struct import *im, struct pos pos, struct str text,
                const struct row *row);

/* The value of a key, looked for in << maps, too. */
const struct yaml_node *node_get(const struct yaml_node *map, const char *key);
struct str node_text(const struct yaml_node *n);
bool node_is_true(const struct yaml_node *n);
bool node_is_false(const struct yaml_node *n);

/* "1h30m", "500ms", "10s", 30: go's durations; bare numbers are unit_ms. */
bool duration_ms(struct str text, int64_t unit_ms, int64_t *out) MUST_CHECK;

/* Shared values of keys: each tells when it is none. */
const char *take_text(struct reader *r, const struct yaml_node *n);

/* A text under a key of ours, when there is one; and keys that tools share. */
void read_text_as(struct reader *r, const struct yaml_node *n, const char *key);
void read_as_method(struct reader *r, const struct yaml_node *n);
void read_as_proxy(struct reader *r, const struct yaml_node *n);
void read_as_body(struct reader *r, const struct yaml_node *n);
void read_as_timeout(struct reader *r, const struct yaml_node *n);
void read_nothing(struct reader *r, const struct yaml_node *n);

/* One reader a format. */
bool gatus_read(struct import *im, const struct yaml_node *root);
bool hurl_read(struct import *im, const struct source *source);
bool blackbox_read(struct import *im, const struct yaml_node *root);
bool goss_read(struct import *im, const struct yaml_node *root);
bool postman_read(struct import *im, const struct yaml_node *root);
bool compose_read(struct import *im, const struct yaml_node *root);

/* blackbox: a prometheus.yml beside it; then targets meet modules. */
struct module_use {
    const char *module, *target;
    struct pos pos;
};
void blackbox_finish(struct import *im);
bool module_read(struct import *im, struct entry *e,
                 const struct yaml_node *module, const struct module_use *use);
void tls_config_read(struct import *im, struct entry *e,
                     const struct yaml_node *n);
void dialog_read(struct import *im, struct entry *e,
                 const struct yaml_node *module, const struct module_use *use);
bool dns_probe_read(struct import *im, struct entry *e,
                    const struct yaml_node *module,
                    const struct module_use *use);
struct rows dialog_rows(void);
struct rows dns_probe_rows(void);
struct rows prometheus_rows(void);

/* condition.c: one condition of Gatus. dns: the check is one. */
void condition_read(struct import *im, struct entry *e, struct str text,
                    const struct yaml_node *n);
const char *condition_path(struct import *im, struct str text);
void suites_read(struct import *im, const struct yaml_node *list);
const char *from_context(struct import *im, const char *text);
struct rows suite_rows(void);
struct rows condition_rows(void);

/* False: nothing that a check could ask. Its group goes to tags. */
bool endpoint_read(struct import *im, struct entry *e,
                   const struct yaml_node *map, struct entry *tags);

/* goss_match.c: what a matcher expects of the query. */
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

/* words.c: false when it takes a shell; command.c: curl and wget. */
struct words {
    const char **item;
    size_t count, cap;
};
bool words_split(struct import *im, struct str line, struct words *out);
bool command_request(struct import *im, struct entry *e,
                     const struct words *words, struct pos pos);

/* script.c: what a test script of Postman asserts. */
void script_read(struct import *im, struct entry *e,
                 const struct yaml_node *exec);

/* A ping, which other tools send themselves. */
void put_ping(struct import *im, struct entry *e, const char *host,
              struct pos pos);

/* links.c: `needs` for what uses a captured name, from that draft on. */
void drafts_link(struct import *im, size_t from);

/* The URL with one more parameter, as a URL has it. */
const char *url_with(struct import *im, const char *url, const char *name,
                     const char *value);

/* Tables for docs. */
struct rows gatus_rows(size_t index);
struct rows hurl_rows(size_t index);
struct rows blackbox_rows(size_t index);
struct rows goss_rows(size_t index);
struct rows postman_rows(size_t index);
struct rows compose_rows(size_t index);

/* verify.c: only what loads stays; false: an error of ours. */
bool drafts_verify(struct import *im);
bool output_verify(struct import *im, const struct buf *out);

/* write.c */
void drafts_write(const struct import *im, struct buf *out);
void draft_write(struct arena *a, const struct draft *d, struct buf *out);
void entry_write(const struct entry *e, unsigned indent, struct buf *out);

/* detect.c: -1 when nothing tells. */
int format_of(const struct source *source, const struct yaml_node *root);
bool looks_like_hurl(struct str text);

#endif
