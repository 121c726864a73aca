/* A record of any bytes: refused with a reason, or written up in each kind. */
#include <stdint.h>
#include <stdlib.h>

#include "model/vocabulary.h"
#include "report/report.h"
#include "verdict/verdict.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool write_all(struct arena *a, const struct record *r, struct err *e)
{
    const struct facts none = {.severity = -1, .status = -1};
    struct incident incident;
    struct report_templates *templates = NULL;
    struct diags d;
    struct str text = STR_NONE;
    const struct report_inputs in = {
        .record = r, .facts = &none, .incident = &incident};
    bool ok = true;
    diags_init(&d, a);
    if (!report_templates_open(&templates, a, NULL, &d))
        abort();
    if (!verdict_incident(&incident, a, r, &none, e))
        return false;
    for (size_t i = 0; ok && i < report_kind_names.count; i++)
        ok = report_write(&text, a, report_kind_names.name[i], templates, &in,
                          e);
    return ok;
}

/* Later, what did not pass does, or the other way round. */
static struct record turned(struct arena *a, const struct record *r)
{
    struct record other = *r;
    other.started_ms =
        r->started_ms < INT64_MAX / 2 ? r->started_ms + 600000 : 1;
    other.result = arena_array(a, r->result_count + 1, sizeof(*other.result));
    for (size_t i = 0; i < r->result_count; i++) {
        other.result[i] = r->result[i];
        other.result[i].status =
            r->result[i].status == STATUS_PASS ? STATUS_FAIL : STATUS_PASS;
    }
    other.episode_count = 0;
    return other;
}

/* Two of them and the findings alone, as the document of one incident. */
static void write_story(struct arena *a, const struct record *r)
{
    const struct facts none = {.severity = -1, .status = -1};
    const struct record other = turned(a, r);
    const struct record logs = {.logs = r->logs};
    const struct record *const all[] = {&other, &logs, r};
    struct report_templates *templates = NULL;
    struct incident incident;
    struct story story;
    struct diags d;
    struct str text = STR_NONE;
    struct err e = {.set = false};
    diags_init(&d, a);
    verdict_story(&story, a, all, 3, TELL_FAILURE);
    const struct report_inputs in = {.record = &story.told,
                                     .facts = &none,
                                     .incident = &incident,
                                     .living = true,
                                     .story = &story,
                                     .picture = "incident.svg"};
    bool ok = report_templates_open(&templates, a, NULL, &d) &&
              verdict_story_incident(&incident, a, &story, &none, &e) &&
              report_write(&text, a, "incident", templates, &in, &e);
    (void)report_picture(&text, a, &in, ok);
    if (!ok && !e.set)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct err e = {.set = false};
    struct record record;
    arena_init(&a);
    struct source source = {"record.json",
                            {arena_dup(&a, (const char *)data, size), size}};
    bool ok = report_read_record(&record, &a, &source, &e) &&
              write_all(&a, &record, &e);
    if (!ok && !e.set)
        abort();
    if (ok)
        write_story(&a, &record);
    arena_release(&a);
    return 0;
}
