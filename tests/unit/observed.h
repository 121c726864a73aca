/*
 * Observations as a release engineer would jot them down, for tables.
 *
 *   "api: old*7 | new; items/none: ok*9 | fail"
 *
 * Checks are parted by ';', and what was seen of each follows in its order:
 *   old new      it passed and named the old, or the expected, build
 *   old! new!    it failed, and named that build
 *   mute         it passed and named no build
 *   slow         the expected build, degraded
 *   ok           it passed; for checks that tell no build
 *   fail refused HTTP 502, or no connection; no build was named
 *   nohost       the host name does not exist
 *   error        the runner is to blame
 *   |            the rollout settles here (T); what follows confirms it
 * "*3" repeats. After the id, '/' adds: none (no identity), major, minor, info.
 * A check of whom nothing is listed was skipped.
 */
#ifndef TESTS_UNIT_OBSERVED_H
#define TESTS_UNIT_OBSERVED_H

#include <stdlib.h>
#include <string.h>

#include "verdict/verdict.h"

#define NEW "6706e2d3f1a84c5b"
#define OLD "5fa8b913c0de4e1f"

struct seen_word {
    const char *word, *version;
    int status, cause;
    bool answered;
    const char *reason;
};

static const struct seen_word seen_words[] = {
    {"old", OLD, STATUS_PASS, -1, true, NULL},
    {"new", NEW, STATUS_PASS, -1, true, NULL},
    {"old!", OLD, STATUS_FAIL, CAUSE_ASSERTION, true, "HTTP 503"},
    {"new!", NEW, STATUS_FAIL, CAUSE_ASSERTION, true, "HTTP 503"},
    {"mute", NULL, STATUS_PASS, -1, true, NULL},
    {"slow", NEW, STATUS_DEGRADED, CAUSE_ASSERTION, true, "slow"},
    {"ok", NULL, STATUS_PASS, -1, true, NULL},
    {"fail", NULL, STATUS_FAIL, CAUSE_ASSERTION, true, "HTTP 502"},
    {"refused", NULL, STATUS_FAIL, CAUSE_CONNECT, false, "connection refused"},
    {"nohost", NULL, STATUS_FAIL, CAUSE_DNS, false, "no such host"},
    {"error", NULL, STATUS_ERROR, CAUSE_PROBER, false, "no route"},
};

static inline const struct seen_word *seen_word_of(struct str text)
{
    for (size_t i = 0; i < ARRAY_COUNT(seen_words); i++)
        if (str_is(text, seen_words[i].word))
            return &seen_words[i];
    return NULL;
}

static inline bool observe_word(struct result *r, struct arena *a,
                                struct str text, int64_t *now, bool after)
{
    struct str times;
    struct str word = str_cut(text, '*', &times);
    const struct seen_word *w = seen_word_of(word);
    int64_t count = times.len == 0 ? 1 : atol(str_dup(a, times));
    if (w == NULL)
        return false;
    for (int64_t i = 0; i < count; i++, *now += 100) {
        const struct observation o = {.check = r->id,
                                      .version = w->version,
                                      .address = "127.0.0.1:80",
                                      .status = w->status,
                                      .cause = w->cause,
                                      .reason = w->reason,
                                      .answered = w->answered,
                                      .confirms = after,
                                      .count = 1,
                                      .first_ms = *now,
                                      .last_ms = *now + 50};
        observation_add(&r->seen, a, &o);
    }
    r->status = w->status;
    r->cause = w->cause;
    r->answered = w->answered;
    r->identity = w->version;
    r->message = w->reason;
    r->attempts += count;
    return true;
}

static inline void observe_head(struct result *r, struct arena *a,
                                struct str head, const char *expected)
{
    struct str rest;
    r->id = str_dup(a, str_trim(str_cut(head, '/', &rest)));
    r->title = r->id;
    r->url = "http://x/";
    r->status = STATUS_SKIPPED;
    r->cause = r->phase = -1;
    r->severity = SEVERITY_CRITICAL;
    r->identity_asked = true;
    while (rest.len > 0) {
        struct str word = str_trim(str_cut(rest, '/', &rest));
        if (str_is(word, "none"))
            r->identity_asked = false;
        else
            (void)name_find(&severity_names, word, &r->severity);
    }
    r->expected = r->identity_asked ? expected : NULL;
}

/* Results of the checks; their count, or 0 where a word is unknown. */
static inline size_t observe(struct result *out, struct arena *a,
                             const char *text, const char *expected)
{
    struct str all = str_from(text);
    size_t count = 0;
    while (all.len > 0) {
        struct str words;
        struct str head = str_cut(str_cut(all, ';', &all), ':', &words);
        struct result *r = &out[count++];
        int64_t now = 1000000;
        bool after = false;
        *r = (struct result){.id = NULL};
        observe_head(r, a, head, expected);
        for (words = str_trim(words); words.len > 0; words = str_trim(words)) {
            struct str word = str_cut(words, ' ', &words);
            if (str_is(word, "|")) {
                after = true;
                r->settled = r->expected != NULL;
                r->settled_ms = r->settled ? 2000000 : 0;
                r->settled_after_us = r->settled ? 1000000 : 0;
                now = 2000000;
            } else if (!observe_word(r, a, word, &now, after)) {
                return 0;
            }
        }
    }
    return count;
}

#endif
