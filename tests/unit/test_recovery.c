/* scan/recovery.c: which success gets over which error, and what ends a run. */
#include "scan/scan.h"
#include "tests/unit/catalogue_world.h"
#include "tests/unit/testing.h"

enum outcome {
    OVER,   /* the best cause has been got over */
    ALIVE,  /* it has not, and proves nothing of the deploy */
    FAILED, /* it has not, and proves that the deploy failed */
    NOTHING /* there is no cause */
};

static enum outcome outcome_of(const struct findings *f)
{
    enum outcome worst = f->cause_count == 0 ? NOTHING : OVER;
    for (size_t i = 0; i < f->cause_count; i++) {
        if (f->cause[i].recovered != NULL)
            continue;
        if (f->cause[i].deployment == DEPLOYMENT_FAILED)
            return FAILED;
        worst = ALIVE;
    }
    return worst;
}

struct row {
    const char *name, *log;
    enum outcome want;
};

static void run_rows(struct fixture *f, const struct row *row, size_t count)
{
    static const char *const names[] = {"over", "alive", "failed", "nothing"};
    for (size_t i = 0; i < count; i++) {
        struct findings out;
        scan_text(&out, &f->arena, &f->catalogue, "t.log", str_from(row[i].log),
                  false);
        enum outcome got = outcome_of(&out);
        if (got != row[i].want)
            fail_msg("%s: %s, expected %s", row[i].name, names[got],
                     names[row[i].want]);
        assert_int_equal(out.coverage.gave_up, 0);
    }
}

#define P1001 "Error: P1001: Can't reach database server at `db`:`5432`\n"
#define DONE  "All migrations have been successfully applied.\n"

/* The same error and the same success, each with its prefix. */
#define PAIR(a, b) a P1001 b DONE

static const struct row scope_row[] = {
    {"plain", PAIR("", ""), OVER},
    {"same brackets", PAIR("[a] ", "[a] "), OVER},
    {"other brackets", PAIR("[a] ", "[b] "), ALIVE},
    {"brackets, then none", PAIR("[a] ", ""), ALIVE},
    {"none, then brackets", PAIR("", "[b] "), ALIVE},
    {"timed brackets",
     PAIR("2025-11-14T15:18:28Z [a] ", "2025-11-14T15:18:40Z [a] "), OVER},
    {"timed other brackets",
     PAIR("2025-11-14T15:18:28Z [a] ", "2025-11-14T15:18:40Z [b] "), ALIVE},
    {"level, then brackets", PAIR("ERROR [a] ", "INFO [b] "), ALIVE},
    {"brackets, then level", PAIR("[a] ERROR ", "[a] INFO "), OVER},
    {"parentheses", PAIR("(orders) ", "(billing) "), ALIVE},
    {"numbers of commands", PAIR("[0] ", "[1] "), ALIVE},
    {"same number", PAIR("[1] ", "[1] "), OVER},
    {"service=", PAIR("service=a ", "service=b "), ALIVE},
    {"same service=", PAIR("service=a ", "service=a "), OVER},
    {"service= behind level=",
     PAIR("level=error service=a ", "level=info service=b "), ALIVE},
    {"service= at the end",
     "Error: P1001: Can't reach database server at `db`:`5432` "
     "service=a\n" DONE,
     ALIVE},
    {"tasks", PAIR("orders:migrate: ", "billing:migrate: "), ALIVE},
    {"same task", PAIR("orders:migrate: ", "orders:migrate: "), OVER},
    {"compose", PAIR("api-1  | ", "api-1  | "), OVER},
    {"compose, another", PAIR("api-1  | ", "web-1  | "), ALIVE},
    {"compose, another replica", PAIR("api-1  | ", "api-2  | "), ALIVE},
    {"pod", PAIR("[pod/a-1/app] ", "[pod/a-1/app] "), OVER},
    {"another pod", PAIR("[pod/a-1/app] ", "[pod/b-1/app] "), ALIVE},
    {"another container", PAIR("[pod/a-1/app] ", "[pod/a-1/job] "), ALIVE},
    {"syslog", PAIR("Nov 14 15:18:28 h app[7]: ", "Nov 14 15:18:40 h app[8]: "),
     OVER},
    {"another tag",
     PAIR("Nov 14 15:18:28 h app[7]: ", "Nov 14 15:18:40 h web[8]: "), ALIVE},
    {"another host",
     PAIR("Nov 14 15:18:28 h1 app[7]: ", "Nov 14 15:18:40 h2 app[7]: "), ALIVE},
    {"dyno",
     PAIR("2026-01-04T15:18:29+00:00 app[web.1]: ",
          "2026-01-04T15:18:40+00:00 app[web.1]: "),
     OVER},
    {"another dyno",
     PAIR("2026-01-04T15:18:29+00:00 app[web.1]: ",
          "2026-01-04T15:18:40+00:00 app[worker.1]: "),
     ALIVE},
    {"job",
     PAIR("build\tmigrate\t2026-01-04T15:18:29Z ",
          "build\tmigrate\t2026-01-04T15:18:40Z "),
     OVER},
    {"another job",
     PAIR("a\tmigrate\t2026-01-04T15:18:29Z ",
          "b\tmigrate\t2026-01-04T15:18:40Z "),
     ALIVE},
    {"another step",
     PAIR("a\tmigrate\t2026-01-04T15:18:29Z ",
          "a\tseed\t2026-01-04T15:18:40Z "),
     ALIVE},
    {"a step of a CI host", PAIR("##[group]Run a\n", "##[group]Run b\n"),
     ALIVE},
    {"interleaved, each got over",
     PAIR("[a] " P1001 "[b] ", "[a] " DONE "[b] "), OVER},
    {"interleaved, one got over", "[a] " P1001 "[b] " P1001 "[a] " DONE, ALIVE},
    {"interleaved, the other got over", "[a] " P1001 "[b] " P1001 "[b] " DONE,
     ALIVE},
    {"again after it", PAIR("", "") P1001, ALIVE},
    {"retried", P1001 P1001 P1001 DONE, OVER},
    {"another database",
     "Datasource \"db\": PostgreSQL database \"a\" at \"h1:5432\"\n" P1001
     "Datasource \"db\": PostgreSQL database \"b\" at \"h2:5432\"\n" DONE,
     ALIVE},
    {"the same database",
     "Datasource \"db\": PostgreSQL database \"a\" at \"h1:5432\"\n" P1001
     "Datasource \"db\": PostgreSQL database \"a\" at \"h1:5432\"\n" DONE,
     OVER},
    {"a run of the same tool", P1001 "==> Cloning from x\n" DONE, OVER},
    {"a run of another tool",
     "psql: error: connection to server at \"db\" (10.0.0.5), port 5432 "
     "failed: Connection refused\n==> Cloning from x\n" DONE,
     ALIVE},
};

static void scopes(void **state)
{
    run_rows(*state, scope_row, ARRAY_COUNT(scope_row));
}

#define JSON(name, value, text)                                                \
    "{" name ":\"" value "\",\"msg\":\"" text "\"}\n"
#define JSON_P1001            "Error: P1001: Can't reach database server at `db`:`5432`"
#define JSON_DONE             "All migrations have been successfully applied."
#define JSON_PAIR(name, a, b) JSON(name, a, JSON_P1001) JSON(name, b, JSON_DONE)

static void json_lines(void **state)
{
    static const struct row row[] = {
        {"service", JSON_PAIR("\"service\"", "a", "a"), OVER},
        {"another service", JSON_PAIR("\"service\"", "a", "b"), ALIVE},
        {"another app", JSON_PAIR("\"app\"", "a", "b"), ALIVE},
        {"another pod", JSON_PAIR("\"pod\"", "a", "b"), ALIVE},
        {"another container", JSON_PAIR("\"container_name\"", "a", "b"), ALIVE},
        {"another instance", JSON_PAIR("\"instance\"", "a", "b"), ALIVE},
        {"another host", JSON_PAIR("\"hostname\"", "a", "b"), ALIVE},
        {"another name", JSON_PAIR("\"name\"", "a", "b"), ALIVE},
        {"no service", JSON("\"service\"", "a", JSON_P1001) DONE, ALIVE},
        {"pods in an object",
         "{\"kubernetes\":{\"pod_name\":\"a\"},\"log\":\"" JSON_P1001 "\"}\n"
         "{\"kubernetes\":{\"pod_name\":\"b\"},\"log\":\"" JSON_DONE "\"}\n",
         ALIVE},
        {"one pod in an object",
         "{\"kubernetes\":{\"pod_name\":\"a\"},\"log\":\"" JSON_P1001 "\"}\n"
         "{\"log\":\"" JSON_DONE "\",\"kubernetes\":{\"pod_name\":\"a\"}}\n",
         OVER},
        {"services with a name",
         "{\"service\":{\"name\":\"a\"},\"message\":\"" JSON_P1001 "\"}\n"
         "{\"service\":{\"name\":\"b\"},\"message\":\"" JSON_DONE "\"}\n",
         ALIVE},
        {"the members' order is none of a scope's",
         "{\"app\":\"x\",\"pod\":\"p\",\"msg\":\"" JSON_P1001 "\"}\n"
         "{\"pod\":\"p\",\"msg\":\"" JSON_DONE "\",\"app\":\"x\"}\n",
         OVER},
        {"another member", JSON("\"ua\"", JSON_DONE, "GET /"), NOTHING},
        {"another member, after an error",
         P1001 "{\"msg\":\"GET /\",\"body\":\"" JSON_DONE "\"}\n", ALIVE},
        {"the body before the message",
         P1001 "{\"body\":\"" JSON_DONE "\",\"msg\":\"GET /\"}\n", ALIVE},
        {"a later line of a message",
         P1001 "{\"msg\":\"agent\\n" JSON_DONE "\"}\n", ALIVE},
        {"logfmt, another service",
         "level=error msg=\"" JSON_P1001 "\" service=a\n"
         "level=info msg=\"" JSON_DONE "\" service=b\n",
         ALIVE},
        {"logfmt, one service",
         "level=error msg=\"" JSON_P1001 "\" service=a\n"
         "level=info msg=\"" JSON_DONE "\" service=a\n",
         OVER},
        {"logfmt, another field",
         P1001 "level=info msg=\"GET /\" ua=\"" JSON_DONE "\"\n", ALIVE},
    };
    run_rows(*state, row, ARRAY_COUNT(row));
}

/* What a person can bring into a log is no good news. */
static void quoted(void **state)
{
    static const struct row row[] = {
        {"a user agent", P1001 "user agent: " DONE, ALIVE},
        {"a label", P1001 "agent: " DONE, ALIVE},
        {"quotes", P1001 "\"" JSON_DONE "\"\n", ALIVE},
        {"a sentence", P1001 "Soon you will see All " DONE, ALIVE},
        {"a query",
         P1001 "GET /?q=All migrations have been successfully "
               "applied.\n",
         ALIVE},
        {"an access log",
         P1001 "10.0.0.1 - - [04/Jan/2026:15:18:29 +0000] \"GET / HTTP/1.1\" "
               "200 5 \"-\" \"" JSON_DONE "\"\n",
         ALIVE},
        {"a chat", P1001 "<bob> " DONE, ALIVE},
        {"markdown", P1001 "> " DONE, ALIVE},
        {"a value", P1001 "name=" DONE, ALIVE},
        {"words behind it",
         P1001 "All migrations have been successfully "
               "applied. is what I want to see\n",
         ALIVE},
        {"a level", P1001 "INFO: " DONE, OVER},
        {"a time and a level", P1001 "2026-01-04 15:18:29,123 INFO " DONE,
         OVER},
    };
    run_rows(*state, row, ARRAY_COUNT(row));
}

#define P3018(name)                                                            \
    "Error: P3018\n\nA migration failed to apply. New migrations cannot be "   \
    "applied before the error is recovered from.\n\nMigration name: " name     \
    "\n\nDatabase error code: 42P07\n\nDatabase error:\nERROR: relation "      \
    "\"users\" already exists\n"
#define APPLY(name) "Applying migration `" name "`\n"

static void failed_migrations(void **state)
{
    static const struct row row[] = {
        {"alone", P3018("m1"), FAILED},
        {"and a success", P3018("m1") DONE, FAILED},
        {"another succeeds", P3018("m1") APPLY("m2") DONE, FAILED},
        {"the same succeeds", P3018("m1") APPLY("m1") DONE, OVER},
        {"the same and others", P3018("m1") APPLY("m1") APPLY("m2") DONE, OVER},
        {"the same is begun", P3018("m1") APPLY("m1"), FAILED},
        {"it fails again", P3018("m1") APPLY("m1") P3018("m1") DONE, FAILED},
        {"it was resolved",
         P3018("m1") "Migration m1 marked as applied.\n"
                     "No pending migrations to apply.\n",
         OVER},
        {"another was resolved",
         P3018("m1") "Migration m2 marked as applied.\n"
                     "No pending migrations to apply.\n",
         FAILED},
        {"two, one succeeds", P3018("m1") P3018("m2") APPLY("m2") DONE, FAILED},
        {"two, both succeed",
         P3018("m1") P3018("m2") APPLY("m1") APPLY("m2") DONE, OVER},
        {"it is quoted", P3018("m1") "agent: " APPLY("m1") DONE, FAILED},
        {"of another service",
         "[orders] Error: P3018\n[orders] Migration name: m1\n[orders] "
         "Database error code: 42P07\n[billing] " APPLY("m1") "[billing] " DONE,
         FAILED},
        {"of its service",
         "[orders] Error: P3018\n[orders] Migration name: m1\n[orders] "
         "Database error code: 42P07\n[orders] " APPLY("m1") "[orders] " DONE,
         OVER},
    };
    run_rows(*state, row, ARRAY_COUNT(row));
}

#define REFUSED "Error: connect ECONNREFUSED 10.0.0.5:5432\n"
#define UP      "Server listening on http://0.0.0.0:3000\n"
#define EXIT    "Process exited with code 1\n"

static const struct row end_row[] = {
    {"an error", P1001, ALIVE},
    {"and an end", P1001 EXIT, FAILED},
    {"an end by itself", EXIT, FAILED},
    {"a good end", P1001 "Process exited with code 0\n", ALIVE},
    {"a stop from outside", P1001 "Process exited with code 143\n", ALIVE},
    {"quoted", P1001 "user agent: " EXIT, ALIVE},
    {"of another container", "[a] " P1001 "[b] " EXIT "[b] " UP, ALIVE},
    {"of it", "[a] " P1001 "[a] " EXIT "[b] " DONE, FAILED},
    {"a crash loop that ends well", "[a] " REFUSED "[a] " EXIT "[a] " UP, OVER},
    {"of another that ends well",
     "[a] " REFUSED "[b] " REFUSED "[b] " EXIT "[a] " UP, FAILED},
    {"both end well",
     "[a] " REFUSED "[a] " EXIT "[b] " REFUSED "[b] " EXIT "[b] " UP "[a] " UP,
     OVER},
    {"up, and then an end", "[a] " REFUSED "[a] " UP "[a] " EXIT, FAILED},
    {"compose", "api-1  | " REFUSED "api-1 exited with code 1\n", FAILED},
    {"compose, another",
     "api-1  | " REFUSED "web-1 exited with code 1\n"
     "web-1  | " UP,
     ALIVE},
    {"the database comes up later, the client has ended",
     "api-1  | psql: error: connection to server at \"db\" (10.0.0.5), "
     "port "
     "5432 failed: Connection refused\napi-1 exited with code 2\n"
     "db-1  | 2026-01-04 15:18:29.123 UTC [1] LOG:  database system is "
     "ready to accept connections\n",
     FAILED},
    {"the database comes up later",
     "api-1  | psql: error: connection to server at \"db\" (10.0.0.5), "
     "port "
     "5432 failed: Connection refused\n"
     "db-1  | 2026-01-04 15:18:29.123 UTC [1] LOG:  database system is "
     "ready to accept connections\n",
     OVER},
    {"another database comes up",
     "api-1  | psql: error: connection to server at \"db\" (10.0.0.5), "
     "port "
     "5432 failed: Connection refused\n"
     "cache-1  | 2026-01-04 15:18:29.123 UTC [1] LOG:  database system is "
     "ready to accept connections\n",
     ALIVE},
    {"a pod of the deployment",
     "[pod/web-7d9f8b6c5-x2x4z/app] " REFUSED
     "deployment \"web\" successfully rolled out\n",
     OVER},
    {"a pod of another deployment",
     "[pod/web-worker-7d9f8b6c5-x2x4z/app] " REFUSED
     "deployment \"web\" successfully rolled out\n",
     ALIVE},
    {"a pod of none",
     "[pod/api/app] " REFUSED "deployment \"web\" successfully rolled out\n",
     ALIVE},
    {"Render", "==> Running 'npm start'\n" REFUSED "==> Exited with status 1\n",
     FAILED},
    {"Heroku",
     "2026-01-04T15:18:20+00:00 app[web.1]: " REFUSED
     "2026-01-04T15:18:21+00:00 heroku[web.1]: Process exited with status "
     "1\n",
     FAILED},
    {"Heroku, another dyno",
     "2026-01-04T15:18:20+00:00 app[web.1]: " REFUSED
     "2026-01-04T15:18:21+00:00 heroku[worker.1]: Process exited with "
     "status 1\n2026-01-04T15:18:30+00:00 heroku[worker.1]: State changed "
     "from starting to up\n",
     ALIVE},
    {"systemd",
     "Nov 14 15:18:28 h app[7]: " REFUSED
     "Nov 14 15:18:29 h systemd[1]: app.service: Main process exited, "
     "code=exited, status=1/FAILURE\n",
     FAILED},
    {"systemd starts it again",
     "Nov 14 15:18:28 h app[7]: " REFUSED
     "Nov 14 15:18:29 h systemd[1]: app.service: Main process exited, "
     "code=exited, status=1/FAILURE\nNov 14 15:18:39 h app[8]: " UP,
     OVER},
};

static void ends(void **state)
{
    run_rows(*state, end_row, ARRAY_COUNT(end_row));
}

/* Of so many scopes and migrations each is looked at; of more, none is. */
static void limits(void **state)
{
    struct fixture *f = *state;
    for (int n = 31; n <= 33; n++) {
        struct findings out;
        struct buf text;
        buf_init(&text, 100000);
        for (int i = 0; i < n; i++)
            buf_printf(&text, "[a%d] %s", i, P1001);
        for (int i = 0; i < n; i++)
            buf_printf(&text, "[a%d] %s", i, DONE);
        scan_text(&out, &f->arena, &f->catalogue, "t.log", buf_view(&text),
                  false);
        assert_int_equal(outcome_of(&out), n <= 32 ? OVER : ALIVE);
        buf_release(&text);
    }
    for (int n = 15; n <= 17; n++) {
        struct findings out;
        struct buf text;
        buf_init(&text, 100000);
        for (int i = 0; i < n; i++)
            buf_printf(&text,
                       "Error: P3018\nMigration name: m%d\nDatabase error "
                       "code: 42P07\nDatabase error:\nERROR: relation "
                       "\"users\" already exists\n",
                       i);
        for (int i = 0; i < n; i++)
            buf_printf(&text, "Applying migration `m%d`\n", i);
        buf_text(&text, DONE);
        scan_text(&out, &f->arena, &f->catalogue, "t.log", buf_view(&text),
                  false);
        assert_int_equal(outcome_of(&out), n <= 16 ? OVER : FAILED);
        buf_release(&text);
    }
}

static void good_news_needs_a_start(void **state)
{
    struct fixture *f = *state;
    size_t news = 0;
    for (size_t i = 0; i < f->catalogue.count; i++) {
        const struct signature *s = &f->catalogue.signature[i];
        if (s->recovers_count == 0)
            continue;
        news++;
        for (size_t k = 0; k < s->pattern_count; k++)
            assert_true(s->pattern[k].at_start);
    }
    assert_true(news >= 34);
}

/* Each good news of the catalogue, behind words that people can write. */
static void no_good_news_behind_words(void **state)
{
    static const char *const before[] = {
        "user agent: ", "\"", "GET /?q=", "<b> ", "bob says ", "x=", "'", "`"};
    struct fixture *f = *state;
    for (size_t i = 0; i < f->catalogue.count; i++) {
        const struct signature *s = &f->catalogue.signature[i];
        for (size_t k = 0; s->recovers_count > 0 && k < s->sample_count; k++) {
            if (s->sample[k].kind != SAMPLE_POSITIVE)
                continue;
            for (size_t b = 0; b < ARRAY_COUNT(before); b++) {
                struct findings out;
                const char *text =
                    arena_printf(&f->arena, "%s%.*s\n", before[b],
                                 STR_ARGS(str_trim(s->sample[k].text)));
                scan_text(&out, &f->arena, &f->catalogue, "t.log",
                          str_from(text), false);
                if (out.news_count > 0)
                    fail_msg("%s: %s", s->id, text);
            }
        }
    }
}

#define NO_BROKER "dial tcp 10.4.0.8:1883: connect: connection refused"

/* What speakers say of themselves: scan/speakers.c. */
static const struct row speaker_row[] = {
    {"connected",
     "api-1  | " NO_BROKER "\napi-1  | broker connected 10.4.0.8:1883\n", OVER},
    {"listens", "api-1  | " NO_BROKER "\napi-1  | Server listening on :8080\n",
     OVER},
    {"is ready", "api-1  | " NO_BROKER "\napi-1  | Ready in 2.1s\n", OVER},
    {"is healthy", "api-1  | " NO_BROKER "\napi-1  | health=ok lag=0\n", OVER},
    {"answers a health check",
     "api-1  | " NO_BROKER "\napi-1  | GET /healthz 200 2ms\n", OVER},
    {"has a leader",
     "api-1  | " NO_BROKER "\napi-1  | [INFO] raft: election won: term=3\n",
     OVER},
    {"has done it after all",
     "x-1  | Operation cannot be fulfilled on shops.acme.io \"eu\": the object "
     "has been modified; please apply your changes to the latest version and "
     "try again\nx-1  | Reconciled shop eu\n",
     OVER},
    {"in a field of JSON",
     "api-1  | " NO_BROKER
     "\napi-1  | {\"level\":\"info\",\"msg\":\"queue connected\"}\n",
     OVER},
    {"before the error", "api-1  | broker connected\napi-1  | " NO_BROKER "\n",
     ALIVE},
    {"and the error again",
     "api-1  | " NO_BROKER "\napi-1  | broker connected\napi-1  | " NO_BROKER
     "\n",
     ALIVE},
    {"another container", "api-1  | " NO_BROKER "\nweb-1  | broker connected\n",
     ALIVE},
    {"another kind of thing",
     "api-1  | " NO_BROKER "\napi-1  | connected to the database\n", ALIVE},
    {"not connected", "api-1  | " NO_BROKER "\napi-1  | not connected yet\n",
     ALIVE},
    {"waits",
     "api-1  | " NO_BROKER "\napi-1  | waiting until broker is ready\n", ALIVE},
    {"a question",
     "api-1  | " NO_BROKER "\napi-1  | Is the server running on that host?\n",
     ALIVE},
    {"in words of somebody",
     "api-1  | " NO_BROKER "\napi-1  | bob says broker connected\n", ALIVE},
    {"in quotes",
     "api-1  | " NO_BROKER "\napi-1  | note: \"broker connected\"\n", ALIVE},
    {"in a request of somebody",
     "api-1  | " NO_BROKER "\napi-1  | GET /x?q=broker+connected 200\n", ALIVE},
    {"a statement that a database refused",
     "api-1  | ERROR:  relation \"orders\" does not exist\n"
     "api-1  | Server listening on :8080\n",
     FAILED},
    {"a unit that ended and was started again",
     "Nov 21 09:24:01 w systemd[1]: Starting api.service - API...\n"
     "Nov 21 09:24:01 w api[22]: ERROR cannot read /etc/api.toml\n"
     "Nov 21 09:24:02 w systemd[1]: api.service: Main process exited, "
     "code=exited, status=1/FAILURE\n"
     "Nov 21 09:24:07 w systemd[1]: Starting api.service - API...\n"
     "Nov 21 09:24:08 w api[23]: listening on :8080\n",
     OVER},
    {"a unit that ended once more",
     "Nov 21 09:24:01 w api[22]: ERROR cannot read /etc/api.toml\n"
     "Nov 21 09:24:02 w systemd[1]: api.service: Main process exited, "
     "code=exited, status=1/FAILURE\n"
     "Nov 21 09:24:08 w api[23]: listening on :8080\n"
     "Nov 21 09:24:09 w systemd[1]: api.service: Main process exited, "
     "code=exited, status=1/FAILURE\n",
     ALIVE},
    {"a container that exited and came up",
     "api-1  | Error: cannot read /etc/api.toml\napi-1 exited with code 1\n"
     "api-1  | Server listening on :8080\n",
     NOTHING},
    {"another container came up",
     "api-1  | Error: cannot read /etc/api.toml\napi-1 exited with code 1\n"
     "web-1  | Server listening on :8080\n",
     FAILED},
    {"a step of a build that was done",
     "#8 0.411 curl: (22) The requested URL returned error: 503\n"
     "#8 DONE 2.2s\n",
     OVER},
    {"another step was done",
     "#8 0.411 curl: (22) The requested URL returned error: 503\n"
     "#9 DONE 2.2s\n",
     ALIVE},
};

static void speakers_are_well_again(void **state)
{
    struct fixture *f = *state;
    run_rows(f, speaker_row, ARRAY_COUNT(speaker_row));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scopes),
        cmocka_unit_test(json_lines),
        cmocka_unit_test(quoted),
        cmocka_unit_test(failed_migrations),
        cmocka_unit_test(ends),
        cmocka_unit_test(limits),
        cmocka_unit_test(speakers_are_well_again),
        cmocka_unit_test(good_news_needs_a_start),
        cmocka_unit_test(no_good_news_behind_words),
    };
    return cmocka_run_group_tests_name("recovery", tests, open_all, close_all);
}
