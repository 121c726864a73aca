/* Payloads of notifications: bytes, limits, hostile texts; outcomes. */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "plan/plan.h"
#include "testing.h"
#include "watch/notify/internal.h"

#define NOON INT64_C(1795262400000) /* 2026-11-21T12:00:00Z */

struct world {
    struct arena a;
    struct sink *sink;
    struct incident_row incident;
    struct message message;
    struct receiver to;
    struct buf out;
};

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static void world_open(struct world *w, const char *kind)
{
    *w = (struct world){.sink = sink_open(),
                        .incident = {.id = "INC-2026-11-21-1",
                                     .status = 1,
                                     .severity = SEVERITY_CRITICAL,
                                     .title = "api is down",
                                     .service = "shop",
                                     .checks = "api\nweb\n",
                                     .commit = "6706e2d3",
                                     .detected_ms = NOON - 65000},
                        .message = {.transition = TRANSITION_OPENED,
                                    .text = "api: 502, expected 200",
                                    .verdict = "unhealthy",
                                    .advice = "roll-back",
                                    .cause = "PG-42P07: relation exists",
                                    .remedy = "mark the migration as applied",
                                    .link = "https://ci.test/run?id=7&x=1",
                                    .time_ms = NOON},
                        .to = {.name = "ops-1",
                               .kind = receiver_kind_named(str_from(kind)),
                               .severity = SEVERITY_MINOR,
                               .url = "https://hook.test/x",
                               .to = "ops@example.org",
                               .from = "Post Flight <pf@example.org>"}};
    w->message.incident = &w->incident;
    arena_init(&w->a);
    buf_init(&w->out, (size_t)1 << 20);
}

static void world_close(struct world *w)
{
    sink_close(w->sink);
    buf_release(&w->out);
    arena_release(&w->a);
}

static const char *payload(struct world *w)
{
    struct err e = {.set = false};
    buf_clear(&w->out);
    if (!notify_payload(&w->out, &w->a, &w->to, &w->message, w->sink, &e))
        fail_msg("%s", e.text);
    assert_true(w->out.len <= HISTORY_PAYLOAD_MAX);
    assert_int_equal(utf8_check(buf_view(&w->out)), w->out.len);
    return w->out.ptr;
}

static cJSON *payload_json(struct world *w)
{
    struct err e = {.set = false};
    cJSON *json = NULL;
    payload(w);
    struct source source = {"payload", buf_view(&w->out)};
    if (!json_parse(&json, &source, &e))
        fail_msg("%s in %s", e.text, w->out.ptr);
    return json;
}

static const char *text_at(const cJSON *json, const char *a, int i,
                           const char *b, const char *c)
{
    const cJSON *at = cJSON_GetObjectItem(json, a);
    at = i < 0 ? at : cJSON_GetArrayItem(at, i);
    at = b == NULL ? at : cJSON_GetObjectItem(at, b);
    at = c == NULL ? at : cJSON_GetObjectItem(at, c);
    assert_true(cJSON_IsString(at));
    return at->valuestring;
}

static bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

/* ---- what each service gets */

static void test_slack(void **state)
{
    struct world w;
    (void)state;
    world_open(&w, "slack");
    assert_string_equal(
        payload(&w),
        "{\"unfurl_links\":false,\"unfurl_media\":false,\"text\":\"Opened: api "
        "is down (INC-2026-11-21-1)\",\"blocks\":[{\"type\":\"header\",\"text\""
        ":{\"type\":\"plain_text\",\"emoji\":false,\"text\":\"Opened: api is "
        "down (INC-2026-11-21-1)\"}},{\"type\":\"section\",\"text\":{\"type\":"
        "\"mrkdwn\",\"verbatim\":true,\"text\":\"api: 502, expected 200\"}},"
        "{\"type\":\"section\",\"fields\":[{\"type\":\"mrkdwn\",\"verbatim\":"
        "true,\"text\":\"*Severity*\\ncritical\"},{\"type\":\"mrkdwn\","
        "\"verbatim\":true,\"text\":\"*Service*\\nshop\"},{\"type\":\"mrkdwn\","
        "\"verbatim\":true,\"text\":\"*Checks*\\napi, web\"},{\"type\":"
        "\"mrkdwn\",\"verbatim\":true,\"text\":\"*Lasted*\\n1 min 5 s\"},"
        "{\"type\":\"mrkdwn\",\"verbatim\":true,\"text\":\"*Cause*\\nPG-42P07: "
        "relation exists\"},{\"type\":\"mrkdwn\",\"verbatim\":true,\"text\":"
        "\"*What to do*\\nmark the migration as applied\"},{\"type\":"
        "\"mrkdwn\",\"verbatim\":true,\"text\":\"*Advice*\\nroll-back\"},"
        "{\"type\":\"mrkdwn\",\"verbatim\":true,\"text\":\"*Commit*\\n6706e2d3"
        "\"},{\"type\":\"mrkdwn\",\"verbatim\":true,\"text\":\"*Verdict*\\n"
        "unhealthy\"}]},{\"type\":\"context\",\"elements\":[{\"type\":"
        "\"mrkdwn\",\"verbatim\":true,\"text\":\"<https://ci.test/run?id=7&amp;"
        "x=1|Open>\"}]}]}");
    world_close(&w);
}

static void test_discord(void **state)
{
    struct world w;
    (void)state;
    world_open(&w, "discord");
    cJSON *json = payload_json(&w);
    const cJSON *parse = cJSON_GetObjectItem(
        cJSON_GetObjectItem(json, "allowed_mentions"), "parse");
    assert_true(cJSON_IsArray(parse) && cJSON_GetArraySize(parse) == 0);
    assert_string_equal(text_at(json, "content", -1, NULL, NULL),
                        "Opened\\: api is down \\(INC\\-2026\\-11\\-21\\-1\\)");
    assert_string_equal(text_at(json, "embeds", 0, "url", NULL),
                        "https://ci.test/run?id=7&x=1");
    assert_string_equal(text_at(json, "embeds", 0, "timestamp", NULL),
                        "2026-11-21T12:00:00Z");
    cJSON_Delete(json);
    world_close(&w);
}

static void test_teams(void **state)
{
    struct world w;
    (void)state;
    world_open(&w, "teams");
    cJSON *json = payload_json(&w);
    assert_string_equal(text_at(json, "type", -1, NULL, NULL), "message");
    assert_string_equal(text_at(json, "attachments", 0, "contentType", NULL),
                        "application/vnd.microsoft.card.adaptive");
    assert_string_equal(text_at(json, "attachments", 0, "content", "type"),
                        "AdaptiveCard");
    assert_true(has(w.out.ptr, "\"url\":\"https://ci.test/run?id=7&x=1\""));
    assert_false(has(w.out.ptr, "msteams"));
    cJSON_Delete(json);
    world_close(&w);
}

static void test_webhook(void **state)
{
    struct world w;
    (void)state;
    world_open(&w, "webhook");
    cJSON *json = payload_json(&w);
    assert_string_equal(text_at(json, "schema", -1, NULL, NULL),
                        "postflight/notification/1");
    assert_string_equal(text_at(json, "transition", -1, NULL, NULL), "opened");
    assert_string_equal(text_at(json, "incident", -1, "severity", NULL),
                        "critical");
    assert_string_equal(text_at(json, "incident", -1, "lasted", NULL),
                        "1 min 5 s");
    const cJSON *incident = cJSON_GetObjectItem(json, "incident");
    assert_int_equal(
        cJSON_GetArraySize(cJSON_GetObjectItem(incident, "checks")), 2);
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(json, "note")));
    cJSON_Delete(json);
    world_close(&w);
}

/* A notification of no incident, of which nothing else is known. */
static void test_bare(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < receiver_kind_count; kind++) {
        struct world w;
        world_open(&w, receiver_kinds[kind].name);
        w.message = (struct message){.transition = TRANSITION_LATE,
                                     .text = "no round since 11:00",
                                     .time_ms = NOON};
        if (is(receiver_kinds[kind].name, "email"))
            assert_true(has(payload(&w), "Subject: Late: no round since"));
        else
            cJSON_Delete(payload_json(&w));
        world_close(&w);
    }
}

static void test_email(void **state)
{
    struct world w;
    (void)state;
    world_open(&w, "email");
    w.message.text = "f\xC3\xBCnf = 5";
    w.message.remedy = NULL;
    const char *id = key_message_id(&w.a, &w.to, "INC-2026-11-21-1") + 12;
    const char *want = arena_printf(
        &w.a,
        "From: Post Flight\r\n <pf@example.org>\r\n"
        "To: <ops@example.org>\r\n"
        "Subject: Opened: api is down (INC-2026-11-21-1)\r\n"
        "Date: Sat, 21 Nov 2026 12:00:00 +0000\r\n"
        "In-Reply-To: %s\r\nReferences: %s\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        "f=C3=BCnf =3D 5\r\n\r\n"
        "Severity: critical\r\nService: shop\r\nChecks: api, web\r\n"
        "Lasted: 1 min 5 s\r\nCause: PG-42P07: relation exists\r\n"
        "Advice: roll-back\r\nCommit: 6706e2d3\r\nVerdict: unhealthy\r\n\r\n"
        "https://ci.test/run?id=3D7&x=3D1\r\n\r\n"
        "--=20\r\nINC-2026-11-21-1, sent by postflight\r\n",
        id, id);
    assert_string_equal(payload(&w), want);
    world_close(&w);
}

/* A host name that could not follow an @ is not used. */
static void test_host_names(void **state)
{
    static const char *const good[] = {"a", "z", "A", "Z", "0", "9", "a.b-c"};
    static const char *const bad[] = {"",   "a`", "a{",  "a@",  "a[",
                                      "a/", "a:", "a b", "a_b", "\xC3\xBC"};
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(good); i++)
        assert_string_equal(email_host(&a, good[i]), good[i]);
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
        assert_string_equal(email_host(&a, bad[i]), "localhost");
    arena_release(&a);
}

/* What is no link is shown as text; the longest one is one. */
static void test_links(void **state)
{
    struct world w;
    (void)state;
    world_open(&w, "slack");
    for (int more = -1; more <= 1; more++) {
        w.message.link =
            arena_printf(&w.a, "https://h.test/%s",
                         test_repeat(&w.a, "p", (size_t)(1485 + more)));
        assert_int_equal(has(payload(&w), "<https://"), more < 1);
        assert_int_equal(has(w.out.ptr, "*Link*"), more == 1);
    }
    w.message.link = "https://h.test/a|b>";
    assert_false(has(payload(&w), "<https://"));
    w.message.link = w.incident.document = "incidents/INC-1.md";
    w.to.kind = receiver_kind_named(STR("email"));
    assert_true(has(payload(&w), "\r\nDocument: incidents/INC-1.md\r\n"));
    assert_false(has(w.out.ptr, "Link: "));
    w.to.kind = receiver_kind_named(STR("slack"));
    w.message.link = "javascript:alert(1)";
    assert_false(has(payload(&w), "|Open>"));
    w.message.link = NULL;
    assert_true(has(payload(&w), "*Verdict*\\nunhealthy"));
    assert_false(has(w.out.ptr, "*Link*"));
    world_close(&w);
}

/* ---- hostile texts */

static const char *const chats[] = {"slack", "discord", "teams"};

static const char *const forms[] = {
    "<!channel>",
    "<!here|x>",
    "<!everyone>",
    "<!subteam^S1>",
    "<!date^1^x^http://e.test|y>",
    "<@U012AB3CD>",
    "<#C012>",
    "<http://evil.test|click>",
    "@here",
    "@channel",
    "@everyone",
    "<@123>",
    "<@!123>",
    "<@&456>",
    "<#789>",
    "<t:1:R>",
    "<:e:1>",
    "</cmd:1>",
    "<id:customize>",
    "[click](http://evil.test)",
    "![x](http://evil.test/p.png)",
    "<at>Bob</at>",
    "&lt;at&gt;Bob&lt;/at&gt;",
    "{{DATE(2026-11-21T10:00:00Z)}}",
    "${x}",
    "@{triggerBody()}",
    "https://evil.test",
    "www.evil.test",
    "WWW.evil.test",
    "`` ` ```x``` **b** __u__ ~~s~~ ||p||",
    "> quote",
    "# head",
    "\\<@1>",
    "\\\\@here",
    "\xE2\x80\x8B@here\xE2\x80\xAE",
    "Subject: x\r\nBcc: evil@evil.test\r\n\r\nbody",
    "\n.\r\nMAIL FROM:<x>\r\n",
    "=?UTF-8?B?QkNDOg==?=",
    "\"},\"x\":{\"",
    "\x01\x1B[31m\x7F\xFF\xC0\xAF\xED\xA0\x80",
};

static void fill_all(struct world *w, const char *text)
{
    w->incident.title = w->incident.service = w->incident.checks = text;
    w->incident.signature = w->incident.migration = text;
    w->incident.commit = w->incident.document = text;
    w->message.text = w->message.verdict = w->message.advice = text;
    w->message.cause = w->message.remedy = text;
    if (!notification_is_link(text)) /* a link is one */
        w->message.link = text;
    else
        w->message.link = NULL;
}

/* What would act at a service, in a text as the service reads it. */
static const char *acts(const char *kind, const char *text)
{
    static const char *const slack[] = {"<!", "<@",  "<#",   "<h",   "@h", "@c",
                                        "@e", "://", "www.", "WWW.", NULL};
    static const char *const discord[] = {"<@", "<#", "<t", "</",  "<i",
                                          "@h", "@e", "](", "://", NULL};
    static const char *const teams[] = {"<a", "</",  "&l",   "{{",   "${", "@{",
                                        "](", "://", "www.", "WWW.", NULL};
    const char *const *list = is(kind, "slack")     ? slack
                              : is(kind, "discord") ? discord
                                                    : teams;
    for (; *list != NULL; list++)
        if (strstr(text, *list) != NULL)
            return *list;
    return NULL;
}

static void each_text(const char *kind, const cJSON *at)
{
    for (; at != NULL; at = at->next) {
        bool schema = at->string != NULL && strcmp(at->string, "$schema") == 0;
        if (cJSON_IsString(at) && !schema &&
            acts(kind, at->valuestring) != NULL)
            fail_msg("'%s' in %s", acts(kind, at->valuestring),
                     at->valuestring);
        each_text(kind, at->child);
    }
}

static void test_mentions(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < ARRAY_COUNT(chats); kind++)
        for (int own = 0; own < 3; own++)
            for (size_t i = 0; i < ARRAY_COUNT(forms); i++) {
                struct world w;
                world_open(&w, chats[kind]);
                fill_all(&w, forms[i]);
                w.to.template_text =
                    own == 1   ? "{{title}} {{{text}}} {{&cause}}"
                                 "{{#incident.checks}}{{{.}}}"
                                 "{{/incident.checks}}"
                    : own == 2 ? "{{=<% %>=}}<%&text%><%{remedy}%>"
                               : NULL;
                cJSON *json = payload_json(&w);
                each_text(chats[kind], json);
                cJSON_Delete(json);
                world_close(&w);
            }
}

/* Two values side by side make no mention either. */
static void test_joined_values(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < ARRAY_COUNT(chats); kind++) {
        struct world w;
        world_open(&w, chats[kind]);
        w.message.text = "<";
        w.message.cause = "@U1>";
        w.message.remedy = "@";
        w.message.advice = "here";
        w.to.template_text = "{{text}}{{cause}} {{remedy}}{{advice}}";
        cJSON *json = payload_json(&w);
        each_text(chats[kind], json);
        cJSON_Delete(json);
        world_close(&w);
    }
}

/* The block of headers: known names, no empty line before its end. */
static void check_headers(const char *mail)
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
    struct str rest = str_from(mail);
    bool body = false;
    while (rest.len > 0) {
        size_t end = str_find(rest, STR("\r\n"), 0);
        struct str line = str_sub(rest, 0, end);
        bool good = body;
        assert_true(end < rest.len);
        assert_true(line.len <= 78);
        for (size_t i = 0; i < line.len; i++)
            assert_true(line.ptr[i] >= 0x20 && line.ptr[i] < 0x7F);
        for (size_t i = 0; !body && i < ARRAY_COUNT(known); i++)
            good = good || str_starts(line, str_from(known[i]));
        if (!good && line.len > 0)
            fail_msg("header '%.*s'", STR_ARGS(line));
        body = body || line.len == 0;
        rest = str_sub(rest, end + 2, rest.len);
    }
    assert_true(body);
}

static void test_header_injection(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(forms); i++) {
        struct world w;
        world_open(&w, "email");
        fill_all(&w, forms[i]);
        w.incident.id = forms[i];
        check_headers(payload(&w));
        assert_false(has(w.out.ptr, "\r\nBcc:"));
        world_close(&w);
    }
}

/* Names that are no ASCII are encoded; "=?" is never taken for ours. */
static void test_encoded_words(void **state)
{
    struct world w;
    (void)state;
    world_open(&w, "email");
    w.incident.title = "\xE6\x97\xA5\xE6\x9C\xAC \xE6\x97\xA5\xE6\x9C\xAC "
                       "\xE6\x97\xA5\xE6\x9C\xAC \xE6\x97\xA5\xE6\x9C\xAC";
    w.to.from = "J\xC3\xB6rg, x <a@b.test>";
    w.to.to = "On call <a@b.test>, c@d.test,\"x\" <e@f.test>";
    check_headers(payload(&w));
    assert_true(has(w.out.ptr, "To: On call\r\n <a@b.test>,\r\n <c@d.test>,"
                               "\r\n =?UTF-8?B?Ingi?=\r\n <e@f.test>\r\n"));
    assert_true(has(w.out.ptr, "Subject: =?UTF-8?B?"));
    w.incident.title = "=?UTF-8?B?QkNDOg==?=";
    check_headers(payload(&w));
    assert_false(has(w.out.ptr, "QkNDOg=="));
    world_close(&w);
}

static void test_megabyte(void **state)
{
    static const char *const unit[] = {
        "x", "<", "\xFF", "@", "\x01", "\xF0\x9F\x92\xA9", "*", "a\n"};
    (void)state;
    for (size_t kind = 0; kind < receiver_kind_count; kind++)
        for (size_t i = 0; i < ARRAY_COUNT(unit); i++) {
            struct world w;
            world_open(&w, receiver_kinds[kind].name);
            size_t count = ((size_t)1 << 20) / strlen(unit[i]);
            fill_all(&w, test_repeat(&w.a, unit[i], count));
            if (is(receiver_kinds[kind].name, "email"))
                check_headers(payload(&w));
            else
                cJSON_Delete(payload_json(&w));
            assert_true(!is(receiver_kinds[kind].name, "teams") ||
                        w.out.len <= 28 * 1024);
            assert_true(is(receiver_kinds[kind].name, "email") ||
                        has(w.out.ptr, "..."));
            world_close(&w);
        }
}

static void test_cut_is_said(void **state)
{
    struct world w;
    (void)state;
    world_open(&w, "webhook");
    for (int more = -1; more <= 1; more++) {
        w.message.text = test_repeat(&w.a, "x", (size_t)(4096 + more));
        cJSON *json = payload_json(&w);
        const cJSON *note = cJSON_GetObjectItem(json, "note");
        assert_int_equal(cJSON_IsString(note), more == 1);
        assert_int_equal(strlen(text_at(json, "text", -1, NULL, NULL)),
                         more == 1 ? 4096 : 4096 + more);
        cJSON_Delete(json);
    }
    world_close(&w);
}

/* ---- limits */

/* What docs say of a service; 0: nothing. */
static size_t limit_of(const char *service, const char *part)
{
    struct notify_limit l;
    const char *found = NULL;
    for (size_t i = 0; notify_limit(i, &found, &l); i++)
        if (is(found, service) && is(l.part, part))
            return l.most;
    return 0;
}

/* `most` units are taken, one more is cut to `most` with "..." */
static void test_limits(void **state)
{
    static const struct {
        const char *service, *part;
        size_t most;
        bool text;
    } row[] = {{"all", "a payload", 65536, false},
               {"all", "one text", 4096, false},
               {"Slack", "`text`", 4000, true},
               {"Slack", "header", 150, true},
               {"Slack", "text of a section", 3000, true},
               {"Slack", "fields of a section", 10, false},
               {"Slack", "a field", 2000, true},
               {"Discord", "`content`", 2000, true},
               {"Discord", "title of an embed", 256, true},
               {"Discord", "description of an embed", 4096, true},
               {"Discord", "fields of an embed", 25, false},
               {"Discord", "value of a field", 1024, true},
               {"Discord", "footer of an embed", 2048, true},
               {"Discord", "an embed in all", 6000, false},
               {"Teams", "a payload", 28672, false},
               {"Teams", "a text block", 5000, true},
               {"e-mail", "subject", 200, true},
               {"e-mail", "an encoded line", 76, false}};
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        assert_int_equal(limit_of(row[i].service, row[i].part), row[i].most);
        for (int more = -1; row[i].text && more <= 1; more++) {
            struct buf out;
            size_t n = row[i].most + (size_t)more;
            buf_init(&out, 100000);
            escape_within(&out, str_from(test_repeat(&a, "x", n)), escape_none,
                          row[i].most);
            assert_int_equal(out.len, more == 1 ? row[i].most : n);
            assert_int_equal(str_ends(buf_view(&out), STR("...")), more == 1);
            buf_release(&out);
        }
    }
    arena_release(&a);
}

static size_t units_at(const cJSON *json, const char *a, int i, const char *b,
                       const char *c)
{
    return limit_units(str_from(text_at(json, a, i, b, c)));
}

/* In the payloads themselves, with texts just below, at and above. */
static void test_limits_of_payloads(void **state)
{
    struct world w;
    (void)state;
    world_open(&w, "slack");
    for (int more = -1; more <= 1; more++) {
        w.message.text = test_repeat(&w.a, "y", (size_t)(3000 + more));
        w.incident.title = test_repeat(&w.a, "z", (size_t)(122 + 1 + more));
        cJSON *json = payload_json(&w);
        assert_int_equal(units_at(json, "blocks", 1, "text", "text"),
                         more == 1 ? 3000 : 3000 + more);
        assert_int_equal(units_at(json, "blocks", 0, "text", "text"),
                         more == 1 ? 150 : 150 + more);
        cJSON_Delete(json);
    }
    w.to.kind = receiver_kind_named(STR("discord"));
    w.to.template_text = "{{text}}";
    for (int more = -1; more <= 1; more++) {
        w.message.text = test_repeat(&w.a, "y", (size_t)(2000 + more));
        cJSON *json = payload_json(&w);
        assert_int_equal(units_at(json, "content", -1, NULL, NULL),
                         more == 1 ? 2000 : 2000 + more);
        cJSON_Delete(json);
    }
    world_close(&w);
}

/* Discord counts all texts of an embed together. */
static void test_embed_total(void **state)
{
    struct world w;
    (void)state;
    world_open(&w, "discord");
    for (size_t n = 10; n <= 4000; n += 133) {
        fill_all(&w, test_repeat(&w.a, "\xF0\x9F\x92\xA9", n));
        cJSON *json = payload_json(&w);
        const cJSON *embed =
            cJSON_GetArrayItem(cJSON_GetObjectItem(json, "embeds"), 0);
        const cJSON *fields = cJSON_GetObjectItem(embed, "fields"), *f;
        size_t sum = units_at(json, "embeds", 0, "title", NULL) +
                     units_at(json, "embeds", 0, "description", NULL) +
                     units_at(json, "embeds", 0, "footer", "text");
        cJSON_ArrayForEach(f, fields)
        {
            const char *value = cJSON_GetObjectItem(f, "value")->valuestring;
            assert_true(limit_units(str_from(value)) <= 1024);
            assert_true(value[0] != '\0');
            sum += limit_units(str_from(value)) +
                   strlen(cJSON_GetObjectItem(f, "name")->valuestring);
        }
        assert_true(sum <= 6000);
        cJSON_Delete(json);
    }
    world_close(&w);
}

/* A cut never splits an escape. */
static void test_cut_between_escapes(void **state)
{
    struct buf out;
    (void)state;
    buf_init(&out, 1000);
    escape_within(&out, STR("<<<<"), escape_slack, 12);
    assert_string_equal(out.ptr, "&lt;&lt;...");
    buf_clear(&out);
    escape_within(&out, STR("<<<"), escape_slack, 12);
    assert_string_equal(out.ptr, "&lt;&lt;&lt;");
    buf_release(&out);
}

/* ---- secrets */

static void test_secrets(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < receiver_kind_count; kind++)
        for (int own = 0; own < 3; own++) {
            struct world w;
            world_open(&w, receiver_kinds[kind].name);
            redactor_add(sink_redactor(w.sink), STR("hunter2*hunter2"));
            fill_all(&w, "x hunter2*hunter2 y");
            w.incident.id = "hunter2*hunter2";
            w.to.template_text = own == 1   ? "{{text}} {{incident.id}}"
                                 : own == 2 ? "hunter2*hunter2 {{text}}"
                                            : NULL;
            payload(&w);
            assert_false(has(w.out.ptr, "hunter2"));
            assert_true(has(w.out.ptr, "redacted"));
            world_close(&w);
        }
}

/* Halves of a secret in two values, put side by side by a template. */
static void test_joined_secret(void **state)
{
    struct world w;
    (void)state;
    world_open(&w, "slack");
    redactor_add(sink_redactor(w.sink), STR("abcdefgh"));
    w.message.text = "abcd";
    w.message.cause = "efgh";
    w.to.template_text = "{{text}}{{cause}}";
    assert_false(has(payload(&w), "abcdefgh"));
    assert_true(has(w.out.ptr, "the template had a secret in it"));
    world_close(&w);
}

/* A text that is cut within a secret keeps nothing of it. */
static void test_secret_at_cut(void **state)
{
    struct world w;
    (void)state;
    world_open(&w, "webhook");
    redactor_add(sink_redactor(w.sink), STR("SECRETSECRETSECRET"));
    for (size_t n = 4070; n < 4100; n++) {
        w.message.text = arena_printf(&w.a, "%sSECRETSECRETSECRET",
                                      test_repeat(&w.a, "x", n));
        assert_false(has(payload(&w), "SEC"));
    }
    for (size_t n = 980; n < 1010; n++) {
        w.incident.title = arena_printf(&w.a, "%sSECRETSECRETSECRET",
                                        test_repeat(&w.a, "x", n));
        assert_false(has(payload(&w), "SEC"));
    }
    world_close(&w);
}

/* ---- templates */

static void test_templates(void **state)
{
    static const struct {
        const char *kind;
        const char *text, *want;
    } row[] = {
        {"slack", "*{{incident.severity}}* <{{link}}|x> {{text}}",
         "*critical* <https://ci.test/run?id=7&x=1|x> api: "
         "502, expected 200"},
        {"discord", "**{{text}}** {{time}}",
         "**api\\: 502, expected 200** 2026-11-21T12:00:00Z"},
        {"command", "{{#incident.checks}}[{{.}}]{{/incident.checks}}",
         "[api][web]"},
        {"command", "{{transition}}{{^note}} no note{{/note}}",
         "opened no note"},
        {"webhook", "{\"m\": \"{{text}}\"}",
         "{\"m\": \"say \\\"hi\\\" \\\\o\"}"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct world w;
        world_open(&w, row[i].kind);
        w.to.template_text = row[i].text;
        if (is(row[i].kind, "webhook"))
            w.message.text = "say \"hi\" \\o";
        payload(&w);
        if (is(row[i].kind, "slack") || is(row[i].kind, "discord")) {
            cJSON *json = payload_json(&w);
            assert_string_equal(is(row[i].kind, "slack")
                                    ? text_at(json, "text", -1, NULL, NULL)
                                    : text_at(json, "content", -1, NULL, NULL),
                                row[i].want);
            cJSON_Delete(json);
        } else {
            assert_string_equal(w.out.ptr, row[i].want);
        }
        world_close(&w);
    }
}

/* What cannot be sent as asked is sent in the built-in form, and says so. */
static void test_template_falls_back(void **state)
{
    static const struct {
        const char *text, *note;
    } row[] = {{"{{#cause}}{}{{/cause}}{{^cause}}x", "the template failed: "},
               {"{{nothing}}", "the template failed: no notification has"},
               {"{{#remedy}} {{/remedy}}", "the template gave no text"},
               {"{\"a\": {{text}}}", "the template gave no JSON"}};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct world w;
        world_open(&w, "webhook");
        w.to.template_text = row[i].text;
        cJSON *json = payload_json(&w);
        assert_string_equal(text_at(json, "transition", -1, NULL, NULL),
                            "opened");
        assert_true(has(text_at(json, "note", -1, NULL, NULL), row[i].note));
        cJSON_Delete(json);
        world_close(&w);
    }
}

static void test_template_too_long(void **state)
{
    struct world w;
    (void)state;
    world_open(&w, "command");
    char *text = arena_alloc(&w.a, 80000);
    for (int i = 0; i < 1400; i++)
        memcpy(text + (size_t)i * 11, "{{remedy}} ", 11);
    w.message.remedy = test_repeat(&w.a, "r", 4000);
    w.to.template_text = text;
    assert_true(strlen(payload(&w)) > 40000); /* with shorter values */
    for (int i = 0; i < 1400; i++)
        memcpy(text + (size_t)i * 11, "0123456789 ", 11);
    w.to.template_text = arena_printf(&w.a, "%s%s", text, text);
    assert_true(has(payload(&w), "at most 16384 are read"));
    world_close(&w);
}

/* ---- the definition */

/* Into errors what is wrong with the receivers, if anything. */
static void load(struct arena *a, const char *notify, struct buf *errors)
{
    static const char *const none[] = {NULL};
    struct diags d;
    struct plan plan;
    const struct source *source = test_source(
        a, "w.yaml",
        arena_printf(a,
                     "watch:\n  notify:\n%schecks:\n  - id: a\n"
                     "    url: http://h.test\n    expect: status == 200\n",
                     notify));
    struct plan_inputs in = {
        .source = &source, .source_count = 1, .environ = none};
    diags_init(&d, a);
    buf_init(errors, 100000);
    if (plan_open(&plan, a, &in, &d))
        plan_close(&plan);
    else
        diags_render(&d, errors);
}

static const struct {
    const char *text, *error; /* "": it loads */
} definition_row[] = {
    {"    - slack: https://h.test/x\n", ""},
    {"    - webhook: http://127.0.0.1:8080/x\n", ""},
    {"    - webhook: http://[::1]:8080/x\n", ""},
    {"    - webhook: http://localhost\n", ""},
    {"    - webhook: http://localhost.evil.test/\n", "allow_http"},
    {"    - webhook: http://h.test/x\n",
     "3:7: error: http:// to another host can be read on the way"},
    {"    - webhook: http://h.test/x\n      allow_http: true\n", ""},
    {"    - slack: https://h.test/x\n"
     "      template: |\n        {{text}}\n        x {{txet}}\n",
     "5:1: error: line 2, column 3 of the template: no notification has "
     "a 'txet', did you mean 'text'?"},
    {"    - slack: https://h.test/x\n      template: '{{severity}}'\n",
     "did you mean 'incident.severity'?"},
    {"    - slack: https://h.test/x\n      template: '{{incident}}'\n",
     "'incident' is not a string"},
    {"    - slack: https://h.test/x\n      template: '{{> other}}'\n",
     "cannot include another one"},
    {"    - slack: https://h.test/x\n"
     "      template: '{{#incident}}{{.}}{{/incident}}'\n",
     "'.' is not a string"},
    {"    - slack: https://h.test/x\n"
     "      template: '{{#incident}}{{id}} {{text}}{{/incident}}'\n",
     ""},
    {"    - webhook: https://h.test/x\n      template: 'down: {{text}}'\n",
     "the template does not give JSON"},
    {"    - webhook: https://h.test/x\n"
     "      template: '{\"a\": \"{{text}}\"}'\n",
     ""},
    {"    - webhook: https://h.test/x\n"
     "      template: '{\"a\": {{#cause}}\"{{cause}}\"{{/cause}}}'\n",
     "the template does not give JSON"},
    {"    - webhook: https://h.test/x\n"
     "      headers: ['Content-Type: text/plain']\n"
     "      template: 'down: {{text}}'\n",
     ""},
    {"    - slack: https://h.test/x\n      headers: ['A: b']\n",
     "'headers' does not apply to a receiver 'slack'"},
    {"    - slack: https://h.test/x\n      user: me\n      password: x\n",
     "'user' does not apply to a receiver 'slack'"},
    {"    - command: [a]\n      smtp: smtp://h.test\n",
     "'smtp' does not apply to a receiver 'command'"},
    {"    - smtp: smtp://h.test\n      slack: https://h.test\n",
     "'smtp' does not apply to a receiver 'slack'"},
    {"    - slack: https://h.test\n      teams: https://h.test\n",
     "more than one kind: 'slack' is already given"},
    {"    - name: x\n",
     "expected one of slack, discord, teams, webhook, email or command"},
    {"    - slak: https://h.test\n",
     "unknown key 'slak' in a receiver of notifications, did you mean "
     "'slack'?"},
    {"    - email: a@b.test\n      user: me\n",
     "expected both 'user' and 'password'"},
    {"    - email: a@b.test, X <c@d.test>\n", ""},
    {"    - email: 'a@b.test, c d'\n",
     "expected an address such as ops@example.org, found 'c d'"},
    {"    - email: 'a@b.test> SIZE=1'\n", "expected an address"},
    {"    - email: a@b.test\n      from: 'a@b.test, c@d.test'\n",
     "expected 1 to 1 addresses, found 2"},
    {"    - email: a@b.test\n      ca: /nonexistent\n",
     "the file '/nonexistent' cannot be read"},
};

static void test_definitions(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(definition_row); i++) {
        struct arena a;
        struct buf errors;
        arena_init(&a);
        load(&a, definition_row[i].text, &errors);
        if (definition_row[i].error[0] == '\0'
                ? errors.len > 0
                : !has(errors.ptr, definition_row[i].error))
            fail_msg("%s gives: %s", definition_row[i].text, errors.ptr);
        buf_release(&errors);
        arena_release(&a);
    }
}

static void test_definition_limits(void **state)
{
    (void)state;
    for (int more = -1; more <= 1; more++) {
        struct arena a;
        struct buf errors;
        arena_init(&a);
        const char *name = test_repeat(&a, "n", (size_t)(100 + more));
        load(&a,
             arena_printf(&a, "    - slack: https://h.test\n      name: %s\n",
                          name),
             &errors);
        assert_int_equal(errors.len > 0, more == 1);
        buf_release(&errors);
        const char *text = test_repeat(&a, "t", (size_t)(16384 + more));
        load(&a,
             arena_printf(
                 &a, "    - slack: https://h.test\n      template: %s\n", text),
             &errors);
        assert_int_equal(errors.len > 0, more == 1);
        buf_release(&errors);
        struct buf list;
        buf_init(&list, 10000);
        for (int i = 0; i < 50 + more; i++)
            buf_printf(&list, "%sa%d@b.test", i > 0 ? "," : "", i);
        load(&a, arena_printf(&a, "    - email: %s\n", list.ptr), &errors);
        assert_int_equal(errors.len > 0, more == 1);
        buf_release(&list);
        buf_release(&errors);
        arena_release(&a);
    }
}

static void test_mailboxes(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    for (int more = -1; more <= 1; more++) {
        struct mailbox box;
        const char *local = test_repeat(&a, "l", (size_t)(64 + more));
        struct str bad, rest = str_from(arena_printf(&a, "%s@b.test", local));
        assert_int_equal(mailbox_next(&rest, &box, &bad), more < 1);
        const char *host = test_repeat(&a, "h", (size_t)(252 + more));
        rest = str_from(arena_printf(&a, "a@%s", host));
        assert_int_equal(mailbox_next(&rest, &box, &bad), more < 1);
    }
    arena_release(&a);
}

/* ---- keys, wishes, outcomes */

static void test_keys(void **state)
{
    struct world w;
    (void)state;
    world_open(&w, "slack");
    w.message.transition = TRANSITION_REMINDED;
    assert_string_equal(notify_key(&w.a, &w.to, &w.message, 2),
                        "INC-2026-11-21-1/reminded/ops-1/2");
    w.to.name = "a b\xC3\xBC/\r\nX: y";
    assert_string_equal(
        notify_key(&w.a, &w.to, &w.message, 2),
        "INC-2026-11-21-1/reminded/a%20b%C3%BC%2F%0D%0AX%3A%20y/2");
    w.to.name = test_repeat(&w.a, "/", 100);
    const char *one = notify_key(&w.a, &w.to, &w.message, 2);
    w.to.name = test_repeat(&w.a, "/", 99);
    assert_string_not_equal(one, notify_key(&w.a, &w.to, &w.message, 2));
    assert_true(strlen(one) < 200);
    w.to.name = "x";
    w.message.incident = NULL;
    assert_string_equal(notify_key(&w.a, &w.to, &w.message, 1),
                        "2026-11-21T12:00:00Z/reminded/x/1");
    w.message.history = "0123456789abcdef";
    assert_string_equal(notify_key(&w.a, &w.to, &w.message, 1),
                        "0123456789abcdef/2026-11-21T12:00:00Z/reminded/x/1");
    const char *id = key_message_id(&w.a, &w.to, "k");
    assert_string_equal(id, key_message_id(&w.a, &w.to, "k"));
    assert_string_not_equal(id, key_message_id(&w.a, &w.to, "l"));
    assert_true(has(id, "@example.org>"));
    world_close(&w);
}

/* Two histories, each with its first incident of the day. */
static void test_histories_share_no_key(void **state)
{
    static const char *const kind[] = {"webhook", "email"};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(kind); i++) {
        struct world w;
        world_open(&w, kind[i]);
        w.message.history = "aaaaaaaaaaaaaaaa";
        const char *one = str_dup(&w.a, str_from(payload(&w)));
        const char *key = notify_key(&w.a, &w.to, &w.message, 0);
        w.message.history = "bbbbbbbbbbbbbbbb";
        assert_string_not_equal(payload(&w), one);
        assert_string_not_equal(notify_key(&w.a, &w.to, &w.message, 0), key);
        if (i == 0)
            assert_true(has(one, "\"dedup_key\": "
                                 "\"aaaaaaaaaaaaaaaa/INC-2026-11-21-1\""));
        w.message.incident = NULL;
        if (i == 0)
            assert_true(has(payload(&w), "\"dedup_key\": null"));
        world_close(&w);
    }
}

static void test_wants(void **state)
{
    struct receiver to = {.severity = SEVERITY_MAJOR};
    (void)state;
    assert_true(notify_wants(&to, TRANSITION_OPENED, SEVERITY_CRITICAL));
    assert_true(notify_wants(&to, TRANSITION_OPENED, SEVERITY_MAJOR));
    assert_false(notify_wants(&to, TRANSITION_OPENED, SEVERITY_MINOR));
    assert_true(notify_wants(&to, TRANSITION_LATE, -1));
    assert_false(notify_wants(&to, TRANSITION_CLOSED, SEVERITY_CRITICAL));
    assert_false(notify_wants(&to, TRANSITION_FLAPPING, SEVERITY_CRITICAL));
    to.on = 1u << TRANSITION_CLOSED;
    assert_true(notify_wants(&to, TRANSITION_CLOSED, SEVERITY_CRITICAL));
    assert_false(notify_wants(&to, TRANSITION_OPENED, SEVERITY_CRITICAL));
}

static void test_statuses(void **state)
{
    static const struct {
        long status;
        enum outcome outcome;
    } row[] = {{0, OUTCOME_AGAIN},      {100, OUTCOME_AGAIN},
               {199, OUTCOME_AGAIN},    {200, OUTCOME_ACCEPTED},
               {204, OUTCOME_ACCEPTED}, {299, OUTCOME_ACCEPTED},
               {300, OUTCOME_REFUSED},  {302, OUTCOME_REFUSED},
               {400, OUTCOME_REFUSED},  {404, OUTCOME_REFUSED},
               {407, OUTCOME_REFUSED},  {408, OUTCOME_AGAIN},
               {409, OUTCOME_REFUSED},  {428, OUTCOME_REFUSED},
               {429, OUTCOME_AGAIN},    {430, OUTCOME_REFUSED},
               {499, OUTCOME_REFUSED},  {500, OUTCOME_AGAIN},
               {503, OUTCOME_AGAIN},    {599, OUTCOME_AGAIN}};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        assert_int_equal(outcome_of_status(row[i].status), row[i].outcome);
}

static void test_retry_after(void **state)
{
    static const struct {
        const char *value;
        int64_t ms;
    } row[] = {{"0", 0},
               {"120", 120000},
               {" 7 ", 7000},
               {"1.5", 2000},
               {"1.0", 1000},
               {"86399", 86399000},
               {"86400", 86400000},
               {"86401", 86400000},
               {"1000000000", 86400000},
               {"99999999999999999999", 86400000},
               {"-5", -1},
               {"soon", -1},
               {"", -1},
               {"Sat, 21 Nov 2026 12:00:30 GMT", 30000},
               {"Sat, 21 Nov 2026 11:00:00 GMT", 0},
               {"Sat, 21 Nov 2099 11:00:00 GMT", 86400000}};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        assert_int_equal(outcome_retry_after_ms(str_from(row[i].value), NOON),
                         row[i].ms);
}

static void test_backoff(void **state)
{
    int64_t full = 10000;
    bool differs = false;
    (void)state;
    for (int64_t i = 1; i <= 40; i++) {
        int64_t wait = outcome_backoff_ms("key", i);
        assert_true(wait >= full / 2 && wait <= full);
        assert_int_equal(wait, outcome_backoff_ms("key", i));
        differs = differs || wait != outcome_backoff_ms("other", i);
        full = full * 2 > 3600000 ? 3600000 : full * 2;
    }
    assert_true(differs);
}

static void test_settle(void **state)
{
    struct notice_row n = {.key = "k", .made_ms = NOON};
    struct attempt again = {OUTCOME_AGAIN, "no", 1000, NOON + 500};
    (void)state;
    for (int64_t more = -1; more <= 1; more++) {
        n.state = NOTICE_PENDING;
        outcome_settle(&n, &again, 1500 - more);
        assert_int_equal(n.state, more == 1 ? NOTICE_GIVEN_UP : NOTICE_PENDING);
        assert_int_equal(n.next_ms, NOON + 1500);
    }
    assert_int_equal(n.attempts, 3);
    n.state = NOTICE_PENDING;
    outcome_settle(&n, &(struct attempt){OUTCOME_REFUSED, "404", -1, NOON},
                   1000000000);
    assert_int_equal(n.state, NOTICE_GIVEN_UP);
    n.state = NOTICE_PENDING;
    outcome_settle(&n, &(struct attempt){OUTCOME_ACCEPTED, NULL, -1, NOON + 9},
                   0);
    assert_int_equal(n.state, NOTICE_SENT);
    assert_int_equal(n.sent_ms, NOON + 9);
    assert_null(n.error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slack),
        cmocka_unit_test(test_discord),
        cmocka_unit_test(test_teams),
        cmocka_unit_test(test_webhook),
        cmocka_unit_test(test_bare),
        cmocka_unit_test(test_email),
        cmocka_unit_test(test_host_names),
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_mentions),
        cmocka_unit_test(test_joined_values),
        cmocka_unit_test(test_header_injection),
        cmocka_unit_test(test_encoded_words),
        cmocka_unit_test(test_megabyte),
        cmocka_unit_test(test_cut_is_said),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_limits_of_payloads),
        cmocka_unit_test(test_embed_total),
        cmocka_unit_test(test_cut_between_escapes),
        cmocka_unit_test(test_secrets),
        cmocka_unit_test(test_joined_secret),
        cmocka_unit_test(test_secret_at_cut),
        cmocka_unit_test(test_templates),
        cmocka_unit_test(test_template_falls_back),
        cmocka_unit_test(test_template_too_long),
        cmocka_unit_test(test_definitions),
        cmocka_unit_test(test_definition_limits),
        cmocka_unit_test(test_mailboxes),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_histories_share_no_key),
        cmocka_unit_test(test_wants),
        cmocka_unit_test(test_statuses),
        cmocka_unit_test(test_retry_after),
        cmocka_unit_test(test_backoff),
        cmocka_unit_test(test_settle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
