/*
 * Slack: blocks, and `text` for notifications of the system. `verbatim` keeps
 * Slack from making links and mentions of plain text.
 */
#include "base/text.h"
#include "watch/notify/internal.h"

static void add_mrkdwn(struct buf *out, const char *text, escape_piece *piece,
                       size_t most)
{
    buf_text(out, "{\"type\":\"mrkdwn\",\"verbatim\":true,\"text\":");
    escape_json(out, text, piece, most, NULL);
    buf_char(out, '}');
}

static void add_section(struct buf *out, const char *text, escape_piece *piece)
{
    buf_text(out, "{\"type\":\"section\",\"text\":");
    add_mrkdwn(out, text, piece, limit_of(LIMIT_SLACK_SECTION));
    buf_char(out, '}');
}

/* The label is ours and bold, the value is escaped. */
static void add_field(struct buf *out, const struct fact *f)
{
    struct buf text;
    buf_init(&text, HISTORY_PAYLOAD_MAX);
    buf_printf(&text, "*%s*\n", f->label);
    escape_within(&text, str_from(f->value), escape_slack,
                  limit_of(LIMIT_SLACK_FIELD) - text.len);
    add_mrkdwn(out, text.ptr, escape_none, limit_of(LIMIT_SLACK_FIELD));
    buf_release(&text);
}

static void add_fields(struct buf *out, const struct card *c)
{
    if (c->count == 0)
        return;
    buf_text(out, ",{\"type\":\"section\",\"fields\":[");
    for (size_t i = 0; i < c->count && i < limit_of(LIMIT_SLACK_FIELDS); i++) {
        buf_text(out, i > 0 ? "," : "");
        add_field(out, &c->fact[i]);
    }
    buf_text(out, "]}");
}

static void add_link(struct buf *out, const char *link)
{
    struct buf text;
    if (link == NULL || !notification_is_link(link))
        return;
    buf_init(&text, HISTORY_PAYLOAD_MAX);
    buf_char(&text, '<');
    text_markup(&text, str_from(link), "&");
    buf_text(&text, "|Open>");
    buf_text(out, ",{\"type\":\"context\",\"elements\":[");
    add_mrkdwn(out, text.ptr, escape_none, text.len);
    buf_text(out, "]}");
    buf_release(&text);
}

static void add_blocks(struct buf *out, const struct card *c)
{
    buf_text(out, "{\"type\":\"header\",\"text\":{\"type\":\"plain_text\","
                  "\"emoji\":false,\"text\":");
    escape_json(out, c->n->title, escape_slack, limit_of(LIMIT_SLACK_HEADER),
                NULL);
    buf_text(out, "}},");
    add_section(out, c->n->text, escape_slack);
    add_fields(out, c);
    add_link(out, c->n->link);
}

void slack_payload(struct buf *out, const struct card *c)
{
    bool own = c->words != NULL;
    buf_text(out, "{\"unfurl_links\":false,\"unfurl_media\":false,\"text\":");
    escape_json(out, own ? c->words : c->n->title,
                own ? escape_none : escape_slack, limit_of(LIMIT_SLACK_TEXT),
                NULL);
    buf_text(out, ",\"blocks\":[");
    if (own)
        add_section(out, c->words, escape_none);
    else
        add_blocks(out, c);
    buf_text(out, "]}");
}
