/*
 * Discord: a line and an embed; allowed_mentions with an empty `parse` lets
 * nothing mention anybody, whatever a text or a template says.
 */
#include "base/clock.h"
#include "watch/notify/internal.h"

#define ROOM_MIN        16 /* units that are worth a field */
#define CONTENT_MAX     2000
#define TITLE_MAX       256
#define DESCRIPTION_MAX 4096
#define FIELDS_MAX      25
#define FIELD_MAX       1024
#define FOOTER_MAX      2048
#define EMBED_MAX       6000
#define HOOK            "https://discord.com/developers/docs/resources/webhook"
#define EMBED                                                                  \
    "https://discord.com/developers/docs/resources/message#embed-object"

static const struct notify_limit limits[] = {
    {"`content`", CONTENT_MAX, "characters", HOOK},
    {"title of an embed", TITLE_MAX, "characters", EMBED},
    {"description of an embed", DESCRIPTION_MAX, "characters", EMBED},
    {"fields of an embed", FIELDS_MAX, "fields", EMBED},
    {"value of a field", FIELD_MAX, "characters", EMBED},
    {"footer of an embed", FOOTER_MAX, "characters", EMBED},
    {"an embed in all", EMBED_MAX, "characters", EMBED},
};

static void escape_all(struct buf *out, struct str s)
{
    escape_within(out, s, escape_discord, SIZE_MAX);
}

static void add_field(struct buf *out, const struct fact *f, size_t *left)
{
    bool wide = limit_units(str_from(f->value)) > 40;
    *left -= limit_units(str_from(f->label));
    buf_printf(out, "{\"name\":\"%s\",\"inline\":%s,\"value\":", f->label,
               wide ? "false" : "true");
    escape_json(out, f->value, escape_discord, FIELD_MAX, left);
    buf_char(out, '}');
}

static void add_fields(struct buf *out, const struct card *c, size_t *left)
{
    buf_text(out, ",\"fields\":[");
    for (size_t i = 0; i < c->count && i < FIELDS_MAX; i++) {
        size_t label = limit_units(str_from(c->fact[i].label));
        if (*left < label + ROOM_MIN)
            break;
        buf_text(out, i > 0 ? "," : "");
        add_field(out, &c->fact[i], left);
    }
    buf_char(out, ']');
}

static int color_of(const struct card *c)
{
    static const int color[] = {[CARD_BAD] = 0xD32F2F,
                                [CARD_POOR] = 0xF57C00,
                                [CARD_ODD] = 0xFBC02D,
                                [CARD_INFO] = 0x1976D2,
                                [CARD_GOOD] = 0x388E3C};
    return color[card_color(c)];
}

static void add_embed(struct buf *out, const struct card *c)
{
    size_t left = EMBED_MAX;
    const char *id = c->n->incident.id;
    buf_printf(out, "{\"color\":%d,\"title\":", color_of(c));
    escape_json(out, c->n->title, escape_discord, TITLE_MAX, &left);
    if (c->n->link != NULL && notification_is_link(c->n->link)) {
        buf_text(out, ",\"url\":");
        escape_json(out, c->n->link, escape_none, LINK_BYTES_MAX, NULL);
    }
    buf_text(out, ",\"timestamp\":\"");
    clock_format(out, c->n->time_ms);
    buf_text(out, "\",\"footer\":{\"text\":");
    escape_json(out, id == NULL ? "postflight" : id, escape_discord, FOOTER_MAX,
                &left);
    buf_text(out, "},\"description\":");
    escape_json(out, c->n->text, escape_discord, DESCRIPTION_MAX, &left);
    add_fields(out, c, &left);
    buf_char(out, '}');
}

static void write_payload(struct buf *out, struct arena *a,
                          const struct card *c)
{
    (void)a;
    bool own = c->words != NULL;
    buf_text(out, "{\"allowed_mentions\":{\"parse\":[]},\"content\":");
    escape_json(out, own ? c->words : c->n->title,
                own ? escape_none : escape_discord, CONTENT_MAX, NULL);
    if (!own) {
        buf_text(out, ",\"embeds\":[");
        add_embed(out, c);
        buf_char(out, ']');
    }
    buf_char(out, '}');
}

const struct channel discord_channel = {.name = "discord",
                                        .title = "Discord",
                                        .payload = write_payload,
                                        .escape = escape_all,
                                        .limit = limits,
                                        .limit_count = ARRAY_COUNT(limits),
                                        .prepare = http_prepare,
                                        .judge = http_judge,
                                        .accepted = http_accepted};
