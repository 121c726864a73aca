/* A check as the window that decides shows it: status, message, builds. */
#include <string.h>

#include "base/text.h"
#include "model/version.h"
#include "verdict/window.h"

#define BUILDS_MAX 20 /* of one check in one window */

static struct build *build_of(struct result *r, const char *version)
{
    for (size_t i = 0; i < r->build_count; i++) {
        const char *known = r->build[i].version;
        if ((known == NULL) == (version == NULL) &&
            (known == NULL || strcmp(known, version) == 0))
            return &r->build[i];
    }
    if (r->build_count == BUILDS_MAX)
        return &r->build[BUILDS_MAX - 1];
    struct build *b = &r->build[r->build_count++];
    *b = (struct build){.version = version};
    return b;
}

/* Like the counting: from the last one back, and no more than the window. */
static void list_builds(struct result *r, struct arena *a,
                        const struct window *w, int64_t answers)
{
    int64_t left = answers;
    r->build = arena_array(a, BUILDS_MAX, sizeof(*r->build));
    r->build_count = 0;
    for (size_t i = r->seen.count; i-- > 0 && left > 0;) {
        const struct observation *o = &r->seen.item[i];
        if (!window_has(w, o) || o->status == STATUS_ERROR)
            continue;
        int64_t count = observation_count(o);
        count = count > left ? left : count;
        left -= count;
        struct build *b = build_of(r, o->version);
        b->answers += count;
        b->failed += o->status == STATUS_FAIL ? count : 0;
    }
}

/* ", all from build 1a2b3c4", or nothing where that cannot be said */
static const char *failed_builds(const struct result *r, struct arena *a)
{
    const struct build *one = NULL;
    size_t failed = 0;
    bool silent = false;
    for (size_t i = 0; i < r->build_count; i++) {
        if (r->build[i].failed == 0)
            continue;
        failed++;
        one = &r->build[i];
        silent = silent || one->version == NULL;
    }
    if (failed == 1 && !silent)
        return arena_printf(a, ", all from build %s",
                            version_short(a, one->version));
    if (failed > 1 && !silent)
        return arena_printf(a, ", from %zu builds", failed);
    return "";
}

/* "3 of 6 answers failed, all from build 1a2b3c4: HTTP 502" */
static const char *window_message(const struct result *r, struct arena *a,
                                  const struct answers *n)
{
    const char *reason = n->last_failed->reason;
    const char *head = arena_printf(
        a, "%lld of %lld answers failed%s: ", (long long)n->all.failed,
        (long long)n->all.answers, failed_builds(r, a));
    if (r->message != NULL && strncmp(r->message, head, strlen(head)) == 0)
        return r->message; /* of a record that is merged */
    bool told = !(r->status == STATUS_PASS || r->status == STATUS_DEGRADED) &&
                r->message != NULL;
    return arena_printf(a, "%s%s", head,
                        told             ? r->message
                        : reason == NULL ? "not recorded why"
                                         : reason);
}

/* Whatever came last, a check with failed answers in it has not passed. */
static void judge_last(struct result *r, struct arena *a,
                       const struct answers *n)
{
    if (n->all.answers == 0)
        return;
    if (n->all.failed == 0) {
        bool better = n->last->status == STATUS_PASS ||
                      r->status == STATUS_ERROR || r->status == STATUS_FAIL;
        r->status = n->last->status;
        r->cause = r->status == STATUS_PASS ? -1 : n->last->cause;
        r->message = better && r->status == STATUS_PASS ? NULL : r->message;
        return;
    }
    bool most = 2 * n->all.failed > n->all.answers;
    r->message = window_message(r, a, n);
    r->status = most || r->severity == SEVERITY_CRITICAL ? STATUS_FAIL
                                                         : STATUS_DEGRADED;
    r->cause = n->last_failed->cause;
    r->flaky = false;
}

/* What was seen before T says nothing of the build that serves since. */
static void judge_confirmed(struct result *r, const struct answers *n)
{
    bool told = r->status == STATUS_PASS || r->status == STATUS_DEGRADED ||
                r->status == STATUS_FAIL;
    if (!told || n->all.answers > 0 || r->seen.count == 0)
        return;
    r->status = STATUS_SKIPPED;
    r->cause = -1;
    r->message = "it was not probed again after the rollout had settled";
}

void window_judge(struct result *r, struct arena *a, const struct window *w)
{
    struct answers n;
    window_count(&n, r, w);
    r->window = (struct check_window){n.all.answers, n.all.failed};
    list_builds(r, a, w, n.all.answers);
    if (w->kind == WINDOW_LAST)
        judge_last(r, a, &n);
    else if (w->kind == WINDOW_CONFIRMED)
        judge_confirmed(r, &n);
}
