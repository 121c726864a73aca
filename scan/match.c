/* A line's hits, claims and marks: the regex runs only where its anchor is. */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "language/regex.h"
#include "scan/flood.h"
#include "scan/internal.h"
#include "scan/starts.h"

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

static const char *unit_of(struct arena *a, const struct line *line)
{
    struct unit_names names = line->names;
    for (size_t i = 0; i < line->part_count; i++)
        if (line->spoken[i])
            unit_read(&names, line->part[i]);
    return unit_text(a, &names);
}

static struct scope scope_of(struct arena *a, const struct line *line)
{
    return (struct scope){.unit = unit_of(a, line),
                          .target = "",
                          .source = name_of_scope(a, line->source),
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
    struct buf text;
    if (*regex != NULL)
        return *regex;
    buf_init(&text, SCAN_LINE_MAX);
    buf_printf(&text, p->at_start ? "\\A(?:%.*s)" : "%.*s", STR_ARGS(p->match));
    if (!regex_open(regex, buf_view(&text), STR_NONE, &e))
        arena_out_of_memory();
    buf_release(&text);
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

/* It matters where the line might have proved that the deploy failed. */
static void give_up(struct scan *s, const struct signature *signature)
{
    s->coverage.gave_up++;
    s->coverage.unjudged +=
        signature->deployment >= 0 || signature->says_failed;
}

static bool append_hit(struct scan *s, const struct hit *made)
{
    if (s->hit_count >= SCAN_HITS_MAX) {
        give_up(s, made->signature);
        return false;
    }
    s->hit = arena_grow(s->arena, s->hit, s->hit_count, &s->hit_cap,
                        sizeof(*s->hit));
    s->hit[s->hit_count++] = *made;
    return true;
}

static void add_hit(struct scan *s, const struct hit *made)
{
    if (append_hit(s, made))
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
        .good = line->good,
        .errors = s->error_count,
    };
    if (re != NULL)
        read_captures(a, re, subject, &hit);
    return hit;
}

static bool same_captures(const struct hit *a, const struct hit *b)
{
    bool same = a->capture_count == b->capture_count;
    for (size_t i = 0; same && i < a->capture_count; i++)
        same = strcmp(a->capture[i].name, b->capture[i].name) == 0 &&
               strcmp(a->capture[i].value, b->capture[i].value) == 0;
    return same;
}

/* Of good news in a row the last one is enough. */
static bool is_more_news(const struct scan *s, const struct hit *news)
{
    const struct hit *last =
        s->hit_count == 0 ? NULL : &s->hit[s->hit_count - 1];
    return last != NULL && last->pattern == news->pattern &&
           last->at.log == news->at.log && last->errors == s->error_count &&
           strcmp(last->scope.source, news->scope.source) == 0 &&
           strcmp(last->scope.unit, news->scope.unit) == 0 &&
           same_captures(last, news);
}

/* Room is left for errors: good news that is lost recovers nothing. */
static void keep_news(struct scan *s, const struct hit *news)
{
    if (is_more_news(s, news)) {
        s->hit[s->hit_count - 1].at = news->at;
        s->hit[s->hit_count - 1].place = news->place;
    } else if (s->hit_count < SCAN_HITS_MAX / 2) {
        add_hit(s, news);
    } else {
        s->coverage.gave_up++;
    }
}

static void tell_of_hit(struct scan *s, const struct attempt *of)
{
    if (s->tells_why)
        tell_why(s, of->line, of->signature,
                 arena_printf(s->arena, "%s at %s, anchor '%.*s'",
                              of->detail ? "detail" : "pattern",
                              pos_text(s->arena, of->pattern->pos),
                              STR_ARGS(of->pattern->anchor)));
}

/* One of a flood leaves nothing behind. */
static void keep_hit(struct scan *s, const struct attempt *of,
                     const struct regex *re, struct str subject)
{
    struct arena brief;
    tell_of_hit(s, of);
    if (of->signature->recovers_count > 0 || !flood_is_on(s, of->signature)) {
        struct hit hit = hit_of(s, s->arena, of, re, subject);
        if (of->signature->recovers_count > 0)
            keep_news(s, &hit);
        else
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

/*
 * A line that somebody pads until a regex gives up is tried again without the
 * padding, and around the anchor only.
 */
#define SQUEEZE_BEFORE ((size_t)200)
#define SQUEEZE_AFTER  ((size_t)600)

static struct str squeeze(struct arena *a, struct str text, size_t anchor)
{
    size_t from = anchor > SQUEEZE_BEFORE ? anchor - SQUEEZE_BEFORE : 0;
    struct buf out;
    buf_init(&out, SQUEEZE_BEFORE + SQUEEZE_AFTER);
    for (size_t i = from; i < text.len && !out.full; i++) {
        char c = text.ptr[i] == '\t' ? ' ' : text.ptr[i];
        if (c != ' ' || out.len < 8 ||
            memcmp(out.ptr + out.len - 8, "        ", 8) != 0)
            buf_char(&out, c);
    }
    struct str squeezed = {buf_dup(a, &out), out.len};
    buf_release(&out);
    return squeezed;
}

static bool match_text(struct scan *s, const struct attempt *a,
                       struct regex **regex, struct str text)
{
    size_t at = str_find(text, a->pattern->anchor, 0);
    struct arena brief;
    if (at == text.len)
        return false;
    struct str subject = window(text, at);
    bool first = *regex == NULL;
    struct regex *re = opened(regex, a->pattern);
    enum regex_answer answer = regex_match(re, subject);
    s->coverage.interpreted += first && regex_is_interpreted(re);
    arena_init(&brief);
    if (answer == REGEX_GAVE_UP) {
        subject = squeeze(&brief, text, at);
        answer = regex_match(re, subject);
        if (answer != REGEX_YES)
            give_up(s, a->signature);
    }
    if (answer == REGEX_YES && !left_out(s, a->signature, a->line))
        keep_hit(s, a, re, subject);
    arena_release(&brief);
    return answer == REGEX_YES;
}

/* Only where a program may have begun to speak. */
static bool match_start(struct scan *s, const struct attempt *a,
                        struct regex **regex)
{
    struct starts starts;
    starts_read(&starts, a->line, 0);
    for (size_t i = 0; i < starts.count; i++)
        if (match_text(s, a, regex, starts.at[i]))
            return true;
    return false;
}

/* What a host put before it may be a part of what a signature asks for. */
static bool match_line(struct scan *s, const struct attempt *a,
                       struct regex **regex)
{
    const struct line *line = a->line;
    bool found = false;
    if (a->pattern->at_start)
        return match_start(s, a, regex);
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

void match_words(struct scan *s, const struct line *line,
                 const struct signature *signature)
{
    const struct attempt a = {.line = line,
                              .signature = signature,
                              .pattern = &signature->pattern[0]};
    if (left_out(s, signature, line))
        return;
    tell_of_hit(s, &a);
    const struct hit hit = hit_of(s, s->arena, &a, NULL, line->text);
    (void)append_hit(s, &hit); /* of floods nothing is known so late */
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
        .good = line->good,
        .shape = line->shape,
        .block = line->block,
        .passes_on = line->passes_on,
        .weak = line->weak,
        .said_last = line->said_last,
        .handed = line->handed,
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
           last->kind != MARK_MENTION && last->at.log == made->at.log &&
           last->events == s->hit_count + s->error_count &&
           strcmp(last->scope.process, made->scope.process) == 0 &&
           strcmp(last->scope.unit, made->scope.unit) == 0;
}

static void keep_mark(struct scan *s, const struct mark *made,
                      struct arena *brief)
{
    if (replaces(s, made)) {
        arena_release(brief);
        return;
    }
    if (s->mark_count == MARKS_MAX) {
        s->coverage.gave_up++;
        arena_release(brief);
        return;
    }
    arena_adopt(s->arena, brief);
    s->mark = arena_grow(s->arena, s->mark, s->mark_count, &s->mark_cap,
                         sizeof(*s->mark));
    s->mark[s->mark_count++] = *made;
}

static void add_named_mark(struct scan *s, const struct line *line,
                           enum mark_kind kind, struct str name)
{
    struct arena brief;
    arena_init(&brief);
    struct mark made = {
        .kind = kind,
        .at = position_of(line),
        .place = place_of(line),
        .scope = scope_of(&brief, line),
        .name = text_elide(&brief, name, 80),
        .events = s->hit_count + s->error_count,
    };
    keep_mark(s, &made, &brief);
}

void mark_add(struct scan *s, const struct line *line, enum mark_kind kind,
              const char *name)
{
    add_named_mark(s, line, kind, str_from(name));
}

/* Anywhere on a line; a deploy and its database only where a program speaks. */
static struct str find_mark(const struct line *line, size_t index)
{
    struct str literal = mark_literal(index);
    struct starts starts;
    if (mark_kind(index) < MARK_TARGET) {
        size_t at = str_find(line->text, literal, 0);
        return str_sub(line->text, at + literal.len, line->text.len);
    }
    starts_read(&starts, line, 0);
    for (size_t i = 0; i < starts.count; i++)
        if (str_starts(starts.at[i], literal))
            return str_sub(starts.at[i], literal.len, starts.at[i].len);
    return STR_NONE;
}

void match_mark(struct scan *s, const struct line *line, size_t index)
{
    if (mark_kind(index) == MARK_LEVEL)
        return;
    struct str rest = find_mark(line, index);
    if (rest.ptr == NULL)
        return;
    bool deploys = mark_host(index)[0] != '\0';
    add_named_mark(s, line, mark_kind(index),
                   deploys ? str_from(mark_host(index)) : str_trim(rest));
}
