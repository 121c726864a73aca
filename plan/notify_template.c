/*
 * Templates of notifications, before there is one to send: their names, and
 * whether they give JSON with every value known, and with none.
 */
#include "base/json.h"
#include "base/shape_map.h"
#include "language/template.h"
#include "model/notification.h"
#include "plan/keys.h"

static bool compile(struct mustache **out, struct arena *a,
                    const struct source *source, struct err *e)
{
    return template_read(out, a, source, &notification_shape,
                         NOTIFICATION_TEMPLATE_MAX, e);
}

bool notify_template_check(struct arena *a, const char *text, struct err *e)
{
    struct mustache *compiled = NULL;
    const struct source source = {"template", str_from(text)};
    return compile(&compiled, a, &source, e);
}

/* What JSON has to escape, as the inside of a string. */
static const char *sample(void *context, struct arena *a, const char *text)
{
    struct buf out;
    (void)context;
    if (text[0] != '?')
        return text;
    buf_init(&out, 100);
    json_quote_inside(&out, STR("a\"b\\c\n"));
    return buf_take(a, &out);
}

static bool gives_json(const struct mustache *t, const struct notification *n,
                       struct err *e)
{
    struct buf out;
    cJSON *json = NULL;
    buf_init(&out, TEMPLATE_DATA_MAX);
    bool ok = template_render(&out, t, &notification_shape, n, e);
    struct source source = {"what the template gives", buf_view(&out)};
    ok = ok && json_parse(&json, &source, e);
    cJSON_Delete(json);
    buf_release(&out);
    if (!ok && e->pos.source == &source)
        e->pos = POS_NONE;
    return ok;
}

static void fill_all(struct notification *n, const char **checks)
{
    *n = (struct notification){.schema = NOTIFICATION_SCHEMA,
                               .transition = TRANSITION_OPENED,
                               .time_ms = 1,
                               .title = "?",
                               .text = "?",
                               .verdict = "?",
                               .advice = "?",
                               .cause = "?",
                               .remedy = "?",
                               .link = "?",
                               .note = "?",
                               .incident = {.id = "?",
                                            .title = "?",
                                            .service = "?",
                                            .signature = "?",
                                            .migration = "?",
                                            .commit = "?",
                                            .document = "?",
                                            .lasted = "?",
                                            .check = checks,
                                            .check_count = 2,
                                            .started_ms = 1,
                                            .detected_ms = 1,
                                            .acknowledged_ms = 1,
                                            .mitigated_ms = 1,
                                            .resolved_ms = 1,
                                            .verified_ms = 1,
                                            .closed_ms = 1,
                                            .reminders = 1,
                                            .reopened = 1}};
}

bool notify_template_gives_json(struct arena *a, const char *text,
                                struct err *e)
{
    const char *checks[] = {"?", "?"};
    struct notification none = {.schema = NOTIFICATION_SCHEMA,
                                .transition = TRANSITION_LATE,
                                .time_ms = 1,
                                .title = "",
                                .text = "",
                                .incident = {.status = -1, .severity = -1}};
    struct notification all;
    struct mustache *t = NULL;
    const struct source source = {"template", str_from(text)};
    fill_all(&all, checks);
    shape_map(&all, &notification_shape, a, sample, NULL);
    return compile(&t, a, &source, e) && gives_json(t, &none, e) &&
           gives_json(t, &all, e);
}
