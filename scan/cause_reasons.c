/* Why a cause is one, in sentences. */
#include <string.h>

#include "base/clock.h"
#include "scan/cause_writer.h"
#include "scan/log_window.h"

const char *cause_headline(struct cause_writer *w, const struct occurrence *o)
{
    const char *text = NULL;
    if (o->signature->headline != NULL)
        text = capture_fill(w->scan->arena, o->signature->headline, o->capture,
                            o->capture_count);
    return text == NULL ? o->signature->title : text;
}

const char *cause_code(const struct signature *s)
{
    return s->code == NULL ? s->id : s->code;
}

static void add_reason(struct cause_writer *w, const char *text)
{
    if (w->out->reason_count < LIST_MAX)
        w->out->reason[w->out->reason_count++] = text;
}

size_t cause_followers(const struct cause_parts *p, const struct signature *s)
{
    size_t count = 0;
    for (size_t i = 0; i < p->follower_count; i++)
        count += p->follower[i]->signature == s;
    return count;
}

bool cause_is_first(const struct cause_parts *p, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (p->follower[i]->signature == p->follower[index]->signature)
            return false;
    return true;
}

static const char *root_name(struct cause_writer *w)
{
    if (w->parts->root != NULL)
        return cause_code(w->parts->root->signature);
    return "this error";
}

static const char *times(struct cause_writer *w, size_t count)
{
    return count == 1 ? "once"
                      : arena_printf(w->scan->arena, "%zu times", count);
}

static const char *follower_reason(struct cause_writer *w,
                                   const struct occurrence *o, size_t count)
{
    struct arena *a = w->scan->arena;
    const char *at =
        arena_printf(a, "%s:%lld", o->first.file, (long long)o->first.line);
    if (o->signature->role == ROLE_WRAPPER)
        return arena_printf(a, "%s stands inside what %s reports at %s",
                            root_name(w), cause_code(o->signature), at);
    if (w->parts->root != NULL && o->signature == w->parts->root->signature)
        return arena_printf(a, "%s at %s is the same error without its names",
                            root_name(w), at);
    if (o->signature->role == ROLE_ROOT)
        return arena_printf(a,
                            "%s usually follows such an error (%s, first "
                            "at %s)",
                            cause_code(o->signature), times(w, count), at);
    if (o->signature->because != NULL)
        return arena_printf(a, "%s (%s, first at %s)", o->signature->because,
                            times(w, count), at);
    return arena_printf(a,
                        "%s comes after it and is only ever a consequence "
                        "(%s, first at %s)",
                        cause_code(o->signature), times(w, count), at);
}

/* Where the cause itself stands; NULL: elsewhere. */
static const struct place *place_of(const struct cause_parts *p)
{
    if (p->root != NULL)
        return &p->root->first;
    return p->unknown != NULL ? &p->unknown->place : NULL;
}

static void write_followers(struct cause_writer *w)
{
    const struct cause_parts *p = w->parts;
    for (size_t i = 0; i < p->follower_count; i++) {
        const struct occurrence *o = p->follower[i];
        if (cause_is_first(p, i))
            add_reason(w,
                       follower_reason(w, o, cause_followers(p, o->signature)));
    }
}

static void write_place(struct cause_writer *w)
{
    const struct cause_parts *p = w->parts;
    const struct place *at = place_of(p);
    struct arena *a = w->scan->arena;
    if (at != NULL && p->follower_count > 0)
        write_followers(w);
    else if (at != NULL)
        add_reason(w, arena_printf(a,
                                   "nothing in these logs stands between "
                                   "%s:%lld and a cause before it",
                                   at->file, (long long)at->line));
    else if (p->follower_count > 0)
        add_reason(w,
                   arena_printf(
                       a,
                       "%s was found %s, first at %s:%lld, but it is never "
                       "the first error, and none stands before it in "
                       "these logs",
                       cause_code(p->follower[0]->signature),
                       times(w, p->follower_count), p->follower[0]->first.file,
                       (long long)p->follower[0]->first.line));
}

static void write_news(struct cause_writer *w)
{
    const struct cause_parts *p = w->parts;
    struct in_good good = p->root != NULL      ? p->root->good
                          : p->unknown != NULL ? p->unknown->good
                                               : (struct in_good){false, false};
    if (good.all)
        add_reason(w, "the log of the good deploy has it, too");
    else if (good.some)
        add_reason(w, "some logs of good deploys have it, too, but not all");
    else if (place_of(p) != NULL && w->scan->good != NULL)
        add_reason(w, "the log of the good deploy does not have it");
}

static const char *place_text(struct cause_writer *w,
                              const struct occurrence *o)
{
    return arena_printf(w->scan->arena, "%s:%lld", o->first.file,
                        (long long)o->first.line);
}

static void write_context(struct cause_writer *w)
{
    const struct cause_parts *p = w->parts;
    struct arena *a = w->scan->arena;
    if (p->opener != NULL)
        add_reason(w, arena_printf(a, "it happened in %s, which %s:%lld starts",
                                   cause_headline(w, p->opener),
                                   p->opener->first.file,
                                   (long long)p->opener->first.line));
    if (p->across)
        add_reason(w, "what follows from it stands in another log, container "
                      "or process: they are joined by order and time");
    if (p->last_word != NULL)
        add_reason(w, arena_printf(a,
                                   "%s says that it failed, at %s:%lld, and "
                                   "no known error tells why",
                                   p->last_word->signature->id,
                                   p->last_word->first.file,
                                   (long long)p->last_word->first.line));
    if (p->end != NULL && p->end != p->last_word &&
        w->out->deployment == DEPLOYMENT_FAILED)
        add_reason(w, arena_printf(a, "the run ended in failure after it (%s)",
                                   place_text(w, p->end)));
    if (p->unknown != NULL)
        add_reason(w, "no signature knows this error: it is judged by its "
                      "place alone");
}

static void write_earlier(struct cause_writer *w)
{
    const struct previous_hit *h = &w->earlier;
    struct buf when;
    if (h->run == NULL)
        return;
    buf_init(&when, 60);
    clock_format(&when, h->run->time_ms);
    add_reason(w, arena_printf(w->scan->arena,
                               "the run of %s reported %s: %s, at %s:%lld",
                               when.ptr,
                               h->finding->code == NULL ? h->finding->signature
                                                        : h->finding->code,
                               h->finding->title, h->finding->first.file,
                               (long long)h->finding->first.line));
    buf_release(&when);
}

/* The last that is known of the cause itself. */
static bool was_outlived(const struct cause_writer *w)
{
    const struct cause_parts *p = w->parts;
    if (p->root != NULL)
        return window_was_outlived(w->scan, &p->root->last_at,
                                   p->root->last.time_ms);
    if (p->unknown != NULL)
        return window_was_outlived(w->scan, &p->unknown->at,
                                   p->unknown->place.time_ms);
    return p->follower_count > 0 &&
           window_was_outlived(w->scan, &p->follower[0]->last_at,
                               p->follower[0]->last.time_ms);
}

static const char *earlier_text(const struct cause_writer *w)
{
    struct buf when;
    if (!was_outlived(w))
        return "all its lines are from before this deploy, so it decides "
               "nothing";
    buf_init(&when, 60);
    clock_format(&when, w->scan->deploy->good_ms);
    const char *text = arena_printf(w->scan->arena,
                                    "it is from an earlier deploy: the checks "
                                    "that fail now passed after it, at %s, so "
                                    "it decides nothing",
                                    when.ptr);
    buf_release(&when);
    return text;
}

static void write_standing(struct cause_writer *w)
{
    const struct cause_parts *p = w->parts;
    struct arena *a = w->scan->arena;
    w->out->score = p->rank.score;
    if (p->recovery != NULL) {
        w->out->recovered = arena_printf(a, "%s:%lld", p->recovery->first.file,
                                         (long long)p->recovery->first.line);
        add_reason(w, arena_printf(a, "it was got over: %s, at %s",
                                   cause_headline(w, p->recovery),
                                   w->out->recovered));
    }
    if (p->earlier)
        add_reason(w, earlier_text(w));
    if (p->rivals > 0)
        add_reason(w, arena_printf(a, "ranked with %lld points: %s",
                                   (long long)p->rank.score, p->rank.text));
}

void cause_write_reasons(struct cause_writer *w)
{
    write_place(w);
    write_news(w);
    write_context(w);
    write_earlier(w);
    write_standing(w);
}
