/*
 * Signatures on one line. The anchor is looked for first; only where it
 * stands does the regex run, so a line without anchors costs no regex call.
 */
#include <string.h>

#include "base/regex.h"
#include "base/text.h"
#include "scan/internal.h"

static void read_captures(struct scan *s, const struct regex *re,
                          struct str text, struct hit *hit)
{
    size_t names = regex_name_count(re);
    hit->capture = arena_array(s->arena, names + 1, sizeof(*hit->capture));
    for (size_t i = 0; i < names; i++) {
        unsigned group;
        const char *name = regex_name(re, i, &group);
        struct str value = regex_group(re, text, group);
        if (value.len == 0)
            continue;
        hit->capture[hit->capture_count++] =
            (struct shape_pair){.name = arena_dup(s->arena, name, strlen(name)),
                                .value = text_elide(s->arena, value, 200)};
    }
}

static struct place place_of(const struct line *line)
{
    return (struct place){line->file, line->number, line->offset,
                          line->time_ms};
}

static void add_hit(struct scan *s, const struct line *line,
                    const struct signature *signature,
                    const struct pattern *pattern, bool detail)
{
    if (s->hit_count >= SCAN_HITS_MAX) {
        s->coverage.gave_up++;
        return;
    }
    s->hit = arena_grow(s->arena, s->hit, s->hit_count, &s->hit_cap,
                        sizeof(*s->hit));
    struct hit *hit = &s->hit[s->hit_count++];
    *hit = (struct hit){
        .signature = signature,
        .pattern = pattern,
        .detail = detail,
        .sequence = line->sequence,
        .place = place_of(line),
        .text = text_elide(s->arena, line->text, EVIDENCE_TEXT_MAX),
        .scope = str_dup(s->arena, line->scope),
        .region = s->region,
    };
    read_captures(s, pattern->regex, line->text, hit);
}

static bool matches(struct scan *s, const struct pattern *p, struct str text)
{
    if (p->anchor.len > text.len || str_find(text, p->anchor, 0) == text.len)
        return false;
    enum regex_answer answer = regex_match(p->regex, text);
    if (answer == REGEX_GAVE_UP)
        s->coverage.gave_up++;
    return answer == REGEX_YES;
}

/* One hit a line from each list: the first pattern that fits. */
static bool match_any(struct scan *s, const struct line *line,
                      const struct signature *signature, bool detail)
{
    const struct pattern *p = detail ? signature->detail : signature->pattern;
    size_t count = detail ? signature->detail_count : signature->pattern_count;
    for (size_t i = 0; i < count; i++) {
        if (!matches(s, &p[i], line->text))
            continue;
        if (signature->opens_scope && !detail)
            s->region++;
        add_hit(s, line, signature, &p[i], detail);
        return true;
    }
    return false;
}

void match_line(struct scan *s, const struct line *line)
{
    bool explained = false;
    for (size_t i = 0; i < s->catalogue->count; i++) {
        const struct signature *signature = &s->catalogue->signature[i];
        bool main = match_any(s, line, signature, false);
        bool detail = !main && match_any(s, line, signature, true);
        explained = explained || main || detail;
    }
    if (!line->error)
        return;
    if (s->error_count >= SCAN_HITS_MAX) {
        s->coverage.gave_up++;
        return;
    }
    s->error = arena_grow(s->arena, s->error, s->error_count, &s->error_cap,
                          sizeof(*s->error));
    s->error[s->error_count++] = (struct error_line){
        .sequence = line->sequence,
        .place = place_of(line),
        .text = text_elide(s->arena, line->text, EVIDENCE_TEXT_MAX),
        .scope = str_dup(s->arena, line->scope),
        .region = s->region,
        .database = line->database,
        .explained = explained,
    };
}
