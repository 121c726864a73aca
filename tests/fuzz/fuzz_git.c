/*
 * Whatever git prints, and however it ends: the readers of a range and of named
 * commits run as they are, and only the program is left out. The first byte
 * chooses: 'r' a range, 'b' one build, 'c' named commits. Then come the
 * answers, in the order of the calls, each with a byte for its end and up to a
 * line feed, "====" and a line feed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/process.h"
#include "base/text.h"
#include "evidence/evidence.h"
#include "evidence/git/git.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The linker puts this in the place of process_run(). */
int answer(struct process *p, struct arena *a,
           const struct process_plan *plan) __asm__("__wrap_process_run");

static struct str answers;

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

/* The next one; past the last they are empty and end well. */
static struct str next_answer(char *end)
{
    const struct str between = STR("\n====\n");
    size_t at = str_find(answers, between, 0);
    struct str one = str_sub(answers, 0, at);
    answers = str_sub(answers, at + between.len, answers.len);
    *end = one.len == 0 ? '0' : one.ptr[0];
    return str_sub(one, 1, one.len);
}

int answer(struct process *p, struct arena *a, const struct process_plan *plan)
{
    char end;
    struct str text = next_answer(&end);
    (void)a;
    *p = (struct process){.state = PROCESS_ENDED};
    if (end == 'n')
        return ENOENT;
    if (end == 't')
        p->state = PROCESS_TIMED_OUT;
    else if (end == 'x')
        p->state = PROCESS_CUT;
    else if (end == '1')
        p->exit_code = 1;
    else if (end == 'e')
        p->exit_code = 128;
    buf_str(end == 'e' ? plan->errors : plan->output, text);
    return 0;
}

static void is_shown(const char *text)
{
    must(text != NULL && !text_has_control(str_from(text)) &&
             utf8_check(str_from(text)) == strlen(text),
         "a text that does harm where it is shown");
}

static void is_sha(const char *sha)
{
    must(sha != NULL && is_object_id(str_from(sha)), "no id of an object");
}

static void look_at_commits(const struct git_evidence *g)
{
    for (size_t i = 0; i < g->commit_count; i++) {
        is_sha(g->commit[i].sha);
        is_shown(g->commit[i].subject);
        is_shown(g->commit[i].author);
        for (size_t k = 0; k < g->commit[i].file_count; k++)
            is_shown(g->commit[i].file[k].path);
    }
    for (size_t i = 0; i < g->edited_count; i++)
        is_shown(g->edited[i].path);
}

static void read_range(struct arena *a, bool whole)
{
    struct git_evidence g;
    struct err e = {.set = false};
    struct git_inputs in = {.dir = "clone", .from = whole ? "v1" : NULL};
    bool ok = evidence_git(&g, a, &in, &e);
    must(ok || (e.set && !text_has_control(str_from(e.text))),
         "a refusal without a reason that can be shown");
    if (!ok)
        return;
    is_sha(g.to);
    must(g.branch == NULL || !text_has_control(str_from(g.branch)),
         "a branch that cannot be shown");
    look_at_commits(&g);
}

static void read_named(struct arena *a)
{
    struct git_clone *clone;
    struct err e = {.set = false};
    struct git_inputs in = {.dir = "clone"};
    if (!evidence_clone(&clone, a, &in, &e)) {
        must(e.set, "a refusal without a reason");
        return;
    }
    int has = evidence_has_commit(clone, STR("1234abcd"));
    int again = evidence_has_commit(clone, STR("1234ABCD"));
    must(has >= -1 && has <= 1 && has == again, "another answer");
    int before = evidence_is_ancestor(clone, STR("1234abcd"), STR("feed5"));
    must(before == -1 || has == 1, "an ancestor that is not there");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    if (size == 0)
        return 0;
    arena_init(&a);
    answers =
        (struct str){arena_dup(&a, (const char *)data + 1, size - 1), size - 1};
    if (data[0] == 'c')
        read_named(&a);
    else
        read_range(&a, data[0] != 'b');
    arena_release(&a);
    return 0;
}
