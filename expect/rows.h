/*
 * The rows of the language: what each word is called, what it takes, goes with
 * and gives, and the function that is its meaning. Reader, messages, docs,
 * schema and judgement follow from them.
 */
#ifndef EXPECT_ROWS_H
#define EXPECT_ROWS_H

#include "expect/found.h"
#include "expect/lexer.h"

/* What a query gives, with its filters. */
enum query_type {
    GIVES_NUMBER,
    GIVES_DAYS, /* a number; 14d is written for it, too */
    GIVES_DURATION,
    GIVES_STRING,
    GIVES_BYTES,
    GIVES_DIGEST, /* hexadecimal text */
    GIVES_DATE,
    GIVES_ANY /* a JSON value, or a list */
};

#define ON(type)   (1u << GIVES_##type)
#define ON_TEXT    (ON(STRING) | ON(ANY))
#define ON_NUMBER  (ON(NUMBER) | ON(DAYS))
#define ON_ALL     (ON_NUMBER | ON(DURATION) | ON_TEXT | ON(BYTES) | ON(DIGEST))
#define ON_ORDERED (ON_NUMBER | ON(DURATION) | ON_TEXT)
#define ON_BYTES   (ON_TEXT | ON(BYTES) | ON(DIGEST))

/* What a query can give at all: low and high are of one kind. */
struct domain {
    struct value low, high;
    bool bounded; /* there is a high */
    bool below;   /* high itself is not reached */
    const char *why;
};

/* False when it can be anything. */
typedef bool domain_function(struct domain *out, struct arena *a,
                             const struct check *c, const struct query *q);

struct query_row {
    const char *name, *form, *help;
    enum query_type gives; /* unless its argument says otherwise */
    bool may_be_missing;
    bool content; /* it looks at what came, not only at how it came */

    /* The argument that starts with token t, which becomes the token after
       it; NULL: it takes none. */
    bool (*read)(struct lexer *x, struct token *t, struct query *q);
    struct found (*find)(const struct search *s);
    domain_function *domain; /* NULL: anything */
};
extern const struct query_row query_rows[]; /* by enum query_kind */
extern const size_t query_row_count;

struct filter_row {
    const char *name, *form, *help;
    unsigned on; /* types that it goes with */
    enum query_type gives;
    bool text_only; /* of JSON values it takes strings */
    bool (*read)(struct lexer *x, struct token *t, struct filter *f);
    struct found (*apply)(const struct filtering *f);
    domain_function *domain;
};
extern const struct filter_row filter_rows[];
extern const size_t filter_row_count;

/* The kinds of values that predicates take. */
struct operand {
    /* The value that starts with token t, which becomes the one after it. */
    bool (*read)(struct lexer *x, struct token *t, struct value *out);

    /* What is wrong with it, whatever the query; NULL: nothing. */
    const char *(*problem)(const struct value *v);
};
extern const struct operand any_scalar, ordered_scalar, quoted_text, a_regex,
    a_set;

enum truth { TRUTH_OPEN, TRUTH_ALWAYS, TRUTH_NEVER };

struct predicate {
    const char *name, *form, *help;
    const struct operand *takes; /* NULL: it takes no value */
    unsigned on;                 /* types that it can be asked of */

    /* What is expected, and what where `not` is written; %s: the value. verb:
       it follows the query: "expected body to contain ..." */
    const char *expected, *unexpected;
    bool verb;
    bool denies;     /* it is itself the `not` of another one */
    bool of_missing; /* it has an answer when nothing was found */
    enum answer (*holds)(const struct found *f, const struct value *v);
    enum answer (*is)(const struct found *f); /* of one that takes no value */

    /* What a domain decides; NULL: nothing. d is NULL when it is not known. */
    enum truth (*certain)(const struct domain *d, const struct value *v);
};
extern const struct predicate predicate_rows[];
extern const size_t predicate_row_count;

/* words.c: the row of that name; NULL: there is none. */
const struct query_row *query_named(struct str name);
const struct filter_row *filter_named(struct str name);
const struct predicate *predicate_named(struct str name);

#define WORDS_MAX 64 /* of all tables together */

/* words.c: the names of a table, added to the first `count` of out. */
size_t word_names(enum word_table table, const char **out, size_t count);

/* domain.c: order and equality within a domain. */
enum truth truth_opposite(enum truth t);
enum truth truth_less(const struct domain *d, const struct value *v);
enum truth truth_less_equal(const struct domain *d, const struct value *v);
enum truth truth_greater(const struct domain *d, const struct value *v);
enum truth truth_greater_equal(const struct domain *d, const struct value *v);
enum truth truth_equal(const struct domain *d, const struct value *v);
enum truth truth_not_equal(const struct domain *d, const struct value *v);
enum truth truth_in(const struct domain *d, const struct value *v);

/* domain.c: values that bound one. */
struct value domain_number(struct arena *a, int64_t n);
struct value domain_duration(int64_t us);

/* values.c: "a number", for messages. */
const char *type_name(enum query_type type);

/*
 * values.c: makes the value what the query's type has: days of 14d, digits of
 * bytes. Then, does it have this type; what to compare with, when it does not.
 */
void value_convert(struct arena *a, enum query_type gives, struct value *v);
bool value_fits(enum query_type gives, const struct value *v);
const char *type_compares_with(enum query_type type);

/* cookie.c, certificate_fields.c: their arguments, and what they find. */
bool cookie_read(struct lexer *x, struct token *t, struct query *q);
struct found cookie_find(const struct search *s);
bool certificate_field_read(struct lexer *x, struct token *t, struct query *q);
struct found certificate_field_find(const struct search *s);

#endif
