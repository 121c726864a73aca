/*
 * Any bytes as the texts of a notification: the first byte tells to whom it
 * goes and with which template, then come the texts, with NUL between. Each
 * payload is well-formed, within its bounds, without a mention or a command
 * that a text brought, and without the secret.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "model/notification.h"
#include "tests/fuzz/sometimes.h"
#include "watch/notify/notify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define USUAL_MAX ((size_t)1000) /* bytes */
#define SECRET    "s3cr3t-s3cr3t-value"

static const char *const templates[] = {
    NULL,
    "{{text}}{{{title}}}{{&cause}} {{#incident.checks}}{{{.}}}"
    "{{/incident.checks}}",
    "{{#incident}}{{{id}}}{{signature}}{{/incident}}{{remedy}}{{{advice}}}",
    "{\"a\": \"{{text}}\", \"b\": \"{{{incident.document}}}\"}",
};

static void need(bool holds)
{
    if (!holds)
        abort();
}

/* What acts at a service, in a text as it is read there. */
static const struct {
    const char *kind, *text[12];
} acts[] = {
    {"slack", {"<!", "<@", "<#", "@here", "@channel", "@everyone"}},
    {"discord", {"<@", "<#", "<t:", "</", "@here", "@everyone", "]("}},
    {"teams", {"<at", "</at", "&lt;", "{{", "${", "@{", "]("}},
};

static bool is(const struct receiver *to, const char *kind)
{
    return strcmp(to->kind->name, kind) == 0;
}

static void look(const char *const *text, const cJSON *at)
{
    for (; at != NULL; at = at->next) {
        if (cJSON_IsString(at))
            for (size_t i = 0; text[i] != NULL; i++)
                need(strstr(at->valuestring, text[i]) == NULL);
        look(text, at->child);
    }
}

static void check_json(const struct receiver *to, struct str text)
{
    struct source source = {"payload", text};
    struct err e = {.set = false};
    cJSON *json = NULL;
    need(json_parse(&json, &source, &e));
    for (size_t i = 0; i < ARRAY_COUNT(acts); i++)
        if (is(to, acts[i].kind))
            look(acts[i].text, json);
    if (is(to, "discord"))
        need(cJSON_GetObjectItem(json, "allowed_mentions") != NULL);
    cJSON_Delete(json);
}

/* Headers of ours alone, then an empty line, then lines of ASCII. */
static void check_mail(struct str rest)
{
    static const char *const known[] = {"From: ",
                                        "To: ",
                                        "Subject: ",
                                        "Date: ",
                                        "In-Reply-To: ",
                                        "References: ",
                                        "Auto-Submitted: ",
                                        "MIME-Version: ",
                                        "Content-Type: ",
                                        "Content-Transfer-Encoding: ",
                                        " "};
    bool body = false;
    while (rest.len > 0) {
        size_t end = str_find(rest, STR("\r\n"), 0);
        struct str line = str_sub(rest, 0, end);
        bool good = body || line.len == 0;
        need(end < rest.len && line.len <= 78);
        for (size_t i = 0; i < line.len; i++)
            need(line.ptr[i] >= 0x20 && line.ptr[i] < 0x7F);
        for (size_t i = 0; i < ARRAY_COUNT(known); i++)
            good = good || str_starts(line, str_from(known[i]));
        need(good);
        body = body || line.len == 0;
        rest = str_sub(rest, end + 2, rest.len);
    }
    need(body);
}

/* The texts in turn; missing ones are NULL. */
static const char *next_text(struct arena *a, struct str *rest)
{
    if (rest->len == 0)
        return NULL;
    return str_dup(a, str_cut(*rest, '\0', rest));
}

static void fill(struct message *m, struct incident_row *i, struct arena *a,
                 struct str rest)
{
    *m = (struct message){.transition = TRANSITION_REMINDED,
                          .text = next_text(a, &rest),
                          .cause = next_text(a, &rest),
                          .remedy = next_text(a, &rest),
                          .time_ms = INT64_C(1795262400000)};
    *i = (struct incident_row){.id = next_text(a, &rest),
                               .title = next_text(a, &rest),
                               .checks = next_text(a, &rest),
                               .service = next_text(a, &rest),
                               .detected_ms = 1};
    m->advice = next_text(a, &rest);
    m->verdict = next_text(a, &rest);
    i->signature = i->migration = m->cause;
    i->document = i->commit = m->remedy;
    m->link = next_text(a, &rest);
    m->incident = i->id == NULL ? NULL : i;
}

static void make(struct arena *a, unsigned how, struct str texts,
                 struct sink *sink)
{
    struct receiver to = {
        .name = "fuzz",
        .kind = &receiver_kinds[how % receiver_kind_count],
        .url = "https://h.test/",
        .to = "a@b.test",
        .from = "c@d.test",
        .template_text =
            templates[how / receiver_kind_count % ARRAY_COUNT(templates)]};
    struct message m;
    struct incident_row incident;
    struct buf out;
    struct err e = {.set = false};
    buf_init(&out, HISTORY_PAYLOAD_MAX);
    fill(&m, &incident, a, texts);
    need(notify_payload(&out, a, &to, &m, sink, &e));
    struct str text = buf_view(&out);
    need(text.len > 0 && utf8_check(text) == text.len);
    need(str_find(text, STR(SECRET), 0) == text.len);
    if (is(&to, "email"))
        check_mail(text);
    else if (!is(&to, "command") || to.template_text == NULL)
        check_json(&to, text);
    const char *key = notify_key(a, &to, &m, 1);
    for (; *key != '\0'; key++)
        need(*key > 0x20 && *key < 0x7F);
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    static struct sink *sink; /* opened once: it compiles patterns */
    if (sink == NULL) {
        sink = sink_open();
        redactor_add(sink_redactor(sink), STR(SECRET));
    }
    size = usually(data, size, USUAL_MAX);
    arena_init(&a);
    if (size > 0)
        make(&a, data[0], (struct str){(const char *)data + 1, size - 1}, sink);
    arena_release(&a);
    return 0;
}
