/* Checks from answers: status, type, health, build, certificate, time. */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "import/init/init.h"
#include "plan/definition.h"

#define MEMBERS_MAX 12 /* expectations made of members, of one answer */

struct writer {
    struct buf *out;
    struct arena *arena;
    struct ids ids;
    struct str origin; /* that all URLs have in common; none: they differ */
    size_t members;
    const char *identity;
    size_t identity_rank;
};

/* "https://host:port" */
static struct str origin_of(const char *url)
{
    struct str s = str_from(url);
    size_t start = str_find(s, STR("//"), 0) + 2, end = start;
    while (end < s.len && strchr("/?#", s.ptr[end]) == NULL)
        end++;
    return str_sub(s, 0, end);
}

static void write_url(struct writer *w, const char *url)
{
    struct str text = str_from(url);
    struct buf out;
    buf_init(&out, 2 * text.len + 40);
    bool shared =
        w->origin.len > 0 && str_find(w->origin, STR("}"), 0) == w->origin.len;
    if (shared) {
        buf_printf(&out, "${BASE_URL:-%.*s}", STR_ARGS(w->origin));
        text = str_sub(text, w->origin.len, text.len);
    }
    escape_dollars(&out, text);
    line_pair(w->out, "url", buf_view(&out));
    buf_release(&out);
}

static bool is_one_of(const char *const *word, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal_nocase(str_from(word[i]), str_from(text)))
            return true;
    return false;
}

static bool says_healthy(const cJSON *v)
{
    static const char *const good[] = {
        "ok",    "up",      "healthy", "pass",        "passed",    "success",
        "ready", "running", "serving", "connected",   "available", "online",
        "alive", "active",  "green",   "operational", "live",      "normal"};
    return cJSON_IsString(v) &&
           is_one_of(good, ARRAY_COUNT(good), v->valuestring);
}

static bool is_health_name(const char *name)
{
    static const char *const health[] = {
        "status", "state", "health", "healthy", "ok",     "ready",
        "live",   "alive", "up",     "success", "result", "connected"};
    return is_one_of(health, ARRAY_COUNT(health), name);
}

/* The best name of a build wins: a commit tells more than a version. */
static void note_identity(struct writer *w, const char *path, const cJSON *v)
{
    static const char *const name[] = {
        "commit",    "sha",      "git_sha",    "gitsha",  "commit_sha",
        "commitsha", "git_hash", "githash",    "hash",    "revision",
        "rev",       "build",    "build_id",   "buildid", "release",
        "version",   "tag",      "app_version"};
    bool told = cJSON_IsString(v) && v->valuestring[0] != '\0';
    for (size_t i = 0; told && i < ARRAY_COUNT(name); i++) {
        if (!str_equal_nocase(str_from(name[i]), str_from(v->string)) ||
            (w->identity != NULL && i >= w->identity_rank))
            continue;
        w->identity = path;
        w->identity_rank = i;
    }
}

static void write_member(struct writer *w, const char *path, const cJSON *v)
{
    struct buf text;
    bool ok = w->members < MEMBERS_MAX;
    buf_init(&text, 400);
    buf_printf(&text, "jsonpath \"%s\" == ", path);
    if (says_healthy(v))
        ok = literal(&text, str_from(v->valuestring)) && ok;
    else
        buf_text(&text, "true");
    if (ok && !text.full) {
        if (w->members++ == 0)
            buf_text(w->out, "      # How the service says that it is well.\n");
        line_item(w->out, buf_view(&text));
    }
    buf_release(&text);
}

/* What it said of its health was nothing that a check should ask for. */
static void write_doubt(struct writer *w, const char *path, const cJSON *v)
{
    struct buf text;
    buf_init(&text, 300);
    if (cJSON_IsString(v) && literal(&text, str_from(v->valuestring)) &&
        !text.full)
        buf_printf(w->out,
                   "      # %s was %s when this was written; say what it "
                   "should be.\n",
                   path, text.ptr);
    buf_release(&text);
}

/* Members that speak of health, in the object and in its objects. */
static void write_members(struct writer *w, const cJSON *object,
                          const char *path, int depth)
{
    for (const cJSON *v = object->child; v != NULL; v = v->next) {
        struct buf name;
        buf_init(&name, 200);
        buf_text(&name, path);
        bool usable = path_member(&name, v->string) && !name.full;
        const char *own = buf_take(w->arena, &name);
        if (!usable)
            continue;
        note_identity(w, own, v);
        if (cJSON_IsObject(v) && depth < 2)
            write_members(w, v, own, depth + 1);
        else if (says_healthy(v) ||
                 (cJSON_IsTrue(v) && is_health_name(v->string)))
            write_member(w, own, v);
        else if (is_health_name(v->string))
            write_doubt(w, own, v);
    }
}

static void write_json(struct writer *w, struct str body)
{
    struct source source = {"body", body};
    struct err e = {.set = false};
    cJSON *json = NULL;
    w->members = 0;
    w->identity = NULL;
    if (!json_parse(&json, &source, &e))
        return;
    if (cJSON_IsObject(json))
        write_members(w, json, "$", 0);
    if (cJSON_IsArray(json))
        line_item(w->out, STR("jsonpath \"$\" isCollection"));
    cJSON_Delete(json);
}

static void write_contains(struct writer *w, const char *before,
                           struct str part)
{
    struct buf text;
    buf_init(&text, 400);
    buf_text(&text, before);
    if (literal(&text, part) && !text.full)
        line_item(w->out, buf_view(&text));
    buf_release(&text);
}

/* The title of a page; a short text as it is. */
static void write_text(struct writer *w, struct str body)
{
    size_t from = str_find(body, STR("<title>"), 0);
    size_t to = str_find(body, STR("</title>"), from);
    struct str trimmed = str_trim(body);
    if (to < body.len)
        write_contains(w, "body contains ", str_sub(body, from, to - from));
    else if (trimmed.len > 0 && trimmed.len <= 40)
        write_contains(w, "body trim == ", trimmed);
}

static void write_status(struct writer *w, const struct draft_answer *seen)
{
    if (seen->status < 400) {
        line_item(w->out, str_from(arena_printf(w->arena, "status == %lld",
                                                (long long)seen->status)));
        return;
    }
    buf_printf(w->out,
               "      # It was %lld when this was written; a check asks for "
               "what it should be.\n",
               (long long)seen->status);
    line_item(w->out, STR("status in 200..299"));
}

static void write_type(struct writer *w, const struct draft_answer *seen)
{
    struct str rest;
    struct str type = str_cut(str_from(seen->content_type), ';', &rest);
    if (seen->content_type != NULL)
        write_contains(w, "header \"content-type\" contains ", str_trim(type));
}

/* Three times what was measured, a round number, and never hectic. */
static void write_duration(struct writer *w, const struct draft_answer *seen)
{
    struct buf measured;
    int64_t ms = (seen->duration_us * 3 / 1000 + 99) / 100 * 100;
    if (ms < 300)
        ms = 300;
    if (ms >= 10000)
        return;
    buf_init(&measured, 64);
    text_duration(&measured, seen->duration_us);
    buf_printf(w->out,
               "    # Measured once: %s. Slower than this is degraded, not "
               "down.\n"
               "    degraded:\n      - duration < %lldms\n",
               measured.ptr, (long long)ms);
    buf_release(&measured);
}

static void write_answer(struct writer *w, const struct draft_answer *seen)
{
    struct str path = str_from(seen->url);
    struct str origin = origin_of(seen->url);
    path = str_sub(path, origin.len, path.len);
    struct str query;
    struct str bare = str_cut(path, '?', &query);
    struct str host =
        str_sub(origin, str_find(origin, STR("//"), 0) + 2, origin.len);
    struct str port;
    struct str name = bare.len > 1 ? bare : str_cut(host, ':', &port);
    buf_printf(w->out, "\n  - id: %s\n", id_make(w->arena, &w->ids, name));
    write_url(w, seen->url);
    buf_text(w->out, "    expect:\n");
    write_status(w, seen);
    w->identity = NULL;
    if (seen->status >= 400) /* what an error page says is not asked for */
        return;
    write_type(w, seen);
    if (json_is_media_type(seen->content_type))
        write_json(w, seen->body);
    else
        write_text(w, seen->body);
    if (seen->certificate)
        line_item(w->out, STR("certificate \"Expire-Date\" daysAfterNow > 14"));
    write_duration(w, seen);
    if (w->identity != NULL)
        buf_printf(w->out,
                   "    # Tells which build answered; name the one you "
                   "shipped with --expect.\n"
                   "    identity: jsonpath \"%s\"\n",
                   w->identity);
}

void draft_answers(struct buf *out, struct arena *a,
                   const struct draft_answer *answer, size_t count)
{
    struct writer w = {.out = out, .arena = a};
    for (size_t i = 0; i < count; i++) {
        struct str origin = origin_of(answer[i].url);
        if (i > 0 && !str_equal(origin, w.origin))
            w.origin = STR_NONE;
        else
            w.origin = origin;
        if (w.origin.len == 0)
            break;
    }
    buf_text(out, "# Written by postflight init from what answered once. Read "
                  "it, take out what\n# may change, and add what matters.\n");
    buf_text(out, "defaults: { timeout: 10s }\n\nchecks:");
    for (size_t i = 0; i < count; i++)
        write_answer(&w, &answer[i]);
}
