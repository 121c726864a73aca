/* A known error, as signatures.d describes it. */
#ifndef MODEL_SIGNATURE_H
#define MODEL_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/shape.h"
#include "model/finding.h"
#include "model/vocabulary.h"

/* A line matches when it holds the anchor and then the regex. */
struct pattern {
    struct str anchor; /* literal text that every match contains */
    struct str match;
    bool at_start; /* nothing but known prefixes may stand before it */
    struct pos pos;
};

enum sample_kind { SAMPLE_POSITIVE, SAMPLE_NEGATIVE, SAMPLE_CASCADE };

struct sample {
    enum sample_kind kind;
    struct str text;
    int64_t count; /* positive: times it happens */
    const struct shape_pair *capture;
    size_t capture_count;
    const char *root; /* cascade: signature id, "unknown" or "elsewhere" */
    const struct shape_pair *edge; /* cascade: follower to its parent */
    size_t edge_count;
    bool has_graph; /* edges are given, perhaps none */
    struct pos pos;
};

/* A remedy, and when it is offered. */
struct signature_remedy {
    const char *text;
    const char *command;     /* NULL: none */
    const char *danger;      /* what it can break; NULL: safe */
    const char *const *when; /* ids: only when this is the wrapped error */
    size_t when_count;       /* 0: always */
    bool unless_wrapped;    /* not where a tool around the error has remedies */
    bool outside_migration; /* not where a migration tool reports the error */
    bool rolls_back;        /* not where a rollback is useless or harmful */
};

struct signature {
    const char *id, *code, *title;
    const char *headline;      /* title with {captures}; NULL: the title */
    const char *headline_many; /* likewise, where {count} is not 1 */
    int proved_by;             /* enum prover; -1: a log, by its patterns */
    enum role role;
    enum severity severity;
    int deployment;           /* enum deployment it proves, or -1 */
    int rollback;             /* enum rollback, or -1 */
    const char *rollback_why; /* NULL exactly when rollback is -1 */
    const struct pattern *pattern;
    size_t pattern_count;
    const struct pattern *detail; /* lines that belong to a match above */
    size_t detail_count;
    int64_t span; /* lines from a match to its last detail or wrapped error */
    const char *const *wraps; /* ids, a final * for any; the errors inside it */
    size_t wraps_count;
    const char *const *symptom_of; /* ids likewise: what fails before it */
    size_t symptom_of_count;
    const char *const *usually_after; /* likewise, but it may be a root */
    size_t usually_after_count;
    const char *const *recovers; /* good news: these errors are got over */
    size_t recovers_count;
    bool everywhere;  /* in other logs and containers, too */
    bool of_another;  /* something else was not there, and it says so */
    bool says_failed; /* the run failed, whatever broke */
    int ending;       /* enum ending: what has ended; -1 of others */
    int words;        /* enum bare_words that are read as it, too; or -1 */
    const char *const *unless; /* ids: a success that none of these takes back
                                  is one of the whole run */
    size_t unless_count;
    bool in_transaction;    /* what it is a symptom of is in the same one */
    const char *because;    /* why what stands before it is its cause */
    bool opens_scope;       /* a transaction or migration starts with it */
    const char *const *key; /* captures that tell one incident from another */
    size_t key_count;
    const char *meaning;
    const char *look; /* where the root is when it is not in the log */
    const char *const *confirm;
    size_t confirm_count;
    const struct signature_remedy *remedy;
    size_t remedy_count;
    const char *const *prevention;
    size_t prevention_count;
    const char *const *link;
    size_t link_count;
    const struct sample *sample;
    size_t sample_count;
    struct pos pos;
};

/* A known error that counts for nothing, until a day. */
struct suppression {
    const char *signature; /* id, a final * for any */
    const char *contains;  /* text that the line holds; NULL: any line */
    const char *reason;
    int64_t until_ms; /* wall: start of its last day, UTC */
    struct pos pos;
};

struct catalogue {
    const struct signature *signature; /* sorted by id */
    size_t count;
    const struct suppression *suppression;
    size_t suppression_count;
    const char *const *note; /* what own files replace and disable */
    size_t note_count;
};

/* What is compiled into the binary (scan/compile.c). */
extern const struct catalogue catalogue_built_in;

/*
 * A text with its placeholders (model/placeholder.h) filled in: quoted for a
 * shell in a command. NULL stays NULL.
 */
struct fill {
    const struct shape_pair *capture;
    size_t count;
    bool command;
    bool each; /* all of a name, not the first alone */
};
const char *signature_fill(struct arena *a, const char *text,
                           const struct fill *fill);

/* Does the text name a capture that is missing, and no word for it? */
bool signature_lacks(const char *text, const struct fill *fill);

/* Does id match pattern, in which a final '*' stands for anything? */
bool signature_id_matches(const char *id, const char *pattern);

/*
 * It alone can stop a deploy: it proves how the deployment ended, or it is a
 * critical error or wrapper. Each of these has a rollback.
 */
bool signature_is_fatal(const struct signature *s);

const struct signature *catalogue_find(const struct catalogue *c,
                                       const char *id);

/* The signature as which such words are read; NULL: none. */
const struct signature *catalogue_of_words(const struct catalogue *c,
                                           enum bare_words words);

/* By id, or by code: the first signature with it. */
const struct signature *catalogue_search(const struct catalogue *c,
                                         const char *word);

#endif
