/* postflight prove: would the checks notice, if answers were worse? */
#include <string.h>

#include "app/app.h"
#include "app/interrupt.h"
#include "app/probing.h"
#include "base/file.h"
#include "base/text.h"
#include "compare/prove/prove.h"
#include "model/vocabulary.h"
#include "verdict/verdict.h"

struct prove {
    struct probing probing; /* first member: the context of what is probed */
    struct answer_of *answer;
    size_t count, cap;
    bool again; /* it is the second round */
};

static void keep_again(struct prove *p, const char *id, struct str body)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->answer[i].whole && strcmp(p->answer[i].id, id) == 0)
            p->answer[i].again =
                (struct str){str_dup(p->probing.life, body), body.len};
}

/* A step is known by the check that was made of it. */
static void keep_response(struct probing *k, size_t index,
                          const struct check *check,
                          const struct result *result,
                          const struct response *response)
{
    struct prove *p = (struct prove *)k;
    const struct check *whole = &k->plan.check[index];
    if (p->again) {
        keep_again(p, whole->id, response->body);
        return;
    }
    p->answer =
        arena_grow(k->life, p->answer, p->count, &p->cap, sizeof(*p->answer));
    p->answer[p->count++] = (struct answer_of){
        .check = check,
        .id = whole->id,
        .whole = check == whole,
        .content_type = result->content_type,
        .response = response_copy(k->life, response),
    };
}

/* Twice, as far as that does no harm: what varies by itself proves nothing. */
static bool probe(struct prove *p, struct err *e)
{
    struct probing *k = &p->probing;
    struct probe_options options;
    struct result *results =
        arena_array(k->life, k->plan.count, sizeof(*results));
    probing_set(k, &options);
    options.on_response = probing_on_response;
    options.context = p;
    k->on_answer = keep_response;
    k->first = results;
    if (!probe_run(results, k->life, k->plan.check, k->plan.count, &options, e))
        return false;
    p->again = true;
    return probing_repeat(k, results, 1, e);
}

static const struct check *find_check(const struct plan *plan, const char *id)
{
    for (size_t i = 0; i < plan->count; i++)
        if (strcmp(plan->check[i].id, id == NULL ? "" : id) == 0)
            return &plan->check[i];
    return NULL;
}

/* Steps and bound checks are not in a recording, nor what has been renamed. */
static bool replay(struct prove *p, const char *path, struct err *e)
{
    struct probing *k = &p->probing;
    struct source *source = arena_alloc(k->life, sizeof(*source));
    struct recording recording;
    if (!file_read(source, k->life, path, RECORDING_BYTES_MAX, e) ||
        !recording_read(&recording, k->life, source, e))
        return false;
    p->answer =
        arena_array(k->life, recording.recorded_count + 1, sizeof(*p->answer));
    for (size_t i = 0; i < recording.recorded_count; i++) {
        const struct recorded *r = &recording.recorded[i];
        const struct check *check = find_check(&k->plan, r->check);
        if (check == NULL || check->late != NULL || check->step_count > 0)
            continue;
        if (!recording_answer(&p->answer[p->count++], k->life, r, check))
            return err_set(e, (struct pos){source, 0, 0},
                           "$.responses[%zu].body: not base64", i);
    }
    return true;
}

static void report_proof(const struct prove *p, struct proof *proof)
{
    const struct notes *n = p->probing.notes;
    struct buf text;
    verdict_redact_proof(proof, p->probing.life, p->probing.redactor);
    if (p->probing.settings->output_format == OUTPUT_TEXT) {
        if (n->proof != NULL)
            n->proof(n->context, proof);
        return;
    }
    buf_init(&text, RECORDING_BYTES_MAX);
    shape_write(&text, &proof_shape, proof);
    buf_char(&text, '\n');
    notes_output(n, buf_view(&text));
    buf_release(&text);
}

static bool write_recording(const struct prove *p, struct err *e)
{
    const char *path = p->probing.settings->output;
    struct buf text;
    if (path == NULL)
        return true;
    buf_init(&text, RECORDING_BYTES_MAX);
    recording_write(&text, p->probing.life, p->answer, p->count,
                    p->probing.redactor);
    bool ok = text.full
                  ? err_set(e, POS_NONE, "the recording is too large")
                  : notes_file(p->probing.notes, path, buf_view(&text), e);
    buf_release(&text);
    return ok;
}

/* Without one response that passes there is nothing to be proved. */
static int conclude(struct prove *p)
{
    const struct probing *probing = &p->probing;
    struct proof proof;
    struct err e = {.set = false};
    if (interrupt_came(NULL))
        return 128 + interrupt_signal();
    proof_make(&proof, probing->life, p->answer, p->count);
    report_proof(p, &proof);
    if (!write_recording(p, &e))
        return notes_fail(probing->notes, &e, EXIT_USAGE);
    if (proof.changes == 0) {
        err_set(&e, POS_NONE, "no answer passed, so nothing was proved");
        return notes_fail(probing->notes, &e, EXIT_INCONCLUSIVE);
    }
    return proof.score_ppm < probing->settings->min_score * 10000
               ? EXIT_FINDINGS
               : EXIT_VERIFIED;
}

static int prove(struct prove *p)
{
    struct err e = {.set = false};
    const struct settings *s = p->probing.settings;
    const struct notes *n = p->probing.notes;
    if (s->output != NULL && !file_try(s->output, &e))
        return notes_fail(n, &e, EXIT_USAGE);
    interrupt_catch();
    if (s->recording != NULL && !replay(p, s->recording, &e))
        return notes_fail(n, &e, EXIT_INVALID);
    if (s->recording == NULL && !probe(p, &e))
        return notes_fail(n, &e, EXIT_INCONCLUSIVE);
    return conclude(p);
}

int prove_run(struct arena *life, const struct settings *s,
              const struct notes *n)
{
    struct prove p = {.count = 0};
    int code = probing_open(&p.probing, life, s, n, false);
    if (code == EXIT_VERIFIED)
        code = prove(&p);
    probing_close(&p.probing);
    return code;
}
