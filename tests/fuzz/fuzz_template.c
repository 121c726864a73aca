/*
 * A template of the user's, of any bytes, in place of a built-in one: refused
 * with its reason, or a document of a record that is proved before it is
 * given, alone and as a page.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "model/vocabulary.h"
#include "report/report.h"
#include "tests/fuzz/sometimes.h"
#include "verdict/verdict.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOON INT64_C(1760961600000) /* 2025-10-20T12:00:00Z */

static void make_record(struct record *r, struct result *result)
{
    *result = (struct result){.id = "api",
                              .title = "API <b>*x*</b>",
                              .url = "http://a.example/",
                              .at = "c.yaml:2",
                              .status = STATUS_FAIL,
                              .cause = -1,
                              .phase = -1,
                              .message = "expected `200` | found @502"};
    *r = (struct record){.schema = RECORD_SCHEMA,
                         .started_ms = NOON,
                         .finished_ms = NOON + 2000,
                         .result = result,
                         .result_count = 1,
                         .tool = {"postflight", "0", "0"}};
}

/* The folder, with the template in it, in memory where that is possible. */
static const char *folder_with(const uint8_t *data, size_t size,
                               const char *name)
{
    static char dir[] = "/dev/shm/postflight-fuzz-XXXXXX";
    static bool made;
    char path[100];
    if (!made && mkdtemp(dir) == NULL)
        abort();
    made = true;
    (void)snprintf(path, sizeof(path), "%s/%s.md", dir, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size || close(fd) != 0)
        abort();
    return dir;
}

static void write_kind(struct arena *a, const struct report_templates *t,
                       const char *kind, bool living, bool page)
{
    struct record record;
    struct result result;
    struct incident incident;
    struct facts facts = {.severity = -1, .status = -1};
    struct err e = {.set = false}, f = {.set = false};
    struct str text = STR_NONE, html = STR_NONE;
    make_record(&record, &result);
    const struct report_inputs in = {.record = &record,
                                     .facts = &facts,
                                     .incident = &incident,
                                     .living = living};
    if (!verdict_incident(&incident, a, &record, &facts, &e))
        abort();
    bool ok = report_write(&text, a, kind, t, &in, &e);
    if (ok == e.set)
        abort();
    if (ok && page && !report_html(&html, a, text, &f) && !f.set)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct diags d;
    struct report_templates *t = NULL;
    uint32_t chosen = sometimes(data, size);
    const char *kind = report_kind_names.name[chosen % report_kind_names.count];
    arena_init(&a);
    diags_init(&d, &a);
    if (report_templates_open(&t, &a, folder_with(data, size, kind), &d))
        write_kind(&a, t, kind, chosen / 4 % 2 == 0, chosen / 8 % 4 == 0);
    else if (diags_errors(&d) == 0)
        abort();
    arena_release(&a);
    return 0;
}
