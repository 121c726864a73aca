/*
 * A facts file of any bytes: refused with a reason, or in each kind of
 * document. What people write cannot change how a document reads. An input is
 * written in one of the eight documents, one of sixteen in all of them.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/shape_yaml.h"
#include "base/yaml.h"
#include "model/vocabulary.h"
#include "report/report.h"
#include "tests/fuzz/sometimes.h"
#include "verdict/verdict.h"

#define NOON INT64_C(1760961600000) /* 2025-10-20T12:00:00Z */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct result results[] = {
    {.id = "api", .title = "API", .url = "http://a.example/", .at = "c.yaml:2"},
    {.id = "page", .title = "Page", .url = "http://b.example/", .at = "c:3"}};
static struct commit_file files[] = {{"render.yaml", 1, 2},
                                     {"logo.png", -1, -1}};
static struct commit commits[] = {
    {.sha = "4b906cf56d4df39bcf4382922a8d0a28ee33695b",
     .subject = "fix: start",
     .time_ms = NOON,
     .file = files,
     .file_count = 2}};
static struct deployment_run runs[] = {
    {.id = "1", .workflow = "auto", .target = "prod", .start_ms = NOON},
    {.id = "2", .commit = "4b906cf", .start_ms = NOON, .end_ms = NOON + 9}};

static void make_record(struct record *r)
{
    *r = (struct record){.schema = RECORD_SCHEMA,
                         .started_ms = NOON,
                         .finished_ms = NOON + 2000,
                         .result = results,
                         .result_count = ARRAY_COUNT(results),
                         .commit = commits,
                         .commit_count = ARRAY_COUNT(commits),
                         .tool = {"postflight", "0", "0"}};
    for (size_t i = 0; i < ARRAY_COUNT(results); i++)
        results[i].cause = -1;
    r->evidence.run = runs;
    r->evidence.run_count = ARRAY_COUNT(runs);
    r->evidence.git.to = commits[0].sha;
    r->deployment.expected = commits[0].sha;
}

/* Read once: they are the same for all. */
static const struct report_templates *open_templates(void)
{
    static struct arena life;
    static struct report_templates *templates;
    struct diags d;
    if (templates != NULL)
        return templates;
    arena_init(&life);
    diags_init(&d, &life);
    if (!report_templates_open(&templates, &life, NULL, &d))
        abort();
    return templates;
}

static bool write_some(struct arena *a, const struct facts *f, size_t chosen,
                       struct err *e)
{
    struct record record;
    struct incident incident;
    struct str text = STR_NONE;
    struct report_inputs in = {
        .record = &record, .facts = f, .incident = &incident};
    make_record(&record);
    if (!verdict_incident(&incident, a, &record, f, e))
        return false;
    for (size_t i = 0; i < 2 * report_kind_names.count; i++) {
        if (chosen / 16 % 8 != i && chosen % 16 != 0)
            continue;
        in.living = i % 2 == 1;
        if (!report_write(&text, a, report_kind_names.name[i / 2],
                          open_templates(), &in, e))
            abort(); /* it does not read as it was meant */
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct err e = {.set = false};
    struct diags d;
    struct facts facts = {.severity = -1, .status = -1};
    const struct yaml_node *root = NULL;
    arena_init(&a);
    diags_init(&d, &a);
    struct source source = {"facts.yaml",
                            {arena_dup(&a, (const char *)data, size), size}};
    if (yaml_parse(&root, &a, &source, &d) &&
        shape_read_yaml(&facts, &a, &facts_shape, root, &d) &&
        diags_errors(&d) == 0) {
        if (!write_some(&a, &facts, sometimes(data, size), &e) && !e.set)
            abort();
    } else if (diags_errors(&d) == 0) {
        abort();
    }
    arena_release(&a);
    return 0;
}
