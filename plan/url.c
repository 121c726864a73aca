/*
 * URLs and host names of definitions: what is wrong with one, and its host in
 * ASCII (RFC 5891), so that every library behind reads the same name.
 */
#include <locale.h>
#include <string.h>

#include <curl/curl.h>

#include "base/text.h"
#include "plan/keys.h"

static bool is_ascii(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] >= 0x80)
            return false;
    return true;
}

/* libcurl's name library reads names in the charset of the locale. */
static const char *encode(struct arena *a, struct str host)
{
    const char *ascii = NULL;
    char *text = NULL;
    CURLU *url = curl_url();
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    locale_t before = utf8 == (locale_t)0 ? utf8 : uselocale(utf8);
    if (curl_url_set(url, CURLUPART_URL,
                     arena_printf(a, "http://%.*s/", STR_ARGS(host)),
                     0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_HOST, &text, CURLU_PUNYCODE) == CURLUE_OK)
        ascii = arena_dup(a, text, strlen(text));
    if (before != (locale_t)0)
        uselocale(before);
    if (utf8 != (locale_t)0)
        freelocale(utf8);
    curl_free(text);
    curl_url_cleanup(url);
    return ascii != NULL && is_ascii(str_from(ascii)) ? ascii : NULL;
}

const char *host_ascii(struct arena *a, const char *host)
{
    if (is_ascii(str_from(host)))
        return host;
    if (strpbrk(host, "/?#@: \t") != NULL)
        return NULL;
    return encode(a, str_from(host));
}

/* Of "scheme://user@host:port/path": the host alone. */
static struct str host_of(struct str url)
{
    size_t from = str_find(url, STR("://"), 0) + 3;
    size_t end = from;
    while (end < url.len && strchr("/?#\\", url.ptr[end]) == NULL)
        end++;
    struct str host = str_sub(url, from, end - from), rest;
    for (size_t at; (at = str_find(host, STR("@"), 0)) < host.len;)
        host = str_sub(host, at + 1, host.len);
    if (host.len > 0 && host.ptr[0] == '[')
        return host;
    return str_cut(host, ':', &rest);
}

const char *url_ascii(struct arena *a, const char *url)
{
    struct str all = str_from(url);
    if (str_find(all, STR("://"), 0) == all.len)
        return url;
    struct str host = host_of(all);
    if (is_ascii(host))
        return url;
    const char *ascii = encode(a, host);
    size_t at = (size_t)(host.ptr - all.ptr);
    return ascii == NULL ? NULL
                         : arena_printf(a, "%.*s%s%s", (int)at, url, ascii,
                                        host.ptr + host.len);
}

/* "expected ...; did you mean '...'?", for what is almost a URL. */
static const char *no_url(struct arena *a, const char *url, const char *meant)
{
    return arena_printf(a,
                        "expected a URL that begins with http:// or https://, "
                        "found '%.100s'%s",
                        url, meant);
}

static const char *did_you_mean(struct arena *a, const char *scheme,
                                struct str rest)
{
    while (rest.len > 0 && rest.ptr[0] == '/')
        rest = str_sub(rest, 1, rest.len);
    return arena_printf(a, "; did you mean '%s://%.*s'?", scheme,
                        (int)(rest.len < 100 ? rest.len : 100), rest.ptr);
}

/* A host with a port has a colon, too. */
static const char *no_scheme(struct arena *a, const char *text)
{
    struct str url = str_from(text), rest;
    struct str word = str_cut(url, ':', &rest);
    bool scheme = str_starts(rest, STR("//"));
    if (str_equal_nocase(word, STR("http")) ||
        str_equal_nocase(word, STR("https")))
        return no_url(a, text,
                      did_you_mean(a, word.len == 4 ? "http" : "https", rest));
    if (scheme || url.len == 0 || url.ptr[0] == '/' || url.ptr[0] == '.')
        return no_url(a, text, "");
    bool local = str_starts(url, STR("localhost")) ||
                 (url.ptr[0] >= '0' && url.ptr[0] <= '9');
    return no_url(a, text, did_you_mean(a, local ? "http" : "https", url));
}

const char *url_problem(struct arena *a, const char *text)
{
    struct str url = str_from(text), rest;
    struct str scheme = str_cut(url, ':', &rest);
    bool http = str_is(scheme, "http") || str_is(scheme, "https");
    size_t blank = strcspn(text, " \t\r\n");
    if (url.len == 0)
        return "the URL is empty";
    if (text[blank] != '\0' && str_starts(rest, STR("//")))
        return arena_printf(a,
                            "the URL '%.100s' contains a blank after '%.*s'; "
                            "write a space as %%20",
                            text, (int)(blank < 100 ? blank : 100), text);
    if (!http || !str_starts(rest, STR("//")) || text[blank] != '\0')
        return no_scheme(a, text);
    if (host_of(url).len == 0)
        return arena_printf(a, "the URL '%.100s' has no host", text);
    if (url_ascii(a, text) == NULL)
        return arena_printf(
            a, "'%.100s' has no valid internationalised host name", text);
    return NULL;
}
