/*
 * Redirects, followed by us (RFC 9110, section 15.4): libcurl would take
 * custom headers along to other hosts, merge the hops' headers and try ftp.
 */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "probe/transfer.h"

static struct str find_location(const struct transfer *t)
{
    struct str head = buf_view(&t->head);
    while (head.len > 0) {
        struct str value;
        struct str line = str_trim(str_cut(head, '\n', &head));
        if (str_equal_nocase(str_cut(line, ':', &value), STR("location")))
            return str_trim(value);
    }
    return STR_NONE;
}

static bool is_redirect(int64_t status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 ||
           status == 308;
}

static void keep_hop(struct transfer *t, struct arena *run)
{
    struct result *r = t->result;
    const char *subject = t->response.certificate[CERTIFICATE_SUBJECT];
    r->hop =
        arena_grow(run, r->hop, r->hop_count, &r->hop_cap, sizeof(*r->hop));
    r->hop[r->hop_count++] = (struct hop){
        .url = t->request.url,
        .status = r->http_status,
        .duration_us = r->duration_us - t->course.hops_us,
        .timing = r->timing,
        .address = r->address,
        .certificate =
            subject == NULL ? NULL : text_elide(run, str_from(subject), 200),
        .certificate_ends_ms = certificate_end_ms(&t->response)};
}

static enum next refuse(struct transfer *t, const char *message)
{
    t->result->answered = false;
    t->result->status = STATUS_FAIL;
    t->result->cause = CAUSE_REDIRECT;
    t->result->message = message;
    return NEXT_FINISH;
}

static char *part_of(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    if (curl_url_get(url, part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK)
        return NULL;
    return text;
}

static bool same_part(CURLU *a, CURLU *b, CURLUPart part)
{
    char *x = part_of(a, part), *y = part_of(b, part);
    bool same =
        x != NULL && y != NULL && str_equal_nocase(str_from(x), str_from(y));
    curl_free(x);
    curl_free(y);
    return same;
}

/* Scheme, host and port: what credentials belong to (RFC 6454). */
static bool same_origin(CURLU *a, CURLU *b)
{
    return same_part(a, b, CURLUPART_SCHEME) &&
           same_part(a, b, CURLUPART_HOST) && same_part(a, b, CURLUPART_PORT);
}

static bool is_http(CURLU *url)
{
    char *scheme = part_of(url, CURLUPART_SCHEME);
    bool http = scheme != NULL &&
                (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
    curl_free(scheme);
    return http;
}

/* What describes a body goes with it. */
static void drop_body(struct request *q, struct arena *run)
{
    struct header *kept = arena_array(run, q->header_count + 1, sizeof(*kept));
    size_t count = 0;
    for (size_t i = 0; i < q->header_count; i++) {
        struct str name = str_sub(str_from(q->header[i].name), 0, 8);
        if (!str_equal_nocase(name, STR("content-")))
            kept[count++] = q->header[i];
    }
    q->header = kept;
    q->header_count = count;
    q->body = NULL;
}

static void set_method(struct request *q, struct arena *run, int64_t status)
{
    bool head = strcmp(q->method, "HEAD") == 0;
    bool post = strcmp(q->method, "POST") == 0;
    if (head || !(status == 303 || (post && status <= 302)))
        return;
    q->method = "GET";
    drop_body(q, run);
}

static bool was_here(const struct transfer *t, const char *url)
{
    if (t->check->transport.cookie_jar)
        return false; /* a login may come back to where it began */
    if (strcmp(url, t->check->url) == 0)
        return true;
    for (size_t i = 0; i < t->course.redirect_count; i++)
        if (str_is(t->course.redirect[i], url))
            return true;
    return false;
}

void hop_keep_cookies(struct transfer *t)
{
    if (!t->check->transport.cookie_jar)
        return;
    if (!exchange_wanted(t)) { /* libcurl read them by the wall clock */
        struct arena a;
        struct target from;
        arena_init(&a);
        (void)target_of_url(&from, &a, t->request.url);
        jar_take(t->easy, &from, buf_view(&t->head), transfer_now_ms(t));
        arena_release(&a);
    }
    curl_slist_free_all(t->cookies);
    t->cookies = NULL;
    curl_easy_getinfo(t->easy, CURLINFO_COOKIELIST, &t->cookies);
}

static enum next go_on(struct transfer *t, struct arena *run, const char *url,
                       bool same)
{
    struct course *c = &t->course;
    struct request next = t->request;
    set_method(&next, run, t->result->http_status);
    next.url = url;
    if (!same) {
        next.header_count = 0;
        next.foreign = true;
    }
    if (!same && next.body != NULL)
        return refuse(t,
                      arena_printf(run, "the body would go to another host: %s",
                                   text_elide(run, str_from(url), 200)));
    if (was_here(t, url) && strcmp(next.method, t->request.method) == 0)
        return refuse(t, arena_printf(run, "a redirect loop, back to %s",
                                      text_elide(run, str_from(url), 200)));
    c->redirect = arena_grow(run, c->redirect, c->redirect_count,
                             &c->redirect_cap, sizeof(*c->redirect));
    c->redirect[c->redirect_count++] = str_from(url);
    c->hops_us = t->result->duration_us;
    int64_t left = t->check->timeout_ms - c->hops_us / 1000;
    c->timeout_ms = left < c->timeout_ms ? left : c->timeout_ms;
    if (c->timeout_ms < 1)
        c->timeout_ms = 1;
    hop_keep_cookies(t);
    t->request = next;
    buf_clear(&t->head);
    buf_clear(&t->body);
    return NEXT_HOP;
}

static enum next follow(struct transfer *t, struct arena *run,
                        struct str location)
{
    CURLU *from = curl_url(), *to = curl_url();
    char *url = NULL;
    enum next next;
    const char *shown = text_elide(run, location, 200);
    bool ok =
        curl_url_set(from, CURLUPART_URL, t->request.url, 0) == CURLUE_OK &&
        curl_url_set(to, CURLUPART_URL, t->request.url, 0) == CURLUE_OK &&
        curl_url_set(to, CURLUPART_URL, str_dup(run, location),
                     CURLU_URLENCODE | CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
        curl_url_set(to, CURLUPART_FRAGMENT, NULL, 0) == CURLUE_OK &&
        curl_url_get(to, CURLUPART_URL, &url, 0) == CURLUE_OK;
    if (!ok)
        next = refuse(
            t, arena_printf(run, "redirects to what is no URL: %s", shown));
    else if (!is_http(to))
        next = refuse(t, arena_printf(run,
                                      "redirects to neither http nor https: %s",
                                      shown));
    else
        next =
            go_on(t, run, str_dup(run, str_from(url)), same_origin(from, to));
    curl_free(url);
    curl_url_cleanup(from);
    curl_url_cleanup(to);
    return next;
}

enum next hop_next(struct transfer *t, struct arena *run)
{
    int64_t most = t->check->redirects;
    struct str location = find_location(t);
    bool redirects =
        most > 0 && is_redirect(t->result->http_status) && location.len > 0;
    if (redirects || t->course.redirect_count > 0)
        keep_hop(t, run);
    if (!redirects)
        return NEXT_FINISH;
    if ((int64_t)t->course.redirect_count == most)
        return refuse(t, arena_printf(run,
                                      "more than %lld redirects, the last to "
                                      "%s",
                                      (long long)most,
                                      text_elide(run, location, 200)));
    return follow(t, run, location);
}
