/*
 * Is it the prober? When nothing can be reached, not even to be refused, the
 * fault is most likely here.
 */
#include "base/text.h"
#include "probe/kinds/probe_kind.h"

static bool is_network(const struct result *r)
{
    return probe_kind_of(r->kind)->reach == REACHES_HOST &&
           r->status != STATUS_BLOCKED && r->status != STATUS_SKIPPED;
}

/* Nobody has said anything, not even no; a resolver that says no has. */
static bool no_contact(const struct result *r)
{
    if (r->answered || r->body_bytes > 0 || r->http_status > 0)
        return false;
    return r->cause == CAUSE_PROBER ||
           (r->cause == CAUSE_TIMEOUT &&
            (r->phase == PHASE_DNS || r->phase == PHASE_CONNECT));
}

/* What had failed alike before is no more a response of production. */
static void blame_attempts(struct observations *seen)
{
    for (size_t i = 0; i < seen->count; i++) {
        struct observation *o = &seen->item[i];
        if (o->status != STATUS_FAIL || o->answered ||
            (o->cause != CAUSE_DNS && o->cause != CAUSE_TIMEOUT))
            continue;
        o->status = STATUS_ERROR;
        o->cause = CAUSE_PROBER;
    }
}

void self_blame(struct result *r, struct arena *run, const char *why)
{
    r->status = STATUS_ERROR;
    r->cause = CAUSE_PROBER;
    r->message =
        arena_printf(run, "%s: %s", why, r->message == NULL ? "" : r->message);
    blame_attempts(&r->seen);
}

void self_check(struct transfer *t, size_t count, struct arena *run,
                const struct probe_options *options)
{
    size_t network = 0, silent = 0;
    bool several = false;
    struct str first = STR_NONE;
    names_judge(t, count, run, options);
    for (size_t i = 0; i < count; i++) {
        if (!is_network(t[i].result))
            continue;
        struct str host = names_host(t[i].check->url);
        network++;
        silent += no_contact(t[i].result);
        several = several || (first.ptr != NULL && !str_equal(first, host));
        first = host;
    }
    if (network == 0 || silent < network || !several)
        return;
    for (size_t i = 0; i < count; i++)
        if (is_network(t[i].result) && t[i].result->status == STATUS_FAIL)
            self_blame(t[i].result, run,
                       "no host can be reached from here, not even to be "
                       "refused");
}
