/* Lengths of time that a document states, and what each of them measures. */
#include <string.h>

#include "lint/internal.h"

#define STATED_MAX 300

struct term_row {
    const char *words;
    enum term term;
};

static const struct term_row label_terms[] = {
    {"time (to )?(detect|notice)|mean time to detect|\\bmttd\\b|\\bttd\\b|"
     "detection time",
     TERM_DETECT},
    {"time to (diagnos|identif|investigat)|diagnosis time|investigation time|"
     "time to cause",
     TERM_DIAGNOSE},
    {"time to fix|fix time", TERM_FIX},
    {"time to deploy|deploy(ment)? (time|duration)|rollout (time|duration)",
     TERM_DEPLOY},
    {"time to verify|verification time", TERM_VERIFY},
    {"time (investment|invested|spent)|effort", TERM_INVESTED},
    {"time to (recover|restor|repair)|recovery time|"
     "mean time to (recover|restor|repair)",
     TERM_RECOVER},
    {"time to (mitigat|contain)|mitigation time|mean time to mitigat",
     TERM_MITIGATE},
    {"time to resol|resolution time|\\bmttr\\b|\\bttr\\b|total (resolution )?"
     "time|incident duration|total duration|mean time to resol|^duration$|"
     "^duration of the incident|actual time",
     TERM_RESOLVE},
    {"downtime|outage( duration| length)?$|unavailab|time down|"
     "duration of (the )?(outage|impact)|impact duration|outage duration",
     TERM_DOWN},
};

static enum term term_of_label(struct patterns *p, const struct statement *s)
{
    for (size_t i = 0; i < ARRAY_COUNT(label_terms); i++) {
        if (!seen(p, label_terms[i].words, s->label))
            continue;
        if (label_terms[i].term == TERM_DOWN &&
            seen(p, "discovery to resolution|start to (resolution|end)",
                 s->value))
            return TERM_RESOLVE;
        return label_terms[i].term;
    }
    return TERM_NONE;
}

struct sentence_row {
    const char *words; /* before the length, in the same sentence */
    enum term term;
};

/* The pattern ends where the length begins. */
static const struct sentence_row sentence_terms[] = {
    {"\\bresolved (in|after|within) (just |only )?$", TERM_RESOLVE},
    {"\\b(recovered|restored) (in|after|within) (just |only )?$", TERM_RECOVER},
    {"\\bmitigated (in|after|within) (just |only )?$", TERM_MITIGATE},
    {"\\b(outage|downtime)( that)? (lasted|of|was) (for )?$", TERM_DOWN},
    {"\\b(down|unavailable|unreachable|offline) for (a total of )?$",
     TERM_DOWN},
    {"\\b(incident|disruption) lasted (for )?$", TERM_RESOLVE},
    {"\\btime to (recovery|recover|restore)( was| is|:) ?$", TERM_RECOVER},
    {"\\btime to (resolution|resolve)( was| is|:) ?$", TERM_RESOLVE},
    {"\\btime to detect(ion)?( was| is|:) ?$", TERM_DETECT},
    {"\\bdetected (it |this )?(after |within |in )?$", TERM_DETECT},
};

static enum term term_of_sentence(struct patterns *p, struct str text,
                                  const struct length *l)
{
    struct str head = before(text, l->text);
    for (size_t i = 0; i < ARRAY_COUNT(sentence_terms); i++)
        if (seen(p, sentence_terms[i].words, head))
            return sentence_terms[i].term;
    return TERM_NONE;
}

static void stated_push(struct document *d, struct arena *a, struct stated s)
{
    if (d->stated_count == STATED_MAX)
        return;
    d->stated =
        arena_grow(a, d->stated, d->stated_count, &d->stated_cap, sizeof(s));
    d->stated[d->stated_count++] = s;
}

/* "in 90 days": over which time something was counted. */
static bool is_window(struct patterns *p, struct str head)
{
    return seen(p,
                "\\b(in|over|last|past|per|every|each|rolling|window of)"
                "( the| a)?( last| past)?\\s*$",
                head);
}

void stated_read(struct document *d, struct arena *a, struct patterns *p)
{
    EACH (statement, s, d, statement) {
        size_t at = 0;
        struct length l;
        enum term term = term_of_label(p, s);
        struct str where = term != TERM_NONE ? s->value : s->text;
        if (s->about.claim != CLAIM_FACT || s->about.when == WHEN_MIXED ||
            s->kind == STATEMENT_HEADING ||
            seen(p,
                 "\\b(last|past|over|across|of) (the )?(last )?\\d+ "
                 "(incidents|outages|days|months|quarters)",
                 s->text))
            continue;
        for (int n = 0; n < 4 && length_next(p, where, &at, &l); n++) {
            enum term own =
                term != TERM_NONE ? term : term_of_sentence(p, where, &l);
            if (own != TERM_NONE &&
                (own != term || !is_window(p, before(where, l.text))))
                stated_push(d, a, (struct stated){own, l, s});
            if (term != TERM_NONE)
                break; /* what follows are its parts */
        }
    }
}
