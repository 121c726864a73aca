/*
 * Expectations that nothing a server does could change: those that cannot
 * fail would stay green for ever, those that never hold would never be.
 */
#include "expect/rows.h"
#include "language/regex.h"

/* That of the last filter, or of the query where it has none. */
static bool domain_of(struct domain *out, struct arena *a,
                      const struct check *c, const struct query *q)
{
    domain_function *domain = q->filter_count > 0
                                  ? q->filter[q->filter_count - 1].row->domain
                                  : query_rows[q->kind].domain;
    return domain != NULL && domain(out, a, c, q);
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

static bool check_one(struct arena *a, struct diags *diags,
                      const struct check *c, const struct expect *e)
{
    struct domain domain;
    enum truth truth = TRUTH_OPEN;
    const char *why = "every text does so with \"\"";
    if (e->schema != NULL || e->late)
        return true;
    bool known = domain_of(&domain, a, c, &e->query);
    if (e->predicate->certain != NULL)
        truth = e->predicate->certain(known ? &domain : NULL, &e->value);
    if (known)
        why = domain.why;
    if (e->negated)
        truth = truth_opposite(truth);
    if (matches_everything(e))
        diags_warn(diags, e->asked_pos,
                   "this regex seems to match every text, so this %s",
                   e->negated ? "never holds" : "cannot fail");
    if (truth == TRUTH_ALWAYS)
        diags_add(diags, e->asked_pos, "%s: this cannot fail", why);
    if (truth == TRUTH_NEVER)
        diags_add(diags, e->asked_pos, "%s: this can never hold", why);
    return truth == TRUTH_OPEN;
}

/* Is the answer itself looked at, or only how it came? */
static bool looks_at_answer(const struct expect *e)
{
    return e->schema != NULL || query_rows[e->query.kind].content;
}

bool truth_check(struct arena *a, struct diags *d, const struct check *check)
{
    bool ok = true, looks = false;
    for (size_t i = 0; i < check->expect_count; i++) {
        ok = check_one(a, d, check, &check->expect[i]) && ok;
        looks = looks || looks_at_answer(&check->expect[i]);
    }
    for (size_t i = 0; i < check->degraded_count; i++)
        ok = check_one(a, d, check, &check->degraded[i]) && ok;
    for (size_t i = 0; i < check->inconclusive_count; i++)
        ok = check_one(a, d, check, &check->inconclusive[i]) && ok;
    if (ok && !looks && kind_of(check->kind)->has_url &&
        check->expect_count > 0)
        diags_warn(d, check->pos,
                   "check '%s' looks neither at the status nor at the "
                   "content: an error page passes it",
                   check->id);
    return ok;
}
