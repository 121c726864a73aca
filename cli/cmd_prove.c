/* postflight prove: would the checks notice, if answers were worse? */
#include "cli/reporter.h"

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

void show_proof(const struct console *c, const struct proof *proof)
{
    struct arena a;
    size_t skipped = 0;
    arena_init(&a);
    for (size_t i = 0; i < proof->proved_count; i++) {
        print_request(c, &a, &proof->proved[i]);
        skipped += proof->proved[i].skipped != NULL;
    }
    console_print(str_from(arena_printf(
        &a,
        "%lld of %lld changes would be noticed, %lld %%; %zu requests, %zu of "
        "them did not pass\n",
        (long long)proof->noticed, (long long)proof->changes,
        (long long)(proof->score_ppm / 10000), proof->proved_count, skipped)));
    arena_release(&a);
}

const struct command prove_command = {
    .name = "prove",
    .arguments = "[CHECKS...]",
    .summary = "Lists what no check would notice if answers were worse.",
    .help = "Lists what no check would notice if answers were worse. Each "
            "check is asked; its answer is then judged again with status 500, "
            "an empty body, 5 s more, another build, each JSON member removed "
            "or changed.",
    .run = prove_run,
    .example = "# exit 7 when fewer than 80 % of the changes are noticed\n"
               "postflight prove checks.d --min-score 80\n"
               "# keep the answers, then judge them again without asking\n"
               "postflight prove -o answers.json\n"
               "postflight prove --from answers.json",
};
