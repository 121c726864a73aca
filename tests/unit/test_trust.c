/* What definitions may reach: rules for hosts, variables, files of a folder. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/file.h"
#include "base/process.h"
#include "testing.h"
#include "trust/trust.h"

static void rules_are_checked(void **state)
{
    static const char *const good[] = {"a",
                                       "api.example.com",
                                       "api.example.com.",
                                       "*.example.com",
                                       "a_b.c:1",
                                       "10.0.0.1",
                                       "10.0.0.1:65535",
                                       "10.0.0.0/8",
                                       "0.0.0.0/0",
                                       "10.0.0.0/32:443",
                                       "::1",
                                       "[::1]:8080",
                                       "fe80::/10",
                                       "[2001:db8::/128]",
                                       "/run/app.sock",
                                       "xn--bcher-kva.de"};
    static const char *const bad[] = {
        "",       "a:0",         "a:65536", "a:x",          "http://a",
        "a/b",    "10.0.0.0/33", "::/129",  "10.0.0.0/-1",  "[::1",
        "[::1]8", "*",           "*.",      "a..b",         ".a",
        "127.1",  "0x7f.1",      "a b",     "b\xc3\xbc.de", "*.*.a",
        "a,b"};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
        struct err e = {.set = false};
        if (!trust_rule_check(good[i], &e))
            fail_msg("%s: %s", good[i], e.text);
    }
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        struct err e = {.set = false};
        if (trust_rule_check(bad[i], &e))
            fail_msg("'%s' is taken", bad[i]);
        assert_true(e.set);
    }
}

static const struct row {
    const char *rule, *url;
    bool allowed;
} rows[] = {
    {"api.example.com", "https://API.Example.com./x", true},
    {"api.example.com", "https://api.example.com.evil.test/", false},
    {"api.example.com", "https://evil.test/api.example.com", false},
    {"api.example.com", "https://api.example.com@evil.test/", false},
    {"api.example.com", "https://api.example.com:444/", true},
    {"api.example.com:443", "https://api.example.com/", true},
    {"api.example.com:443", "http://api.example.com/", false},
    {"api.example.com:443", "https://api.example.com:444/", false},
    {"*.example.com", "http://a.b.example.com/", true},
    {"*.example.com", "http://example.com/", false},
    {"*.example.com", "http://badexample.com/", false},
    {"10.0.0.0/8", "http://10.255.0.1/", true},
    {"10.0.0.0/8", "http://11.0.0.1/", false},
    {"10.0.0.0/9", "http://10.127.255.255/", true},
    {"10.0.0.0/9", "http://10.128.0.0/", false},
    {"127.0.0.1", "http://0x7f000001/", true},
    {"127.0.0.1", "http://[::ffff:127.0.0.1]/", true},
    {"127.0.0.1", "http://localhost/", false},
    {"0.0.0.0/0", "http://example.com/", false},
    {"::1", "http://[::1]:8080/", true},
    {"[::1]:80", "http://[::1]:8080/", false},
    {"2001:db8::/32", "http://[2001:db8:1::]/", true},
    {"2001:db8::/32", "http://[2001:db9::]/", false},
    {"/run/app.sock", "http://example.com/", false},
};

static void hosts_are_matched(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct trust t = {.host = &rows[i].rule, .host_count = 1};
        const struct check c = {.kind = KIND_HTTP, .url = rows[i].url};
        const char *why = trust_check_problem(&a, &t, &c, c.url);
        if ((why == NULL) != rows[i].allowed)
            fail_msg("%s %s: %s", rows[i].rule, rows[i].url,
                     why == NULL ? "allowed" : why);
        assert_null(trust_check_problem(&a, NULL, &c, c.url));
    }
    arena_release(&a);
}

/* Whatever it is that is connected to in place of the host. */
static void routes_are_matched(void **state)
{
    static const char *const rule[] = {"a.test", "10.0.0.1", "/run/a"};
    const struct trust t = {.host = rule, .host_count = 3};
    const struct header good = {"a.test", "10.0.0.1"},
                        bad = {"a.test", "10.0.0.2"};
    const struct {
        struct transport by;
        bool allowed;
    } row[] = {
        {{.proxy = "http://a.test:3128"}, true},
        {{.proxy = "a.test:3128"}, true},
        {{.proxy = "socks5h://b.test"}, false},
        {{.proxy = "b.test:3128"}, false},
        {{.proxy = "env"}, true},
        {{.unix_socket = "/run/a"}, true},
        {{.unix_socket = "/run/docker.sock"}, false},
        {{.resolve = &good, .resolve_count = 1}, true},
        {{.resolve = &bad, .resolve_count = 1}, false},
    };
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        const struct check c = {
            .kind = KIND_HTTP, .url = "http://a.test/", .transport = row[i].by};
        if ((trust_check_problem(&a, &t, &c, c.url) == NULL) != row[i].allowed)
            fail_msg("row %zu", i);
    }
    const struct check tcp = {.kind = KIND_TCP, .endpoint = "b.test:1"};
    const struct check dns = {.kind = KIND_DNS, .dns = {.name = "b.test"}};
    const struct check own = {.kind = KIND_DNS,
                              .dns = {.name = "a.test", .server = "10.0.0.1"}};
    const struct check odd = {
        .kind = KIND_DNS, .dns = {.name = "a.test", .server = "10.0.0.2:53"}};
    assert_non_null(trust_check_problem(&a, &t, &tcp, "tcp://b.test:1"));
    assert_non_null(trust_check_problem(&a, &t, &dns, "dns:///b.test"));
    assert_null(trust_check_problem(&a, &t, &own, "dns://10.0.0.1/a.test"));
    assert_non_null(trust_check_problem(&a, &t, &odd, "dns:///a.test"));
    arena_release(&a);
}

/* A resolver is an address, with or without brackets and a port. */
static void resolvers_by_their_address(void **state)
{
    static const char *const server[] = {"::1", "[::1]", "[::1]:53"};
    const char *const hosts[] = {"a.test", "[::1]"};
    const struct trust t = {.host = hosts, .host_count = 2};
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < ARRAY_COUNT(server); i++) {
        const struct check c = {.kind = KIND_DNS,
                                .dns = {.name = "a.test", .server = server[i]}};
        assert_null(trust_check_problem(&a, &t, &c, "dns://x/a.test"));
    }
    const struct check other = {.kind = KIND_DNS,
                                .dns = {.name = "a.test", .server = "::2"}};
    assert_non_null(trust_check_problem(&a, &t, &other, "dns://x/a.test"));
    arena_release(&a);
}

static bool takes(const struct trust *t, const char *text)
{
    struct sockaddr_storage at;
    memset(&at, 0, sizeof(at));
    struct sockaddr_in *four = (struct sockaddr_in *)&at;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)&at;
    bool is_four = strchr(text, ':') == NULL;
    at.ss_family = is_four ? AF_INET : AF_INET6;
    assert_int_equal(
        inet_pton(at.ss_family, text,
                  is_four ? (void *)&four->sin_addr : (void *)&six->sin6_addr),
        1);
    return trust_takes_address(t, (const struct sockaddr *)&at);
}

static void addresses_of_credentials_are_refused(void **state)
{
    static const char *const refused[] = {
        "169.254.169.254", "169.254.0.0",    "::ffff:169.254.169.254",
        "fe80::1",         "fd00:ec2::254",  "64:ff9b::a9fe:a9fe",
        "100.100.100.200", "169.254.255.255"};
    static const char *const taken[] = {
        "127.0.0.1",   "10.0.0.1",    "::1",    "8.8.8.8",
        "169.253.0.1", "169.255.0.0", "fec0::1"};
    static const char *const rule = "169.254.169.254";
    const struct trust untrusted = {.untrusted = true}, trusted = {0},
                       named = {
                           .untrusted = true, .host = &rule, .host_count = 1};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(refused); i++) {
        if (takes(&untrusted, refused[i]))
            fail_msg("%s is taken", refused[i]);
        assert_true(takes(&trusted, refused[i]));
    }
    for (size_t i = 0; i < ARRAY_COUNT(taken); i++)
        assert_true(takes(&untrusted, taken[i]));
    assert_true(takes(&named, "169.254.169.254"));
    struct arena scratch;
    arena_init(&scratch);
    const struct check written = {.kind = KIND_HTTP,
                                  .url = "http://169.254.169.254/"};
    assert_non_null(
        trust_check_problem(&scratch, &untrusted, &written, written.url));
    assert_null(trust_check_problem(&scratch, &named, &written, written.url));
    assert_null(trust_check_problem(&scratch, &trusted, &written, written.url));
    arena_release(&scratch);
    assert_false(takes(&named, "169.254.169.253"));
}

static void variables_are_named(void **state)
{
    static const char *const name = "BASE_URL";
    const struct trust untrusted = {.untrusted = true}, trusted = {0},
                       listed = {.env = &name, .env_count = 1};
    (void)state;
    assert_true(trust_takes_variable(NULL, STR("X")));
    assert_true(trust_takes_variable(&trusted, STR("X")));
    assert_false(trust_takes_variable(&untrusted, STR("X")));
    assert_false(trust_takes_variable(&listed, STR("X")));
    assert_false(trust_takes_variable(&listed, STR("BASE_URLS")));
    assert_true(trust_takes_variable(&listed, STR("BASE_URL")));
    assert_true(trust_name_check("_A1"));
    assert_false(trust_name_check("1A"));
    assert_false(trust_name_check("A B"));
    assert_false(trust_name_check(""));
}

static void remove_folder(const char *root)
{
    assert_int_equal(chdir("/"), 0);
    pid_t pid = fork();
    if (pid == 0) {
        execlp("rm", "rm", "-rf", root, (char *)NULL);
        _exit(1);
    }
    waitpid(pid, NULL, 0);
}

static void put(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void chain(unsigned links)
{
    char from[40], to[40];
    for (unsigned i = 0; i < links; i++) {
        snprintf(from, sizeof(from), "d/l%u-%u", links, i);
        snprintf(to, sizeof(to), "l%u-%u", links, i + 1);
        assert_int_equal(symlink(i + 1 == links ? "real.yaml" : to, from), 0);
    }
}

static void make_folder(char *root)
{
    assert_non_null(mkdtemp(root));
    assert_int_equal(chdir(root), 0);
    assert_int_equal(mkdir("d", 0700) | mkdir("d/..data1", 0700) |
                         mkdir("d/sub", 0700) | mkdir("d2", 0700),
                     0);
    put("d/real.yaml", "inside");
    put("d/..data1/x.yaml", "volume");
    put("secret", "outside");
    put("d2/secret", "outside");
    char absolute[200], beside[200];
    snprintf(absolute, sizeof(absolute), "%s/d/real.yaml", root);
    snprintf(beside, sizeof(beside), "%s/d2/secret", root);
    assert_int_equal(
        symlink("..data1", "d/..data") | symlink("..data/x.yaml", "d/x.yaml") |
            symlink("../secret", "d/out.yaml") |
            symlink("/proc/self/environ", "d/env.yaml") |
            symlink("..", "d/up") | symlink("sub/../../secret", "d/dots.yaml") |
            symlink(absolute, "d/abs.yaml") | symlink(beside, "d/near.yaml") |
            symlink("loop.yaml", "d/loop.yaml") | symlink("d", "link") |
            mkfifo("d/pipe.yaml", 0600) | symlink("/dev/zero", "d/zero.yaml"),
        0);
    chain(BENEATH_LINKS_MAX);
    chain(BENEATH_LINKS_MAX + 1);
}

static void files_stay_beneath(void **state)
{
    char root[] = "/tmp/postflight-beneath-XXXXXX";
    static const struct {
        const char *folder, *path;
        enum beneath found;
    } row[] = {
        {"d", "d/real.yaml", BENEATH_FILE},
        {"d/", "d//real.yaml", BENEATH_FILE},
        {"d", "d/./real.yaml", BENEATH_FILE},
        {"d", "d/x.yaml", BENEATH_FILE},
        {"d", "d/sub/../real.yaml", BENEATH_FILE},
        {"d", "d/abs.yaml", BENEATH_FILE},
        {"link", "link/x.yaml", BENEATH_FILE},
        {"link", "d/x.yaml", BENEATH_FILE},
        {"d/..", "d/../secret", BENEATH_FILE},
        {"d", "d/out.yaml", BENEATH_OUTSIDE},
        {"d", "d/env.yaml", BENEATH_OUTSIDE},
        {"d", "d/dots.yaml", BENEATH_OUTSIDE},
        {"d", "d/near.yaml", BENEATH_OUTSIDE},
        {"d", "d/up/secret", BENEATH_OUTSIDE},
        {"d", "d/../secret", BENEATH_OUTSIDE},
        {"d", "secret", BENEATH_OUTSIDE},
        {"d", "d2/secret", BENEATH_OUTSIDE},
        {"d", "/etc/passwd", BENEATH_OUTSIDE},
        {"d", "d/zero.yaml", BENEATH_OUTSIDE},
        {"d", "d/pipe.yaml", BENEATH_SPECIAL},
        {"d", "d/sub", BENEATH_SPECIAL},
        {"d", "d", BENEATH_SPECIAL},
        {"d", "d/none.yaml", BENEATH_LOST},
        {"d", "d/loop.yaml", BENEATH_LOST},
        {"d", "d/l40-0", BENEATH_FILE},
        {"d", "d/l41-0", BENEATH_LOST},
        {"none", "none/x", BENEATH_LOST},
    };
    (void)state;
    make_folder(root);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        int fd = -1;
        enum beneath found = beneath_open(&fd, row[i].folder, row[i].path);
        if (found != row[i].found ||
            beneath_find(row[i].folder, row[i].path) != found)
            fail_msg("%s in %s: %d", row[i].path, row[i].folder, (int)found);
        assert_int_equal(fd >= 0, found == BENEATH_FILE);
        if (fd >= 0)
            close(fd);
    }
    remove_folder(root);
}

/* The folder of a link is swapped while it is read: never what is outside. */
static void swapped_links_lead_nowhere(void **state)
{
    char root[] = "/tmp/postflight-swap-XXXXXX";
    (void)state;
    assert_non_null(mkdtemp(root));
    assert_int_equal(chdir(root), 0);
    assert_int_equal(mkdir("d", 0700) | mkdir("d/a", 0700) |
                         mkdir("d/b", 0700) | mkdir("o", 0700),
                     0);
    put("d/a/f", "inside");
    put("d/b/f", "inside");
    put("o/f", "outside");
    pid_t swapper = fork();
    if (swapper == 0) {
        for (;;) {
            (void)!symlink("../o", "d/new"), (void)rename("d/new", "d/l");
            (void)!symlink("a", "d/new"), (void)rename("d/new", "d/l");
        }
    }
    for (int i = 0; i < 5000; i++) {
        char text[10] = "";
        int fd = -1;
        if (beneath_open(&fd, "d", "d/l/f") != BENEATH_FILE)
            continue;
        assert_true(read(fd, text, 9) > 0);
        assert_string_equal(text, "inside");
        close(fd);
    }
    kill(swapper, SIGKILL);
    waitpid(swapper, NULL, 0);
    remove_folder(root);
}

static void programs_get_a_small_environment(void **state)
{
    struct arena a;
    const struct process_variable own[] = {{"LANG", "xx"}, {"TOKEN", "t"}};
    bool lang = false, token = false;
    (void)state;
    arena_init(&a);
    setenv("DEPLOY_KEY", "k", 1);
    setenv("LANG", "C", 1);
    setenv("LC_TEST", "C", 1);
    setenv("PATHS", "x", 1);
    const char *const *got = process_environ(&a, own, 2);
    size_t lc = 0;
    for (; *got != NULL; got++) {
        assert_false(str_starts(str_from(*got), STR("DEPLOY_KEY")));
        assert_false(str_starts(str_from(*got), STR("PATHS")));
        assert_false(str_is(str_from(*got), "LANG=C"));
        lang = lang || strcmp(*got, "LANG=xx") == 0;
        token = token || strcmp(*got, "TOKEN=t") == 0;
        lc += strcmp(*got, "LC_TEST=C") == 0;
    }
    assert_true(lang && token && lc == 1);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resolvers_by_their_address),
        cmocka_unit_test(rules_are_checked),
        cmocka_unit_test(hosts_are_matched),
        cmocka_unit_test(routes_are_matched),
        cmocka_unit_test(addresses_of_credentials_are_refused),
        cmocka_unit_test(variables_are_named),
        cmocka_unit_test(files_stay_beneath),
        cmocka_unit_test(swapped_links_lead_nowhere),
        cmocka_unit_test(programs_get_a_small_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
