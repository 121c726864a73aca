/* What the files of proof/ share. */
#ifndef COMPARE_PROVE_INTERNAL_H
#define COMPARE_PROVE_INTERNAL_H

#include "compare/prove/prove.h"

enum change {
    CHANGE_STATUS, /* 500 */
    CHANGE_EMPTY,  /* no body */
    CHANGE_PAGE,   /* an HTML page, with status 200 */
    CHANGE_SLOW,   /* 5 s longer */
    CHANGE_EXPIRY, /* the certificate ends tomorrow */
    CHANGE_EXIT,   /* exit code 2 */
    CHANGE_BUILD,  /* another build answers */
    CHANGE_KINDS,
    /* of one JSON member */
    CHANGE_REMOVED,
    CHANGE_VALUE
};

struct changed {
    const char *text, *path; /* for people */
    const char *content_type;
    struct response response;
    struct str other; /* another body for the same change; ptr NULL: none */
};

/* The answer with this change; false when it cannot be made to it. */
bool change_whole(struct changed *out, struct arena *a,
                  const struct answer_of *answer,
                  enum change change) MUST_CHECK;

/*
 * The answer with member number `index` of its JSON body removed, or with
 * another value; false when there are not so many. A member whose value is
 * another one with each answer keeps it: out->text is NULL then.
 */
bool change_member(struct changed *out, struct arena *a,
                   const struct answer_of *answer, size_t index,
                   enum change change) MUST_CHECK;

#endif
