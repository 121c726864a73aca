/* Responses kept in memory, and as JSON. */
#include <string.h>

#include "base/text.h"
#include "compare/prove/prove.h"

static struct str copy(struct arena *a, struct str s)
{
    return (struct str){str_dup(a, s), s.len};
}

static const char *copy_text(struct arena *a, const char *text)
{
    return text == NULL ? NULL : str_dup(a, str_from(text));
}

struct response response_copy(struct arena *a, const struct response *r)
{
    struct response out = *r;
    struct str *redirect =
        arena_array(a, r->redirect_count + 1, sizeof(*redirect));
    out.head = copy(a, r->head);
    out.body = copy(a, r->body);
    out.url = copy_text(a, r->url);
    out.ip = copy_text(a, r->ip);
    for (size_t i = 0; i < r->redirect_count; i++)
        redirect[i] = copy(a, r->redirect[i]);
    out.redirect = redirect;
    for (size_t i = 0; i < CERTIFICATE_FIELDS; i++)
        out.certificate[i] = copy_text(a, r->certificate[i]);
    return out;
}

static const char *clean(struct arena *a, struct redactor *redactor,
                         const char *text)
{
    return text == NULL ? NULL : redact(redactor, a, str_from(text)).ptr;
}

/* Would the way out find a part of a secret in it, and spoil it? */
static bool is_spoilt(struct arena *a, struct redactor *redactor,
                      const char *text)
{
    const char *form = arena_printf(a, "[\"%s\"]", text);
    return !str_is(redact_known(redactor, a, str_from(form)), form);
}

static const char *encode(struct arena *a, struct redactor *redactor,
                          struct str body)
{
    struct buf text;
    struct str safe = redact(redactor, a, body);
    buf_init(&text, safe.len * 2 + 100);
    text_base64(&text, safe);
    if (is_spoilt(a, redactor, buf_dup(a, &text))) {
        buf_clear(&text);
        text_base64(&text, STR(REDACTED));
    }
    return buf_take(a, &text);
}

static struct recorded record(struct arena *a, const struct answer_of *answer,
                              struct redactor *redactor)
{
    const struct response *r = &answer->response;
    const char **certificate =
        arena_array(a, CERTIFICATE_FIELDS, sizeof(const char *));
    for (size_t i = 0; i < CERTIFICATE_FIELDS; i++)
        certificate[i] = r->certificate[i] == NULL ? "" : r->certificate[i];
    return (struct recorded){
        .check = answer->id,
        .status = r->status,
        .head = clean(a, redactor, str_dup(a, r->head)),
        .body = encode(a, redactor, r->body),
        .content_type = clean(a, redactor, answer->content_type),
        .http_version = r->http_version,
        .url = clean(a, redactor, r->url),
        .ip = r->ip,
        .duration_us = r->duration_us,
        .exit_code = r->exit_code,
        .now_ms = r->now_ms,
        .certificate = certificate,
        .certificate_count = CERTIFICATE_FIELDS,
    };
}

void recording_write(struct buf *out, struct arena *a,
                     const struct answer_of *answer, size_t count,
                     struct redactor *redactor)
{
    struct recording r = {.schema = RECORDING_SCHEMA,
                          .recorded =
                              arena_array(a, count + 1, sizeof(*r.recorded))};
    for (size_t i = 0; i < count; i++)
        if (answer[i].whole)
            r.recorded[r.recorded_count++] = record(a, &answer[i], redactor);
    shape_write(out, &recording_shape, &r);
    buf_char(out, '\n');
}

bool recording_read(struct recording *out, struct arena *a,
                    const struct source *source, struct err *e)
{
    return shape_read(out, a, &recording_shape, &recording_format, source, e);
}

bool recording_answer(struct answer_of *out, struct arena *a,
                      const struct recorded *r, const struct check *check)
{
    struct buf body;
    buf_init(&body, strlen(r->body == NULL ? "" : r->body) + 1);
    bool ok = r->body == NULL || text_from_base64(&body, str_from(r->body));
    *out = (struct answer_of){
        .check = check,
        .id = check->id,
        .whole = true,
        .content_type = r->content_type,
        .response = {.status = r->status,
                     .head = str_from(r->head == NULL ? "" : r->head),
                     .body = {buf_dup(a, &body), body.len},
                     .http_version = r->http_version,
                     .url = r->url == NULL ? check->url : r->url,
                     .ip = r->ip,
                     .duration_us = r->duration_us,
                     .exit_code = r->exit_code,
                     .now_ms = r->now_ms},
    };
    for (size_t i = 0; i < r->certificate_count && i < CERTIFICATE_FIELDS; i++)
        if (r->certificate[i] != NULL && r->certificate[i][0] != '\0')
            out->response.certificate[i] = r->certificate[i];
    buf_release(&body);
    return ok;
}
