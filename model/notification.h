/*
 * What a notification says, as data: the JSON of webhooks and commands
 * (schemas/notification.schema.json), and the names that templates can use.
 */
#ifndef MODEL_NOTIFICATION_H
#define MODEL_NOTIFICATION_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/shape.h"
#include "language/mustache.h"
#include "model/watch_rows.h"

#define NOTIFICATION_SCHEMA       "postflight/notification/1"
#define NOTIFICATION_TEMPLATE_MAX ((size_t)16 << 10) /* bytes */
#define NOTIFICATION_LINK_MAX     1500               /* bytes */

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
    const char *title, *text, *verdict, *advice, *cause, *remedy, *link;
    struct notified_incident incident;
    const char *note; /* what was cut, or is not as it was asked for; NULL */
};
extern const struct shape notification_shape;

/*
 * A template; names that no notification has, other templates, and lists or
 * objects in the place of a text are refused, with their line and column.
 */
bool notification_template(struct mustache **out, struct arena *a,
                           const struct source *text, struct err *e) MUST_CHECK;

/*
 * The text of a template: each value goes through `escape` before it is put
 * in, so that {{{name}}} is no way around it; only the link, when it is one,
 * stays as it is. False: `out` is full.
 */
bool notification_render(struct buf *out, struct arena *a,
                         const struct mustache *t, const struct notification *n,
                         void (*escape)(struct buf *out, struct str text),
                         struct err *e) MUST_CHECK;

/*
 * An address that can be a link wherever it stands: no character of it acts
 * in JSON, mrkdwn or Markdown. Others are shown as text.
 */
bool notification_is_link(const char *text);

/* Each text becomes what `change` makes of it; NULL stays NULL. */
void notification_map(struct notification *n, struct arena *a,
                      const char *(*change)(void *context, struct arena *a,
                                            const char *text),
                      void *context);

/* The inside of a JSON string. */
void notification_escape_json(struct buf *out, struct str text);

/* Does a webhook get JSON? Not when its headers name another type. */
bool recipient_takes_json(const struct recipient *r);

/* Does the template give JSON, with every name there and with none? */
bool notification_gives_json(struct arena *a, const struct mustache *t,
                             struct err *e) MUST_CHECK;

#endif
