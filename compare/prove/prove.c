/* Every change of every answer, judged; who would have noticed. */
#include "compare/prove/prove.h"

#include <string.h>

#include "base/text.h"
#include "compare/prove/internal.h"
#include "expect/expect.h"

struct proving {
    struct arena *arena, scratch; /* scratch: of one change */
    const struct answer_of *answer;
    size_t count;
    struct proved *proved;
};

static bool is_good(int status)
{
    return status == STATUS_PASS || status == STATUS_DEGRADED;
}

/* As it came: the status, and the build. */
static struct result judge(struct arena *a, const struct check *check,
                           const char *content_type,
                           const struct response *response)
{
    struct result r = {.content_type = content_type, .cause = -1, .phase = -1};
    expect_judge(&r, a, check, response);
    if (is_good(r.status) && response->duration_us > check->timeout_ms * 1000)
        r.status = STATUS_FAIL;
    return r;
}

static int goodness(int status)
{
    return is_good(status) + (status == STATUS_PASS);
}

static bool same_text(const char *a, const char *b)
{
    return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

static bool notices_body(struct arena *a, const struct check *check,
                         const struct changed *c, const struct result *before)
{
    struct result now = judge(a, check, c->content_type, &c->response);
    return goodness(now.status) < goodness(before->status) ||
           !same_text(now.identity, before->identity);
}

static bool notices(struct proving *p, const struct check *check,
                    const struct answer_of *answer, const struct changed *c,
                    enum change change)
{
    struct result before =
        judge(&p->scratch, check, answer->content_type, &answer->response);
    struct changed other = *c;
    if (change == CHANGE_BUILD)
        return before.identity != NULL;
    if (notices_body(&p->scratch, check, c, &before))
        return true;
    other.response.body = c->other;
    return c->other.ptr != NULL &&
           notices_body(&p->scratch, check, &other, &before);
}

/* The same thing asked: then what one check overlooks another may see. */
static bool same_request(const struct answer_of *a, const struct answer_of *b)
{
    return a->check->kind == b->check->kind &&
           strcmp(a->check->url, b->check->url) == 0 &&
           strcmp(a->check->method, b->check->method) == 0 &&
           same_text(a->check->body, b->check->body);
}

static bool anybody_notices(struct proving *p, const struct answer_of *answer,
                            const struct changed *c, enum change change)
{
    for (size_t i = 0; i < p->count; i++)
        if (same_request(answer, &p->answer[i]) &&
            notices(p, p->answer[i].check, answer, c, change))
            return true;
    return false;
}

static void count(struct proving *p, const struct answer_of *answer,
                  const struct changed *c, enum change change)
{
    struct proved *out = p->proved;
    out->changes++;
    if (anybody_notices(p, answer, c, change)) {
        out->noticed++;
        return;
    }
    out->unnoticed = arena_grow(p->arena, out->unnoticed, out->unnoticed_count,
                                &out->unnoticed_cap, sizeof(*out->unnoticed));
    out->unnoticed[out->unnoticed_count++] = (struct unnoticed){
        c->text,
        c->path == NULL ? NULL : arena_dup(p->arena, c->path, strlen(c->path))};
}

static void begin_change(struct proving *p)
{
    arena_release(&p->scratch);
    arena_init(&p->scratch);
}

static void change_members(struct proving *p, const struct answer_of *answer)
{
    static const enum change kind[] = {CHANGE_REMOVED, CHANGE_VALUE};
    struct changed c;
    for (size_t i = 0; p->proved->changes < PROOF_CHANGES_MAX; i++)
        for (size_t k = 0; k < ARRAY_COUNT(kind); k++) {
            begin_change(p);
            if (!change_member(&c, &p->scratch, answer, i, kind[k]))
                return;
            if (c.text != NULL)
                count(p, answer, &c, kind[k]);
        }
}

static void prove(struct proving *p, const struct answer_of *answer)
{
    struct changed c;
    for (int k = 0; k < CHANGE_KINDS; k++) {
        begin_change(p);
        if (change_whole(&c, &p->scratch, answer, (enum change)k))
            count(p, answer, &c, (enum change)k);
    }
    change_members(p, answer);
}

static const char *request_text(struct arena *a, const struct check *c)
{
    return kind_of(c->kind)->has_url
               ? arena_printf(a, "%s %s", c->method, c->url)
               : c->url;
}

static bool came_before(const struct proving *p, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (same_request(&p->answer[i], &p->answer[index]))
            return true;
    return false;
}

void proof_make(struct proof *out, struct arena *a,
                const struct answer_of *answer, size_t answers)
{
    struct proving p = {.arena = a, .answer = answer, .count = answers};
    *out = (struct proof){
        .schema = PROOF_SCHEMA,
        .proved = arena_array(a, answers + 1, sizeof(*out->proved))};
    arena_init(&p.scratch);
    for (size_t i = 0; i < answers; i++) {
        if (came_before(&p, i))
            continue;
        p.proved = &out->proved[out->proved_count++];
        *p.proved = (struct proved){
            .check = answer[i].id, .request = request_text(a, answer[i].check)};
        begin_change(&p);
        if (is_good(judge(&p.scratch, answer[i].check, answer[i].content_type,
                          &answer[i].response)
                        .status))
            prove(&p, &answer[i]);
        else
            p.proved->skipped = "the answer did not pass as it was";
        out->changes += p.proved->changes;
        out->noticed += p.proved->noticed;
    }
    arena_release(&p.scratch);
    if (out->changes > 0)
        out->score_ppm = out->noticed * 1000000 / out->changes;
}
