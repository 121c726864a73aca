/*
 * Teams: an Adaptive Card as Workflows take it. A mention would need an entry
 * in msteams.entities, and there is none.
 */
#include "watch/notify/internal.h"

#define PAYLOAD_MAX 28672
#define TEXT_MAX    5000

static const struct notify_limit limits[] = {
    {"a payload", PAYLOAD_MAX, "bytes",
     "https://learn.microsoft.com/microsoftteams/platform/"
     "webhooks-and-connectors/how-to/add-incoming-webhook"},
    {"a text block", TEXT_MAX, "characters", "ours: none is documented"},
};

static void escape_all(struct buf *out, struct str s)
{
    escape_within(out, s, escape_teams, SIZE_MAX);
}

static void add_block(struct buf *out, const char *style, const char *text,
                      escape_piece *piece)
{
    buf_printf(out, "{\"type\":\"TextBlock\",\"wrap\":true,%s\"text\":", style);
    escape_json(out, text, piece, TEXT_MAX, NULL);
    buf_char(out, '}');
}

static void add_facts(struct buf *out, const struct card *c)
{
    if (c->count == 0)
        return;
    buf_text(out, ",{\"type\":\"FactSet\",\"facts\":[");
    for (size_t i = 0; i < c->count; i++) {
        buf_printf(out, "%s{\"title\":\"%s\",\"value\":", i > 0 ? "," : "",
                   c->fact[i].label);
        escape_json(out, c->fact[i].value, escape_teams, TEXT_MAX, NULL);
        buf_char(out, '}');
    }
    buf_text(out, "]}");
}

static const char *title_style(const struct card *c)
{
    static const char *const style[] = {
        [CARD_BAD] = "\"size\":\"Medium\",\"weight\":\"Bolder\","
                     "\"color\":\"Attention\",",
        [CARD_POOR] = "\"size\":\"Medium\",\"weight\":\"Bolder\","
                      "\"color\":\"Warning\",",
        [CARD_ODD] = "\"size\":\"Medium\",\"weight\":\"Bolder\","
                     "\"color\":\"Warning\",",
        [CARD_INFO] = "\"size\":\"Medium\",\"weight\":\"Bolder\","
                      "\"color\":\"Accent\",",
        [CARD_GOOD] = "\"size\":\"Medium\",\"weight\":\"Bolder\","
                      "\"color\":\"Good\","};
    return style[card_color(c)];
}

static void add_link(struct buf *out, const char *link)
{
    if (link == NULL || !notification_is_link(link))
        return;
    buf_text(out, ",\"actions\":[{\"type\":\"Action.OpenUrl\","
                  "\"title\":\"Open\",\"url\":");
    escape_json(out, link, escape_none, LINK_BYTES_MAX, NULL);
    buf_text(out, "}]");
}

static void write_payload(struct buf *out, struct arena *a,
                          const struct card *c)
{
    (void)a;
    buf_text(out,
             "{\"type\":\"message\",\"attachments\":[{\"contentType\":"
             "\"application/vnd.microsoft.card.adaptive\",\"contentUrl\":null,"
             "\"content\":{\"$schema\":"
             "\"http://adaptivecards.io/schemas/adaptive-card.json\","
             "\"type\":\"AdaptiveCard\",\"version\":\"1.4\",\"body\":[");
    if (c->words != NULL) {
        add_block(out, "", c->words, escape_none);
    } else {
        add_block(out, title_style(c), c->n->title, escape_teams);
        buf_char(out, ',');
        add_block(out, "", c->n->text, escape_teams);
        add_facts(out, c);
    }
    buf_char(out, ']');
    if (c->words == NULL)
        add_link(out, c->n->link);
    buf_text(out, "}}]}");
}

const struct channel teams_channel = {.name = "teams",
                                      .title = "Teams",
                                      .payload = write_payload,
                                      .escape = escape_all,
                                      .most_bytes = PAYLOAD_MAX,
                                      .limit = limits,
                                      .limit_count = ARRAY_COUNT(limits),
                                      .prepare = http_prepare,
                                      .judge = http_judge,
                                      .accepted = http_accepted};
