/*
 * An answer that failed, and that the service did not give: a bot wall before
 * it, or our own proxy. A login on another host is the service's failure, but
 * the message says where it leads.
 */
#include <string.h>

#include "base/text.h"
#include "expect/found.h"

/*
 * A wall is known by all that its row names: one of the statuses, a header
 * whose value begins so, each text in the body. A service's own 403 or 503
 * has none of these.
 */
struct wall {
    const char *name;
    int status[3]; /* none: any */
    const char *header, *value;
    const char *text[2];
};

static const struct wall wall_row[] = {
    /* developers.cloudflare.com: "Detect a Challenge Page response" */
    {"Cloudflare", {0}, "cf-mitigated", "challenge", {NULL}},
    {"Cloudflare",
     {403, 429, 503},
     "server",
     "cloudflare",
     {"<title>Just a moment...</title>"}},
    {"Cloudflare",
     {403},
     "server",
     "cloudflare",
     {"<title>Attention Required! | Cloudflare</title>"}},
    /* AWS WAF Developer Guide: "CAPTCHA and Challenge action behavior" */
    {"AWS WAF", {202}, "x-amzn-waf-action", "challenge", {NULL}},
    {"AWS WAF", {405}, "x-amzn-waf-action", "captcha", {NULL}},
    {"Vercel", {403, 429}, "x-vercel-mitigated", "challenge", {NULL}},
    {"DataDome", {401, 403, 405}, "x-datadome", "", {"captcha-delivery.com"}},
    {"DataDome", {401, 403, 405}, "x-dd-b", "", {"captcha-delivery.com"}},
    {"Akamai",
     {403},
     "server",
     "AkamaiGHost",
     {"<TITLE>Access Denied</TITLE>", "Reference&#32;&#35;"}},
    {"Akamai",
     {403},
     "server",
     "AkamaiGHost",
     {"<TITLE>Access Denied</TITLE>", "Reference #"}},
    /* Its 503 says that the service itself was not reached. */
    {"Imperva",
     {200, 403},
     NULL,
     NULL,
     {"/_Incapsula_Resource?", "Incapsula incident ID"}},
    {"HUMAN (PerimeterX)", {403, 429}, NULL, NULL, {"px-captcha"}},
    {"Sucuri", {403}, "server", "Sucuri", {"Sucuri Website Firewall"}},
    {"Anubis", {0}, NULL, NULL, {"id=\"anubis_challenge\""}},
};

static struct str header_of(struct str head, const char *name)
{
    while (head.len > 0) {
        struct str value;
        struct str line = str_trim(str_cut(head, '\n', &head));
        if (str_equal_nocase(str_cut(line, ':', &value), str_from(name)))
            return str_trim(value);
    }
    return STR_NONE;
}

static bool has_status(const struct wall *w, int64_t status)
{
    bool any = w->status[0] == 0;
    for (size_t i = 0; i < ARRAY_COUNT(w->status); i++)
        any = any || (w->status[i] != 0 && w->status[i] == status);
    return any;
}

static bool has_texts(const struct wall *w, struct str body)
{
    for (size_t i = 0; i < ARRAY_COUNT(w->text); i++)
        if (w->text[i] != NULL &&
            str_find(body, str_from(w->text[i]), 0) == body.len)
            return false;
    return true;
}

static bool is_wall(const struct wall *w, const struct response *r)
{
    struct str value = STR("");
    if (w->header != NULL)
        value = header_of(r->head, w->header);
    struct str wanted = str_from(w->value == NULL ? "" : w->value);
    return has_status(w, r->status) && value.ptr != NULL &&
           str_equal_nocase(str_sub(value, 0, wanted.len), wanted) &&
           has_texts(w, r->body);
}

static const char *wall_of(const struct response *r)
{
    for (size_t i = 0; i < ARRAY_COUNT(wall_row); i++)
        if (is_wall(&wall_row[i], r))
            return wall_row[i].name;
    return NULL;
}

static void set_error(struct result *r, enum cause_kind cause,
                      const char *message)
{
    r->status = STATUS_ERROR;
    r->cause = (int)cause;
    r->message = message;
    r->identity = NULL;
}

/* In a tunnel nothing of the proxy's own could be mistaken for an answer. */
static bool is_of_proxy(const struct check *c, const struct response *r)
{
    return c->transport.proxy != NULL && r->status == 407 &&
           strncmp(r->url == NULL ? c->url : r->url, "https", 5) != 0;
}

static void add_location(struct result *r, struct arena *run,
                         const struct response *response)
{
    struct str location = header_of(response->head, "location");
    bool redirects = response->status >= 300 && response->status < 400;
    if (redirects && location.len > 0 && r->message != NULL)
        r->message = arena_printf(run, "%s; it redirects to %s", r->message,
                                  text_elide(run, location, 200));
}

void elsewhere_judge(struct result *r, struct arena *run,
                     const struct check *check, const struct response *response)
{
    if (r->status != STATUS_FAIL || !kind_of(check->kind)->has_url)
        return;
    const char *wall = wall_of(response);
    const char *message = r->message == NULL ? "" : r->message;
    if (is_of_proxy(check, response))
        set_error(r, CAUSE_PROBER, "the proxy requires credentials (407)");
    else if (wall != NULL)
        set_error(r, CAUSE_INCONCLUSIVE,
                  arena_printf(run,
                               "the bot wall of %s responded in place of the "
                               "service: %s",
                               wall, message));
    else
        add_location(r, run, response);
}

/* How servers answer a request in clear on a port that is for TLS. */
const char *failure_hint(const struct response *r)
{
    static const char *const said[] = {
        "plain HTTP request was sent to HTTPS port",
        "HTTP request to an HTTPS server", "speaking plain HTTP to an SSL",
        "requires TLS", "HTTP request was sent to HTTPS"};
    struct str body = str_sub(r->body, 0, 4096);
    if (r->status != 400 || r->url == NULL ||
        !str_starts(str_from(r->url), STR("http://")))
        return "";
    for (size_t i = 0; i < ARRAY_COUNT(said); i++)
        if (str_find(body, str_from(said[i]), 0) < body.len)
            return "; this port expects TLS, use https://";
    return "";
}
