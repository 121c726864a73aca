/*
 * What other tools compare a response with: a secret there is not copied, and
 * what only looks like one is.
 */
#include <stdio.h>

#include "import/import.h"
#include "tests/unit/testing.h"

/* An assertion in a file of its tool, and what the definition has of it. */
struct row {
    const char *theirs;
    const char *ours; /* with a bar before it: of the remarks */
};

static bool has(const struct buf *all, const char *word)
{
    return str_find(buf_view(all), str_from(word), 0) < all->len;
}

/* The record goes to `remarks`, the definition to `out`. */
static void import_text_of(struct buf *out, struct buf *remarks,
                           struct arena *a, const char *name, const char *text)
{
    const struct source *source = test_source(a, name, text);
    struct import_options options = {.source = &source,
                                     .source_count = 1,
                                     .format = -1,
                                     .redactor = redactor_open()};
    struct import_record record;
    struct diags d;
    diags_init(&d, a);
    assert_true(import_sources(out, &record, a, &options, &d));
    redactor_close(options.redactor);
    import_text(remarks, &record);
}

static void try_row(const char *name, const char *before, const char *after,
                    const struct row *row)
{
    struct arena a;
    struct buf out, remarks;
    arena_init(&a);
    buf_init(&out, IMPORT_OUTPUT_MAX);
    buf_init(&remarks, (size_t)1 << 20);
    const char *text = arena_printf(&a, "%s%s%s", before, row->theirs, after);
    import_text_of(&out, &remarks, &a, name, text);
    bool leaks = has(&out, "hunter") || has(&remarks, "hunter") ||
                 has(&out, "ghp_0") || has(&remarks, "ghp_0");
    bool found = row->ours[0] == '|' ? has(&remarks, row->ours + 1)
                                     : has(&out, row->ours);
    if (leaks || !found)
        fail_msg("%s: %s\n%s%s", name, row->theirs, out.ptr, remarks.ptr);
    buf_release(&remarks);
    buf_release(&out);
    arena_release(&a);
}

static void try_rows(const char *name, const char *before, const char *after,
                     const struct row *row, size_t count)
{
    for (size_t i = 0; i < count; i++)
        try_row(name, before, after, &row[i]);
}

static void no_secret_of_hurl_is_copied(void **state)
{
    static const struct row row[] = {
        {"jsonpath \"$.token\" == \"hunter22\"",
         "jsonpath \"$.token\" == \"${secret:TOKEN}\""},
        {"jsonpath \"$['api-key']\" startsWith \"hunter22\"",
         "\"$['api-key']\" startsWith \"${secret:API_KEY}\""},
        {"jsonpath \"$.session.id\" != \"hunter22\"",
         "!= \"${secret:SESSION}\""},
        {"jsonpath \"$.items[?(@.password == 'hunter22')].id\" == 7",
         "\"$.items[?(@.password == '${secret:PASSWORD}')].id\" == 7"},
        {"xpath \"//a[@token='hunter22']\" exists",
         "xpath \"//a[@token='${secret:TOKEN}']\" exists"},
        {"header \"Location\" contains \"?token=hunter22&a=1\"",
         "\"?token=${secret:TOKEN}&a=1\""},
        {"cookie \"sid\" == \"hunter22\"", "cookie \"sid\" == \"${secret:SID}"},
        {"body contains \"\\\"password\\\":\\\"hunter22\\\"\"",
         "\"\\\"password\\\":\\\"${secret:PASSWORD}\\\"\""},
        {"body contains \"<token>hunter22</token>\"",
         "\"<token>${secret:TOKEN}</token>\""},
        {"body contains \"ghp_0123456789abcdefghij0123\"",
         "body contains \"${secret:A}\""},
        {"body matches /token=hunter22/",
         "body matches /token=${secret:TOKEN}/"},
        {"body matches /\"token\"\\s*:\\s*\"hunter22\"/",
         "/\"token\"\\s*:\\s*\"${secret:TOKEN}\"/"},
        {"jsonpath \"$.token\" matches /^hunter22[a-z]*$/",
         "/^${secret:TOKEN}[a-z]*$/"},
        {"body matches /ghp_0123456789abcdefghij0123.*/",
         "body matches /${secret:A}/"},
        {"jsonpath \"$.pin\" == 12345", "jsonpath \"$.pin\" == ${secret:PIN}"},
        {"regex \"token=(\\\\w+)\" == \"hunter22\"",
         "regex /token=(\\w+)/ == \"${secret:TOKEN}\""},
        {"header \"Authorization\" == \"Bearer hunter22\"",
         "header \"Authorization\" == \"${secret:AUTHORIZATION}\""},
        {"jsonpath \"$.token\" md5 == \"hunter22\"",
         "|jsonpath \"$.token\" md5 == \"[redacted]\": it is not known"},
    };
    (void)state;
    try_rows("a.hurl", "GET http://h.test/\nHTTP 200\n[Asserts]\n", "\n", row,
             ARRAY_COUNT(row));
    const struct row head = {"Set-Cookie: session=hunter22; Path=/",
                             "\"session=${secret:SESSION}; Path=/\""};
    try_row("a.hurl", "GET http://h.test/\nHTTP 200\n", "\n", &head);
}

/* Nothing of these is anybody's secret. */
static void what_names_a_secret_is_none(void **state)
{
    static const struct row row[] = {
        {"jsonpath \"$.token_type\" == \"Bearer\"", "== \"Bearer\""},
        {"jsonpath \"$.token\" == \"null\"", "== \"null\""},
        {"jsonpath \"$.session.user\" == \"bob\"", "== \"bob\""},
        {"jsonpath \"$.session_status\" == \"open\"", "== \"open\""},
        {"jsonpath \"$.token\" count == 1234", "count == 1234"},
        {"jsonpath \"$.token\" isString", "\"$.token\" isString"},
        {"jsonpath \"$.token\" == \"{{t}}\"", "== \"${t}\""},
        {"jsonpath \"$.token\" matches /^[a-z0-9]{32}$/", "/^[a-z0-9]{32}$/"},
        {"jsonpath \"$.token\" matches /^eyJ[a-z]+$/", "/^eyJ[a-z]+$/"},
        {"body matches /\"token\":\"[^\"]+\"/", "/\"token\":\"[^\"]+\"/"},
        {"body matches /token=.{3}/", "/token=.{3}/"},
        {"body contains \"session: open\"", "\"session: open\""},
        {"body contains \"reset your password\"", "reset your password"},
        {"cookie \"sid[Path]\" == \"/\"", "cookie \"sid[Path]\" == \"/\""},
        {"cookie \"session[SameSite]\" == \"Lax\"",
         "cookie \"session[SameSite]\" == \"Lax\""},
        {"body contains \"session_timeout=1800\"", "\"session_timeout=1800\""},
        {"header \"Authorization\" exists", "header \"Authorization\" exists"},
        {"jsonpath \"$.n\" == 12345", "jsonpath \"$.n\" == 12345"},
        {"jsonpath \"$.n\" md5 == \"abc\"", "|md5 == \"abc\": it is not"},
    };
    (void)state;
    try_rows("a.hurl", "GET http://h.test/\nHTTP 200\n[Asserts]\n", "\n", row,
             ARRAY_COUNT(row));
}

static void no_secret_of_gatus_is_copied(void **state)
{
    static const struct row row[] = {
        {"[BODY].token == hunter22", "== \"${secret:TOKEN}\""},
        {"hunter22 == [BODY].secret", "== \"${secret:SECRET}\""},
        {"[BODY].session.id != hunter22", "!= \"${secret:SESSION}\""},
        {"[BODY].apikey == any(hunter22, hunter23)",
         "in [\"${secret:APIKEY}\", \"${secret:APIKEY_2}\"]"},
        {"[BODY].password == pat(hunter22*)", "/^${secret:PASSWORD}.*$/s"},
        {"[BODY] == pat(*token=hunter22*)", "/^.*token=${secret:TOKEN}.*$/s"},
        {"[BODY].note == ghp_0123456789abcdefghij0123", "== \"${secret:A}\""},
        {"[BODY].secret ~= hunter22", "|[BODY].secret ~= [redacted]: not a"},
        {"[BODY].user == bob", "jsonpath \"$.user\" == \"bob\""},
    };
    (void)state;
    try_rows("g.yaml",
             "endpoints:\n  - name: a\n    url: https://h.test/\n"
             "    conditions:\n      - '[STATUS] == 200'\n      - '",
             "'\n", row, ARRAY_COUNT(row));
}

static void no_secret_of_goss_is_copied(void **state)
{
    static const struct row row[] = {
        {"headers: ['Set-Cookie: sid=hunter22']", "\"sid=${secret:SID}\""},
        {"headers: ['X-Auth-Token: hunter22']",
         "header \"X-Auth-Token\" startsWith \"${secret:X_AUTH_TOKEN}\""},
        {"body: ['password: hunter22']", "\"password: ${secret:PASSWORD}\""},
        {"body: ['\"token\":\"hunter22\"']", "${secret:TOKEN}\\\"\""},
        {"body: ['/token=hunter22/']", "/token=${secret:TOKEN}/m"},
        {"body: {gjson: {token: hunter22}}", "== \"${secret:TOKEN}\""},
        {"body: {gjson: {secret: {have-prefix: hunter22}}}",
         "startsWith \"${secret:SECRET}\""},
        {"body: {gjson: {password: {match-regexp: hunter22}}}",
         "matches /${secret:PASSWORD}/"},
        {"body: ['hello world']", "body contains \"hello world\""},
    };
    (void)state;
    try_rows("goss.yaml", "http:\n  https://h.test/:\n    status: 200\n    ",
             "\n", row, ARRAY_COUNT(row));
}

static void no_secret_of_postman_is_copied(void **state)
{
    static const struct row row[] = {
        {"pm.expect(pm.response.json().token).to.eql('hunter22');",
         "jsonpath \"$.token\" == \"${secret:TOKEN}\""},
        {"pm.response.to.have.header('X-Auth-Token', 'hunter22');",
         "header \"X-Auth-Token\" == \"${secret:X_AUTH_TOKEN}\""},
        {"pm.expect(pm.response.text()).to.include('token: "
         "\\\\\\\"hunter22\\\\\\\"');",
         "${secret:TOKEN}"},
        {"pm.expect(pm.cookies.get('sid')).to.eql('hunter22');",
         "cookie \"sid\" == \"${secret:SID}\""},
        {"pm.expect(pm.response.json().secret).to.be.oneOf(['hunter22']);",
         "in [\"${secret:SECRET}\"]"},
        {"pm.expect(pm.response.json().pin).to.eql(12345);",
         "jsonpath \"$.pin\" == ${secret:PIN}"},
        {"pm.expect(foo(pm.response.json().token)).to.eql('hunter22');",
         "|.to.eql('[redacted]');: only assertions"},
        {"pm.expect(jsonData.token === 'hunter22').to.be.true;",
         "|jsonData.token === '[redacted]'"},
        {"pm.expect(pm.response.json().user).to.eql('bob');", "== \"bob\""},
    };
    (void)state;
    try_rows("p.json",
             "{\"info\": {\"name\": \"c\", \"schema\": \"https://schema."
             "getpostman.com/json/collection/v2.1.0/collection.json\"}, "
             "\"item\": [{\"name\": \"r\", \"request\": {\"method\": \"GET\", "
             "\"url\": \"http://h.test/\"}, \"event\": [{\"listen\": \"test\", "
             "\"script\": {\"exec\": [\"pm.test('a', function () {\", \"",
             "\", \"pm.response.to.have.status(200);\", \"});\"]}}]}]}", row,
             ARRAY_COUNT(row));
}

static void no_secret_of_blackbox_is_copied(void **state)
{
    static const struct row row[] = {
        {"fail_if_body_matches_regexp: ['token=hunter22']",
         "/token=${secret:TOKEN}/"},
        {"fail_if_body_not_matches_regexp: ['\"password\": *\"hunter22\"']",
         "\"${secret:PASSWORD}\""},
        {"fail_if_header_not_matches: [{header: X-Auth-Token, regexp: "
         "hunter22}]",
         "matches /${secret:X_AUTH_TOKEN}/"},
        {"fail_if_body_not_matches_regexp: [ok]", "body matches /ok/"},
    };
    (void)state;
    try_rows("b.yaml", "modules:\n  m:\n    prober: http\n    http:\n      ",
             "\n", row, ARRAY_COUNT(row));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_secret_of_hurl_is_copied),
        cmocka_unit_test(what_names_a_secret_is_none),
        cmocka_unit_test(no_secret_of_gatus_is_copied),
        cmocka_unit_test(no_secret_of_goss_is_copied),
        cmocka_unit_test(no_secret_of_postman_is_copied),
        cmocka_unit_test(no_secret_of_blackbox_is_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
