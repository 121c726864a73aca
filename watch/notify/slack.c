/*
 * Slack: blocks, and `text` for notifications of the system. `verbatim` keeps
 * Slack from making links and mentions of plain text.
 */
#include "base/text.h"
#include "watch/notify/internal.h"

#define TEXT_MAX    4000
#define HEADER_MAX  150
#define SECTION_MAX 3000
#define FIELDS_MAX  10
#define FIELD_MAX   2000
#define BLOCKS      "https://docs.slack.dev/reference/block-kit/blocks"

static const struct notify_limit limits[] = {
    {"`text`", TEXT_MAX, "characters",
     "https://docs.slack.dev/reference/methods/chat.postMessage"},
    {"header", HEADER_MAX, "characters", BLOCKS "/header-block"},
    {"text of a section", SECTION_MAX, "characters", BLOCKS "/section-block"},
    {"fields of a section", FIELDS_MAX, "fields", BLOCKS "/section-block"},
    {"a field", FIELD_MAX, "characters", BLOCKS "/section-block"},
};

static void escape_all(struct buf *out, struct str s)
{
    escape_within(out, s, escape_slack, SIZE_MAX);
}

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
    add_mrkdwn(out, text, piece, SECTION_MAX);
    buf_char(out, '}');
}

/* The label is ours and bold, the value is escaped. */
static void add_field(struct buf *out, const struct fact *f)
{
    struct buf text;
    buf_init(&text, HISTORY_PAYLOAD_MAX);
    buf_printf(&text, "*%s*\n", f->label);
    escape_within(&text, str_from(f->value), escape_slack,
                  FIELD_MAX - text.len);
    add_mrkdwn(out, text.ptr, escape_none, FIELD_MAX);
    buf_release(&text);
}

static void add_fields(struct buf *out, const struct card *c)
{
    if (c->count == 0)
        return;
    buf_text(out, ",{\"type\":\"section\",\"fields\":[");
    for (size_t i = 0; i < c->count && i < FIELDS_MAX; i++) {
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
    escape_json(out, c->n->title, escape_slack, HEADER_MAX, NULL);
    buf_text(out, "}},");
    add_section(out, c->n->text, escape_slack);
    add_fields(out, c);
    add_link(out, c->n->link);
}

static void write_payload(struct buf *out, struct arena *a,
                          const struct card *c)
{
    (void)a;
    bool own = c->words != NULL;
    buf_text(out, "{\"unfurl_links\":false,\"unfurl_media\":false,\"text\":");
    escape_json(out, own ? c->words : c->n->title,
                own ? escape_none : escape_slack, TEXT_MAX, NULL);
    buf_text(out, ",\"blocks\":[");
    if (own)
        add_section(out, c->words, escape_none);
    else
        add_blocks(out, c);
    buf_text(out, "]}");
}

const struct channel slack_channel = {.name = "slack",
                                      .title = "Slack",
                                      .payload = write_payload,
                                      .escape = escape_all,
                                      .limit = limits,
                                      .limit_count = ARRAY_COUNT(limits),
                                      .prepare = http_prepare,
                                      .judge = http_judge,
                                      .accepted = http_accepted};
