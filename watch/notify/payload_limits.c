/* THE table of what services take, with where it is said. */
#include "base/text.h"
#include "watch/notify/internal.h"

#define SLACK_BLOCKS "https://docs.slack.dev/reference/block-kit/blocks"
#define DISCORD_HOOK "https://discord.com/developers/docs/resources/webhook"
#define DISCORD_EMBED                                                          \
    "https://discord.com/developers/docs/resources/message#embed-object"
#define TEAMS_HOOK                                                             \
    "https://learn.microsoft.com/microsoftteams/platform/"                     \
    "webhooks-and-connectors/how-to/add-incoming-webhook"

static const struct notify_limit limits[] = {
    [LIMIT_PAYLOAD] = {"all", "a payload", HISTORY_PAYLOAD_MAX, "bytes",
                       "ours: what the outbox keeps"},
    [LIMIT_TEXT] = {"all", "one text", 4096, "bytes",
                    "ours; halved until the payload fits"},
    [LIMIT_SLACK_TEXT] = {"Slack", "`text`", 4000, "characters",
                          "https://docs.slack.dev/reference/methods/"
                          "chat.postMessage"},
    [LIMIT_SLACK_HEADER] = {"Slack", "header", 150, "characters",
                            SLACK_BLOCKS "/header-block"},
    [LIMIT_SLACK_SECTION] = {"Slack", "text of a section", 3000, "characters",
                             SLACK_BLOCKS "/section-block"},
    [LIMIT_SLACK_FIELDS] = {"Slack", "fields of a section", 10, "fields",
                            SLACK_BLOCKS "/section-block"},
    [LIMIT_SLACK_FIELD] = {"Slack", "a field", 2000, "characters",
                           SLACK_BLOCKS "/section-block"},
    [LIMIT_SLACK_URL] = {"Slack", "a link", 3000, "characters",
                         "https://docs.slack.dev/reference/block-kit/"
                         "block-elements/button-element"},
    [LIMIT_DISCORD_CONTENT] = {"Discord", "`content`", 2000, "characters",
                               DISCORD_HOOK},
    [LIMIT_DISCORD_TITLE] = {"Discord", "title of an embed", 256, "characters",
                             DISCORD_EMBED},
    [LIMIT_DISCORD_DESCRIPTION] = {"Discord", "description of an embed", 4096,
                                   "characters", DISCORD_EMBED},
    [LIMIT_DISCORD_FIELDS] = {"Discord", "fields of an embed", 25, "fields",
                              DISCORD_EMBED},
    [LIMIT_DISCORD_FIELD] = {"Discord", "value of a field", 1024, "characters",
                             DISCORD_EMBED},
    [LIMIT_DISCORD_FOOTER] = {"Discord", "footer of an embed", 2048,
                              "characters", DISCORD_EMBED},
    [LIMIT_DISCORD_EMBED] = {"Discord", "an embed in all", 6000, "characters",
                             DISCORD_EMBED},
    [LIMIT_TEAMS_PAYLOAD] = {"Teams", "a payload", 28672, "bytes", TEAMS_HOOK},
    [LIMIT_TEAMS_TEXT] = {"Teams", "a text block", 5000, "characters",
                          "ours: none is documented"},
    [LIMIT_EMAIL_SUBJECT] = {"e-mail", "subject", 200, "characters",
                             "ours: what mail programs show"},
    [LIMIT_EMAIL_LINE] = {"e-mail", "an encoded line", 76, "bytes",
                          "RFC 2045, 6.7; RFC 2047, 2"},
};

size_t limit_of(enum limit limit)
{
    return limits[limit].most;
}

size_t notify_limit_count(void)
{
    return ARRAY_COUNT(limits);
}

struct notify_limit notify_limit(size_t index)
{
    return limits[index];
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
