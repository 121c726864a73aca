/*
 * What a notification says, as data: the JSON of webhooks and commands
 * (schemas/notification.schema.json), and the names that templates can use.
 */
#ifndef MODEL_NOTIFICATION_H
#define MODEL_NOTIFICATION_H

#include "base/shape.h"
#include "model/watch_rows.h"

#define NOTIFICATION_SCHEMA       "postflight/notification/1"
#define NOTIFICATION_TEMPLATE_MAX ((size_t)16 << 10) /* bytes */

/* All of it null, -1 or 0: the notification is of no incident. */
struct notified_incident {
    const char *id;
    int status, severity;
    const char *title, *service;
    const char **check;
    size_t check_count;
    const char *signature, *migration, *commit, *document;
    int64_t started_ms, detected_ms, acknowledged_ms, mitigated_ms, resolved_ms,
        verified_ms, closed_ms;
    const char *lasted; /* since it was detected; NULL */
    int64_t reminders, reopened;
};

struct notification {
    const char *schema;
    int transition;
    int64_t time_ms;
    const char *title, *text, *verdict, *advice, *cause, *remedy, *link,
        *dedup_key;
    struct notified_incident incident;
    const char *note; /* what was cut, or is not as the template asks; NULL */
};
extern const struct shape notification_shape;

#endif
