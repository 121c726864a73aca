/* Why there is no connection, in words: "connection refused: localhost:80". */
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "probe/transfer.h"

struct errno_row {
    int code;
    const char *text;
};

static const struct errno_row errno_row[] = {
    {ECONNREFUSED, "connection refused"},
    {EHOSTUNREACH, "no route to host"},
    {EHOSTDOWN, "no route to host"},
    {ENETUNREACH, "network is unreachable"},
    {ENETDOWN, "network is down"},
    {ETIMEDOUT, "connection timed out (no response to SYN)"},
    {ECONNRESET, "connection reset"},
    {ECONNABORTED, "connection aborted"},
    {EACCES, "permission denied"},
    {EPERM, "permission denied"},
    {EADDRNOTAVAIL, "no local address or port is available"},
    {EAFNOSUPPORT, "address family not supported"},
    {EMFILE, "no file descriptor is free"},
    {ENFILE, "no file descriptor is free on this machine"},
    {ENOBUFS, "no buffer space is available"},
    {ENOMEM, "out of memory"},
};

/* A socket file is on this machine: its absence is seen at once. */
static const struct errno_row file_row[] = {
    {ENOENT, "the socket file does not exist"},
    {ENOTDIR, "the socket file does not exist"},
    {ECONNREFUSED, "nothing listens on the socket file"},
    {ENOTSOCK, "the file is not a socket"},
    {EPROTOTYPE, "the socket file is not of a stream socket"},
};

static const char *find(const struct errno_row *row, size_t count, int code)
{
    for (size_t i = 0; i < count; i++)
        if (row[i].code == code)
            return row[i].text;
    return NULL;
}

const char *connect_text(int code, bool file)
{
    const char *text =
        file ? find(file_row, ARRAY_COUNT(file_row), code) : NULL;
    return text != NULL ? text : find(errno_row, ARRAY_COUNT(errno_row), code);
}

static int errno_of(const struct transfer *t)
{
    long os = 0;
    curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &os);
    if (t->sockets.theirs != 0)
        return t->sockets.theirs; /* what this machine lacks says less */
    return os == 0 ? t->sockets.error : (int)os;
}

static const char *part_of(struct arena *run, const char *text, CURLUPart part)
{
    CURLU *url = curl_url();
    char *value = NULL;
    const char *kept = "";
    if (curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK &&
        curl_url_get(url, part, &value, CURLU_DEFAULT_PORT) == CURLUE_OK)
        kept = text_elide(run, str_from(value), 200);
    curl_free(value);
    curl_url_cleanup(url);
    return kept;
}

/* Of a check that has an endpoint in place of a URL, too. */
static const char *url_of(const struct transfer *t, struct arena *run)
{
    return t->check->endpoint == NULL
               ? t->request.url
               : arena_printf(run, "http://%s/", t->check->endpoint);
}

const char *connect_host(const struct transfer *t, struct arena *run)
{
    return part_of(run, url_of(t, run), CURLUPART_HOST);
}

/* "localhost:9100", whatever the URL has behind it. */
static const char *endpoint_of(const struct transfer *t, struct arena *run)
{
    const char *url = url_of(t, run);
    return arena_printf(run, "%s:%s", part_of(run, url, CURLUPART_HOST),
                        part_of(run, url, CURLUPART_PORT));
}

const char *connect_where(const struct transfer *t, struct arena *run)
{
    const char *path = t->check->transport.unix_socket;
    const char *where = path != NULL ? path : endpoint_of(t, run);
    return text_elide(run, str_from(where), 200);
}

const char *connect_message(const struct transfer *t, struct arena *run)
{
    bool file = t->check->transport.unix_socket != NULL;
    const char *text = connect_text(errno_of(t), file);
    if (text == NULL)
        return NULL;
    return arena_printf(run, "%s: %s", text, connect_where(t, run));
}

/* Where nothing answers, and nothing refuses either. */
const char *connect_timeout_message(const struct transfer *t, struct arena *run)
{
    struct buf text;
    buf_init(&text, 400);
    buf_text(&text, "connection timed out after ");
    text_duration(&text, t->result->duration_us);
    buf_printf(&text, " (no response to SYN): %s",
               text_elide(run, str_from(endpoint_of(t, run)), 200));
    return buf_take(run, &text);
}
