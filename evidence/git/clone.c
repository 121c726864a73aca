/* A clone that is asked about single commits, such as a document names. */
#include <string.h>

#include "base/text.h"
#include "evidence/git/git.h"

#define SHA_MAX 64

struct named_commit {
    struct str sha;
    const char *id; /* all of it; NULL: it is none */
    bool told;
};

struct git_clone {
    struct repo repo;
    struct git_inputs in;
    struct named_commit *commit; /* asked before */
    size_t count, cap;
};

bool evidence_clone(struct git_clone **out, struct arena *a,
                    const struct git_inputs *in, struct err *e)
{
    struct git_clone *c = arena_alloc(a, sizeof(*c));
    c->in = *in;
    c->repo = (struct repo){.arena = a, .in = &c->in, .err = e};
    *out = c;
    return repo_open(&c->repo);
}

/* What goes wrong later leaves a question open, which is no error. */
static bool ask(struct git_clone *c, struct str *out, int *code,
                const char *const *words, struct str input)
{
    struct err ignored = {.set = false};
    c->repo.err = &ignored;
    bool ok = repo_ask(&c->repo, out, code, words, input);
    c->repo.err = NULL;
    return ok;
}

static bool is_sha(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (strchr("0123456789abcdefABCDEF", s.ptr[i]) == NULL ||
            s.ptr[i] == '\0')
            return false;
    return s.len >= 4 && s.len <= SHA_MAX;
}

/* "ID commit", or the question and "missing" or "ambiguous". */
static void look_up(struct git_clone *c, struct named_commit *one)
{
    static const char *const words[] = {
        "cat-file", "--batch-check=%(objectname) %(objecttype)", NULL};
    const char *line =
        arena_printf(c->repo.arena, "%.*s^{commit}\n", STR_ARGS(one->sha));
    struct str out, type;
    int code = 0;
    if (!ask(c, &out, &code, words, str_from(line)))
        return;
    struct str id = str_cut(str_trim(out), ' ', &type);
    if (is_object_id(id) && str_is(type, "commit")) {
        one->id = str_dup(c->repo.arena, id);
        one->told = true;
    } else {
        one->told = str_is(type, "missing") && !c->repo.shallow;
    }
}

static struct named_commit find(struct git_clone *c, struct str sha)
{
    struct named_commit none = {.told = false};
    for (size_t i = 0; i < c->count; i++)
        if (str_equal_nocase(c->commit[i].sha, sha))
            return c->commit[i];
    if (!is_sha(sha) || c->count == EVIDENCE_ASKED_MAX)
        return none;
    c->commit = arena_grow(c->repo.arena, c->commit, c->count, &c->cap,
                           sizeof(*c->commit));
    struct named_commit *one = &c->commit[c->count++];
    *one = (struct named_commit){.sha = {str_dup(c->repo.arena, sha), sha.len}};
    look_up(c, one);
    return *one;
}

int evidence_has_commit(struct git_clone *c, struct str sha)
{
    struct named_commit one = find(c, sha);
    return !one.told ? -1 : one.id != NULL;
}

int evidence_is_ancestor(struct git_clone *c, struct str older,
                         struct str newer)
{
    struct named_commit first = find(c, older), second = find(c, newer);
    struct str out;
    int code = 0;
    if (first.id == NULL || second.id == NULL)
        return -1;
    const char *const words[] = {"merge-base", "--is-ancestor", first.id,
                                 second.id, NULL};
    if (ask(c, &out, &code, words, STR_NONE))
        return 1;
    return code == 1 && !c->repo.shallow ? 0 : -1;
}
