/*
 * Teams: an Adaptive Card as Workflows take it. A mention would need an entry
 * in msteams.entities, and there is none.
 */
#include "watch/notify/internal.h"

static void add_block(struct buf *out, const char *style, const char *text,
                      escape_piece *piece)
{
    buf_printf(out, "{\"type\":\"TextBlock\",\"wrap\":true,%s\"text\":", style);
    escape_json(out, text, piece, limit_of(LIMIT_TEAMS_TEXT), NULL);
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
        escape_json(out, c->fact[i].value, escape_teams,
                    limit_of(LIMIT_TEAMS_TEXT), NULL);
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
    escape_json(out, link, escape_none, limit_of(LIMIT_SLACK_URL), NULL);
    buf_text(out, "}]");
}

void teams_payload(struct buf *out, const struct card *c)
{
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
