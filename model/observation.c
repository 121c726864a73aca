/* The list of observations: rows of attempts that came out alike. */
#include "model/observation.h"

#include <string.h>

#include "base/buf.h"
#include "base/shape_rows.h"
#include "model/ids.h"

#define STRUCT observation
static const struct shape_field observation_shape_rows[] = {
    RULED("check", check, &check_id_rule, "id of the check"),
    FIELD("version", SHAPE_TEXT, version, "build that it named, or null"),
    FIELD("address", SHAPE_TEXT, address, "address that responded, or null"),
    NAMED("status", status, &status_names, "outcome of the attempt"),
    NAMED("cause", cause, &cause_names, "why it did not pass"),
    FIELD("reason", SHAPE_TEXT, reason, "why it did not pass, in short"),
    FIELD("answered", SHAPE_BOOL, answered,
          "a complete, well-formed response came"),
    FIELD("confirms", SHAPE_BOOL, confirms,
          "it began after the rollout had settled"),
    FIELD("count", SHAPE_INT, count, "attempts in a row that came out alike"),
    FIELD("first", SHAPE_TIME, first_ms, "start of the first of them"),
    FIELD("last", SHAPE_TIME, last_ms, "end of the last of them"),
};
SHAPE_OF(observation_shape, "observation");
#undef STRUCT

#define KEPT_LOOK 20   /* rows back, where a text is looked for */
#define KINDS_MAX 1000 /* distinct rows that the older half is added up to */

int64_t observation_count(const struct observation *o)
{
    return o->count > 1 ? o->count : 1;
}

static bool same_text(const char *a, const char *b)
{
    return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

static bool is_alike(const struct observation *a, const struct observation *b)
{
    return a->status == b->status && a->cause == b->cause &&
           a->answered == b->answered && a->confirms == b->confirms &&
           same_text(a->version, b->version) &&
           same_text(a->address, b->address) && same_text(a->reason, b->reason);
}

/* The text as a recent row has it, so that each is kept once. */
static const char *keep_text(const struct observations *list, struct arena *a,
                             const char *text)
{
    size_t least = list->count > KEPT_LOOK ? list->count - KEPT_LOOK : 0;
    size_t last = text == NULL || list->item == NULL ? 0 : list->count;
    for (size_t i = last; i > least; i--) {
        const struct observation *o = &list->item[i - 1];
        const char *const known[] = {o->version, o->address, o->reason};
        for (size_t k = 0; k < 3; k++)
            if (known[k] != NULL && strcmp(known[k], text) == 0)
                return known[k];
    }
    return text == NULL ? NULL : str_dup(a, str_from(text));
}

static void add_up(struct observation *to, const struct observation *from)
{
    to->count = observation_count(to) + observation_count(from);
    if (from->first_ms < to->first_ms)
        to->first_ms = from->first_ms;
    if (from->last_ms > to->last_ms)
        to->last_ms = from->last_ms;
}

/*
 * Few rows differ in more than their place, so each finds its like soon. From
 * a server that names another build each time, the oldest rows are given up.
 */
static void shorten(struct observations *list)
{
    size_t half = list->count / 2, from = half;
    for (size_t i = half; i-- > 0;) {
        size_t k = from;
        while (k < half && !is_alike(&list->item[k], &list->item[i]))
            k++;
        if (k < half)
            add_up(&list->item[k], &list->item[i]);
        else if (half - from < KINDS_MAX)
            list->item[--from] = list->item[i];
    }
    memmove(list->item, &list->item[from],
            (list->count - from) * sizeof(*list->item));
    list->count -= from;
}

void observation_add(struct observations *list, struct arena *a,
                     const struct observation *next)
{
    struct observation *last = list->item != NULL && list->count > 0
                                   ? &list->item[list->count - 1]
                                   : NULL;
    if (last != NULL && is_alike(last, next)) {
        add_up(last, next);
        return;
    }
    if (list->item != NULL && list->count == OBSERVATIONS_MAX)
        shorten(list);
    struct observation kept = *next;
    kept.version = keep_text(list, a, next->version);
    kept.address = keep_text(list, a, next->address);
    kept.reason = keep_text(list, a, next->reason);
    list->item =
        arena_grow(a, list->item, list->count, &list->cap, sizeof(*list->item));
    list->item[list->count++] = kept;
}
