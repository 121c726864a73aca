/* A payload as the body of a POST. */
#include <string.h>

#include "base/text.h"
#include "watch/notify/sending.h"

static size_t take(char *ptr, size_t size, size_t count, void *context)
{
    struct lane *l = context;
    size_t n = size * count;
    l->received += n;
    buf_add(&l->answer, ptr, n);
    return l->received > ANSWER_MAX ? 0 : n;
}

static size_t take_header(char *ptr, size_t size, size_t count, void *context)
{
    struct lane *l = context;
    (void)ptr;
    l->received += size * count;
    return l->received > ANSWER_MAX ? 0 : size * count;
}

bool transfer_set(struct lane *l)
{
    const struct receiver *to = l->to;
    CURLcode rc = curl_easy_setopt(l->easy, CURLOPT_PRIVATE, l);
    rc |= curl_easy_setopt(l->easy, CURLOPT_ERRORBUFFER, l->said_by_curl);
    rc |= curl_easy_setopt(l->easy, CURLOPT_NOSIGNAL, 1L);
    rc |= curl_easy_setopt(l->easy, CURLOPT_PROXY, "");
    rc |= curl_easy_setopt(l->easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    rc |= curl_easy_setopt(l->easy, CURLOPT_FOLLOWLOCATION, 0L);
    rc |= curl_easy_setopt(l->easy, CURLOPT_FRESH_CONNECT, 1L);
    rc |= curl_easy_setopt(l->easy, CURLOPT_FORBID_REUSE, 1L);
    rc |= curl_easy_setopt(l->easy, CURLOPT_QUICK_EXIT, 1L);
    rc |= curl_easy_setopt(l->easy, CURLOPT_WRITEFUNCTION, take);
    rc |= curl_easy_setopt(l->easy, CURLOPT_WRITEDATA, l);
    if (to->ca != NULL) {
        rc |= curl_easy_setopt(l->easy, CURLOPT_CAINFO, to->ca);
        rc |= curl_easy_setopt(l->easy, CURLOPT_CAPATH, NULL);
    }
    return rc == CURLE_OK;
}

static bool add(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*list, line);
    if (longer != NULL)
        *list = longer;
    return longer != NULL;
}

static bool has_header(const struct receiver *to, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < to->header_count; i++)
        if (str_equal_nocase(str_sub(str_from(to->header[i]), 0, n),
                             str_from(name)))
            return true;
    return false;
}

/* The key is ours at each attempt: no header of the definition replaces it. */
static bool set_headers(struct lane *l)
{
    static const char key[] = "Idempotency-Key:";
    const struct receiver *to = l->to;
    bool ok =
        add(&l->headers, arena_printf(&l->arena, "%s %s", key, l->notice->key));
    for (size_t i = 0; ok && i < to->header_count; i++)
        if (!str_equal_nocase(str_sub(str_from(to->header[i]), 0, strlen(key)),
                              str_from(key)))
            ok = add(&l->headers, to->header[i]);
    if (!has_header(to, "Content-Type:"))
        ok = ok && add(&l->headers, "Content-Type: application/json");
    if (!has_header(to, "User-Agent:"))
        ok = ok && add(&l->headers, "User-Agent: postflight");
    return ok && add(&l->headers, "Expect:") &&
           curl_easy_setopt(l->easy, CURLOPT_HTTPHEADER, l->headers) ==
               CURLE_OK;
}

bool http_prepare(struct lane *l)
{
    CURLcode rc = CURLE_OK;
    l->easy = curl_easy_init();
    if (l->easy == NULL || !transfer_set(l))
        return false;
    rc |= curl_easy_setopt(l->easy, CURLOPT_URL, l->to->url);
    rc |= curl_easy_setopt(l->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    rc |= curl_easy_setopt(l->easy, CURLOPT_HTTP_VERSION,
                           (long)CURL_HTTP_VERSION_1_1);
    rc |= curl_easy_setopt(l->easy, CURLOPT_POSTFIELDS, l->message.ptr);
    rc |= curl_easy_setopt(l->easy, CURLOPT_POSTFIELDSIZE_LARGE,
                           (curl_off_t)l->message.len);
    rc |= curl_easy_setopt(l->easy, CURLOPT_HEADERFUNCTION, take_header);
    rc |= curl_easy_setopt(l->easy, CURLOPT_HEADERDATA, l);
    return rc == CURLE_OK && set_headers(l);
}

/* The longest of them: there can be several. */
static int64_t retry_after_ms(struct lane *l, int64_t now_ms)
{
    int64_t longest = -1;
    struct curl_header *h = NULL;
    for (size_t i = 0; curl_easy_header(l->easy, "Retry-After", i, CURLH_HEADER,
                                        -1, &h) == CURLHE_OK;
         i++) {
        int64_t ms = outcome_retry_after_ms(str_from(h->value), now_ms);
        longest = ms > longest ? ms : longest;
    }
    return longest;
}

/* What was accepted must not be sent again, however its answer went on. */
void http_judge(struct attempt *out, struct lane *l, CURLcode code)
{
    long status = 0;
    curl_easy_getinfo(l->easy, CURLINFO_RESPONSE_CODE, &status);
    out->outcome = outcome_of_status(status);
    if (out->outcome == OUTCOME_ACCEPTED)
        return;
    if (status < 200) {
        out->error = sending_error(l, curl_easy_strerror(code),
                                   str_from(l->said_by_curl));
        return;
    }
    out->retry_after_ms = retry_after_ms(l, out->now_ms);
    out->error = sending_error(l, arena_printf(&l->arena, "status %ld", status),
                               buf_view(&l->answer));
}

const char *http_accepted(struct lane *l)
{
    long status = 0;
    curl_easy_getinfo(l->easy, CURLINFO_RESPONSE_CODE, &status);
    return arena_printf(&l->arena, "status %ld", status);
}
