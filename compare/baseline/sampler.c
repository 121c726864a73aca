/* Rounds of results and responses into what was served. */
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "compare/baseline/internal.h"

/* What the last response of a check said, until its result comes. */
struct pending {
    bool there;
    struct arena arena; /* of its texts */
    struct str head, body;
    struct sampled_certificate certificate;
    struct str *redirect;
    size_t redirect_count;
};

struct sampler {
    struct arena *arena;
    struct sampled_check *check;
    struct pending *pending;
    size_t count;
    struct clock_anchor clock;
};

struct sampler *sampler_open(struct arena *a, const struct check *checks,
                             size_t count)
{
    struct sampler *s = arena_alloc(a, sizeof(*s));
    *s = (struct sampler){
        .arena = a,
        .check = arena_array(a, count + 1, sizeof(*s->check)),
        .pending = arena_array(a, count + 1, sizeof(*s->pending)),
        .count = count,
        .clock = clock_anchor(),
    };
    for (size_t i = 0; i < count; i++)
        arena_init(&s->pending[i].arena);
    for (size_t i = 0; i < count; i++)
        s->check[i] = (struct sampled_check){
            .id = checks[i].id, .title = checks[i].title, .url = checks[i].url};
    return s;
}

static const char *keep(struct arena *a, const char *text)
{
    return text == NULL ? NULL : text_elide(a, str_from(text), 500);
}

static int64_t date_of(const char *text)
{
    int64_t ms = 0;
    if (text == NULL || !clock_parse_format(str_from(text), CLOCK_OPENSSL, &ms))
        return 0;
    return ms;
}

static struct str copy(struct arena *a, struct str s)
{
    return (struct str){str_dup(a, s), s.len};
}

void sampler_response(struct sampler *s, size_t index, const struct response *r)
{
    struct pending *p = &s->pending[index];
    struct arena *a = &p->arena;
    const char *const *field = r->certificate;
    arena_release(a);
    p->there = true;
    p->head = copy(a, r->head);
    p->body = copy(a, r->body);
    p->certificate = (struct sampled_certificate){
        .subject = keep(a, field[CERTIFICATE_SUBJECT]),
        .issuer = keep(a, field[CERTIFICATE_ISSUER]),
        .serial = keep(a, field[CERTIFICATE_SERIAL_NUMBER]),
        .names = keep(a, field[CERTIFICATE_ALT_NAME]),
        .expires_ms = date_of(field[CERTIFICATE_EXPIRE_DATE])};
    p->redirect = arena_array(a, r->redirect_count + 1, sizeof(struct str));
    p->redirect_count = r->redirect_count;
    for (size_t i = 0; i < r->redirect_count; i++)
        p->redirect[i] = copy(a, r->redirect[i]);
}

static void add_body(struct sampled_check *c, struct arena *a, struct str body)
{
    struct source source = {"body", body};
    struct err e = {.set = false};
    cJSON *json = NULL;
    if (!json_parse(&json, &source, &e))
        return;
    members_add(c, a, json);
    cJSON_Delete(json);
}

/* Errors have bodies of their own: only what passed tells the shape. */
static void use_pending(struct sampled_check *c, struct arena *a,
                        const struct pending *p)
{
    c->answers++;
    headers_add(c, a, p->head);
    add_body(c, a, p->body);
    if (p->certificate.expires_ms != 0)
        c->certificate = (struct sampled_certificate){
            .subject = keep(a, p->certificate.subject),
            .issuer = keep(a, p->certificate.issuer),
            .serial = keep(a, p->certificate.serial),
            .names = keep(a, p->certificate.names),
            .expires_ms = p->certificate.expires_ms};
    c->redirect = arena_array(a, p->redirect_count + 1, sizeof(const char *));
    c->redirect_count = p->redirect_count;
    for (size_t i = 0; i < p->redirect_count; i++)
        c->redirect[i] = str_dup(a, p->redirect[i]);
}

void sampler_result(struct sampler *s, size_t index, const struct result *r)
{
    struct sampled_check *c = &s->check[index];
    bool passed = r->status == STATUS_PASS || r->status == STATUS_DEGRADED;
    c->sample = arena_grow(s->arena, c->sample, c->sample_count, &c->sample_cap,
                           sizeof(*c->sample));
    c->sample[c->sample_count++] =
        (struct sampled_answer){.status = r->status,
                                .http_status = r->http_status,
                                .duration_us = r->duration_us,
                                .identity = keep(s->arena, r->identity)};
    if (passed && s->pending[index].there)
        use_pending(c, s->arena, &s->pending[index]);
    s->pending[index].there = false;
    arena_release(&s->pending[index].arena);
}

void sampler_close(struct sampler *s)
{
    for (size_t i = 0; s != NULL && i < s->count; i++)
        arena_release(&s->pending[i].arena);
}

bool sampler_may_repeat(const struct check *c)
{
    return c->late == NULL && kind_only_reads(c);
}

void sampler_finish(struct baseline *out, struct sampler *s)
{
    for (size_t i = 0; i < s->count; i++)
        members_count_places(&s->check[i], s->arena);
    *out = (struct baseline){.schema = BASELINE_SCHEMA,
                             .started_ms = s->clock.wall_ms,
                             .finished_ms = clock_anchored_ms(&s->clock),
                             .check = s->check,
                             .check_count = s->count};
}
