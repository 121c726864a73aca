/* A body of any bytes, proved; and all of it as a recording. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "compare/prove/prove.h"
#include "plan/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char definition[] =
    "{\"checks\": [{\"id\": \"a\", \"url\": \"http://h/\", \"expect\": "
    "[\"status == 200\", \"not jsonpath \\\"$.a\\\" == 3\"]}, "
    "{\"id\": \"b\", \"url\": \"http://h/\", \"expect\": \"bytes count < "
    "90\"}]}";

static void prove(struct arena *a, const struct plan *plan, struct str text)
{
    struct answer_of answer[2];
    struct proof proof;
    for (size_t i = 0; i < 2; i++)
        answer[i] =
            (struct answer_of){.check = &plan->check[i],
                               .id = plan->check[i].id,
                               .whole = true,
                               .response = {.status = 200,
                                            .head = STR("HTTP/1.1 200 OK\r\n"),
                                            .body = text,
                                            .url = "http://h/"}};
    proof_make(&proof, a, answer, plan->count);
    if (proof.noticed > proof.changes)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct err e = {.set = false};
    struct diags d;
    struct plan plan;
    struct recording recording;
    struct answer_of answer;
    struct source checks = {"checks", STR(definition)};
    const struct source *const sources[] = {&checks};
    struct plan_inputs in = {.source = sources, .source_count = 1};
    arena_init(&a);
    diags_init(&d, &a);
    struct str text = {arena_dup(&a, (const char *)data, size), size};
    struct source source = {"recorded.json", text};
    if (!plan_open(&plan, &a, &in, &d))
        abort();
    prove(&a, &plan, text);
    if (recording_read(&recording, &a, &source, &e)) {
        for (size_t i = 0; i < recording.recorded_count; i++)
            if (recording_answer(&answer, &a, &recording.recorded[i],
                                 &plan.check[0]))
                prove(&a, &plan, answer.response.body);
    } else if (!e.set) {
        abort();
    }
    plan_close(&plan);
    arena_release(&a);
    return 0;
}
