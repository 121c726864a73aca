/* Signatures on one line: the regex runs only where its anchor stands. */
#include <string.h>

#include "base/clock.h"
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

static struct hit *add_hit(struct scan *s, const struct line *line,
                           const struct signature *signature,
                           const struct pattern *pattern, bool detail)
{
    if (s->hit_count >= SCAN_HITS_MAX) {
        s->coverage.gave_up++;
        return NULL;
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
        .in_good = line->in_good,
    };
    return hit;
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

static bool match_one(struct scan *s, const struct line *line,
                      const struct signature *signature, size_t index,
                      struct regex *regex, size_t anchor)
{
    bool detail = index >= signature->pattern_count;
    const struct pattern *p =
        detail ? &signature->detail[index - signature->pattern_count]
               : &signature->pattern[index];
    struct str subject = window(line->text, anchor);
    enum regex_answer answer = regex_match(regex, subject);
    if (answer == REGEX_GAVE_UP)
        s->coverage.gave_up++;
    if (answer != REGEX_YES)
        return false;
    if (s->catalogue->suppression_count > 0 &&
        is_suppressed(s->catalogue, signature->id, line->text,
                      clock_wall_ms())) {
        s->coverage.suppressed++;
        return true;
    }
    if (signature->opens_scope && !detail)
        s->region++;
    struct hit *hit = add_hit(s, line, signature, p, detail);
    if (hit != NULL)
        read_captures(s, regex, subject, hit);
    return true;
}

bool match_signature(struct scan *s, const struct line *line,
                     const struct signature *signature, struct regex **regex,
                     const uint32_t *anchor)
{
    size_t count = signature->pattern_count + signature->detail_count;
    for (size_t i = 0; i < count; i++) {
        const struct pattern *p =
            i < signature->pattern_count
                ? &signature->pattern[i]
                : &signature->detail[i - signature->pattern_count];
        size_t at =
            anchor == NULL ? str_find(line->text, p->anchor, 0) : anchor[i];
        if (at < line->text.len &&
            match_one(s, line, signature, i, opened(&regex[i], p), at))
            return true;
    }
    return false;
}

void match_error(struct scan *s, const struct line *line, bool explained)
{
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
        .in_good = line->in_good,
    };
}
