/* The channel of a receiver, and what all of them take at most. */
#include <assert.h>
#include <string.h>

#include "watch/notify/internal.h"

#define ROW(name) &name##_channel,
static const struct channel *const channels[] = {CHANNELS(ROW)};
#undef ROW

const struct channel *channel_of(const struct receiver *to)
{
    size_t i = 0;
    while (i < ARRAY_COUNT(channels) &&
           strcmp(channels[i]->name, to->kind->name) != 0)
        i++;
    assert(i < ARRAY_COUNT(channels)); /* each kind of receiver has one */
    return channels[i];
}

static const struct notify_limit ours[] = {
    {"a payload", HISTORY_PAYLOAD_MAX, "bytes", "ours: what the outbox keeps"},
    {"one text", TEXT_BYTES_MAX, "bytes",
     "ours; halved until the payload fits"},
};

bool notify_limit(size_t index, const char **service, struct notify_limit *out)
{
    *service = "all";
    if (index < ARRAY_COUNT(ours)) {
        *out = ours[index];
        return true;
    }
    index -= ARRAY_COUNT(ours);
    for (size_t i = 0; i < ARRAY_COUNT(channels); i++) {
        const struct channel *c = channels[i];
        *service = c->title;
        if (index < c->limit_count) {
            *out = c->limit[index];
            return true;
        }
        index -= c->limit_count;
    }
    return false;
}
