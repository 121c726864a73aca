/* Shape of what a gate is told. */
#include "model/answer.h"

#include "base/shape_rows.h"

void answer_of(struct answer *out, const struct record *r)
{
    *out = (struct answer){.schema = ANSWER_SCHEMA,
                           .ok = r->exit == EXIT_VERIFIED,
                           .verdict = r->verdict,
                           .exit = r->exit,
                           .advice = r->advice,
                           .reason = r->reason,
                           .reason_count = r->reason_count,
                           .production = r->production,
                           .deployment = r->deployment,
                           .started_ms = r->started_ms,
                           .finished_ms = r->finished_ms};
}

#define STRUCT answer
static const struct shape_field answer_shape_rows[] = {
    FIELD("schema", SHAPE_TEXT, schema, "name and version of this format"),
    FIELD("ok", SHAPE_BOOL, ok, "may the gate open? The status is 200 then"),
    NAMED("verdict", verdict, &verdict_names, "the answer"),
    FIELD("exit", SHAPE_INT, exit, "what `postflight verify` would exit with"),
    NAMED("advice", advice, &advice_names, "what to do"),
    TEXTS("reasons", reason, "why"),
    OBJECT("production", production, &production_shape,
           "is production healthy"),
    OBJECT("deployment", deployment, &deployment_shape, "is the build serving"),
    FIELD("started", SHAPE_TIME, started_ms, "start of the run"),
    FIELD("finished", SHAPE_TIME, finished_ms, "end of the run"),
    FIELD("run", SHAPE_INT, run, "which run since the server began"),
    FIELD("age_ms", SHAPE_INT, age_ms, "since its end"),
};
SHAPE_OF(answer_shape, "answer");
const struct shape_format answer_format = {ANSWER_SCHEMA, NULL};
#undef STRUCT
