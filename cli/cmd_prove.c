/* postflight prove: would the checks notice, if answers were worse? */
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/asking.h"
#include "cli/console.h"
#include "compare/prove/prove.h"
#include "model/vocabulary.h"
#include "verdict/verdict.h"

struct prove {
    struct asking asking; /* the first: what is asked has this as context */
    struct answer_of *answer;
    size_t count, cap;
    bool again; /* it is the second round */
};

static int fail(const struct err *e, int code)
{
    console_error(e);
    return code;
}

static void keep_again(struct prove *p, const char *id, struct str body)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->answer[i].whole && strcmp(p->answer[i].id, id) == 0)
            p->answer[i].again =
                (struct str){str_dup(p->asking.life, body), body.len};
}

/* A step is told by the check that was made of it. */
static void hear(struct asking *k, size_t index, const struct check *check,
                 const struct result *result, const struct response *response)
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
static bool ask(struct prove *p, struct err *e)
{
    struct asking *k = &p->asking;
    struct probe_options options;
    struct result *results =
        arena_array(k->life, k->plan.count, sizeof(*results));
    if (!asking_set(k, &options, e))
        return false;
    options.on_response = asking_on_response;
    options.context = p;
    k->hears = hear;
    k->first = results;
    if (!probe_run(results, k->life, k->plan.check, k->plan.count, &options, e))
        return false;
    p->again = true;
    return asking_repeat(k, results, 1, e);
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
    struct asking *k = &p->asking;
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

static void print_request(const struct console *c, struct arena *a,
                          const struct proved *r)
{
    if (r->skipped != NULL) {
        console_field(c, r->check, r->skipped);
        return;
    }
    console_mark(c, r->unnoticed_count > 0 ? STATUS_DEGRADED : STATUS_PASS,
                 r->check,
                 arena_printf(a, "%lld of %lld would be noticed",
                              (long long)r->noticed, (long long)r->changes));
    for (size_t i = 0; i < r->unnoticed_count; i++) {
        const struct unnoticed *u = &r->unnoticed[i];
        console_field(c, "",
                      arena_printf(a, "unnoticed: %s%s%s",
                                   u->path == NULL ? "" : u->path,
                                   u->path == NULL ? "" : ": ", u->change));
    }
}

static void print_text(const struct prove *p, const struct proof *proof)
{
    struct console c = console_open(p->asking.options);
    size_t skipped = 0;
    for (size_t i = 0; i < proof->proved_count; i++) {
        print_request(&c, p->asking.life, &proof->proved[i]);
        skipped += proof->proved[i].skipped != NULL;
    }
    console_print(str_from(arena_printf(
        p->asking.life,
        "%lld of %lld changes would be noticed, %lld %%; %zu requests, %zu of "
        "them did not pass\n",
        (long long)proof->noticed, (long long)proof->changes,
        (long long)(proof->score_ppm / 10000), proof->proved_count, skipped)));
}

static void print(const struct prove *p, struct proof *proof)
{
    struct buf text;
    const char *format = option_text(p->asking.options, OPTION_FORMAT, "text");
    verdict_redact_proof(proof, p->asking.life, p->asking.redactor);
    if (strcmp(format, "text") == 0) {
        print_text(p, proof);
        return;
    }
    buf_init(&text, RECORDING_BYTES_MAX);
    shape_write(&text, &proof_shape, proof);
    buf_char(&text, '\n');
    console_print(buf_view(&text));
    buf_release(&text);
}

static bool write_recording(const struct prove *p, struct err *e)
{
    const char *path = option_text(p->asking.options, OPTION_OUTPUT, NULL);
    struct buf text;
    if (path == NULL)
        return true;
    buf_init(&text, RECORDING_BYTES_MAX);
    recording_write(&text, p->asking.life, p->answer, p->count,
                    p->asking.redactor);
    bool ok = text.full ? err_set(e, POS_NONE, "the recording is too large")
                        : file_write(path, buf_view(&text), e);
    buf_release(&text);
    return ok;
}

/* Without one answer that passes there is nothing to be proved. */
static int conclude(struct prove *p, int64_t min_score)
{
    struct proof proof;
    struct err e = {.set = false};
    if (asking_ended_by() != 0)
        return 128 + asking_ended_by();
    proof_make(&proof, p->asking.life, p->answer, p->count);
    print(p, &proof);
    if (!write_recording(p, &e))
        return fail(&e, EXIT_USAGE);
    if (proof.changes == 0) {
        err_set(&e, POS_NONE, "no answer passed, so nothing was proved");
        return fail(&e, EXIT_INCONCLUSIVE);
    }
    return proof.score_ppm < min_score * 10000 ? EXIT_FINDINGS : EXIT_VERIFIED;
}

static int prove(struct prove *p)
{
    struct err e = {.set = false};
    int64_t min_score = 0;
    const char *from = option_text(p->asking.options, OPTION_RECORDING, NULL);
    if (!option_number(p->asking.options, OPTION_MIN_SCORE, 100, &min_score,
                       &e))
        return fail(&e, EXIT_USAGE);
    const char *path = option_text(p->asking.options, OPTION_OUTPUT, NULL);
    if (path != NULL && !file_try(path, &e))
        return fail(&e, EXIT_USAGE);
    asking_catch_signals();
    if (from != NULL ? !replay(p, from, &e) : !ask(p, &e))
        return fail(&e, from != NULL ? EXIT_INVALID : EXIT_INCONCLUSIVE);
    return conclude(p, min_score);
}

static int run(struct arena *life, const struct options *o)
{
    struct prove p = {.count = 0};
    int code = asking_open(&p.asking, life, o, false);
    if (code == EXIT_VERIFIED)
        code = prove(&p);
    asking_close(&p.asking);
    return code;
}

const struct command prove_command = {
    .name = "prove",
    .arguments = "[CHECKS...]",
    .summary = "Lists what no check would notice if answers were worse.",
    .help = "Lists what no check would notice if answers were worse. Each "
            "check is asked; its answer is then judged again with status 500, "
            "an empty body, 5 s more, another build, each JSON member removed "
            "or changed.",
    .options =
        TAKES(OPTION_RECORDING, OPTION_OUTPUT, OPTION_MIN_SCORE, OPTION_TAG,
              OPTION_NOT_TAG, OPTION_ID, OPTION_SLOTS, OPTION_HOST_SLOTS,
              OPTION_RATE, OPTION_VAR, OPTION_ENV_FILE, OPTION_FORMAT,
              OPTION_COLOR, OPTION_QUIET, OPTION_HELP),
    .own = OWN(
        {OPTION_OUTPUT, NULL, "write the responses there, for --from", NULL}),
    .run = run,
    .example = "# exit 7 when fewer than 80 % of the changes are noticed\n"
               "postflight prove checks.d --min-score 80\n"
               "# keep the answers, then judge them again without asking\n"
               "postflight prove -o answers.json\n"
               "postflight prove --from answers.json",
};
