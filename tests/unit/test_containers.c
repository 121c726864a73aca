/* containers/ and scan/: files that hold logs in a form of their own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "base/text.h"
#include "containers/containers.h"
#include "scan/internal.h"
#include "scan/scan.h"
#include "tests/unit/testing.h"

#define TEXT_MAX ((size_t)64 << 20)

/* What is read of a log, in pieces of `room` bytes; the error, or "". */
static const char *read_log(struct buf *out, struct str raw, size_t room)
{
    static char why[500];
    char piece[4096];
    struct err e = {.set = false};
    struct source_reader *r = source_of_text("a.log", raw);
    ssize_t n;
    buf_clear(out);
    while ((n = source_read(r, piece, room, &e)) > 0)
        buf_add(out, piece, (size_t)n);
    source_close(r);
    snprintf(why, sizeof(why), "%s", n < 0 ? e.text : "");
    return why;
}

static void check(struct str raw, const char *want)
{
    struct buf out;
    buf_init(&out, TEXT_MAX);
    for (size_t room = 1; room <= 4096; room *= 16) {
        assert_string_equal(read_log(&out, raw, room), "");
        assert_string_equal(out.ptr, want);
    }
    buf_release(&out);
}

static void pages_are_lines(void **state)
{
    static const struct {
        const char *json, *want;
    } page[] = {
        {"{\"logs\":[{\"timestamp\":\"2026-11-30T08:00:00Z\",\"message\":"
         "\"a\"},{\"timestamp\":\"2026-11-30T08:00:01Z\",\"message\":\"b\"}],"
         "\"more\":false}",
         "2026-11-30T08:00:00Z a\n2026-11-30T08:00:01Z b\n"},
        /* numbers of seconds, milli-, micro- and nanoseconds */
        {"[{\"ts\":1796119200,\"msg\":\"s\"},{\"ts\":1796119200123,\"msg\":"
         "\"ms\"},{\"ts\":\"1796119200123456\",\"msg\":\"us\"},{\"ts\":"
         "\"1796119200123456789\",\"msg\":\"ns\"}]",
         "2026-12-01T10:00:00Z s\n2026-12-01T10:00:00.123Z ms\n"
         "2026-12-01T10:00:00.123Z us\n2026-12-01T10:00:00.123Z ns\n"},
        /* the text within what wraps it, and more than one line of it */
        {"{\"hits\":{\"total\":1,\"hits\":[{\"_id\":\"1\",\"_source\":{"
         "\"@timestamp\":\"2026-11-30T08:00:00Z\",\"message\":\"a\\nb\","
         "\"level\":\"error\"}}]}}",
         "{\"timestamp\":\"2026-11-30T08:00:00Z\",\"level\":\"error\","
         "\"message\":\"a\\nb\"}\n"},
        {"{\"data\":{\"result\":[{\"stream\":{\"pod\":\"web-1\"},\"values\":"
         "[[\"1796119200000000000\",\"a\"],[\"1796119201000000000\",\"b\"]]}]"
         "}}",
         "{\"timestamp\":\"2026-12-01T10:00:00Z\",\"container\":\"web-1\","
         "\"message\":\"a\"}\n{\"timestamp\":\"2026-12-01T10:00:01Z\","
         "\"container\":\"web-1\",\"message\":\"b\"}\n"},
        {"{\"results\":[[{\"field\":\"@timestamp\",\"value\":\"2026-11-30 "
         "08:00:00.000\"},{\"field\":\"@message\",\"value\":\"a\"}]]}",
         "2026-11-30 08:00:00.000 a\n"},
        /* however it is indented */
        {"[\n  {\n    \"dt\": \"2026-11-30T08:00:00Z\",\n    \"message\": "
         "\"a\"\n  },\n  {\n    \"dt\": \"2026-11-30T08:00:01Z\",\n    "
         "\"message\": \"b\"\n  }\n]\n",
         "2026-11-30T08:00:00Z a\n2026-11-30T08:00:01Z b\n"},
        /* what is no entry stays, and so does text behind a page */
        {"{\"events\":[{\"timestamp\":1796119200000,\"message\":\"a\"},{\"x\":"
         "{\"y\":1}}]}\n+ exit 1\n{\"events\":[{\"timestamp\":1796119201000,"
         "\"message\":\"b\"}]}\n",
         "2026-12-01T10:00:00Z a\n{\"x\":{\"y\":1}}\n+ exit 1\n"
         "2026-12-01T10:00:01Z b\n"},
        {"{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{"
         "\"timeUnixNano\":\"1796119200000000000\",\"body\":{"
         "\"stringValue\":\"a\"}},{\"timeUnixNano\":"
         "\"1796119201000000000\",\"body\":{\"stringValue\":\"b\"}}]}]}]}",
         "2026-12-01T10:00:00Z a\n2026-12-01T10:00:01Z b\n"},
        {"{\"tables\":[{\"columns\":[{\"name\":\"TimeGenerated\"},{\"name\":"
         "\"Log_s\"}],\"rows\":[[\"2026-11-30T08:00:00Z\",\"a\"],["
         "\"2026-11-30T08:00:01Z\",\"b\"]]}]}",
         "2026-11-30T08:00:00Z a\n2026-11-30T08:00:01Z b\n"},
        {"{\"lines\":[\"2026-11-30T08:00:00Z a \\\"b\\\"\",\"c\\td\"]}",
         "2026-11-30T08:00:00Z a \"b\"\nc\td\n"},
        /* a page that was cut */
        {"{\"logs\":[{\"time\":\"2026-11-30T08:00:00Z\",\"message\":\"a\"},{"
         "\"time\":\"2026-11-30T08:00:01Z\",\"mess",
         "2026-11-30T08:00:00Z a\n{\"time\":\"2026-11-30T08:00:01Z\",\"mess\n"},
        {"{\"logs\":[{\"time\":\"2026-11-30T08:00:00Z\",\"message\":\"a\"},\n"
         "Error: no page\n",
         "2026-11-30T08:00:00Z a\nError: no page\n"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(page); i++)
        check(str_from(page[i].json), page[i].want);
}

/* Names of scan/'s own stay as they are; others are brought to them. */
static void lines_of_json(void **state)
{
    static const struct {
        const char *json, *want; /* NULL: as it is */
    } line[] = {
        {"{\"time\":\"2026-11-30T08:00:00Z\",\"level\":\"error\",\"msg\":"
         "\"a\"}\n",
         NULL},
        {"{\"level\":\"error\",\"errors\":[{\"message\":\"a\",\"timestamp\":"
         "1796119200000}],\"msg\":\"b\"}\n",
         NULL},
        {"{\"a\":1}\n{\"b\":[1,2]}\n", NULL},
        {"{not json}\n", NULL},
        {"[2026-11-30 08:00:00] started\n", NULL},
        {"{\"rowId\":\"1\",\"timestampInMs\":1796119200000,\"message\":\"a\","
         "\"level\":\"error\"}\n",
         "{\"timestamp\":\"2026-12-01T10:00:00Z\",\"level\":\"error\","
         "\"message\":\"a\"}\n"},
        {"{\"__REALTIME_TIMESTAMP\":\"1796119200000000\",\"_SYSTEMD_UNIT\":"
         "\"w.service\",\"PRIORITY\":\"6\",\"MESSAGE\":[104,105]}\n",
         "{\"timestamp\":\"2026-12-01T10:00:00Z\",\"container\":\"w.service\","
         "\"message\":\"hi\"}\n"},
        {"{\"labels\":{\"app\":\"web\"},\"line\":\"a \\\"b\\\"\",\"timestamp\":"
         "\"2026-11-30T08:00:00Z\"}\n",
         "{\"timestamp\":\"2026-11-30T08:00:00Z\",\"container\":\"web\","
         "\"message\":\"a \\\"b\\\"\"}\n"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(line); i++)
        check(str_from(line[i].json),
              line[i].want == NULL ? line[i].json : line[i].want);
}

#define PROGRESS                                                               \
    "  % Total    % Received % Xferd  Average Speed\n"                         \
    "100  1200    0  1200    0     0   3100      0 --:--:-- --:--:--\n"
#define ODD                                                                    \
    "{\"rowId\":\"1\",\"timestampInMs\":1796119200000,\"message\":\"a\"}\n"
#define ODD_OUT "2026-12-01T10:00:00Z a\n"

/* What curl says above them stays, and so does a log that only quotes JSON. */
static void banners_stand_above_lines(void **state)
{
    struct buf text;
    (void)state;
    check(STR(PROGRESS ODD ODD), PROGRESS ODD_OUT ODD_OUT);
    check(STR("* Connected\n< HTTP/2 200\n\n" ODD "\n" ODD),
          "* Connected\n< HTTP/2 200\n\n" ODD_OUT "\n" ODD_OUT);
    check(STR("started\n" ODD "stopped\n"), "started\n" ODD "stopped\n");
    for (size_t lines = 19; lines <= 21; lines++) {
        buf_init(&text, TEXT_MAX);
        for (size_t i = 0; i < lines; i++)
            buf_text(&text, "> x\n");
        size_t at = text.len;
        buf_text(&text, ODD);
        struct buf want;
        buf_init(&want, TEXT_MAX);
        buf_add(&want, text.ptr, at);
        buf_text(&want, lines <= 20 ? ODD_OUT : ODD);
        check(buf_view(&text), want.ptr);
        buf_release(&want);
        buf_release(&text);
    }
}

static void events_are_lines(void **state)
{
    (void)state;
    check(STR("event: log\nid: 7\ndata: " ODD "\n: ping\n\ndata: " ODD),
          "\n\n" ODD_OUT "\n\n\n" ODD_OUT);
    check(STR("data:{\"a\":1}\r\n\r\ndata: [DONE]\n"), "{\"a\":1}\n\n[DONE]\n");
    check(STR(": hello\n\ndata: {\"msg\":\"cut"), "\n\n{\"msg\":\"cut\n");
    check(STR("data: x is what we have\n"), "data: x is what we have\n");
    check(STR("id: 1\nthen prose\ndata: {}\n"),
          "id: 1\nthen prose\ndata: {}\n");
}

static void frames_are_lines(void **state)
{
    (void)state;
    check(STR("\1\0\0\0\0\0\0\3a\nb\2\0\0\0\0\0\0\4err\n\1\0\0\0\0\0\0\2c\n"),
          "a\nerr\nbc\n");
    check(STR("\2\0\0\0\0\0\0\2ab"), "ab\n");
    check(STR("\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\2a\n"), "a\n");
}

static void exports_are_lines(void **state)
{
    (void)state;
    check(STR("__CURSOR=s=1\n__REALTIME_TIMESTAMP=1796119200000000\n"
              "MESSAGE=a=b\nPRIORITY=6\n\n__CURSOR=s=2\n"
              "__REALTIME_TIMESTAMP=1796119201000000\nMESSAGE\n"
              "\7\0\0\0\0\0\0\0two\nend\n_SYSTEMD_UNIT=w.service\n"
              "PRIORITY=3\n\n"),
          "2026-12-01T10:00:00Z a=b\n{\"timestamp\":\"2026-12-01T10:00:01Z\","
          "\"level\":\"error\",\"container\":\"w.service\",\"message\":"
          "\"two\\nend\"}\n");
    check(STR("__NOT_ONE=1\nplain\n"), "__NOT_ONE=1\nplain\n");
    check(STR("EVENTS\t1\t1796119200500\tweb\ta\tb\t1796119200000\n"
              "NEXTTOKEN\tx\n\nEVENTS\t1796119200500\tc\t1796119201000\n"),
          "{\"timestamp\":\"2026-12-01T10:00:00Z\",\"container\":\"web\","
          "\"message\":\"a\\tb\"}\nNEXTTOKEN\tx\n\n2026-12-01T10:00:01Z c\n");
}

static void others_are_refused(void **state)
{
    const struct {
        struct str raw;
        const char *what; /* NULL: it is read */
    } file[] = {
        {STR("%PDF-1.7\n1 0 obj\n"), "is a PDF document, which is not a log"},
        {STR("7z\xbc\xaf\x27\x1c\0\4"),
         "is a 7-Zip archive, which is not a log"},
        {STR("SQLite format 3\0\20\0"), "is an SQLite database, which"},
        {STR("BZh91AY&SYabc"), "is compressed with bzip2, which is not a log"},
        {STR("\x89PNG\r\n\x1a\n\0"), "is a picture, which is not a log"},
        {STR("\1\2\3\4 some text that goes on and on, and more"),
         "is binary data, which is not a log"},
        {STR("\1\2\3 some text"), NULL},
        {STR("%PDF is what it makes\n"), NULL},
        {STR("BZh is a word\n"), NULL},
        {STR("\0\0\0\0\0\0\0\0\0\0\0\0ERROR: cut while it grew\n"), NULL},
        {STR("\x1b[31mred\x1b[0m\r\n\a\b\n"), NULL},
        {STR("\x83G\x83\x89\x81[\x82\xaa\x94\xad\x90\xb6\n"), NULL},
    };
    struct buf out;
    (void)state;
    buf_init(&out, TEXT_MAX);
    for (size_t i = 0; i < ARRAY_COUNT(file); i++) {
        const char *why = read_log(&out, file[i].raw, 4096);
        if (file[i].what == NULL)
            assert_string_equal(why, "");
        else
            assert_non_null(strstr(why, file[i].what));
    }
    buf_release(&out);
}

/* One more control byte than of one in twenty; the fewest that count. */
static void binary_begins_somewhere(void **state)
{
    char text[200];
    (void)state;
    for (size_t control = 9; control <= 11; control++) {
        memset(text, 'a', sizeof(text));
        memset(text, 1, control);
        bool refused =
            container_refused((struct str){text, sizeof(text)}) != NULL;
        assert_int_equal(refused, control >= 10);
    }
    for (size_t control = 3; control <= 5; control++) {
        memset(text, 1, control);
        bool refused = container_refused((struct str){text, control}) != NULL;
        assert_int_equal(refused, control >= 4);
    }
}

struct member {
    const char *name, *text;
};

/* A zip file of these, which the caller deletes. */
static void make_zip(char *path, const struct member *m, size_t count)
{
    int why = 0;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &why);
    assert_non_null(zip);
    for (size_t i = 0; i < count; i++) {
        zip_source_t *source =
            zip_source_buffer(zip, m[i].text, strlen(m[i].text), 0);
        assert_true(zip_file_add(zip, m[i].name, source, ZIP_FL_ENC_UTF_8) >=
                    0);
    }
    assert_int_equal(zip_close(zip), 0);
}

/* "NAME:TEXT" of each log at a path; the error, if one is met. */
static void list_logs(struct buf *out, const char *path)
{
    struct log_parts *parts = NULL;
    struct source_reader *source = NULL;
    struct arena names;
    struct err e = {.set = false};
    const char *name = NULL;
    char text[400];
    int more = 1;
    arena_init(&names);
    buf_clear(out);
    more = parts_open(&parts, &names, path, &e) ? 1 : -1;
    while (more > 0 && (more = parts_next(parts, &source, &name, &e)) > 0) {
        ssize_t n = source_read(source, text, sizeof(text), &e);
        buf_printf(out, "%s:%.*s", name + strlen(path), n < 0 ? 0 : (int)n,
                   text);
    }
    if (more < 0)
        buf_text(out, strstr(e.text, "' ") == NULL ? e.text
                                                   : strstr(e.text, "' ") + 2);
    parts_close(parts);
    arena_release(&names);
}

static void archives_are_logs(void **state)
{
    static const struct member run[] = {
        {"0_build.txt", "all of it\n"},
        {"build/1_Set up job.txt", "a part\n"},
        {"build/system.txt", "a part\n"},
        {"test/1_Run.txt", "alone\n"},
        {"empty.txt", ""},
        {"shot.png", "\x89PNG\r\n\x1a\n"},
        {"page.json", "[{\"ts\":1796119200,\"msg\":\"a\"}]"}};
    static const struct member pictures[] = {{"a.png", "\x89PNG\r\n\x1a\n"}};
    struct buf out;
    char path[] = "/tmp/test_containers.XXXXXX";
    char other[] = "/tmp/test_containers.XXXXXX";
    (void)state;
    buf_init(&out, TEXT_MAX);
    make_zip(path, run, ARRAY_COUNT(run));
    list_logs(&out, path);
    assert_string_equal(out.ptr,
                        "/0_build.txt:all of it\n/test/1_Run.txt:alone\n"
                        "/page.json:2026-12-01T10:00:00Z a\n");
    make_zip(other, pictures, 1);
    list_logs(&out, other);
    assert_string_equal(out.ptr, "is a zip archive without a text");
    assert_int_equal(truncate(path, 60), 0);
    list_logs(&out, path);
    assert_string_equal(out.ptr, "is a zip archive that is broken");
    unlink(path);
    unlink(other);
    buf_release(&out);
}

static void archives_have_few_members(void **state)
{
    (void)state;
    for (size_t count = CONTAINER_MEMBERS_MAX - 1;
         count <= CONTAINER_MEMBERS_MAX + 1; count++) {
        struct member *m = calloc(count, sizeof(*m));
        char path[] = "/tmp/test_containers.XXXXXX";
        char(*name)[8] = calloc(count, sizeof(*name));
        struct buf out;
        assert_non_null(m);
        assert_non_null(name);
        for (size_t i = 0; i < count; i++) {
            snprintf(name[i], sizeof(name[i]), "%zu", i);
            m[i] = (struct member){name[i], "a\n"};
        }
        buf_init(&out, TEXT_MAX);
        make_zip(path, m, count);
        list_logs(&out, path);
        bool refused = strstr(out.ptr, "files, more than 1000") != NULL;
        assert_int_equal(refused, count > CONTAINER_MEMBERS_MAX);
        unlink(path);
        buf_release(&out);
        free(name);
        free(m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_are_lines),
        cmocka_unit_test(lines_of_json),
        cmocka_unit_test(banners_stand_above_lines),
        cmocka_unit_test(events_are_lines),
        cmocka_unit_test(frames_are_lines),
        cmocka_unit_test(exports_are_lines),
        cmocka_unit_test(others_are_refused),
        cmocka_unit_test(binary_begins_somewhere),
        cmocka_unit_test(archives_are_logs),
        cmocka_unit_test(archives_have_few_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
