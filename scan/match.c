/* A line's hits, claims and marks: the regex runs only where its anchor is. */
#include <string.h>

#include "base/clock.h"
#include "base/regex.h"
#include "base/text.h"
#include "scan/flood.h"
#include "scan/internal.h"

static struct place place_of(const struct line *line)
{
    return (struct place){
        .file = line->file,
        .line = line->number,
        .cr_line = line->cr_number == line->number ? 0 : line->cr_number,
        .offset = line->offset,
        .time_ms = line->time_ms};
}

static struct position position_of(const struct line *line)
{
    return (struct position){.log = line->log, .row = line->row};
}

static const char *name_of_scope(struct arena *a, struct str name)
{
    return name.len == 0 ? "" : text_elide(a, name, 100);
}

static struct scope scope_of(struct arena *a, const struct line *line)
{
    return (struct scope){.source = name_of_scope(a, line->source),
                          .process = name_of_scope(a, line->process),
                          .request = name_of_scope(a, line->request),
                          .step = name_of_scope(a, line->step)};
}

#define BEFORE_MATCH 100 /* bytes of a long line that are shown before it */

/* The line itself, or what was taken out of an envelope; of a long one, what
 * stands around the anchor. */
static const char *text_of(struct arena *a, const struct line *line,
                           struct str part, struct str anchor)
{
    bool inside = part.ptr >= line->text.ptr &&
                  part.ptr <= line->text.ptr + line->text.len;
    struct str whole = inside ? line->text : part;
    size_t at = (size_t)(part.ptr - whole.ptr) + str_find(part, anchor, 0);
    if (at + anchor.len <= EVIDENCE_TEXT_MAX || at < BEFORE_MATCH)
        return text_elide(a, whole, EVIDENCE_TEXT_MAX);
    return arena_printf(a, "...%s",
                        text_elide(a,
                                   str_sub(whole, at - BEFORE_MATCH, whole.len),
                                   EVIDENCE_TEXT_MAX));
}

static void read_captures(struct arena *a, const struct regex *re,
                          struct str text, struct hit *hit)
{
    size_t names = regex_name_count(re);
    hit->capture = arena_array(a, names + 1, sizeof(*hit->capture));
    for (size_t i = 0; i < names; i++) {
        unsigned group;
        const char *name = regex_name(re, i, &group);
        struct str value = regex_group(re, text, group);
        if (value.len == 0)
            continue;
        hit->capture[hit->capture_count++] =
            (struct shape_pair){.name = arena_dup(a, name, strlen(name)),
                                .value = text_elide(a, value, 200)};
    }
}

#define WINDOW ((size_t)8 * 1024) /* on either side of an anchor */

/* Of a very long line, what stands around the anchor. */
static struct str window(struct str text, size_t anchor)
{
    if (text.len <= SCAN_LINE_MAX)
        return text;
    size_t from = anchor > WINDOW ? anchor - WINDOW : 0;
    return str_sub(text, from, anchor + WINDOW - from);
}

/* It was compiled when its file was read, so it can be. */
static struct regex *opened(struct regex **regex, const struct pattern *p)
{
    struct regex_error e;
    if (*regex == NULL && !regex_open(regex, p->match, STR_NONE, &e))
        arena_out_of_memory();
    return *regex;
}

static void tell_why(struct scan *s, const struct line *line,
                     const struct signature *signature, const char *text)
{
    if (s->why_count == SCAN_WHY_MAX)
        return;
    s->why = arena_grow(s->arena, s->why, s->why_count, &s->why_cap,
                        sizeof(*s->why));
    s->why[s->why_count++] = (struct why_row){.file = line->file,
                                              .line = line->number,
                                              .signature = signature->id,
                                              .text = text};
}

static bool left_out(struct scan *s, const struct signature *signature,
                     const struct line *line)
{
    if (s->catalogue->suppression_count == 0)
        return false;
    const struct suppression *found = suppression_of(
        s->catalogue, signature->id, line->text, clock_wall_ms());
    if (found == NULL)
        return false;
    s->coverage.suppressed++;
    if (s->tells_why)
        tell_why(s, line, signature,
                 arena_printf(s->arena, "suppressed at %s: %s",
                              pos_text(s->arena, found->pos), found->reason));
    return true;
}

static void add_hit(struct scan *s, const struct hit *made)
{
    if (s->hit_count >= SCAN_HITS_MAX) {
        s->coverage.gave_up++;
        return;
    }
    s->hit = arena_grow(s->arena, s->hit, s->hit_count, &s->hit_cap,
                        sizeof(*s->hit));
    s->hit[s->hit_count++] = *made;
    flood_kept(s, made->signature);
}

struct attempt {
    const struct line *line;
    const struct signature *signature;
    const struct pattern *pattern;
    bool detail;
};

static struct hit hit_of(const struct scan *s, struct arena *a,
                         const struct attempt *of, const struct regex *re,
                         struct str subject)
{
    const struct line *line = of->line;
    struct hit hit = {
        .signature = of->signature,
        .pattern = of->pattern,
        .detail = of->detail,
        .at = position_of(line),
        .place = place_of(line),
        .scope = scope_of(a, line),
        .text = text_of(a, line, subject, of->pattern->anchor),
        .in_good = line->in_good,
        .errors = s->error_count,
    };
    read_captures(a, re, subject, &hit);
    return hit;
}

/* Of good news in a row the last one is enough. */
static bool is_more_news(const struct scan *s, const struct attempt *of)
{
    const struct hit *last =
        s->hit_count == 0 ? NULL : &s->hit[s->hit_count - 1];
    return of->signature->recovers_count > 0 && last != NULL &&
           last->pattern == of->pattern && last->at.log == of->line->log &&
           last->errors == s->error_count &&
           str_is(of->line->source, last->scope.source);
}

/* One of a flood leaves nothing behind. */
static void keep_hit(struct scan *s, const struct attempt *of,
                     const struct regex *re, struct str subject)
{
    struct arena brief;
    if (s->tells_why)
        tell_why(s, of->line, of->signature,
                 arena_printf(s->arena, "%s at %s, anchor '%.*s'",
                              of->detail ? "detail" : "pattern",
                              pos_text(s->arena, of->pattern->pos),
                              STR_ARGS(of->pattern->anchor)));
    if (is_more_news(s, of)) {
        s->hit[s->hit_count - 1].at = position_of(of->line);
        s->hit[s->hit_count - 1].place = place_of(of->line);
        return;
    }
    if (of->signature->recovers_count > 0 || !flood_is_on(s, of->signature)) {
        struct hit hit = hit_of(s, s->arena, of, re, subject);
        add_hit(s, &hit);
        return;
    }
    arena_init(&brief);
    struct hit hit = hit_of(s, &brief, of, re, subject);
    if (flood_takes(s, &hit)) {
        arena_release(&brief);
        return;
    }
    arena_adopt(s->arena, &brief);
    add_hit(s, &hit);
}

static bool match_text(struct scan *s, const struct attempt *a,
                       struct regex **regex, struct str text)
{
    size_t at = str_find(text, a->pattern->anchor, 0);
    if (at == text.len)
        return false;
    struct str subject = window(text, at);
    bool first = *regex == NULL;
    struct regex *re = opened(regex, a->pattern);
    enum regex_answer answer = regex_match(re, subject);
    s->coverage.interpreted += first && regex_is_interpreted(re);
    if (answer == REGEX_GAVE_UP)
        s->coverage.gave_up++;
    if (answer == REGEX_YES && !left_out(s, a->signature, a->line))
        keep_hit(s, a, re, subject);
    return answer == REGEX_YES;
}

/* What a host put before it may be a part of what a signature asks for. */
static bool match_line(struct scan *s, const struct attempt *a,
                       struct regex **regex)
{
    const struct line *line = a->line;
    bool found = false;
    for (size_t i = 0; i < line->part_count; i++)
        found = match_text(s, a, regex, line->part[i]) || found;
    bool whole = line->part_count == 1 && line->part[0].ptr == line->text.ptr;
    return found || (!whole && match_text(s, a, regex, line->text));
}

bool match_signature(struct scan *s, const struct line *line,
                     const struct signature *signature, struct regex **regex,
                     const bool *held)
{
    size_t count = signature->pattern_count + signature->detail_count;
    bool many = line->part_count > 1, found = false;
    for (size_t i = 0; i < count && (many || !found); i++) {
        bool detail = i >= signature->pattern_count;
        struct attempt a = {
            .line = line,
            .signature = signature,
            .pattern = detail ? &signature->detail[i - signature->pattern_count]
                              : &signature->pattern[i],
            .detail = detail};
        if (held[i])
            found = match_line(s, &a, &regex[i]) || found;
    }
    return found;
}

static struct error_line error_of(struct arena *a, const struct line *line,
                                  const struct signature *explained)
{
    return (struct error_line){
        .at = position_of(line),
        .place = place_of(line),
        .scope = scope_of(a, line),
        .text = text_elide(a, line->claim, EVIDENCE_TEXT_MAX),
        .explained = explained,
        .database = line->database,
        .fatal = line->fatal,
        .in_good = line->in_good,
    };
}

void match_error(struct scan *s, const struct line *line,
                 const struct signature *explained)
{
    struct arena brief;
    if (line->claim.len == 0)
        return;
    if (s->error_count < SCAN_HITS_MAX) {
        s->error = arena_grow(s->arena, s->error, s->error_count, &s->error_cap,
                              sizeof(*s->error));
        s->error[s->error_count++] = error_of(s->arena, line, explained);
        return;
    }
    arena_init(&brief);
    struct error_line one = error_of(&brief, line, explained);
    flood_error(s, &one);
    arena_release(&brief);
}

#define MARKS_MAX 200000 /* transactions and steps of all logs */

/* A transaction in which nothing was found needs no mark of its own. */
static bool replaces(const struct scan *s, const struct mark *made)
{
    const struct mark *last =
        s->mark_count == 0 ? NULL : &s->mark[s->mark_count - 1];
    return last != NULL && last->kind == made->kind &&
           last->at.log == made->at.log &&
           last->events == s->hit_count + s->error_count &&
           strcmp(last->scope.process, made->scope.process) == 0;
}

void match_mark(struct scan *s, const struct line *line, size_t index)
{
    struct arena brief;
    if (mark_kind(index) == MARK_LEVEL)
        return;
    struct str literal = mark_literal(index);
    size_t at = str_find(line->text, literal, 0) + literal.len;
    struct str name = str_trim(str_sub(line->text, at, line->text.len));
    arena_init(&brief);
    struct mark made = {
        .kind = mark_kind(index),
        .at = position_of(line),
        .place = place_of(line),
        .scope = scope_of(&brief, line),
        .name = text_elide(&brief, name, 80),
        .events = s->hit_count + s->error_count,
    };
    if (replaces(s, &made)) {
        arena_release(&brief);
        return;
    }
    if (s->mark_count == MARKS_MAX) {
        s->coverage.gave_up++;
        arena_release(&brief);
        return;
    }
    arena_adopt(s->arena, &brief);
    s->mark = arena_grow(s->arena, s->mark, s->mark_count, &s->mark_cap,
                         sizeof(*s->mark));
    s->mark[s->mark_count++] = made;
}
