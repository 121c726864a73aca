/*
 * Foreign text that no service acts on. Where a service has an escape it is
 * used; where it has none, a zero-width space (U+200B) stands inside what it
 * would look for. Texts have no such space of their own here: it was made
 * visible before.
 */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "watch/notify/internal.h"

#define BREAK "\xE2\x80\x8B" /* U+200B */

/* Mentions and what becomes a link by itself; 0: nothing of the kind. */
static size_t break_up(struct buf *out, struct str rest)
{
    if (rest.ptr[0] == '@') {
        buf_text(out, "@" BREAK);
        return 1;
    }
    if (str_starts(rest, STR("://"))) {
        buf_text(out, ":" BREAK "//");
        return 3;
    }
    if (str_equal_nocase(str_sub(rest, 0, 4), STR("www."))) {
        buf_str(out, str_sub(rest, 0, 3));
        buf_text(out, BREAK ".");
        return 4;
    }
    return 0;
}

size_t escape_none(struct buf *out, struct str rest)
{
    size_t n = utf8_length(rest, NULL);
    n = n == 0 ? 1 : n;
    buf_add(out, rest.ptr, n);
    return n;
}

/* "<!channel>", "<@U1>", "<http://x|y>" all need the < of mrkdwn. */
size_t escape_slack(struct buf *out, struct str rest)
{
    size_t n = break_up(out, rest);
    if (n > 0)
        return n;
    if (strchr("&<>", rest.ptr[0]) == NULL)
        return escape_none(out, rest);
    text_markup(out, str_sub(rest, 0, 1), "&<>");
    return 1;
}

size_t escape_discord(struct buf *out, struct str rest)
{
    static const char acts[] = "\\*_~`|>#-+[]()<:";
    size_t n = break_up(out, rest);
    if (n > 0)
        return n;
    if (strchr(acts, rest.ptr[0]) == NULL)
        return escape_none(out, rest);
    buf_char(out, '\\');
    buf_char(out, rest.ptr[0]);
    if (rest.ptr[0] == '<')
        buf_text(out, BREAK); /* "<@1>" behind a second backslash */
    return 1;
}

/* Text blocks know Markdown, "<at>", entities and "{{DATE(…)}}". */
size_t escape_teams(struct buf *out, struct str rest)
{
    static const char acts[] = "\\*_[]()`#~|";
    static const char begins[] = "<&{$";
    size_t n = break_up(out, rest);
    if (n > 0)
        return n;
    if (strchr(acts, rest.ptr[0]) != NULL) {
        buf_char(out, '\\');
        buf_char(out, rest.ptr[0]);
        return 1;
    }
    n = escape_none(out, rest);
    if (strchr(begins, rest.ptr[0]) != NULL)
        buf_text(out, BREAK);
    return n;
}

size_t limit_units(struct str text)
{
    size_t units = 0;
    while (text.len > 0) {
        uint32_t c = 0;
        size_t n = utf8_length(text, &c);
        units += n > 0 && c >= 0x10000 ? 2 : 1;
        text = str_sub(text, n == 0 ? 1 : n, text.len);
    }
    return units;
}

#define MARK "..."

void escape_within(struct buf *out, struct str text, escape_piece *piece,
                   size_t most)
{
    size_t units = 0, fits = out->len;
    size_t room = most > strlen(MARK) ? most - strlen(MARK) : 0;
    while (text.len > 0) {
        size_t before = out->len;
        size_t n = piece(out, text);
        units += limit_units(str_sub(buf_view(out), before, out->len));
        if (units <= room)
            fits = out->len;
        if (units > most || out->full) {
            buf_truncate(out, fits);
            buf_text(out, most >= strlen(MARK) ? MARK : "");
            return;
        }
        text = str_sub(text, n, text.len);
    }
}

void escape_json(struct buf *out, const char *text, escape_piece *piece,
                 size_t most, size_t *left)
{
    struct buf shown;
    buf_init(&shown, HISTORY_PAYLOAD_MAX);
    if (left != NULL && *left < most)
        most = *left;
    escape_within(&shown, str_from(text), piece, most);
    if (left != NULL)
        *left -= limit_units(buf_view(&shown));
    json_quote(out, buf_view(&shown));
    buf_release(&shown);
}
