/* Saying what is wrong and where; and what several rules ask of a document. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "lint/internal.h"

#define TEXT_MAX ((size_t)300)

static size_t skip(struct str s, size_t at, const char *bytes)
{
    while (at < s.len && s.ptr[at] != '\0' && strchr(bytes, s.ptr[at]) != NULL)
        at++;
    return at;
}

/* Up to the next "line 12", or "lines 1 to 12", whose numbers move with the
   text above. */
static struct str without_line(struct str *rest)
{
    struct str all = *rest;
    size_t end = str_find(all, STR("line"), 0);
    size_t next = skip(all, end + 4, "s ");
    if (end == all.len) {
        *rest = STR_NONE;
        return all;
    }
    next = skip(all, next, "0123456789");
    if (str_starts(str_sub(all, next, all.len), STR(" to ")))
        next = skip(all, next + 4, "0123456789");
    *rest = str_sub(all, next, all.len);
    return str_sub(all, 0, end);
}

/* Of the rule and what it says, and how often it has said so before. */
static const char *fingerprint(struct review *r, struct str name,
                               const char *text)
{
    size_t before = 0;
    for (size_t i = 0; i < r->out->remark_count; i++)
        before += r->out->remark[i].file == r->d->source->name &&
                  strcmp(r->out->remark[i].text, text) == 0;
    uint64_t hash = hash_add(HASH_START, name);
    for (struct str rest = str_from(text); rest.len > 0;)
        hash = hash_add(hash, without_line(&rest));
    return arena_printf(r->a, "%016llx:%zu", (unsigned long long)hash, before);
}

static void add(struct review *r, unsigned line, unsigned column,
                struct str text)
{
    struct review_rule rule = review_rule(r->rule);
    const struct house *house = r->options->house;
    if (switches_silence(&r->switches, (int)r->rule, line))
        return;
    if (r->spoke++ >= REVIEW_SAME_MAX) {
        r->out->left_out++;
        return;
    }
    const char *said = text_elide(r->a, text, TEXT_MAX);
    r->out->remark = arena_grow(r->a, r->out->remark, r->out->remark_count,
                                &r->out->remark_cap, sizeof(*r->out->remark));
    r->out->remark[r->out->remark_count] = (struct remark){
        .rule = rule.id,
        .name = rule.name,
        .severity = house != NULL && house->level[r->rule] >= 0
                        ? house->level[r->rule]
                        : rule.severity,
        .file = r->d->source->name,
        .line = line,
        .column = column,
        .text = said,
        .advice = rule.advice,
        .fingerprint = fingerprint(r, str_from(rule.id), said),
    };
    r->out->remark_count++;
}

void remarks_idle(struct remarks *out, struct arena *a, const char *file,
                  unsigned line, const char *text)
{
    struct review_rule rule =
        review_rule((size_t)rule_find(STR("switch-idle")));
    out->remark = arena_grow(a, out->remark, out->remark_count,
                             &out->remark_cap, sizeof(*out->remark));
    out->remark[out->remark_count++] = (struct remark){
        .rule = rule.id,
        .name = rule.name,
        .severity = rule.severity,
        .file = file,
        .line = line,
        .column = 1,
        .text = text,
        .advice = rule.advice,
        .fingerprint = arena_printf(
            a, "%016llx:0",
            (unsigned long long)hash_add(HASH_START, str_from(text))),
    };
}

#define SAID_MAX ((size_t)2000)

/* What vsnprintf has written; a character that was cut goes whole. */
static struct str said(const char *text, int n)
{
    size_t len = n < 0 ? 0 : (size_t)n;
    len = len < SAID_MAX ? len : SAID_MAX - 1;
    size_t good = utf8_check((struct str){text, len});
    return (struct str){text, len - good < 4 ? good : len};
}

void remark_columns(struct review *r, unsigned line, unsigned column,
                    const char *fmt, ...)
{
    va_list ap;
    char text[SAID_MAX];
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    add(r, line, column, said(text, n));
}

/* The column of `what` on its line; of the first byte of text without it. */
static unsigned column_in(struct str line, struct str what)
{
    size_t at = line.len;
    if (what.len > 0)
        at = str_find(line, str_sub(what, 0, 60), 0);
    if (at == line.len) {
        at = 0;
        while (at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == '\t'))
            at++;
    }
    return (unsigned)at + 1;
}

void remark_at(struct review *r, unsigned line, struct str what,
               const char *fmt, ...)
{
    va_list ap;
    char text[SAID_MAX];
    unsigned column = 1;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    if (line >= 1 && line <= r->d->line_count)
        column = column_in(r->d->line[line].text, what);
    add(r, line, column, said(text, n));
}

bool under(const struct document *d, size_t section, unsigned topics)
{
    return (d->section[section].topics & topics) != 0;
}

bool within(const struct document *d, size_t section, size_t top)
{
    size_t at = section;
    while (at != top && at > 0)
        at = d->section[at].parent;
    return at == top;
}

struct str block_text(const struct document *d, const struct block *b)
{
    const char *from = d->line[b->first].text.ptr;
    struct str last = d->line[b->last].text;
    return (struct str){from, (size_t)(last.ptr + last.len - from)};
}

bool block_is_shell(struct patterns *p, const struct document *d,
                    const struct block *b)
{
    if (seen(p, "^(ba|z|c)?sh(ell)?\\b|^console|^terminal|^powershell|^ps1",
             b->language))
        return true;
    return b->language.len == 0 &&
           seen(
               p,
               "(^|\n)\\s*\\$ |(^|\n)\\s*(sudo |git |npm |npx |pnpm |curl |"
               "kubectl |docker |psql |cd |aws |az |helm |terraform |alembic )",
               block_text(d, b));
}
