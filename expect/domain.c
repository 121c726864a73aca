/* What is certain of a comparison when a query can only give so much. */
#include "base/text.h"
#include "expect/rows.h"

struct value domain_number(struct arena *a, int64_t n)
{
    return (struct value){.kind = VALUE_NUMBER,
                          .text =
                              str_from(arena_printf(a, "%lld", (long long)n))};
}

struct value domain_duration(int64_t us)
{
    return (struct value){.kind = VALUE_DURATION, .duration_us = us};
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

enum truth truth_opposite(enum truth t)
{
    return t == TRUTH_ALWAYS  ? TRUTH_NEVER
           : t == TRUTH_NEVER ? TRUTH_ALWAYS
                              : TRUTH_OPEN;
}

/* Is what the domain can give below v (or, with `equal`, v at most)? */
static enum truth is_below(const struct domain *d, const struct value *v,
                           bool equal)
{
    if (d == NULL)
        return TRUTH_OPEN;
    int high = d->bounded ? order(&d->high, v) : 1;
    int low = order(&d->low, v);
    return truth_if(high < 0 || (high == 0 && (equal || d->below)),
                    low > 0 || (low == 0 && !equal));
}

enum truth truth_less(const struct domain *d, const struct value *v)
{
    return is_below(d, v, false);
}

enum truth truth_less_equal(const struct domain *d, const struct value *v)
{
    return is_below(d, v, true);
}

enum truth truth_greater(const struct domain *d, const struct value *v)
{
    return truth_opposite(truth_less_equal(d, v));
}

enum truth truth_greater_equal(const struct domain *d, const struct value *v)
{
    return truth_opposite(truth_less(d, v));
}

enum truth truth_equal(const struct domain *d, const struct value *v)
{
    enum truth below = truth_less(d, v), above = truth_less_equal(d, v);
    bool out = below == TRUTH_ALWAYS || above == TRUTH_NEVER;
    return out ? TRUTH_NEVER : TRUTH_OPEN;
}

enum truth truth_not_equal(const struct domain *d, const struct value *v)
{
    return truth_opposite(truth_equal(d, v));
}

enum truth truth_in(const struct domain *d, const struct value *v)
{
    if (v->kind == VALUE_RANGE) {
        enum truth from = truth_greater_equal(d, &v->item[0]);
        enum truth to = truth_less_equal(d, &v->item[1]);
        return truth_if(from == TRUTH_ALWAYS && to == TRUTH_ALWAYS,
                        from == TRUTH_NEVER || to == TRUTH_NEVER);
    }
    bool always = false, never = true;
    for (size_t i = 0; i < v->count; i++) {
        const struct value *item = &v->item[i];
        enum truth one = item->kind == VALUE_RANGE ? truth_in(d, item)
                                                   : truth_equal(d, item);
        always = always || one == TRUTH_ALWAYS;
        never = never && one == TRUTH_NEVER;
    }
    return truth_if(always, never);
}
