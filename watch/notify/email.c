/*
 * E-mail: an RFC 5322 message in ASCII. Foreign text is only in the subject,
 * as encoded words (RFC 2047), and in the body, as quoted-printable (RFC 2045),
 * so that no byte of it can end a header or a line of SMTP.
 */
#include <string.h>
#include <unistd.h>

#include "base/characters.h"
#include "base/clock.h"
#include "base/text.h"
#include "watch/notify/internal.h"

#define WORD_BYTES 42 /* 56 of base64, 68 with =?UTF-8?B?…?= */
#define CRLF       "\r\n"

#define SUBJECT_MAX    200
#define LINE_BYTES_MAX 76

static const struct notify_limit limits[] = {
    {"subject", SUBJECT_MAX, "characters", "ours: what mail programs show"},
    {"an encoded line", LINE_BYTES_MAX, "bytes", "RFC 2045, 6.7; RFC 2047, 2"},
};

const char *email_host(struct arena *a, const char *name)
{
    if (name[0] == '\0')
        return "localhost";
    return has_only_alnum(str_from(name), ".-") ? str_dup(a, str_from(name))
                                                : "localhost";
}

static const char *host_name(struct arena *a)
{
    char name[256] = "";
    if (gethostname(name, sizeof(name) - 1) != 0)
        return "localhost";
    return email_host(a, name);
}

struct mailbox email_sender(struct arena *a, const struct receiver *to)
{
    struct mailbox box;
    struct str bad, rest = str_from(to->from == NULL ? "" : to->from);
    if (mailbox_next(&rest, &box, &bad))
        return box;
    const char *text = arena_printf(a, "postflight@%s", host_name(a));
    return (struct mailbox){STR("postflight"), str_from(text)};
}

static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < 0x20 || s.ptr[i] > 0x7E)
            return false;
    return str_find(s, STR("=?"), 0) == s.len;
}

/* Bytes of whole characters, at most WORD_BYTES of them. */
static size_t word_length(struct str s)
{
    size_t n = 0;
    while (n < s.len) {
        size_t c = utf8_length(str_sub(s, n, s.len), NULL);
        c = c == 0 ? 1 : c;
        if (n + c > WORD_BYTES)
            break;
        n += c;
    }
    return n;
}

/* RFC 2047 */
static void email_word(struct buf *out, struct str text, size_t column)
{
    if (is_plain(text) && column + text.len <= LINE_BYTES_MAX) {
        buf_str(out, text);
        return;
    }
    for (bool first = true; text.len > 0; first = false) {
        size_t n = first && column > 9 ? word_length(str_sub(text, 0, 21))
                                       : word_length(text);
        buf_text(out, first ? "=?UTF-8?B?" : CRLF " =?UTF-8?B?");
        text_base64(out, str_sub(text, 0, n));
        buf_text(out, "?=");
        text = str_sub(text, n, text.len);
    }
}

static bool is_word(struct str s)
{
    return has_only_alnum(s, " ");
}

/* A name of other than plain words is encoded, so no quotes are needed. */
static void add_mailbox(struct buf *out, const struct mailbox *box)
{
    size_t line = LINE_BYTES_MAX;
    if (box->name.len > 0) {
        email_word(out, box->name,
                   is_word(box->name) && box->name.len < 40 ? 9 : line);
        buf_text(out, CRLF " ");
    }
    buf_char(out, '<');
    buf_str(out, box->address);
    buf_char(out, '>');
}

static void add_mailboxes(struct buf *out, const char *name, const char *list)
{
    struct str bad, rest = str_from(list);
    struct mailbox box;
    bool first = true;
    buf_text(out, name);
    while (mailbox_next(&rest, &box, &bad)) {
        buf_text(out, first ? "" : "," CRLF " ");
        add_mailbox(out, &box);
        first = false;
    }
    buf_text(out, CRLF);
}

/* "Date: Sat, 21 Nov 2026 10:00:00 +0000" */
static void add_date(struct buf *out, int64_t wall_ms)
{
    static const char *const day[] = {"Thu", "Fri", "Sat", "Sun",
                                      "Mon", "Tue", "Wed"};
    static const char *const month[] = {"Jan", "Feb", "Mar", "Apr",
                                        "May", "Jun", "Jul", "Aug",
                                        "Sep", "Oct", "Nov", "Dec"};
    struct buf text;
    uint64_t m = 1;
    int64_t seconds = wall_ms < 0 ? 0 : wall_ms / 1000;
    buf_init(&text, 64);
    clock_format(&text, seconds * 1000);
    struct str s = buf_view(&text);
    if (!text_to_u64(str_sub(s, 5, 2), 12, &m) || m == 0)
        m = 1;
    buf_printf(out, "Date: %s, %.2s %s %.4s %.8s +0000" CRLF,
               day[seconds / 86400 % 7], s.ptr + 8, month[m - 1], s.ptr,
               s.ptr + 11);
    buf_release(&text);
}

/* Mail programs show the messages of one incident together. */
static void add_thread(struct buf *out, struct arena *a, const struct card *c)
{
    if (c->n->dedup_key == NULL)
        return;
    struct str id = str_from(key_message_id(a, c->to, c->n->dedup_key));
    id = str_sub(id, strlen("Message-ID: "), id.len);
    buf_printf(out, "In-Reply-To: %.*s" CRLF "References: %.*s" CRLF,
               STR_ARGS(id), STR_ARGS(id));
}

static void add_headers(struct buf *out, struct arena *a, const struct card *c)
{
    struct mailbox from = email_sender(a, c->to);
    struct buf subject;
    buf_text(out, "From: ");
    add_mailbox(out, &from);
    buf_text(out, CRLF);
    add_mailboxes(out, "To: ", c->to->to == NULL ? "" : c->to->to);
    buf_init(&subject, HISTORY_PAYLOAD_MAX);
    escape_within(&subject, str_from(c->n->title), escape_none, SUBJECT_MAX);
    buf_text(out, "Subject: ");
    email_word(out, buf_view(&subject), strlen("Subject: "));
    buf_release(&subject);
    buf_text(out, CRLF);
    add_date(out, c->n->time_ms);
    add_thread(out, a, c);
    buf_text(out, "Auto-Submitted: auto-generated" CRLF "MIME-Version: 1.0" CRLF
                  "Content-Type: text/plain; charset=utf-8" CRLF
                  "Content-Transfer-Encoding: quoted-printable" CRLF CRLF);
}

/* RFC 2045, 6.7; the bytes of one line, which has no end of line in it. */
static void add_quoted(struct buf *out, struct str line)
{
    size_t column = 0;
    for (size_t i = 0; i < line.len; i++) {
        unsigned char c = (unsigned char)line.ptr[i];
        bool last = i + 1 == line.len;
        bool plain = (c > 0x20 && c < 0x7F && c != '=') || (c == ' ' && !last);
        if (column + 3 > LINE_BYTES_MAX - 1) {
            buf_text(out, "=" CRLF);
            column = 0;
        }
        if (plain)
            buf_char(out, (char)c);
        else
            buf_printf(out, "=%02X", c);
        column += plain ? 1 : 3;
    }
    buf_text(out, CRLF);
}

static void add_body(struct buf *out, struct str text)
{
    while (text.len > 0) {
        struct str line = str_cut(text, '\n', &text);
        add_quoted(out, line);
    }
}

static void write_facts(struct buf *out, const struct card *c)
{
    buf_printf(out, "%s\n\n", c->n->text);
    for (size_t i = 0; i < c->count; i++)
        buf_printf(out, "%s: %s\n", c->fact[i].label, c->fact[i].value);
    if (c->n->link != NULL && notification_is_link(c->n->link))
        buf_printf(out, "\n%s\n", c->n->link);
    buf_text(out, "\n-- \n");
    buf_printf(out, "%s, sent by postflight\n",
               c->n->incident.id == NULL ? "of no incident"
                                         : c->n->incident.id);
}

static void write_payload(struct buf *out, struct arena *a,
                          const struct card *c)
{
    struct buf text;
    buf_init(&text, (size_t)2 * HISTORY_PAYLOAD_MAX);
    if (c->words != NULL)
        buf_text(&text, c->words);
    else
        write_facts(&text, c);
    add_headers(out, a, c);
    add_body(out, buf_view(&text));
    buf_release(&text);
}

const struct channel email_channel = {.name = "email",
                                      .title = "e-mail",
                                      .payload = write_payload,
                                      .limit = limits,
                                      .limit_count = ARRAY_COUNT(limits),
                                      .prepare = smtp_prepare,
                                      .judge = smtp_judge,
                                      .accepted = smtp_accepted};
