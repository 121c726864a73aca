/*
 * The expectation language: reads expectations, refuses what can never fail or
 * never be met, and judges responses by them. It knows nothing of the network:
 * a recorded response is judged as a fresh one. Its words are the rows of
 * queries.c, filters.c and predicates.c.
 */
#ifndef EXPECT_EXPECT_H
#define EXPECT_EXPECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/yaml.h"
#include "model/check.h"
#include "model/response.h"
#include "model/result.h"

/* The value of a variable, or of a name that a check captures. */
struct named_value {
    struct str value;
    bool late;   /* not known yet: the value is the reference itself */
    bool secret; /* texts for people keep the reference in its place */
};

struct regex_list;

/*
 * What expectations are read with. All of it outlives what is read, and what
 * is read lives in the arena; its regexes until regexes_close.
 */
struct expect_reader {
    struct arena *arena;
    struct diags *diags;
    struct regex_list **regexes; /* gets those that are compiled */

    /* The reference that starts with "${" at offset *at of the text of n; *at
       moves past its brace. False: reported. */
    bool (*reference)(void *context, const struct yaml_node *n, size_t *at,
                      struct named_value *out);

    /* The variable of that name. False: reported. */
    bool (*variable)(void *context, struct pos pos, struct str name,
                     struct named_value *out);
    void *context;
};

void regexes_close(struct regex_list **list);

/* One expectation; one query with its filters and nothing after them. */
bool expect_read(const struct expect_reader *reader, const struct yaml_node *n,
                 struct expect *out) MUST_CHECK;
bool query_read(const struct expect_reader *reader, const struct yaml_node *n,
                struct query *out) MUST_CHECK;

/*
 * Refuses what the limits of the check decide before any response comes: an
 * expectation that cannot fail, or one that can never be met.
 */
bool truth_check(struct arena *a, struct diags *d,
                 const struct check *check) MUST_CHECK;

/* What is meant where there is no query at all; NULL: not known. */
const char *mistake_query(struct arena *a, const struct yaml_node *n);

/* A map in place of an expectation; NULL: not known. */
const char *mistake_map(struct arena *a, const struct yaml_node *key,
                        const struct yaml_node *value);

/* The words of the language, for docs, schemas and messages. */
enum word_table { WORDS_QUERIES, WORDS_FILTERS, WORDS_PREDICATES };
struct word_doc {
    const char *name, *form, *help;
};
size_t word_count(enum word_table table);
struct word_doc word_doc(enum word_table table, size_t index);
const char *query_name(enum query_kind kind);

/* Does some expectation of the check, or a `degraded` one, look at this? */
bool check_asks(const struct check *c, enum query_kind kind);

/* Or what makes a response inconclusive? */
bool check_looks_at(const struct check *c, enum query_kind kind);

/* Fills status, cause, expectations, identity and message of the result. */
void expect_judge(struct result *result, struct arena *run,
                  const struct check *check, const struct response *response);

/*
 * Takes the captures of the check from a response: *out gets the text of each
 * in its order, alive as long as `run`. Returns how many could be taken; when
 * that is not all of them, *problem says what the next one found instead.
 */
size_t expect_captures(struct captured *out, struct arena *run,
                       const struct check *check, const char *content_type,
                       const struct response *response, const char **problem);

#endif
