/* Readers of other tools' files: what becomes of each construct. */
#include <stdio.h>

#include "base/json.h"
#include "base/text.h"
#include "import/import.h"
#include "import/tool.h"
#include "tests/unit/testing.h"

struct outcome {
    bool ok;
    struct buf text;
    struct import_record record;
    struct diags diags;
};

static struct outcome import(struct arena *a, const char *name,
                             const char *text)
{
    const struct source *source = test_source(a, name, text);
    struct import_options options = {.source = &source,
                                     .source_count = 1,
                                     .format = -1,
                                     .redactor = redactor_open()};
    struct outcome out;
    diags_init(&out.diags, a);
    buf_init(&out.text, IMPORT_OUTPUT_MAX);
    out.ok = import_sources(&out.text, &out.record, a, &options, &out.diags);
    redactor_close(options.redactor);
    return out;
}

static void show(const struct outcome *out)
{
    struct buf remarks;
    buf_init(&remarks, (size_t)1 << 20);
    import_text(&remarks, &out->record);
    printf("# %s# %s", out->text.ptr, remarks.ptr);
    for (size_t i = 0; i < out->diags.count; i++)
        printf("# %s\n", out->diags.item[i].text);
    buf_release(&remarks);
}

/* words: lines of the definition that must be there, in order; with a
   bar before it, a remark that must be there. */
static void expect(const char *name, const char *text, const char *words)
{
    struct arena a;
    struct buf remarks;
    arena_init(&a);
    struct outcome out = import(&a, name, text);
    buf_init(&remarks, (size_t)1 << 20);
    import_text(&remarks, &out.record);
    size_t at = 0;
    for (struct str rest = str_from(words); rest.len > 0;) {
        struct str word = str_cut(rest, '\n', &rest);
        bool remark = word.len > 0 && word.ptr[0] == '|';
        struct str in = remark ? buf_view(&remarks) : buf_view(&out.text);
        word = str_sub(word, remark ? 1 : 0, word.len);
        size_t found = str_find(in, word, remark ? 0 : at);
        if (found == in.len) {
            printf("# not found: %.*s\n", STR_ARGS(word));
            show(&out);
            fail();
        }
        at = remark ? at : found;
    }
    buf_release(&remarks);
    buf_release(&out.text);
    arena_release(&a);
}

/* "hunter22" and the like, in a file: no output has it, and `words` are. */
static void expect_shielded(const char *name, const char *text,
                            const char *words)
{
    static const char *const secret[] = {"hunter", "ghp_0123456789"};
    struct arena a;
    struct buf all;
    arena_init(&a);
    struct outcome out = import(&a, name, text);
    buf_init(&all, (size_t)1 << 20);
    import_text(&all, &out.record);
    buf_str(&all, buf_view(&out.text));
    for (size_t i = 0; i < ARRAY_COUNT(secret); i++)
        if (str_find(buf_view(&all), str_from(secret[i]), 0) < all.len) {
            show(&out);
            fail_msg("%s has %s", name, secret[i]);
        }
    buf_release(&all);
    buf_release(&out.text);
    arena_release(&a);
    expect(name, text, words);
}

static void refuse(const char *name, const char *text, unsigned line,
                   const char *words)
{
    struct arena a;
    arena_init(&a);
    struct outcome out = import(&a, name, text);
    assert_false(out.ok);
    bool found = false;
    for (size_t i = 0; i < out.diags.count; i++)
        found = found || (strstr(out.diags.item[i].text, words) != NULL &&
                          out.diags.item[i].pos.line == line);
    if (!found)
        show(&out);
    assert_true(found);
    buf_release(&out.text);
    arena_release(&a);
}

#define GATUS(url, condition)                                                  \
    "endpoints:\n- name: a\n  url: " url "\n  conditions:\n  - \"" condition   \
    "\"\n"

static void test_conditions(void **state)
{
    static const struct {
        const char *theirs, *ours;
    } row[] = {
        {"[STATUS] == 200", "status == 200"},
        {"[STATUS] <= 399", "status <= 399"},
        {"200 == [STATUS]", "status == 200"},
        {"300 > [STATUS]", "status < 300"},
        {"[STATUS] != any(500, 502)", "not status in [500, 502]"},
        {"[STATUS] == pat(4*)", "status in 400..499"},
        {"[STATUS] == pat(20*)", "status in 200..209"},
        {"[STATUS] == pat(*)", "|a status is a number"},
        {"[STATUS] == OK", "|this value does not go with"},
        {"[RESPONSE_TIME] < 500", "duration < 500ms"},
        {"[RESPONSE_TIME] < 60000", "|this cannot fail"},
        {"[IP] == 10.0.0.1", "ip == \"10.0.0.1\""},
        {"[BODY] == pat(*a.b*)", "body trim matches /^.*a\\.b.*$/s"},
        {"[BODY] == hello", "body trim == \"hello\""},
        {"[BODY].a.b-c[1] == 1.5", "jsonpath \"$.a['b-c'][1]\" == 1.5"},
        {"[BODY][0].id == null", "jsonpath \"$[0].id\" == null"},
        {"[BODY].x == true", "jsonpath \"$.x\" == true"},
        {"[BODY].x == any(a, 1)", "jsonpath \"$.x\" in [\"a\", 1]"},
        {"[BODY].x == ${V}", "jsonpath \"$.x\" == ${V}"},
        {"[BODY].a == [BODY].b", "|not with another part of the response"},
        {"[BODY].a[x] == 1", "|this placeholder is not known"},
        {"len([BODY]) >= 2", "jsonpath \"$\" count >= 2"},
        {"has([BODY].x) == true", "jsonpath \"$.x\" exists"},
        {"has([BODY].x) != true", "jsonpath \"$.x\" not exists"},
        {"[CONNECTED] == false", "|a check without a response fails"},
        {"[CONNECTED] == true", "|so it expects 'status in 200..299'"},
        {"[CERTIFICATE_EXPIRATION] > 48h", "daysAfterNow >= 2"},
        {"[CERTIFICATE_EXPIRATION] > 49h", "|rounded up"},
        {"[DOMAIN_EXPIRATION] > 48h", "|no WHOIS"},
        {"[NOPE] == 1", "|this placeholder is not known"},
        {"nonsense", "|not a condition such as"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        char text[300];
        snprintf(text, sizeof(text), GATUS("https://h.test/", "%s"),
                 row[i].theirs);
        expect("gatus.yaml", text, row[i].ours);
    }
}

static void test_gatus(void **state)
{
    (void)state;
    expect("g", GATUS("tcp://h:1", "[CONNECTED] == true"), "tcp: h:1");
    expect("g", GATUS("tls://h:1", "[CONNECTED] == true"), "tls: h:1");
    expect("g", GATUS("starttls://h:25", "[CONNECTED] == true"),
           "tls: h:25\nstarttls: smtp");
    expect("g", GATUS("grpcs://h:1", "[CONNECTED] == true"),
           "grpc: https://h:1");
    expect("g", GATUS("icmp://h", "[CONNECTED] == true"),
           "- ping\n- h\n- exit == 0\n|sends no ICMP");
    expect("g",
           "endpoints:\n- name: b\n  url: http://h/\n"
           "- name: a\n  url: udp://h:1\n  conditions: []\n",
           "|g:5:8: udp://h:1: no kind of check");
    expect("g",
           "endpoints:\n- name: a\n  url: https://h/$$x?a=$Q\n"
           "  graphql: true\n  body: '{ me { id } }'\n"
           "  headers: { Authorization: Bearer abcdef, x-api-key: '${K}' }\n"
           "  client: { insecure: true, oauth2: {}, timeout: 3s }\n"
           "  nope: 1\n  conditions: ['[STATUS] == 200']\n",
           "It needs these variables: Q, A_TOKEN, K\n"
           "url: https://h/$$x?a=${Q}\nx-api-key: ${K}\n"
           "bearer: ${secret:A_TOKEN}\n"
           "json: {\"query\": \"{ me { id } }\"}\ntimeout: 3s\n"
           "insecure: true\n|g:7:29: oauth2: \n|g:8:3: nope: it is not known");
    expect("g",
           "endpoints:\n- name: a\n  url: '8.8.8.8'\n"
           "  dns: { query-name: x.test., query-type: TXT }\n"
           "  conditions: ['[BODY] == pat(v=spf*)', '[BODY] > 1']\n",
           "name: x.test\ntype: TXT\nserver: 8.8.8.8\n"
           "body matches /^v=spf.*$/s\n|no order");
}

#define HURL(assert) "GET http://h.test/\nHTTP 200\n[Asserts]\n" assert "\n"

static void test_asserts(void **state)
{
    static const struct {
        const char *theirs, *ours;
    } row[] = {
        {"status < 300", "- status < 300"},
        {"header \"A\" not exists", "header \"A\" not exists"},
        {"cookie \"s[Path]\" == \"/\"", "cookie \"s[Path]\" == \"/\""},
        {"cookie \"s[Value]\" == \"1\"", "cookie \"s\" == \"1\""},
        {"jsonpath \"$.a\" == \"x\\\"y\\u{41}\"",
         "jsonpath \"$.a\" == \"x\\\"yA\""},
        {"jsonpath \"$.a\" == \"a$b\"", "jsonpath \"$.a\" == \"a$b\""},
        {"jsonpath \"$.a\" == \"${b\"", "jsonpath \"$.a\" == \"$${b\""},
        {"jsonpath \"$.a\" == `b`", "jsonpath \"$.a\" == \"b\""},
        {"jsonpath \"$.a\" first == 1", "nth 0 == 1"},
        {"jsonpath \"$.a\" last toInt >= 1", "nth -1 toInt >= 1"},
        {"jsonpath \"$.a\" matches \"^a$\"", "matches /^a$/"},
        {"jsonpath \"$.a\" matches /a\\/b/", "matches /a\\/b/"},
        {"jsonpath \"$.a\" isFloat", "jsonpath \"$.a\" isNumber"},
        {"jsonpath \"$.a\" isFloat", "jsonpath \"$.a\" not isInteger"},
        {"jsonpath \"$.a\" isList", "|lists and objects are both"},
        {"jsonpath \"$.a\" isIpv4", "matches /^(25[0-5]"},
        {"jsonpath \"$.a\" isUuid", "matches /^[0-9a-fA-F]{8}-"},
        {"jsonpath \"$.a\" isDate", "|dates are strings"},
        {"jsonpath \"$.a\" countEquals 2", "count == 2"},
        {"jsonpath \"$.a\" greaterThan 2", "> 2"},
        {"jsonpath \"$.a\" == file,x.json;", "|part of the definition"},
        {"jsonpath \"$.a\" urlDecode == \"x\"", "|h.hurl:4:16: "},
        {"jsonpath \"$.a[\" == 1", "|JSONPath"},
        {"jsonpath \"$.a-b.c-d\" == 1", "jsonpath \"$['a-b']['c-d']\" == 1"},
        {"jsonpath \"$.[0].a['x.y-z']\" == 1",
         "jsonpath \"$[0].a['x.y-z']\" == 1"},
        {"jsonpath \"$..a-b[?@.c == 1 - 1]\" == 1", "|JSONPath"},
        {"jsonpath \"$.a\" replace \"a\" \"b\" == \"x\"",
         "replace \"a\" \"b\" == \"x\""},
        {"jsonpath \"$.a\" toDate \"%Y\" daysBeforeNow < 10",
         "toDate \"%Y\" daysBeforeNow < 10"},
        {"xpath \"string(//h1)\" == \"x\"", "xpath \"string(//h1)\" == \"x\""},
        {"regex \"a(b)\" == \"b\"", "regex /a(b)/ == \"b\""},
        {"bytes startsWith hex,00ff;", "bytes startsWith hex,00ff;"},
        {"sha256 == base64,q83v;", "sha256 == "},
        {"md5 == hex,00;", "|MD5"},
        {"duration < 1 s", "duration < 1s"},
        {"version == \"HTTP/1.1\"", "version == \"1.1\""},
        {"certificate \"Expire-Date\" daysAfterNow > 15",
         "certificate \"Expire-Date\" daysAfterNow > 15"},
        {"url == {{u}}", "url == ${u}"},
        {"body == ```a``` # no", "body == \"a\""},
        {"status < 600", "|this cannot fail"},
        {"status", "|it is not known here"},
        {"nonsense == 1", "|it is not known here"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        char text[400];
        snprintf(text, sizeof(text), HURL("%s"), row[i].theirs);
        expect("h.hurl", text, row[i].ours);
    }
}

static void test_hurl(void **state)
{
    (void)state;
    expect("h.hurl",
           "POST https://h.test/a\\#b # a comment\n"
           "X-A: {{v}} # another\n"
           "[Query]\nq: a b\n[Cookies]\nc: 1\n[BasicAuth]\nbob: s3cret\n"
           "[Options]\nlocation: true\nmax-redirs: 3\nretry: 2\ninsecure: "
           "true\nmax-time: 7\nhttp2: true\naws-sigv4: x\n"
           "resolve: h.test:443:127.0.0.1\nvariable: v=x y\n"
           "[FormParams]\nf: 1\nHTTP *\nServer: x\n",
           "url: https://h.test/a#b?q=a%20b\nmethod: POST\nX-A: ${v\n"
           "c: 1\nuser: bob\npassword: ${secret:H_PASSWORD}\nf: 1\n"
           "timeout: 7s\nhttp_version: 2\ninsecure: true\nh.test: 127.0.0.1\n"
           "redirects: 3\nattempts: 3\n"
           "header \"Server\" == \"x\"\n|aws-sigv4: x: only bearer");
    expect("h.hurl",
           "POST https://bob:s3cret@h.test/a@b\n[Form]\npassword: hunter22\n"
           "name: x\nHTTP 200\n",
           "url: https://h.test/a@b\nuser: bob\n"
           "password: ${secret:H_PASSWORD}\npassword: ${secret:PASSWORD}\n"
           "name: x\n|password: a secret is not copied");
    expect("h.hurl",
           "POST http://h/\n[Multipart]\na: 1\nf: file,x;\nHTTP 201\n",
           "multipart/form-data; boundary=\nname=\\\"a\\\"\n|no file is sent");
    expect("h.hurl",
           "GET http://h/\n[Options]\nskip: true\nHTTP 200\n"
           "GET http://h/b\nHTTP 200\n",
           "url: http://h/b\n|it is skipped");
    expect("h.hurl", "POST http://h/\n<a>\n <b/>\n</a>\nHTTP 200\n<ok/>\n",
           "body: \"<a>\\n <b/>\\n</a>\"\nbody == \"<ok/>\"");
    expect("h.hurl", "POST http://h/\n{\"a\": {{n}}, \"b\": \"$\"}\nHTTP 200\n",
           "json: {\"a\": ${n}, \"b\": \"$$\"}");
    expect("h.hurl", "GET http://h/{{newUuid}}\nHTTP 200\n",
           "url: http://h/${newUuid}\n|generated for each request");
    expect("h.hurl",
           "GET http://h/\nHTTP 200\n[Captures]\nt: jsonpath \"$.t\" redact\n"
           "GET http://h/2\nX: {{t}}\nHTTP 200\n",
           "steps:\nt: jsonpath \"$.t\"\nX: ${secret:t}");
    expect("h.hurl",
           "GET http://h/\nHTTP 200\n[Captures]\ni: body\n"
           "GET http://h/2\nHTTP 200\n[Asserts]\n"
           "jsonpath \"$[{{i}}]\" == 1\njsonpath \"$.a\" == 2\n",
           "steps:\njsonpath \"$.a\" == 2\n|h.hurl:8:1: expect: jsonpath");
    expect("h.hurl", "GET http://h/\nHTTP 200\nA: 1\nA: 2\n",
           "header \"A\" == \"1\"\n|h.hurl:4:1: A: 2: an expectation sees");
    expect("h.hurl", "GET https://h/\nHTTP/2 200\n",
           "http_version: any\nversion == \"2\"");
    expect("h.hurl", "GET https://h/\n[Options]\nhttp2: true\nHTTP/2 200\n",
           "http_version: 2\nversion == \"2\"");
    expect("h.hurl", "GET http://h/\n",
           "status in 200..299\n|so it expects 'status in 200..299'");
    refuse("h.hurl", "[Asserts]\n", 1, "no request here");
    refuse("h.hurl", "x y\nGET http://h/\n", 1, "expected a method and a URL");
    refuse("h.hurl", "GET http://h/\xff\n", 1, "not valid UTF-8");
}

/* Bodies of answers: all values of JSON, a text as it is. */
static void test_hurl_bodies(void **state)
{
    (void)state;
    expect("h.hurl",
           "GET http://h/\nHTTP 200\n{\n \"a b\": [1, {\"c\": \"{{x}}\"}],\n"
           " \"d\": {}\n}\n",
           "jsonpath \"$\" count == 2 # h.hurl:3\n"
           "jsonpath \"$['a b']\" count == 2 # h.hurl:4\n"
           "jsonpath \"$['a b'][0]\" == 1\n"
           "jsonpath \"$['a b'][1].c\" == \"${x}\"\n"
           "jsonpath \"$.d\" count == 0 # h.hurl:5");
    expect("h.hurl", "GET http://h/\nHTTP 200\n```json\n[true]\n```\n",
           "jsonpath \"$\" count == 1\njsonpath \"$[0]\" == true");
    expect("h.hurl", "GET http://h/\nHTTP 200\nhex,00ff;\n",
           "bytes == hex,00ff;");
    expect("h.hurl", "POST http://h/\nhex,00ff;\nHTTP 200\n",
           "|a body is a text here");
    expect("h.hurl", "GET http://h/\nHTTP 200\n{\"a\": oops}\n",
           "status == 200");
}

static void test_blackbox(void **state)
{
    (void)state;
    expect("b",
           "modules:\n  m:\n    prober: http\n    timeout: 2s\n    http:\n"
           "      valid_status_codes: [200, 204]\n"
           "      valid_http_versions: [HTTP/1.1, HTTP/2.0]\n"
           "      fail_if_header_matches: [{header: A, regexp: '.*', "
           "allow_missing: true}, {header: B, regexp: x, allow_missing: "
           "true}]\n      fail_if_not_ssl: true\n      body: 'a$b'\n"
           "      basic_auth: {username: u, password: pass}\n"
           "      tls_config: {insecure_skip_verify: true, server_name: x}\n"
           "      enable_http2: false\n      body_size_limit: 1MB\n"
           "      no_proxy: x\n      proxy_url: http://p:1\n",
           "url: ${TARGET}\nuser: u\npassword: ${secret:M_PASSWORD}\n"
           "body: a$$b\ntimeout: 2s\nmax_body: 1MB\nhttp_version: 1.1\n"
           "insecure: true\nproxy: http://p:1\nredirects: 10\n"
           "status in [200, 204]\nversion in [\"1.1\", \"2\"]\n"
           "header \"A\" not exists\nurl startsWith \"https:\"\n"
           "|B: an expectation of a header fails\n|server_name: \n"
           "|no_proxy: ");
    expect("b",
           "modules: {m: {prober: http, http: {valid_http_versions: "
           "[HTTP/2.0]}}}",
           "http_version: any\nredirects: 10\n");
    expect("b", "modules: {m: {prober: grpc, grpc: {service: s, tls: true}}}",
           "grpc: https://${TARGET_ENDPOINT}\nservice: s");
    expect("b",
           "modules: {m: {prober: tcp, tcp: {tls: true, tls_config: "
           "{insecure_skip_verify: true}, query_response: [{send: x}]}}}",
           "tls: ${TARGET_ENDPOINT}\ninsecure: true\n|ends when the handshake");
    expect("b",
           "modules: {m: {prober: tcp, tcp: {query_response: [{send: STLS}, "
           "{starttls: true}]}}}",
           "tls: ${TARGET_ENDPOINT}\nstarttls: pop3");
    expect("b",
           "modules: {m: {prober: dns, dns: {query_name: x.test., "
           "query_type: MX, query_class: CH}}}",
           "name: x.test\ntype: MX\nserver: ${TARGET_RESOLVER}\n"
           "\"$.rcode\" == \"NOERROR\"\n|query_class: ");
    expect("b", "modules: {a: {prober: http}, m: {prober: unix}}",
           "- id: a\n|unix: no kind of check");
    refuse("b", "modules: {m: {prober: unix}}", 1, "nothing here makes");
}

static void test_goss(void **state)
{
    (void)state;
    expect("g",
           "http:\n  http://h/$x:\n    status: {and: [{ge: 200}, {lt: 300}]}\n"
           "    body: {not: {contain-substring: x}}\n"
           "    request-headers: ['Authorization: Basic dTpwYXNz']\n"
           "    headers: {a: b}\n    username: '{{.Env.U}}'\n"
           "    password: '{{ .Vars.p }}'\n",
           "url: http://h/$$x\nuser: ${U}\npassword: ${p}\n"
           "status >= 200\nstatus < 300\nbody not contains \"x\"\n"
           "|only a list of 'Name: value'");
    expect("g",
           "http:\n  http://h/:\n    status: 200\n    body:\n"
           "      gjson: {a.0.b: x, '@this': {have-key: y}, n: {not: 1}}\n",
           "jsonpath \"$.a[0].b\" == \"x\"\njsonpath \"$.n\" not == 1\n"
           "|have-key: ");
    expect("g", "http:\n  http://h/:\n    status: 200\n    body: whole\n",
           "body trim == \"whole\"");
    expect("g", "http:\n  http://h/:\n    status: 200\n    body: ['\\!x']\n",
           "body contains \"!x\"");
    expect(
        "g",
        "dns:\n  a.test:\n    resolvable: true\n"
        "    addrs: ['::1', 127.0.0.1]\n",
        "type: AAAA\nincludes \"::1\"\n|A and AAAA are queried one at a time");
    expect("g",
           "command:\n  v:\n    exec: 'cat $HOME'\n    exit-status: 0\n"
           "port:\n  tcp:80: {listening: true}\n",
           "- cat $$HOME\nexit == 0\n|port tcp:80: postflight probes services");
    expect("g",
           "addr:\n  udp://h:1: {reachable: true}\n"
           "  tcp://h:1: {reachable: true}\n",
           "tcp: h:1\n|only tcp is probed");
    refuse("g", "http:\n  http://h/: {status: 200}\n  http://h/: {status: 1}\n",
           3, "duplicate key");
}

#define SCRIPT(line)                                                           \
    "{\"info\": {}, \"item\": [{\"name\": \"a\", \"request\": "                \
    "\"http://h/\", \"event\": [{\"listen\": \"test\", \"script\": "           \
    "{\"exec\": [\"var d = pm.response.json();\",\n\"" line "\"]}}]}]}"

static void test_scripts(void **state)
{
    static const struct {
        const char *theirs, *ours;
    } row[] = {
        {"pm.test('x', () => pm.response.to.have.status(201));",
         "status == 201"},
        {"pm.response.to.not.be.error;", "status not in 400..599"},
        {"pm.response.to.be.serverError", "status in 500..599"},
        {"pm.response.to.have.header('A', 'b');", "header \"A\" == \"b\""},
        {"pm.response.to.have.body('x');", "body == \"x\""},
        {"pm.response.to.have.jsonBody('a.b', 1);", "jsonpath \"$.a.b\" == 1"},
        {"pm.response.to.have.jsonBody('a');", "jsonpath \"$.a\" exists"},
        {"pm.response.to.have.jsonSchema(s);", "|only assertions"},
        {"pm.expect(d.a[0]['b-c']).to.eql('x');",
         "jsonpath \"$.a[0]['b-c']\" == \"x\""},
        {"pm.expect(d.a).to.not.equal(null);", "jsonpath \"$.a\" not == null"},
        {"pm.expect(d.a.length).to.be.above(2);", "jsonpath \"$.a\" count > 2"},
        {"pm.expect(d.a).to.be.an('array').that.includes(3);",
         "jsonpath \"$.a\" isCollection"},
        {"pm.expect(d.a).to.be.an('array').that.includes(3);",
         "jsonpath \"$.a\" contains 3"},
        {"pm.expect(d).to.have.all.keys('x', 'y');",
         "jsonpath \"$.x\" exists\njsonpath \"$.y\" exists"},
        {"pm.expect(d).to.have.property('x', -1.5);", "jsonpath \"$.x\" == "
                                                      "-1.5"},
        {"pm.expect(d).to.have.property('x').and.equal('y');",
         "jsonpath \"$.x\" exists\njsonpath \"$.x\" == \"y\""},
        {"pm.expect(pm.cookies.has('s')).to.be.true;", "cookie \"s\" exists"},
        {"pm.expect(pm.response.headers.has('A')).to.be.false;",
         "header \"A\" not exists"},
        {"d = other(); pm.expect(d.a).to.eql(1);", "|only assertions"},
        {"let d = f(d); pm.expect(d.a).to.eql(1);",
         "so it expects 'status in 200..299'"},
        {"pm.expect(d.a).to.be.true;", "jsonpath \"$.a\" == true"},
        {"pm.expect(d.a).to.exist;", "jsonpath \"$.a\" exists"},
        {"pm.expect(d.a).to.be.ok;", "|only assertions"},
        {"pm.expect(d.a).to.be.within(1, 5);", "jsonpath \"$.a\" in 1..5"},
        {"pm.expect(d.a).to.match(/^a\\/b$/i);", "matches /^a\\/b$/i"},
        {"pm.expect(d.a).to.eql({x: 1});", "|only assertions"},
        {"pm.expect(d.a, 'why').to.eql(1);", "|only assertions"},
        {"pm.expect(pm.response.responseTime).to.be.below(200);",
         "duration < 200ms"},
        {"pm.expect(pm.response.headers.get('A')).to.include('b');",
         "header \"A\" contains \"b\""},
        {"pm.expect(pm.response.text()).to.include('$x');",
         "body contains \"$x\""},
        {"pm.expect(d.a).to.eql(pm.environment.get('v'));",
         "jsonpath \"$.a\" == ${v}"},
        {"tests['x'] = (responseCode.code === 200);", "status == 200"},
        {"tests['x'] = responseTime <= 300;", "duration <= 300ms"},
        {"tests['x'] = postman.getResponseHeader('A');", "header \"A\" "
                                                         "exists"},
        {"tests['x'] = d.a === 'b' && d.c;", "|only assertions"},
        {"for (let i of d.list) { pm.expect(i).to.eql(1); }", "|for (let i"},
        {"console.log(d);", "status in 200..299"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        char text[800], line[300];
        size_t n = 0;
        for (const char *c = row[i].theirs; *c != '\0'; c++) {
            if (*c == '\\')
                line[n++] = '\\';
            line[n++] = *c;
        }
        line[n] = '\0';
        snprintf(text, sizeof(text), SCRIPT("%s"), line);
        expect("p.json", text, row[i].ours);
    }
}

static void test_postman(void **state)
{
    (void)state;
    expect("p.json",
           "{\"info\": {\"name\": \"x\"}, \"variable\": [{\"key\": \"u\", "
           "\"value\": \"h.test\"}, {\"key\": \"my-token\", \"value\": "
           "\"abcdef\"}],\n\"item\": [{\"name\": \"f\", \"item\": [{\"name\": "
           "\"r\", \"protocolProfileBehavior\": {\"followRedirects\": false},\n"
           "\"request\": {\"method\": \"PUT\", \"auth\": {\"type\": "
           "\"apikey\", \"apikey\": [{\"key\": \"key\", \"value\": \"k\"}, "
           "{\"key\": \"value\", \"value\": \"{{my-token}}\"}, {\"key\": "
           "\"in\", \"value\": \"query\"}]}, \"url\": {\"protocol\": "
           "\"https\", \"host\": [\"{{u}}\", \"x\"], \"path\": [\"a\", "
           "\":id\"], \"variable\": [{\"key\": \"id\", \"value\": \"7\"}], "
           "\"query\": [{\"key\": \"q\", \"value\": \"1\"}, {\"key\": "
           "\"n\", \"value\": \"1\", \"disabled\": true}]},\n\"body\": "
           "{\"mode\": \"urlencoded\", \"urlencoded\": [{\"key\": \"a\", "
           "\"value\": \"b\"}]}}}]}]}",
           "variables: my_token.\nid: f-r\n"
           "url: https://${u:-h.test}.x/a/7?q=1&k=${secret:my_token}\n"
           "method: PUT\na: b\ntags:\n- f\n|my-token: a secret is not copied");
    expect("p.json",
           "{\"info\": {}, \"item\": [{\"name\": \"g\", \"request\": "
           "{\"url\": \"h.test\", \"auth\": {\"type\": \"digest\"}, "
           "\"header\": \"A: b\\nC: d\", \"body\": {\"mode\": \"graphql\", "
           "\"graphql\": {\"query\": \"{a}\", \"variables\": \"{}\"}}}}]}",
           "url: http://h.test\nA: b\nC: d\n"
           "json: {\"query\": \"{a}\", \"variables\": {}}\n|auth.digest: ");
    refuse("p.json", "{\"info\": {}, \"requests\": [], \"item\": []}", 1,
           "Collection v2.1");
}

#define HEALTH(test)                                                           \
    "services:\n  a:\n    ports: ['127.0.0.1:8080:80/tcp', '90:90']\n"         \
    "    healthcheck:\n      test: " test "\n"

static void test_compose(void **state)
{
    static const struct {
        const char *theirs, *ours;
    } row[] = {
        {"curl -f http://localhost/x || exit 1",
         "url: http://localhost:8080/x\nstatus in 200..399"},
        {"[CMD, curl, -fsSL, -m5, -o, /dev/null, 'http://127.0.0.1:90/']",
         "url: http://127.0.0.1:90/\ntimeout: 5s\nredirects: 50\n"
         "status in 200..299"},
        {"curl --fail -H Host:x -X POST -d a=1 http://h.test/",
         "url: http://h.test/\nmethod: POST\nHost: x\n"
         "application/x-www-form-urlencoded\nbody: a=1"},
        {"curl -u bob:s3cret --insecure https://localhost:8443/",
         "password: ${secret:A_PASSWORD}\ninsecure: true\n"
         "status in 200..299\n|its port is not published"},
        {"curl -f http://h.test/a?b=1", "url: http://h.test/a?b=1"},
        {"curl http://h.test/", "|so it expects 'status in 200..299'"},
        {"wget -qO- http://localhost/ > /dev/null 2>&1",
         "url: http://localhost:8080/\nredirects: 20\nstatus in 200..299"},
        {"[CMD-SHELL, 'wget --spider --tries=1 -T 3 localhost:90']",
         "url: http://localhost:90\nmethod: HEAD\ntimeout: 3s"},
        {"curl -f http://localhost/ | grep ok",
         "- docker\n- '-T'\n- a\n- sh\n- '-c'\n- curl -f\nexit == 0"},
        {"curl -f --data @f http://localhost/", "- docker\n- sh"},
        {"curl -f --unknown http://localhost/", "- docker\n- sh"},
        {"[CMD, pg_isready, -U, \"$$POSTGRES_USER\", -d, \"${DB:-x}\"]",
         "- pg_isready\n- '-U'\n- $$POSTGRES_USER\n- '-d'\n- ${DB:-x}"},
        {"curl -f http://h.test/${A:?no}/$B", "url: http://h.test/${A}/${B}"},
        {"curl -f http://h.test/${A:+x}", "|only ${NAME} and ${NAME:-text}"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        char text[400];
        snprintf(text, sizeof(text), HEALTH("%s"), row[i].theirs);
        expect("c.yaml", text, row[i].ours);
    }
    expect("c.yaml",
           "services:\n  a:\n    healthcheck: {test: [CMD, x], interval: "
           "1m30s, retries: 4, start_period: 100s, timeout: 2}\n",
           "timeout: 2s\nattempts: 6\ninterval: 90s");
    refuse("c.yaml", "services:\n  a:\n    healthcheck: {test: [NONE]}\n", 1,
           "nothing here makes a check");
}

#define SERVICE(name, test, other)                                             \
    "  " name ":\n    healthcheck: {test: " test "}\n    depends_on: {" other  \
    ": {condition: service_healthy}}\n"

#define ITEM(name, path, sets)                                                 \
    "{\"name\": \"" name "\", \"request\": {\"url\": \"http://h.test/" path    \
    "\"}, \"event\": [{\"listen\": \"test\", \"script\": {\"exec\": "          \
    "[\"pm.environment.set('" sets "', pm.response.json()." sets ");\"]}}]}"

/* What is needed and was left out, at once or later, and circles. */
static void test_needs(void **state)
{
    (void)state;
    expect("c.yaml",
           "services:\n" SERVICE("a", "curl -f http://h.test/", "b")
               SERVICE("b", "\"pg_isready -U \\x05\"", "c")
                   SERVICE("c", "curl -f http://h.test/", "b"),
           "- id: a\n- id: c\n|b: the check that is needed is left out");
    expect("c.yaml",
           "services:\n" SERVICE("a", "curl -f http://h.test/", "b")
               SERVICE("b", "curl -f http://h.test/", "c")
                   SERVICE("c", "curl -f http://h.test/", "a"),
           "- id: a\n- b\n- id: b\n- c\n- id: c\n"
           "|a: that check needs this one, too");
    expect("p.json",
           "{\"info\": {}, \"item\": [" ITEM("a", "x\\u0001", "t") ", " ITEM(
               "b", "{{t}}",
               "u") ", " ITEM("c", "{{u}}",
                              "v") ", " ITEM("d", "free",
                                             "w") ", " ITEM("e", "{{w}}",
                                                            "x") "]}",
           "id: d\nid: e\n- d\n|b: it uses what 'a' captures, which is left "
           "out\n|c: it uses what 'b' captures, which is left out");
}

static void test_detection(void **state)
{
    static const struct {
        const char *name, *text;
        int format;
    } row[] = {
        {"x", "GET http://h/\nHTTP 200\n", FORMAT_HURL},
        {"x", "# c\n\nPOST {{u}}\nHTTP 200\n", FORMAT_HURL},
        {"x", GATUS("http://h/", "[STATUS] == 200"), FORMAT_GATUS},
        {"x",
         "services:\n- {name: a, url: http://h/, conditions: ['[STATUS] "
         "== 200']}\n",
         FORMAT_GATUS},
        {"x", "modules: {m: {prober: http}}", FORMAT_BLACKBOX},
        {"x", "http: {http://h/: {status: 200}}", FORMAT_GOSS},
        {"x", HEALTH("curl -f http://localhost/"), FORMAT_COMPOSE},
        {"x.json", SCRIPT("pm.response.to.be.ok;"), FORMAT_POSTMAN},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct arena a;
        arena_init(&a);
        struct outcome out = import(&a, row[i].name, row[i].text);
        if (!out.ok)
            show(&out);
        assert_true(out.ok);
        assert_int_equal(out.record.file[0].format, row[i].format);
        buf_release(&out.text);
        arena_release(&a);
    }
    refuse("x", "a: 1\n", 1, "expected one of gatus, hurl");
    refuse("x", "", 1, "expected one of gatus, hurl");
    refuse("x", "a: [\n", 2, "");
}

/* count entries: as many checks, or as many as one file may have. */
static struct outcome import_many(struct arena *a, size_t count,
                                  const char *entry, const char *before)
{
    char *all = test_repeat(a, entry, count);
    return import(a, "x", arena_printf(a, "%s%s", before, all));
}

static void test_limits(void **state)
{
    static const char endpoint[] =
        "- {name: a, url: http://h/, conditions: ['[STATUS] == 200']}\n";
    static const char check[] = "jsonpath \"$.a\" == 1\n";
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t n = IMPORT_CHECKS_MAX - 1; n <= IMPORT_CHECKS_MAX + 1; n++) {
        struct outcome out = import_many(&a, n, endpoint, "endpoints:\n");
        bool over = n > IMPORT_CHECKS_MAX;
        assert_true(out.ok);
        assert_int_equal(out.record.checks, over ? IMPORT_CHECKS_MAX : n);
        assert_int_equal(out.record.remark_count, over ? 1 : 0);
        buf_release(&out.text);
    }
    for (size_t n = 198; n <= 200; n++) { /* and the status */
        struct outcome out =
            import_many(&a, n, check, "GET http://h/\nHTTP 200\n[Asserts]\n");
        assert_int_equal(out.record.remark_count, n > 199 ? 1 : 0);
        buf_release(&out.text);
    }
    for (size_t n = 49; n <= 51; n++) {
        struct outcome out =
            import_many(&a, n, "POST http://h/\nHTTP 200\n", "");
        assert_true(out.ok);
        assert_int_equal(out.record.checks, n > 50 ? n : 1);
        buf_release(&out.text);
    }
    for (size_t n = IMPORT_REMARKS_MAX - 1; n <= IMPORT_REMARKS_MAX + 1; n++) {
        struct outcome out = import_many(
            &a, n, "nonsense\n", "GET http://h/\nHTTP 200\n[Asserts]\n");
        assert_int_equal(out.record.remark_count + (size_t)out.record.left_out,
                         n);
        assert_int_equal(out.record.left_out, n > IMPORT_REMARKS_MAX ? 1 : 0);
        buf_release(&out.text);
    }
    arena_release(&a);
}

/* Every row says what becomes of it, or why nothing does. */
static void test_tables(void **state)
{
    (void)state;
    for (int f = FORMAT_GATUS; f <= FORMAT_COMPOSE; f++) {
        size_t count = import_construct_count((enum import_format)f);
        assert_true(count > 5);
        for (size_t i = 0; i < count; i++) {
            struct import_construct c =
                import_construct((enum import_format)f, i);
            assert_non_null(c.theirs);
            assert_true((c.ours != NULL) != (c.why != NULL));
            assert_true((c.why != NULL) == (c.advice != NULL));
            assert_true(c.where[0] != '\0');
        }
    }
}

/* Each row reads one kind of file, and is named as its files are. */
static void test_tools(void **state)
{
    (void)state;
    for (size_t i = 0; i < import_format_names.count; i++) {
        const struct import_tool *tool = import_tool_at((int)i);
        assert_string_equal(tool->name, import_format_names.name[i]);
        assert_true((tool->is_text == NULL) != (tool->is_tree == NULL));
        assert_true((tool->is_text == NULL) == (tool->read_text == NULL));
        assert_true((tool->is_tree == NULL) == (tool->read_tree == NULL));
        assert_true(tool->value != NULL && tool->rows(0).count > 0);
    }
}

#define NOT_COPIED ": a secret is not copied into a definition; give it as "

static void no_hurl_secret_is_copied(void **state)
{
    (void)state;
    expect_shielded(
        "a.hurl",
        "GET http://h.test/x?token=hunter22&page=2\nHTTP 200\n"
        "\nGET http://h.test/y\n[Query]\napi_key: hunter23\nq: a\n"
        "[Cookies]\nsession: hunter24\ntheme: dark\nHTTP 200\n"
        "\nGET http://h.test/z\nCookie: a=1; PHPSESSID=hunter25; b=2\n"
        "X-Hook: https://u:hunter26@h.test/\nHTTP 200\n",
        "url: http://h.test/x?token=${secret:TOKEN}&page=2\n"
        "api_key=${secret:API_KEY}&q=a\nsession: ${secret:SESSION}\n"
        "theme: dark\n"
        "X-Hook: ${secret:X_HOOK}\n|token" NOT_COPIED "TOKEN\n"
        "|PHPSESSID" NOT_COPIED "PHPSESSID");
    expect_shielded("b.hurl",
                    "POST http://h.test/\n{\"user\": \"bob\", \"password\": "
                    "\"hunter22\", \"in\": {\"tokens\": [\"hunter23\"], "
                    "\"pin\": 12345, \"n\": 12345},"
                    " \"note\": \"ghp_0123456789abcdefghij0123\"}\nHTTP 200\n",
                    "\"user\": \"bob\"\n\"password\": \"${secret:PASSWORD}\"\n"
                    "\"tokens\": [\"${secret:TOKENS}\"]\n"
                    "\"pin\": \"${secret:PIN}\"\n\"n\": 12345\n"
                    "\"note\": \"${secret:NOTE}\"\n|password" NOT_COPIED);
    expect_shielded("c.hurl",
                    "POST http://h.test/\n`user=bob&password=hunter22`\n"
                    "HTTP 200\n",
                    "user=bob&password=${secret:PASSWORD}");
    expect_shielded("d.hurl",
                    "POST http://h.test/\n[Multipart]\npassword: hunter22\n"
                    "name: x\nHTTP 200\n",
                    "${secret:PASSWORD}\n|password" NOT_COPIED "PASSWORD");
}

/* One name for one value, and another for another. */
static void each_secret_has_a_name_of_its_own(void **state)
{
    (void)state;
    expect_shielded(
        "a.hurl",
        "POST http://h.test/\n[Form]\npassword: hunter22\nHTTP 200\n"
        "\nPOST http://h.test/\n[Form]\npassword: hunter23\nHTTP 200\n"
        "\nPOST http://h.test/\n[Form]\npassword: hunter22\nHTTP 200\n"
        "\nPOST http://h.test/{{PASSWORD_3}}\n[Form]\npassword: hunter24\n"
        "HTTP 200\n",
        "password: ${secret:PASSWORD}\npassword: ${secret:PASSWORD_2}\n"
        "password: ${secret:PASSWORD}\n"
        "|password" NOT_COPIED "PASSWORD_2");
    expect_shielded("a.hurl",
                    "GET http://a:hunter22@h.test/\nHTTP 200\n"
                    "\nGET http://b:hunter23@h.test/\nHTTP 200\n",
                    "user: a\npassword: ${secret:A_PASSWORD}\n"
                    "user: b\npassword: ${secret:A_2_PASSWORD}\n");
    expect_shielded("a.hurl",
                    "GET http://a:hunter22@h.test/\nHTTP 200\n[Captures]\n"
                    "t: jsonpath \"$.t\"\n"
                    "\nGET http://b:hunter23@h.test/{{t}}\nHTTP 200\n"
                    "\nGET http://a:hunter22@h.test/{{t}}\nHTTP 200\n",
                    "user: a\npassword: ${secret:A_PASSWORD}\n"
                    "user: b\npassword: ${secret:A_PASSWORD_2}\n"
                    "user: a\npassword: ${secret:A_PASSWORD}");
}

static void no_gatus_secret_is_copied(void **state)
{
    (void)state;
    expect_shielded(
        "g.yaml",
        "endpoints:\n  - name: a\n    url: https://h.test/?sig=hunter22&a=1\n"
        "    headers: {Cookie: 'sid=hunter23; x=1', X-Auth-Key: hunter24}\n"
        "    method: POST\n    body: '{\"client_secret\": \"hunter25\"}'\n"
        "    conditions: ['[STATUS] == 200']\n",
        "url: https://h.test/?sig=${secret:SIG}&a=1\n"
        "Cookie: sid=${secret:SID}; x=1\nX-Auth-Key: ${secret:X_AUTH_KEY}\n"
        "\"client_secret\": \"${secret:CLIENT_SECRET}\"\n|sig" NOT_COPIED);
}

static void no_goss_secret_is_copied(void **state)
{
    (void)state;
    expect_shielded(
        "goss.yaml",
        "http:\n  https://h.test/?access_token=hunter22:\n    status: 200\n"
        "    request-headers: ['Cookie: jwt=hunter23', 'A: b']\n"
        "    request-body: 'pwd=hunter24&a=b'\n    method: POST\n"
        "    proxy: http://u:hunter25@p.test:3128\n",
        "url: https://h.test/?access_token=${secret:ACCESS_TOKEN}\n"
        "jwt=${secret:JWT}\nA: b\npwd=${secret:PWD}&a=b");
}

static void no_blackbox_secret_is_copied(void **state)
{
    (void)state;
    expect_shielded(
        "b.yaml",
        "modules:\n  m:\n    prober: http\n    http:\n      method: POST\n"
        "      headers: {Cookie: auth=hunter22, X-Api-Key: hunter23}\n"
        "      body: '{\"passphrase\": \"hunter24\"}'\n",
        "auth=${secret:AUTH}\nX-Api-Key: ${secret:X_API_KEY}\n"
        "\"passphrase\": \"${secret:PASSPHRASE}\"");
    expect_shielded("b.yaml",
                    "modules:\n  m:\n    prober: tcp\n    tcp:\n"
                    "      query_response:\n        - send: 'PASS hunter22'\n"
                    "        - send: 'NICK bob'\n",
                    "PASS ${secret:PASS}");
}

static void no_postman_secret_is_copied(void **state)
{
    (void)state;
    expect_shielded(
        "p.json",
        "{\"info\": {\"name\": \"c\", \"schema\": \"https://schema.getpostman."
        "com/json/collection/v2.1.0/collection.json\"}, \"variable\": "
        "[{\"key\": \"v\", \"value\": \"hunter26\"}], \"item\": [{\"name\": "
        "\"r\", \"request\": {\"method\": \"POST\", \"header\": [{\"key\": "
        "\"Cookie\", \"value\": \"a=1; token=hunter22\"}, {\"key\": "
        "\"X-Token\", \"value\": \"{{v}}\"}], \"url\": "
        "\"http://h.test/?key=hunter23&a=1\", \"body\": {\"mode\": \"raw\", "
        "\"raw\": \"{\\\"password\\\": \\\"hunter24\\\"}\"}}}, {\"name\": "
        "\"s\", "
        "\"request\": {\"method\": \"POST\", \"url\": \"http://h.test/{{v}}\", "
        "\"body\": {\"mode\": \"formdata\", \"formdata\": [{\"key\": "
        "\"secret\", \"value\": \"hunter25\", \"type\": \"text\"}]}}}]}",
        "url: http://h.test/?key=${secret:KEY}&a=1\n"
        "Cookie: a=1; token=${secret:TOKEN}\nX-Token: ${secret:v}\n"
        "\"password\": \"${secret:PASSWORD}\"\n"
        "url: http://h.test/${secret:v}\n${secret:SECRET}");
}

static void no_compose_secret_is_copied(void **state)
{
    (void)state;
    expect_shielded(
        "compose.yaml",
        "services:\n  a:\n    image: x\n    ports: ['80:80']\n"
        "    healthcheck:\n      test: curl -f -b 'sid=hunter22; a=1' "
        "'http://localhost/?token=hunter23&p=${API_TOKEN:-hunter24}"
        "&n=${TTL:-60}'\n",
        "'sid=${secret:SID}; a=1'\n"
        "?token=${secret:TOKEN}&p=${secret:API_TOKEN}&n=${TTL:-60}\n"
        "|API_TOKEN" NOT_COPIED "API_TOKEN");
    expect_shielded(
        "compose.yaml",
        "services:\n  a:\n    image: x\n    healthcheck:\n"
        "      test: [CMD, redis-cli, '-a', hunter22, ping]\n"
        "  b:\n    image: x\n    healthcheck:\n"
        "      test: mysqladmin ping -u root -phunter23\n"
        "  c:\n    image: x\n    healthcheck:\n"
        "      test: PGPASSWORD=hunter24 psql -p 5432 --password=$$PW\n"
        "  d:\n    image: x\n    healthcheck:\n"
        "      test: [CMD, tool, --token, hunter25, -p, '80']\n",
        "- '-a'\n- ${secret:A_PASSWORD}\n- ping\n"
        "-u root -p${secret:B_PASSWORD}\n"
        "PGPASSWORD=${secret:PGPASSWORD} psql -p 5432 --password=$$PW\n"
        "- ${secret:D_PASSWORD}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_hurl_secret_is_copied),
        cmocka_unit_test(each_secret_has_a_name_of_its_own),
        cmocka_unit_test(no_gatus_secret_is_copied),
        cmocka_unit_test(no_goss_secret_is_copied),
        cmocka_unit_test(no_blackbox_secret_is_copied),
        cmocka_unit_test(no_postman_secret_is_copied),
        cmocka_unit_test(no_compose_secret_is_copied),
        cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_gatus),
        cmocka_unit_test(test_asserts),
        cmocka_unit_test(test_hurl),
        cmocka_unit_test(test_hurl_bodies),
        cmocka_unit_test(test_blackbox),
        cmocka_unit_test(test_goss),
        cmocka_unit_test(test_scripts),
        cmocka_unit_test(test_postman),
        cmocka_unit_test(test_compose),
        cmocka_unit_test(test_needs),
        cmocka_unit_test(test_detection),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_tools),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
