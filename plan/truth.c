/*
 * Expectations that nothing a server does could change: those that cannot
 * fail would stay green for ever, those that never hold would never be.
 */
#include "base/text.h"
#include "language/regex.h"
#include "plan/internal.h"

enum truth { TRUTH_OPEN, TRUTH_ALWAYS, TRUTH_NEVER };

/* What a query can give: low and high are of one kind. */
struct domain {
    struct value low, high;
    bool bounded; /* there is a high */
    bool below;   /* high itself is not reached */
    const char *why;
};

static struct value number(struct arena *a, int64_t n)
{
    return (struct value){.kind = VALUE_NUMBER,
                          .text =
                              str_from(arena_printf(a, "%lld", (long long)n))};
}

static struct value duration(int64_t us)
{
    return (struct value){.kind = VALUE_DURATION, .duration_us = us};
}

static const char *timeout_reason(struct arena *a, int64_t ms)
{
    struct buf text;
    buf_init(&text, 64);
    text_duration(&text, ms * 1000);
    const char *why =
        arena_printf(a, "the timeout of %s ends the exchange before", text.ptr);
    buf_release(&text);
    return why;
}

static bool domain_of(struct arena *a, const struct check *c,
                      const struct query *q, struct domain *out)
{
    bool counted = q->filter_count > 0 &&
                   q->filter[q->filter_count - 1].kind == FILTER_COUNT;
    if (q->kind == QUERY_STATUS && q->filter_count == 0) {
        *out = (struct domain){number(a, 100), number(a, 599), true, false,
                               "a status is within 100 and 599"};
        return true;
    }
    if (q->kind == QUERY_DURATION && q->filter_count == 0) {
        bool connecting =
            q->part != DURATION_ALL && q->part != DURATION_FIRST_BYTE;
        int64_t ms = connecting ? c->connect_timeout_ms : c->timeout_ms;
        *out = (struct domain){duration(0), duration(ms * 1000), true, true,
                               timeout_reason(a, ms)};
        return true;
    }
    if (counted && q->kind == QUERY_BYTES) {
        *out = (struct domain){number(a, 0), number(a, c->max_body_bytes), true,
                               false, "a body has 0 bytes to max_body"};
        return true;
    }
    *out = (struct domain){.low = number(a, 0),
                           .why = "a count is never "
                                  "below 0"};
    return counted;
}

static int order(const struct value *a, const struct value *b)
{
    if (a->kind == VALUE_NUMBER)
        return text_compare_numbers(a->text, b->text);
    return (a->duration_us > b->duration_us) -
           (a->duration_us < b->duration_us);
}

static enum truth truth_if(bool always, bool never)
{
    return always ? TRUTH_ALWAYS : never ? TRUTH_NEVER : TRUTH_OPEN;
}

static enum truth opposite(enum truth t)
{
    return t == TRUTH_ALWAYS  ? TRUTH_NEVER
           : t == TRUTH_NEVER ? TRUTH_ALWAYS
                              : TRUTH_OPEN;
}

/* Is what the domain can give below v (or, with `equal`, v at most)? */
static enum truth is_below(const struct domain *d, const struct value *v,
                           bool equal)
{
    int high = d->bounded ? order(&d->high, v) : 1;
    int low = order(&d->low, v);
    return truth_if(high < 0 || (high == 0 && (equal || d->below)),
                    low > 0 || (low == 0 && !equal));
}

static enum truth is_equal(const struct domain *d, const struct value *v)
{
    enum truth below = is_below(d, v, false), above = is_below(d, v, true);
    bool out = below == TRUTH_ALWAYS || above == TRUTH_NEVER;
    return out ? TRUTH_NEVER : TRUTH_OPEN;
}

static enum truth is_in(const struct domain *d, const struct value *v)
{
    if (v->kind == VALUE_RANGE) {
        enum truth from = opposite(is_below(d, &v->item[0], false));
        enum truth to = is_below(d, &v->item[1], true);
        return truth_if(from == TRUTH_ALWAYS && to == TRUTH_ALWAYS,
                        from == TRUTH_NEVER || to == TRUTH_NEVER);
    }
    bool always = false, never = true;
    for (size_t i = 0; i < v->count; i++) {
        const struct value *item = &v->item[i];
        enum truth one =
            item->kind == VALUE_RANGE ? is_in(d, item) : is_equal(d, item);
        always = always || one == TRUTH_ALWAYS;
        never = never && one == TRUTH_NEVER;
    }
    return truth_if(always, never);
}

static enum truth in_domain(const struct domain *d, const struct expect *e)
{
    const struct value *v = &e->value;
    switch (e->predicate) {
    case PREDICATE_LESS:
        return is_below(d, v, false);
    case PREDICATE_LESS_EQUAL:
        return is_below(d, v, true);
    case PREDICATE_GREATER:
        return opposite(is_below(d, v, true));
    case PREDICATE_GREATER_EQUAL:
        return opposite(is_below(d, v, false));
    case PREDICATE_EQUAL:
        return is_equal(d, v);
    case PREDICATE_NOT_EQUAL:
        return opposite(is_equal(d, v));
    case PREDICATE_IN:
        return is_in(d, v);
    default:
        return TRUTH_OPEN;
    }
}

/* Every text has "" in it, before it and after it. */
static bool asks_for_nothing(const struct expect *e)
{
    return (e->predicate == PREDICATE_CONTAINS ||
            e->predicate == PREDICATE_STARTS_WITH ||
            e->predicate == PREDICATE_ENDS_WITH) &&
           e->value.text.len == 0 &&
           (e->value.kind == VALUE_STRING || e->value.kind == VALUE_BYTES);
}

/* A guess, but a good one: an empty text matches, and one of every byte. */
static bool matches_everything(const struct expect *e)
{
    char every[256];
    if (e->value.kind != VALUE_REGEX)
        return false;
    for (size_t i = 0; i < sizeof(every); i++)
        every[i] = (char)i;
    return regex_match(e->value.regex, STR("")) == REGEX_YES &&
           regex_match(e->value.regex, (struct str){every, sizeof(every)}) ==
               REGEX_YES;
}

static bool check_one(struct loader *l, const struct check *c,
                      const struct expect *e)
{
    struct domain domain;
    enum truth truth = TRUTH_OPEN;
    const char *why = "every text does so with \"\"";
    if (e->schema != NULL || e->late)
        return true;
    if (asks_for_nothing(e)) {
        truth = TRUTH_ALWAYS;
    } else if (domain_of(l->arena, c, &e->query, &domain)) {
        truth = in_domain(&domain, e);
        why = domain.why;
    }
    if (e->negated)
        truth = opposite(truth);
    if (matches_everything(e))
        diags_warn(l->diags, e->asked_pos,
                   "this regex seems to match every text, so this %s",
                   e->negated ? "never holds" : "cannot fail");
    if (truth == TRUTH_ALWAYS)
        diags_add(l->diags, e->asked_pos, "%s: this cannot fail", why);
    if (truth == TRUTH_NEVER)
        diags_add(l->diags, e->asked_pos, "%s: this can never hold", why);
    return truth == TRUTH_OPEN;
}

/* Is the answer itself looked at, or only how it came? */
static bool looks_at_answer(const struct expect *e)
{
    switch (e->query.kind) {
    case QUERY_VERSION:
    case QUERY_URL:
    case QUERY_REDIRECTS:
    case QUERY_IP:
    case QUERY_DURATION:
    case QUERY_CERTIFICATE:
    case QUERY_VARIABLE:
        return e->schema != NULL;
    default:
        return true;
    }
}

bool truth_check(struct loader *l, const struct check *check)
{
    bool ok = true, looks = false;
    for (size_t i = 0; i < check->expect_count; i++) {
        ok = check_one(l, check, &check->expect[i]) && ok;
        looks = looks || looks_at_answer(&check->expect[i]);
    }
    for (size_t i = 0; i < check->degraded_count; i++)
        ok = check_one(l, check, &check->degraded[i]) && ok;
    for (size_t i = 0; i < check->inconclusive_count; i++)
        ok = check_one(l, check, &check->inconclusive[i]) && ok;
    if (ok && !looks && kind_of(check->kind)->has_url &&
        check->expect_count > 0)
        diags_warn(l->diags, check->pos,
                   "check '%s' looks neither at the status nor at the "
                   "content: an error page passes it",
                   check->id);
    return ok;
}
