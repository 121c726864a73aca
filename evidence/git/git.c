/*
 * Asks git, so that a hostile clone can do nothing: only commands that read
 * objects, no configuration but its own and what runs programs taken out of
 * that, no network, no hooks, no worktree.
 */
#include "evidence/git/git.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/process.h"
#include "base/text.h"

#define WORDS_MAX  64
#define SAID_MAX   2000 /* bytes of error output that are kept */
#define SAID_SHOWN 200

/*
 * GIT_ALLOW_PROTOCOL: objects that a partial clone lacks would be fetched, and
 * its configuration says with which program.
 */
static const char *const clean_environ[] = {
    "PATH=/usr/local/bin:/usr/bin:/bin",
    "LC_ALL=C",
    "GIT_CONFIG_NOSYSTEM=1",
    "GIT_CONFIG_SYSTEM=/dev/null",
    "GIT_CONFIG_GLOBAL=/dev/null",
    "GIT_ATTR_NOSYSTEM=1",
    "GIT_TERMINAL_PROMPT=0",
    "GIT_OPTIONAL_LOCKS=0",
    "GIT_NO_REPLACE_OBJECTS=1",
    "GIT_GRAFT_FILE=/dev/null",
    "GIT_NO_LAZY_FETCH=1",
    "GIT_ALLOW_PROTOCOL=none",
    "GIT_LITERAL_PATHSPECS=1",
    NULL,
};

/* What a clone's own configuration must not change. */
static const char *const settings[] = {
    "advice.graftFileDeprecated=false",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "diff.external=",
    "diff.relative=false",
    "diff.renameLimit=1000",
    "diff.ignoreSubmodules=none",
    "diff.orderFile=/dev/null",
    "log.showSignature=false",
    "log.showRoot=true",
    "log.follow=false",
    "log.diffMerges=off",
    "log.mailmap=false",
};

/* One call of git and what it wrote. */
struct call {
    struct process process;
    int error; /* errno, when it was not started */
    struct buf output, errors;
};

static bool explain(struct repo *r, const struct call *c)
{
    const char *dir = r->in->dir;
    struct str said = buf_view(&c->errors);
    if (str_find(said, STR("dubious ownership"), 0) < said.len ||
        str_find(said, STR("unsafe repository"), 0) < said.len)
        return err_set(r->err, POS_NONE,
                       "'%s' belongs to another user, and git refuses it: run "
                       "as its owner, or say --git-any-owner if you trust it",
                       dir);
    if (str_find(said, STR("not a git repository"), 0) < said.len)
        return err_set(r->err, POS_NONE,
                       "'%s' is in no git repository: give the folder of a "
                       "clone to --git",
                       dir);
    if (str_find(said, STR("cannot change to"), 0) < said.len)
        return err_set(r->err, POS_NONE,
                       "'%s' is no folder that can be entered: give the "
                       "folder of a clone to --git",
                       dir);
    const char *line = text_elide(r->arena, str_trim(said), SAID_SHOWN);
    return err_set(r->err, POS_NONE, "git failed in '%s' with exit %d: %s", dir,
                   c->process.exit_code,
                   line[0] == '\0' ? "it said nothing" : line);
}

static bool explain_start(struct repo *r, const struct call *c)
{
    if (c->error == ENOENT)
        return err_set(r->err, POS_NONE,
                       "git is not installed: install it where this runs, or "
                       "leave out --git");
    if (c->error != 0)
        return err_set(r->err, POS_NONE, "git cannot be started: %s",
                       strerror(c->error));
    return err_set(r->err, POS_NONE,
                   "git did not finish in '%s' in time: give a shorter range "
                   "with --from, or leave out --git",
                   r->in->dir);
}

static void list_words(const char **word, const struct repo *r,
                       const char *const *words)
{
    size_t n = 0;
    word[n++] = r->in->program == NULL ? "git" : r->in->program;
    word[n++] = "--no-pager";
    word[n++] = "-C";
    word[n++] = r->in->dir;
    for (size_t i = 0; i < ARRAY_COUNT(settings); i++) {
        word[n++] = "-c";
        word[n++] = settings[i];
    }
    if (r->in->any_owner) {
        word[n++] = "-c";
        word[n++] = "safe.directory=*";
    }
    for (; *words != NULL && n + 1 < WORDS_MAX; words++)
        word[n++] = *words;
}

static bool judge(struct repo *r, const struct call *c, int *code)
{
    bool cut = c->error == 0 && c->process.state == PROCESS_CUT;
    bool ended = c->error == 0 && c->process.state == PROCESS_ENDED;
    r->cut = r->cut || cut;
    if (cut || (ended && c->process.exit_code == 0))
        return true;
    if (code != NULL)
        *code = ended ? c->process.exit_code : -1;
    if (!ended)
        return explain_start(r, c);
    return code == NULL ? explain(r, c) : false;
}

bool repo_ask(struct repo *r, struct str *out, int *code,
              const char *const *words, struct str input)
{
    const char *word[WORDS_MAX] = {NULL};
    struct call c;
    list_words(word, r, words);
    buf_init(&c.output, GIT_OUTPUT_MAX);
    buf_init(&c.errors, SAID_MAX);
    c.error = process_run(&c.process, r->arena,
                          &(struct process_plan){.argv = word,
                                                 .environ = clean_environ,
                                                 .input = input,
                                                 .output = &c.output,
                                                 .errors = &c.errors,
                                                 .until_us = r->until_us});
    *out = (struct str){buf_dup(r->arena, &c.output), c.output.len};
    bool ok = judge(r, &c, code);
    buf_release(&c.output);
    buf_release(&c.errors);
    return ok;
}

bool repo_open(struct repo *r)
{
    struct str out, line;
    static const char *const words[] = {"rev-parse", "--is-shallow-repository",
                                        "--show-cdup", NULL};
    int64_t ms = r->in->timeout_ms > 0 ? r->in->timeout_ms : EVIDENCE_GIT_MS;
    r->until_us = clock_now_us() + ms * 1000;
    if (r->in->dir == NULL || r->in->dir[0] == '\0')
        return err_set(r->err, POS_NONE,
                       "the folder of --git is empty: give that of a clone");
    if (!repo_ask(r, &out, NULL, words, STR_NONE))
        return false;
    line = str_cut(out, '\n', &out);
    r->shallow = str_is(line, "true");
    r->up = str_dup(r->arena, str_trim(out));
    return true;
}

static bool unknown(struct repo *r, const char *revision)
{
    const char *shown = text_elide(r->arena, str_from(revision), 100);
    if (r->shallow)
        return err_set(r->err, POS_NONE,
                       "'%s' is not in this clone, which is shallow: fetch all "
                       "of its history (actions/checkout: fetch-depth: 0; "
                       "elsewhere: git fetch --unshallow)",
                       shown);
    if (strcmp(revision, "HEAD") == 0)
        return err_set(r->err, POS_NONE, "'%s' has no commit yet", r->in->dir);
    return err_set(r->err, POS_NONE,
                   "'%s' is no commit of this clone: give a sha, a tag or a "
                   "branch, and fetch it first if it is newer than the clone",
                   shown);
}

bool repo_commit(struct repo *r, const char **sha, const char *revision)
{
    struct str out;
    int code = 0;
    if (revision[0] == '-' || revision[0] == '\0' ||
        text_has_control(str_from(revision)))
        return err_set(r->err, POS_NONE,
                       "'%s' is no revision: give a sha, a tag or a branch",
                       text_elide(r->arena, str_from(revision), 100));
    const char *const words[] = {
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        arena_printf(r->arena, "%s^{commit}", revision),
        NULL};
    if (!repo_ask(r, &out, &code, words, STR_NONE))
        return code == -1 ? false : unknown(r, revision);
    out = str_trim(out);
    if (!is_object_id(out))
        return unknown(r, revision);
    *sha = str_dup(r->arena, out);
    return true;
}

struct str *repo_blobs(struct repo *r, const struct str *id, size_t count)
{
    static const char *const words[] = {"cat-file", "--batch", NULL};
    struct str out, *text = arena_array(r->arena, count + 1, sizeof(*text));
    struct buf input;
    if (count == 0)
        return text;
    buf_init(&input, count * 65 + 1);
    for (size_t i = 0; i < count; i++) {
        buf_str(&input, id[i]);
        buf_char(&input, '\n');
    }
    if (!repo_ask(r, &out, NULL, words, buf_view(&input)))
        text = NULL;
    else if (!parse_blobs(text, count, out))
        r->cut = true;
    buf_release(&input);
    return text;
}
