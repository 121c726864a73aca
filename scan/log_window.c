/* The rules of window.h. */
#include "scan/log_window.h"

#include <string.h>

#include "base/characters.h"
#include "base/text.h"
#include "scan/starts.h"

#define SHORT_BUILD  ((size_t)7) /* digits by which people name a commit */
#define NAMED_WITHIN ((size_t)200)

/* What a line says when a deploy of a build begins. */
static const char *const begins[] = {
    "Deploying ",
    "Starting deployment ",
    "Starting deploy ",
    "Starting release ",
    "Deployment of ",
    "Deploy of ",
    "Deploy ",
    "Releasing ",
    "Release ",
    "Rolling out ",
    "Promoting ",
    "Preparing deployment for commit id ",
    "Initiated automated sync to ",
};

/* And when a build is only named: each step of a pipeline may do so. */
static const char *const mentions[] = {
    "Checking out ", "HEAD is now at ", "Commit",        "commit",   "Build",
    "build",         "Version",         "version",       "Revision", "revision",
    "Syncing ",      "Image",           "image",         "SHA",      "sha",
    "GIT_SHA",       "GIT_COMMIT",      "Using commit ",
};

/* It is over then: the line stands behind what happened. */
static const char *const ends[] = {
    "fail",  "error",    "finish",    "complete", "succe",
    "done",  " is live", "roll back", "rolled",   "timed out",
    "abort", "cancel",   "deployed",
};

static bool is_commit(struct str build)
{
    if (build.len < SHORT_BUILD)
        return false;
    for (size_t i = 0; i < build.len; i++)
        if (build.ptr[i] == '\0' ||
            strchr("0123456789abcdefABCDEF", build.ptr[i]) == NULL)
            return false;
    return true;
}

/* As much of it as a line must hold. */
static struct str core_of(struct str build)
{
    return is_commit(build) ? str_sub(build, 0, SHORT_BUILD) : build;
}

static struct str build_of(const struct deploy_window *d)
{
    return d == NULL ? STR_NONE : str_from(d->build);
}

/* A build's name can be shorter than what the filter finds. */
size_t window_literals(const struct deploy_window *d, struct arena *a,
                       struct str *out)
{
    struct str core = core_of(build_of(d));
    size_t count = 0;
    if (core.len == 0)
        return 0;
    if (core.len >= SHORT_BUILD) {
        out[0] = core;
        return 1;
    }
    for (size_t i = 0; i < ARRAY_COUNT(begins); i++)
        out[count++] =
            str_from(arena_printf(a, "%s%.*s", begins[i], STR_ARGS(core)));
    return count;
}

/* The build itself, whole or as a short commit. */
static bool is_named(struct str text, struct str build)
{
    struct str core = core_of(build);
    for (size_t at = 0; (at = str_find(text, core, at)) < text.len; at++) {
        size_t n = 0;
        if (at > 0 && is_alnum(text.ptr[at - 1]))
            continue;
        struct str found = str_sub(text, at, text.len);
        while (n < found.len && is_alnum(found.ptr[n]))
            n++;
        found = str_sub(found, 0, n);
        if (!is_commit(build))
            return str_starts(str_sub(text, at, text.len), build) &&
                   (at + build.len >= text.len ||
                    !is_alnum(text.ptr[at + build.len]));
        if (str_starts(found, build) || str_starts(build, found))
            return true;
    }
    return false;
}

static bool begins_with(struct str text, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_starts(text, str_from(list[i])))
            return true;
    return false;
}

static bool is_over(struct str text)
{
    for (size_t i = 0; i < ARRAY_COUNT(ends); i++)
        if (str_find(text, str_from(ends[i]), 0) < text.len)
            return true;
    return false;
}

void window_mark(struct scan *s, const struct line *line)
{
    struct str build = build_of(s->deploy);
    struct starts starts;
    starts_read(&starts, line, 0);
    for (size_t i = 0; i < starts.count; i++) {
        struct str text = str_sub(starts.at[i], 0, NAMED_WITHIN);
        if (str_starts(text, STR("==> ")))
            text = str_sub(text, 4, text.len);
        bool begun = begins_with(text, begins, ARRAY_COUNT(begins));
        if (!begun && !begins_with(text, mentions, ARRAY_COUNT(mentions)))
            continue;
        if (is_named(text, build) && !is_over(text))
            mark_add(s, line, begun ? MARK_BUILD : MARK_MENTION, "");
        return;
    }
}

/* Something that happened, as far as the window goes. */
struct happening {
    const struct position *at;
    const struct scope *scope;
    int64_t time_ms;
};

#define STARTS_KEPT_MAX 500 /* of logs and units; others begin nothing */

static struct deploy_start *start_for(struct scan *s, const struct mark *m)
{
    for (size_t i = 0; i < s->start_count; i++)
        if (s->start[i].log == m->at.log &&
            strcmp(s->start[i].unit, m->scope.unit) == 0)
            return &s->start[i];
    if (s->start_count == STARTS_KEPT_MAX)
        return NULL;
    s->start[s->start_count] = (struct deploy_start){
        m->at.log, m->scope.unit, .begun = -1, .mention = -1};
    return &s->start[s->start_count++];
}

void window_settle(struct scan *s)
{
    if (s->deploy == NULL)
        return;
    s->start = arena_array(s->arena, STARTS_KEPT_MAX, sizeof(*s->start));
    s->start_count = 0;
    for (size_t i = 0; i < s->mark_count; i++) {
        const struct mark *m = &s->mark[i];
        bool names = m->kind == MARK_MENTION;
        struct deploy_start *d = m->begins || names ? start_for(s, m) : NULL;
        if (d == NULL)
            continue;
        if (m->begins && m->at.order > d->begun)
            d->begun = m->at.order;
        if (names && (d->mention < 0 || m->at.order < d->mention))
            d->mention = m->at.order;
    }
}

/* Where this deploy begins in the log of h, for its scope; -1: not known. */
static int64_t start_of(const struct scan *s, const struct happening *h)
{
    int64_t begun = -1, mention = -1;
    for (size_t i = 0; i < s->start_count; i++) {
        const struct deploy_start *d = &s->start[i];
        if (d->log != h->at->log ||
            (d->unit[0] != '\0' && strcmp(d->unit, h->scope->unit) != 0))
            continue;
        if (d->begun > begun)
            begun = d->begun;
        if (d->mention >= 0 && (mention < 0 || d->mention < mention))
            mention = d->mention;
    }
    return begun >= 0 ? begun : mention;
}

bool window_was_outlived(const struct scan *s, const struct position *at,
                         int64_t time_ms)
{
    if (s->deploy == NULL)
        return false;
    if (time_ms == 0)
        time_ms = scan_changed_ms(s, at->log);
    return time_ms != 0 && time_ms < s->deploy->good_ms;
}

static bool belongs(const struct scan *s, const struct happening *h)
{
    const struct deploy_window *d = s->deploy;
    if (window_was_outlived(s, h->at, h->time_ms))
        return false;
    if (d->since_ms != 0 && h->time_ms != 0)
        return h->time_ms >= d->since_ms;
    int64_t start = start_of(s, h);
    if (start >= 0)
        return h->at->order >= start;
    int64_t changed = scan_changed_ms(s, h->at->log);
    return d->good_ms != 0 || changed == 0 ||
           changed >= d->started_ms - WINDOW_CHANGED_MS;
}

static bool occurrence_belongs(const struct scan *s, const struct occurrence *o)
{
    struct happening h = {&o->last_at, &o->scope, o->last.time_ms};
    return belongs(s, &h);
}

static bool line_belongs(const struct scan *s, const struct error_line *e)
{
    struct happening h = {&e->at, &e->scope, e->place.time_ms};
    return belongs(s, &h);
}

/* It, or a later line of the same cluster. */
static bool unknown_belongs(const struct scan *s, const struct error_line *e)
{
    uint64_t hash = masked_hash(str_from(e->text));
    for (size_t i = s->error_count; i-- > 0;)
        if (s->error[i].explained == NULL && line_belongs(s, &s->error[i]) &&
            masked_hash(str_from(s->error[i].text)) == hash)
            return true;
    return false;
}

bool window_is_earlier(const struct scan *s, const struct occurrences *all,
                       const struct cause_parts *p)
{
    if (s->deploy == NULL)
        return false;
    for (size_t i = 0; p->root != NULL && i < all->count; i++)
        if (same_finding(&all->item[i], p->root) &&
            occurrence_belongs(s, &all->item[i]))
            return false;
    for (size_t i = 0; i < p->follower_count; i++)
        if (occurrence_belongs(s, p->follower[i]))
            return false;
    if (p->end != NULL && occurrence_belongs(s, p->end))
        return false;
    return p->unknown == NULL || !unknown_belongs(s, p->unknown);
}
