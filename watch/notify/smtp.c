/*
 * A message over SMTP. With a user and password it is TLS or nothing: a server
 * that offers no STARTTLS gets neither. Without them STARTTLS is used where it
 * is offered, and not asked for on the way to this host itself, whose mail
 * server often has a certificate that nobody signed.
 */
#include <string.h>

#include "watch/notify/sending.h"

static size_t transfer_read(char *to, size_t size, size_t count, void *lane)
{
    struct lane *l = lane;
    size_t room = size * count;
    size_t n = l->left.len < room ? l->left.len : room;
    memcpy(to, l->left.ptr, n);
    l->left = str_sub(l->left, n, l->left.len);
    return n;
}

static bool is_this_host(const char *url)
{
    struct str host = str_from(strstr(url, "//") + 2);
    return str_starts(host, STR("localhost")) &&
           (host.len == 9 || host.ptr[9] == ':' || host.ptr[9] == '/');
}

static long security(const struct receiver *to)
{
    if (to->user != NULL)
        return CURLUSESSL_ALL;
    return to->ca == NULL && is_this_host(to->server) ? CURLUSESSL_NONE
                                                      : CURLUSESSL_TRY;
}

static bool add_recipients(struct lane *l)
{
    struct str bad, rest = str_from(l->to->to);
    struct mailbox box;
    while (mailbox_next(&rest, &box, &bad)) {
        struct curl_slist *longer = curl_slist_append(
            l->rcpt, arena_printf(&l->arena, "<%.*s>", STR_ARGS(box.address)));
        if (longer == NULL)
            return false;
        l->rcpt = longer;
    }
    return curl_easy_setopt(l->easy, CURLOPT_MAIL_RCPT, l->rcpt) == CURLE_OK;
}

static bool set_envelope(struct lane *l)
{
    struct mailbox from = email_sender(&l->arena, l->to);
    CURLcode rc = curl_easy_setopt(
        l->easy, CURLOPT_MAIL_FROM,
        arena_printf(&l->arena, "<%.*s>", STR_ARGS(from.address)));
    /* One address that is refused must not keep it from the others. */
    rc |= curl_easy_setopt(l->easy, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
    return rc == CURLE_OK && add_recipients(l);
}

bool smtp_prepare(struct lane *l)
{
    const struct receiver *to = l->to;
    CURLcode rc = CURLE_OK;
    const char *id = key_message_id(&l->arena, to, l->notice->key);
    const char *all = arena_printf(&l->arena, "%s\r\n%s", id, l->message.ptr);
    l->left = str_from(all);
    l->easy = curl_easy_init();
    if (l->easy == NULL || !transfer_set(l))
        return false;
    rc |= curl_easy_setopt(l->easy, CURLOPT_URL, to->server);
    rc |= curl_easy_setopt(l->easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    rc |= curl_easy_setopt(l->easy, CURLOPT_USE_SSL, security(to));
    if (to->user != NULL) {
        rc |= curl_easy_setopt(l->easy, CURLOPT_USERNAME, to->user);
        rc |= curl_easy_setopt(l->easy, CURLOPT_PASSWORD, to->password);
    }
    rc |= curl_easy_setopt(l->easy, CURLOPT_UPLOAD, 1L);
    rc |= curl_easy_setopt(l->easy, CURLOPT_READFUNCTION, transfer_read);
    rc |= curl_easy_setopt(l->easy, CURLOPT_READDATA, l);
    return rc == CURLE_OK && set_envelope(l);
}

/* 4yz is tried again, 5yz is not: RFC 5321, 4.2.1. */
void smtp_judge(struct attempt *out, struct lane *l, CURLcode code)
{
    long status = 0;
    curl_easy_getinfo(l->easy, CURLINFO_RESPONSE_CODE, &status);
    out->outcome = code == CURLE_OK                ? OUTCOME_ACCEPTED
                   : status >= 500 && status < 600 ? OUTCOME_REFUSED
                                                   : OUTCOME_AGAIN;
    if (out->outcome == OUTCOME_ACCEPTED)
        return;
    const char *what = curl_easy_strerror(code);
    if (code == CURLE_USE_SSL_FAILED)
        what = "the mail server offers no STARTTLS, and a password is only "
               "sent over TLS";
    out->error = sending_error(
        l,
        status >= 400 ? arena_printf(&l->arena, "%s (%ld)", what, status)
                      : what,
        str_from(l->said_by_curl));
}

const char *smtp_accepted(struct lane *l)
{
    long status = 0;
    curl_easy_getinfo(l->easy, CURLINFO_RESPONSE_CODE, &status);
    return arena_printf(&l->arena, "the mail server accepted it (%ld)", status);
}
