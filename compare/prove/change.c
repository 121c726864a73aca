/* The ways in which answers break. */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "compare/prove/internal.h"

#define SLOWER_US INT64_C(5000000)
#define DAY_MS    INT64_C(86400000)

static const char page[] = "<!doctype html><html><head><title>Welcome</title>"
                           "</head><body><p>It works!</p></body></html>";

static bool change_status(struct changed *out, struct arena *a,
                          const struct answer_of *answer)
{
    struct response *r = &out->response;
    struct str rest;
    (void)str_cut(r->head, '\n', &rest);
    if (!kind_answers(answer->check->kind, QUERY_STATUS) || r->status == 500)
        return false;
    r->status = 500;
    r->head = str_from(arena_printf(
        a, "HTTP/1.1 500 Internal Server Error\r\n%.*s", STR_ARGS(rest)));
    out->text = "status 500";
    return true;
}

static bool change_page(struct changed *out, struct arena *a,
                        const struct answer_of *answer)
{
    if (!kind_of(answer->check->kind)->has_url ||
        strcmp(answer->check->method, "HEAD") == 0)
        return false;
    out->response.status = 200;
    out->response.body = STR(page);
    out->response.head = str_from(
        arena_printf(a, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"));
    out->content_type = "text/html";
    out->text = "an HTML page instead, with status 200";
    return true;
}

/* As OpenSSL writes dates: "Nov 21 07:05:09 2026 GMT" */
static const char *certificate_date(struct arena *a, int64_t ms)
{
    static const char *const month[] = {"Jan", "Feb", "Mar", "Apr",
                                        "May", "Jun", "Jul", "Aug",
                                        "Sep", "Oct", "Nov", "Dec"};
    struct buf text;
    uint64_t number = 1;
    buf_init(&text, 60);
    clock_format(&text, ms); /* 2026-11-21T07:05:09.000Z */
    struct str t = buf_view(&text);
    if (!text_to_u64(str_sub(t, 5, 2), 12, &number) || number == 0)
        number = 1;
    const char *date =
        arena_printf(a, "%s %.2s %.8s %.4s GMT", month[number - 1], t.ptr + 8,
                     t.ptr + 11, t.ptr);
    buf_release(&text);
    return date;
}

static bool change_expiry(struct changed *out, struct arena *a,
                          const struct answer_of *answer)
{
    static const int end[] = {CERTIFICATE_EXPIRE_DATE,
                              CERTIFICATE_CHAIN_EXPIRE_DATE,
                              CERTIFICATE_VERIFIED_EXPIRE_DATE};
    const char *date =
        certificate_date(a, answer->response.now_ms + DAY_MS + DAY_MS / 2);
    if (strncmp(answer->check->url, "https:", 6) != 0 &&
        !kind_of(answer->check->kind)->speaks_tls)
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(end); i++)
        if (out->response.certificate[end[i]] != NULL)
            out->response.certificate[end[i]] = date;
    out->text = "the certificate ends tomorrow";
    return true;
}

static bool change_exit(struct changed *out, const struct answer_of *answer)
{
    if (!kind_answers(answer->check->kind, QUERY_EXIT))
        return false;
    out->response.exit_code = 2;
    out->text = "exit code 2";
    return true;
}

static bool change_slow(struct changed *out)
{
    out->response.duration_us += SLOWER_US;
    out->response.timing.wait_us += SLOWER_US;
    out->text = "takes 5 s longer";
    return true;
}

static bool change_empty(struct changed *out)
{
    if (out->response.body.len == 0)
        return false;
    out->response.body = STR("");
    out->text = "an empty body";
    return true;
}

bool change_whole(struct changed *out, struct arena *a,
                  const struct answer_of *answer, enum change change)
{
    *out = (struct changed){.content_type = answer->content_type,
                            .response = answer->response};
    switch (change) {
    case CHANGE_STATUS:
        return change_status(out, a, answer);
    case CHANGE_EMPTY:
        return change_empty(out);
    case CHANGE_PAGE:
        return change_page(out, a, answer);
    case CHANGE_SLOW:
        return change_slow(out);
    case CHANGE_EXPIRY:
        return change_expiry(out, a, answer);
    case CHANGE_EXIT:
        return change_exit(out, answer);
    case CHANGE_BUILD:
        out->text = "another build answers";
        return kind_answers(answer->check->kind, QUERY_STATUS);
    case CHANGE_KINDS:
    case CHANGE_REMOVED:
    case CHANGE_VALUE:
        break;
    }
    return false;
}
