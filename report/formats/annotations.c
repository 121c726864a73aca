/*
 * Annotations of GitHub Actions: "::error file=F,line=N,title=T::MESSAGE".
 * What broke first comes first, and of each type no more than GitHub keeps,
 * the last one telling how many are left out.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "redact/inert.h"
#include "report/formats/internal.h"

enum level { LEVEL_ERROR, LEVEL_WARNING, LEVEL_NOTICE };

static const char *const level_names[] = {"error", "warning", "notice"};

struct annotation {
    enum level level;
    int rank; /* within its level, least first */
    size_t order;
    struct spot spot;
    const char *title, *message;
};

struct annotations {
    struct arena *arena;
    struct annotation *item;
    size_t count, cap;
};

static void add(struct annotations *s, struct annotation new)
{
    s->item =
        arena_grow(s->arena, s->item, s->count, &s->cap, sizeof(*s->item));
    new.order = s->count;
    s->item[s->count++] = new;
}

static enum level level_of(const struct result *r)
{
    bool matters =
        r->severity == SEVERITY_CRITICAL || r->severity == SEVERITY_MAJOR;
    if (r->status == STATUS_FAIL && matters)
        return LEVEL_ERROR;
    if (r->status == STATUS_BLOCKED || r->status == STATUS_PASS ||
        r->severity == SEVERITY_INFO)
        return LEVEL_NOTICE;
    return LEVEL_WARNING;
}

static const char *detail_of(struct arena *a, const struct result *r)
{
    struct buf text;
    buf_init(&text, DETAIL_MAX * 8);
    write_detail(&text, r);
    return buf_take(a, &text);
}

static void add_checks(struct annotations *s, const struct record *r)
{
    for (size_t i = 0; i < r->result_count; i++) {
        const struct result *result = &r->result[i];
        bool flaky = result->status == STATUS_PASS && result->flaky;
        if (!flaky &&
            (result->status == STATUS_PASS || result->status == STATUS_SKIPPED))
            continue;
        const char *title = arena_printf(s->arena, "%s: %s%s", said(result->id),
                                         word_of(&status_names, result->status),
                                         flaky ? ", flaky" : "");
        add(s, (struct annotation){.level = level_of(result),
                                   .rank = result_badness(result) + 2,
                                   .spot = spot_of_result(s->arena, result),
                                   .title = title,
                                   .message = detail_of(s->arena, result)});
    }
}

static void add_cause_text(struct buf *out, const struct cause *c)
{
    buf_text(out, said(c->title));
    for (size_t k = 0; k < c->evidence_count && k < 3; k++)
        buf_printf(out, "\n%s", said(c->evidence[k].text));
    if (c->elsewhere != NULL)
        buf_printf(out, "\nlook in: %s", c->elsewhere);
    if (c->rollback_why != NULL && c->recovered == NULL)
        buf_printf(out, "\na rollback %s: %s", rollback_words(c->rollback),
                   said(c->rollback_why));
    for (size_t k = 0; k < c->remedy_count; k++)
        if (c->remedy[k].danger == NULL)
            buf_printf(out, "\nway out: %s", said(c->remedy[k].text));
}

static void add_causes(struct annotations *s, const struct record *r)
{
    for (size_t i = 0; i < r->logs.cause_count; i++) {
        const struct cause *c = &r->logs.cause[i];
        struct spot spot = {NULL, 0};
        struct buf text;
        buf_init(&text, ANNOTATION_MAX * 2);
        if (c->chain_count > 0)
            spot = (struct spot){c->chain[0].file, c->chain[0].line};
        add_cause_text(&text, c);
        add(s, (struct annotation){
                   .level = !cause_stands(c)           ? LEVEL_NOTICE
                            : r->exit != EXIT_VERIFIED ? LEVEL_ERROR
                                                       : LEVEL_WARNING,
                   .rank = 1,
                   .spot = spot,
                   .title = arena_printf(s->arena, "%s in the log",
                                         c->signature != NULL ? c->signature
                                                              : "error"),
                   .message = buf_dup(s->arena, &text)});
        buf_release(&text);
    }
}

static void add_verdict(struct annotations *s, const struct record *r)
{
    if (r->exit == EXIT_VERIFIED && verdict_is_good(r->verdict))
        return;
    add(s, (struct annotation){
               .level = r->exit == EXIT_VERIFIED ? LEVEL_WARNING : LEVEL_ERROR,
               .rank = 0,
               .title = arena_printf(s->arena, "postflight: %s, %s",
                                     word_of(&verdict_names, r->verdict),
                                     word_of(&advice_names, r->advice)),
               .message = reasons_text(s->arena, r)});
}

static int compare(const void *left, const void *right)
{
    const struct annotation *l = left, *r = right;
    if (l->level != r->level)
        return l->level < r->level ? -1 : 1;
    if (l->rank != r->rank)
        return l->rank < r->rank ? -1 : 1;
    return (l->order > r->order) - (l->order < r->order);
}

/* The runner decodes %25, %0D, %0A, and in properties %3A and %2C as well. */
static void add_escaped(struct buf *out, struct str s, const char *escaped)
{
    for (size_t i = 0; i < s.len; i++) {
        if (strchr(escaped, s.ptr[i]) != NULL)
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)s.ptr[i]);
        else
            buf_char(out, s.ptr[i]);
    }
}

static void property(struct buf *out, struct arena *a, const char *name,
                     const char *text)
{
    buf_printf(out, "%s=", name);
    add_escaped(out, str_from(short_text(a, text, CASE_NAME_MAX)), "%\r\n:,");
}

/* At most what GitHub keeps, cut at a character. */
static void message(struct buf *out, const char *text)
{
    struct buf visible, inert;
    struct str s = str_from(text);
    buf_init(&visible, ANNOTATION_MAX * 2);
    buf_init(&inert, ANNOTATION_MAX * 4);
    text_visible(&visible, str_sub(s, 0, ANNOTATION_MAX * 2));
    inert_lines(&inert, str_trim(buf_view(&visible)));
    s = buf_view(&inert);
    if (s.len > ANNOTATION_MAX) {
        buf_truncate(&inert, text_whole(s, ANNOTATION_MAX - 3).len);
        buf_text(&inert, "...");
    }
    add_escaped(out, buf_view(&inert), "%\r\n");
    buf_release(&inert);
    buf_release(&visible);
}

static void print(struct buf *out, struct arena *a, const struct annotation *n)
{
    buf_printf(out, "::%s ", level_names[n->level]);
    if (n->spot.file != NULL && n->spot.file[0] != '\0') {
        property(out, a, "file", n->spot.file);
        buf_char(out, ',');
    }
    if (n->spot.file != NULL && n->spot.line > 0)
        buf_printf(out, "line=%lld,", (long long)n->spot.line);
    property(out, a, "title", n->title);
    buf_text(out, "::");
    message(out, n->message);
    buf_char(out, '\n');
}

static void write_annotations(struct buf *out, struct arena *a,
                              const struct record *r)
{
    struct annotations s = {.arena = a};
    add_verdict(&s, r);
    add_causes(&s, r);
    add_checks(&s, r);
    if (s.count > 0)
        qsort(s.item, s.count, sizeof(*s.item), compare);
    for (size_t from = 0, to = 0; from < s.count; from = to) {
        while (to < s.count && s.item[to].level == s.item[from].level)
            to++;
        size_t count = to - from;
        size_t shown = count <= ANNOTATIONS_MAX ? count : ANNOTATIONS_MAX - 1;
        for (size_t i = 0; i < shown; i++)
            print(out, a, &s.item[from + i]);
        if (shown == count)
            continue;
        const struct annotation rest = {
            .level = s.item[from].level,
            .title = "postflight",
            .message =
                arena_printf(a, "and %zu more, in the record", count - shown)};
        print(out, a, &rest);
    }
}

const struct report_format github_format = {
    .name = "github",
    .suffix = ".txt",
    .help = "annotations; without FILE, in GitHub Actions: in the log, and the "
            "summary of the step as well",
    .escapes = "`%`, CR and LF as `%25`, `%0D`, `%0A`; in properties `:` and "
               "`,` as well",
    .limits = LIMITS({"annotations of each type, worst first", ANNOTATIONS_MAX,
                      "GitHub keeps this many per step"},
                     {"bytes of an annotation's message", ANNOTATION_MAX,
                      "GitHub cuts the rest"}),
    .record = write_annotations,
    .in_log = true,
};
