/*
 * Webhooks: the JSON of schemas/notification.schema.json, or what the template
 * gives.
 */
#include "watch/notify/internal.h"

void json_payload(struct buf *out, struct arena *a, const struct card *c)
{
    (void)a;
    if (c->words != NULL) {
        buf_text(out, c->words);
        return;
    }
    shape_write(out, &notification_shape, c->n);
    buf_char(out, '\n');
}

const struct channel webhook_channel = {.name = "webhook",
                                        .title = "webhook",
                                        .payload = json_payload,
                                        .prepare = http_prepare,
                                        .judge = http_judge,
                                        .accepted = http_accepted};
