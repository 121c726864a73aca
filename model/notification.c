/* The shape of a notification, and templates over its names. */
#include "model/notification.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/shape_rows.h"
#include "base/text.h"

#define JSON_MAX ((size_t)4 << 20) /* of all texts, escaped */

#define STRUCT notified_incident
static const struct shape_field incident_shape_rows[] = {
    FIELD("id", SHAPE_TEXT, id, "of the incident; null: of no incident"),
    NAMED("status", status, &incident_status_names, "where it stands"),
    NAMED("severity", severity, &severity_names, "of its worst check"),
    FIELD("title", SHAPE_TEXT, title, "what it is about"),
    FIELD("service", SHAPE_TEXT, service, "whose it is"),
    TEXTS("checks", check, "ids of the checks that failed"),
    FIELD("signature", SHAPE_TEXT, signature, "code of the cause"),
    FIELD("migration", SHAPE_TEXT, migration, "that it is about"),
    FIELD("commit", SHAPE_TEXT, commit, "that was being deployed"),
    FIELD("document", SHAPE_TEXT, document, "path of its document"),
    FIELD("started", SHAPE_TIME, started_ms, "the impact began"),
    FIELD("detected", SHAPE_TIME, detected_ms, "it was noticed"),
    FIELD("acknowledged", SHAPE_TIME, acknowledged_ms, "somebody took it on"),
    FIELD("mitigated", SHAPE_TIME, mitigated_ms, "the impact ended"),
    FIELD("resolved", SHAPE_TIME, resolved_ms, "all checks pass again"),
    FIELD("verified", SHAPE_TIME, verified_ms, "it was proved"),
    FIELD("closed", SHAPE_TIME, closed_ms, "it is over"),
    FIELD("lasted", SHAPE_TEXT, lasted,
          "for people: from detected to resolved, or until now"),
    FIELD("reminders", SHAPE_INT, reminders, "that were sent"),
    FIELD("reopened", SHAPE_INT, reopened, "how often it came back"),
};
static SHAPE_OF(incident_shape, "notified_incident");
#undef STRUCT

#define STRUCT notification
static const struct shape_field notification_shape_rows[] = {
    FIELD("schema", SHAPE_TEXT, schema, "name and version of this format"),
    NAMED("transition", transition, &transition_names, "what has changed"),
    FIELD("time", SHAPE_TIME, time_ms, "when"),
    FIELD("title", SHAPE_TEXT, title, "what happened to what, in a few words"),
    FIELD("text", SHAPE_TEXT, text, "what happened, one line"),
    FIELD("verdict", SHAPE_TEXT, verdict, "of the last round"),
    FIELD("advice", SHAPE_TEXT, advice, "what to do, as a word"),
    FIELD("cause", SHAPE_TEXT, cause, "what broke first, when it is known"),
    FIELD("remedy", SHAPE_TEXT, remedy, "the way out, when it is known"),
    FIELD("link", SHAPE_TEXT, link, "to the document or the run"),
    OBJECT("incident", incident, &incident_shape, "that it is about"),
    FIELD("note", SHAPE_TEXT, note,
          "what was cut, or is not as it was asked for"),
};
SHAPE_OF(notification_shape, "notification");
#undef STRUCT

/* What a name means: a text (shape NULL), a list of texts, or an object. */
struct meaning {
    bool known, list;
    const struct shape *shape;
};

static struct meaning member(const struct shape *s, struct str name)
{
    for (size_t i = 0; i < s->count; i++)
        if (str_is(name, s->field[i].name))
            return (struct meaning){true, s->field[i].type == SHAPE_TEXTS,
                                    s->field[i].of};
    return (struct meaning){false, false, NULL};
}

static struct meaning whole_path(const struct shape *s, struct str name)
{
    struct str rest;
    struct meaning found = member(s, str_cut(name, '.', &rest));
    while (found.known && rest.len > 0) {
        struct str next = str_cut(rest, '.', &rest);
        if (found.shape == NULL)
            return (struct meaning){false, false, NULL};
        found = member(found.shape, next);
    }
    return found;
}

/* Sections are looked through from the inside, as rendering does. */
static struct meaning meaning_of(const struct mustache_name *n, struct str name,
                                 size_t inside)
{
    struct meaning found = {false, false, NULL};
    if (str_is(name, "."))
        return (struct meaning){true, false, NULL};
    while (inside-- > 0 && !found.known) {
        struct meaning section = meaning_of(n, n->inside[inside], inside);
        if (section.shape != NULL)
            found = whole_path(section.shape, name);
    }
    return found.known ? found : whole_path(&notification_shape, name);
}

/* "." is the element of a list; elsewhere it would be all of an object. */
static bool is_element(const struct mustache_name *n)
{
    if (n->inside_count == 0)
        return false;
    size_t last = n->inside_count - 1;
    struct str section = n->inside[last];
    if (str_is(section, "."))
        return false;
    struct meaning m = meaning_of(n, section, last);
    return m.known && m.shape == NULL;
}

static void refuse_unknown(struct err *e, const struct mustache_name *n)
{
    const char *known[64];
    size_t count = 0;
    for (size_t i = 0; i < notification_shape.count; i++)
        known[count++] = notification_shape.field[i].name;
    for (size_t i = 0; i < incident_shape.count && count < 64; i++)
        known[count++] = incident_shape.field[i].name;
    const char *near = text_nearest(n->name, known, count);
    bool inner =
        near != NULL && !member(&notification_shape, str_from(near)).known;
    err_set(e, n->pos, "no notification has a '%.*s'%s%s%s%s",
            (int)(n->name.len > 60 ? 60 : n->name.len), n->name.ptr,
            near == NULL ? "" : ", did you mean '", inner ? "incident." : "",
            near == NULL ? "" : near, near == NULL ? "" : "'?");
}

static void check_name(void *context, const struct mustache_name *n)
{
    struct err *e = context;
    if (e->set)
        return;
    if (n->use == MUSTACHE_TEMPLATE) {
        err_set(e, n->pos,
                "a notification takes in no other template, found '%.*s'",
                (int)(n->name.len > 60 ? 60 : n->name.len), n->name.ptr);
        return;
    }
    struct meaning m = meaning_of(n, n->name, n->inside_count);
    bool dot = str_is(n->name, ".");
    if (!m.known)
        refuse_unknown(e, n);
    else if (n->use == MUSTACHE_VALUE &&
             (dot ? !is_element(n) : m.list || m.shape != NULL))
        err_set(e, n->pos,
                "'%.*s' is no text, expected a section such as "
                "{{#incident.checks}}{{.}} {{/incident.checks}}",
                STR_ARGS(n->name));
}

bool notification_template(struct mustache **out, struct arena *a,
                           const struct source *text, struct err *e)
{
    struct err found = {.set = false};
    if (text->text.len > NOTIFICATION_TEMPLATE_MAX)
        return err_set(e, pos_at(text, NOTIFICATION_TEMPLATE_MAX),
                       "a template of %zu bytes, at most %zu are read",
                       text->text.len, NOTIFICATION_TEMPLATE_MAX);
    if (!mustache_parse(out, a, text, e))
        return false;
    mustache_names(*out, check_name, &found);
    if (found.set)
        *e = found;
    return !found.set;
}

struct change {
    struct arena *arena;
    const char *(*change)(void *context, struct arena *a, const char *text);
    void *context;
};

static const char *changed(const struct change *c, const char *text)
{
    return text == NULL ? NULL : c->change(c->context, c->arena, text);
}

static void *slot(void *object, size_t offset)
{
    return (char *)object + offset;
}

static void map_shape(void *object, const struct shape *s,
                      const struct change *c)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct shape_field *f = &s->field[i];
        void *at = slot(object, f->at);
        if (f->type == SHAPE_OBJECT) {
            map_shape(at, f->of, c);
        } else if (f->type == SHAPE_TEXT) {
            *(const char **)at = changed(c, *(const char **)at);
        } else if (f->type == SHAPE_TEXTS) {
            size_t count = *(size_t *)slot(object, f->count_at);
            const char **old = *(const char ***)at;
            const char **copy = arena_array(c->arena, count + 1, sizeof(*copy));
            for (size_t k = 0; k < count; k++)
                copy[k] = changed(c, old[k]);
            *(const char ***)at = copy;
        }
    }
}

void notification_map(struct notification *n, struct arena *a,
                      const char *(*change)(void *context, struct arena *a,
                                            const char *text),
                      void *context)
{
    struct change c = {a, change, context};
    map_shape(n, &notification_shape, &c);
}

struct escaping {
    void (*escape)(struct buf *out, struct str text);
};

static const char *escaped(void *context, struct arena *a, const char *text)
{
    const struct escaping *e = context;
    struct buf out;
    buf_init(&out, JSON_MAX);
    e->escape(&out, str_from(text));
    const char *copy = buf_dup(a, &out);
    buf_release(&out);
    return copy;
}

bool notification_render(struct buf *out, struct arena *a,
                         const struct mustache *t, const struct notification *n,
                         void (*escape)(struct buf *out, struct str text),
                         struct err *e)
{
    struct notification copy = *n;
    struct escaping how = {escape};
    struct mustache_set set = {NULL, NULL, buf_str};
    struct buf json;
    cJSON *data = NULL;
    notification_map(&copy, a, escaped, &how);
    if (n->link != NULL && notification_is_link(n->link))
        copy.link = n->link;
    buf_init(&json, JSON_MAX);
    shape_write(&json, &notification_shape, &copy);
    struct source source = {"notification", buf_view(&json)};
    bool ok =
        json_parse(&data, &source, e) && mustache_render(out, t, data, &set, e);
    cJSON_Delete(data);
    buf_release(&json);
    return ok;
}

bool notification_is_link(const char *text)
{
    static const char sign[] = "-._~:/?#!$&'*+,;=%";
    struct str s = str_from(text);
    if (!str_starts(s, STR("https://")) && !str_starts(s, STR("http://")))
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9');
        if (!word && strchr(sign, c) == NULL)
            return false;
    }
    return s.len <= NOTIFICATION_LINK_MAX;
}

void notification_escape_json(struct buf *out, struct str text)
{
    struct buf quoted;
    buf_init(&quoted, text.len * 6 + 3);
    json_quote(&quoted, text);
    buf_str(out, str_sub(buf_view(&quoted), 1, quoted.len - 2));
    buf_release(&quoted);
}

bool recipient_takes_json(const struct recipient *r)
{
    for (size_t i = 0; i < r->header_count; i++) {
        struct str value, name = str_cut(str_from(r->header[i]), ':', &value);
        if (str_equal_nocase(name, STR("Content-Type")))
            return str_find(value, STR("json"), 0) < value.len;
    }
    return r->kind == RECIPIENT_WEBHOOK;
}

static const char *sample(void *context, struct arena *a, const char *text)
{
    (void)context;
    (void)a;
    return text[0] == '?' ? "a\"b\\c\n" : text;
}

static bool gives_json(struct arena *a, const struct mustache *t,
                       const struct notification *n, struct err *e)
{
    struct buf out;
    cJSON *json = NULL;
    buf_init(&out, JSON_MAX);
    bool ok = notification_render(&out, a, t, n, notification_escape_json, e);
    struct source source = {"what the template gives", buf_view(&out)};
    ok = ok && json_parse(&json, &source, e);
    cJSON_Delete(json);
    buf_release(&out);
    if (!ok && e->pos.source == &source)
        e->pos = POS_NONE;
    return ok;
}

bool notification_gives_json(struct arena *a, const struct mustache *t,
                             struct err *e)
{
    static const char *const two[] = {"?", "?"};
    struct notification none = {.schema = NOTIFICATION_SCHEMA,
                                .transition = TRANSITION_LATE,
                                .time_ms = 1,
                                .title = "",
                                .text = "",
                                .incident = {.status = -1, .severity = -1}};
    struct notification all = {
        .schema = NOTIFICATION_SCHEMA,
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
                     .check = (const char **)(uintptr_t)two,
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
    notification_map(&all, a, sample, NULL);
    return gives_json(a, t, &none, e) && gives_json(a, t, &all, e);
}
