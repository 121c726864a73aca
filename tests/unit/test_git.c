/* Real repositories, made in a temporary folder, and what is told of them. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/process.h"
#include "evidence/evidence.h"
#include "evidence/git/git.h"
#include "tests/unit/testing.h"

#define WORDS_MAX 16

struct world {
    struct arena arena;
    struct err err;
    char dir[64];  /* all of it */
    char repo[80]; /* dir/repo */
    unsigned minutes;
    struct git_evidence git;
};

static void run(struct world *w, const char *const *argv, struct str input)
{
    struct process p;
    struct buf said;
    const char *date = arena_printf(&w->arena, "2026-01-04T%02u:%02u:00Z",
                                    w->minutes / 60, w->minutes % 60);
    const char *const environ[] = {
        "PATH=/usr/local/bin:/usr/bin:/bin",
        "GIT_CONFIG_NOSYSTEM=1",
        "GIT_CONFIG_GLOBAL=/dev/null",
        "GIT_AUTHOR_NAME=Ada \"A\" L",
        "GIT_AUTHOR_EMAIL=ada@h.test",
        "GIT_COMMITTER_NAME=Ada",
        "GIT_COMMITTER_EMAIL=ada@h.test",
        arena_printf(&w->arena, "GIT_AUTHOR_DATE=%s", date),
        arena_printf(&w->arena, "GIT_COMMITTER_DATE=%s", date),
        NULL};
    buf_init(&said, 1 << 20);
    int rc = process_run(
        &p, &w->arena,
        &(struct process_plan){.argv = argv,
                               .environ = environ,
                               .input = input,
                               .output = &said,
                               .errors = &said,
                               .until_us = clock_now_us() + 60000000});
    if (rc != 0 || p.state != PROCESS_ENDED || p.exit_code != 0)
        fail_msg("%s %s: %s", argv[0], argv[3], said.ptr);
    buf_release(&said);
}

/* git in the repository; the words end in NULL. */
static void git(struct world *w, const char *first, ...)
{
    const char *word[WORDS_MAX] = {"git", "-C", w->repo, first};
    size_t n = 4;
    va_list args;
    va_start(args, first);
    while ((word[n] = va_arg(args, const char *)) != NULL)
        assert_true(++n < WORDS_MAX);
    va_end(args);
    run(w, word, STR_NONE);
}

static void make_repo(struct world *w)
{
    run(w,
        (const char *const[]){"git", "init", "-q", "-b", "main", w->repo, NULL},
        STR_NONE);
}

static void write_file(struct world *w, const char *path, const char *text)
{
    const char *slash = strrchr(path, '/');
    if (slash != NULL)
        assert_true(file_make_folder(arena_printf(&w->arena, "%s/%.*s", w->repo,
                                                  (int)(slash - path), path),
                                     &w->err));
    assert_true(file_write(arena_printf(&w->arena, "%s/%s", w->repo, path),
                           str_from(text), &w->err));
}

/* Everything, a minute after the commit before. */
static void commit(struct world *w, const char *subject)
{
    w->minutes++;
    git(w, "add", "-A", NULL);
    git(w, "commit", "-q", "--allow-empty", "-m", subject, NULL);
}

static bool ask(struct world *w, const char *from, const char *to)
{
    struct git_inputs in = {.dir = w->repo, .from = from, .to = to};
    w->err.set = false;
    return evidence_git(&w->git, &w->arena, &in, &w->err);
}

static void must(struct world *w, const char *from, const char *to)
{
    if (!ask(w, from, to))
        fail_msg("%s", w->err.text);
}

static void must_fail(struct world *w, const struct git_inputs *in,
                      const char *part)
{
    w->err.set = false;
    assert_false(evidence_git(&w->git, &w->arena, in, &w->err));
    if (strstr(w->err.text, part) == NULL)
        fail_msg("'%s' is not in '%s'", part, w->err.text);
}

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof(*w));
    arena_init(&w->arena);
    memcpy(w->dir, "/tmp/evidence.XXXXXX", 21);
    if (mkdtemp(w->dir) == NULL)
        return 1;
    snprintf(w->repo, sizeof(w->repo), "%s/repo", w->dir);
    make_repo(w);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    run(w, (const char *const[]){"rm", "-rf", "--", w->dir, NULL}, STR_NONE);
    arena_release(&w->arena);
    free(w);
    return 0;
}

/* "ID<AFTER +deployed", one a line */
static void expect_migrations(struct world *w, const char *text)
{
    struct buf out;
    buf_init(&out, 100000);
    for (size_t i = 0; i < w->git.migration_count; i++) {
        const struct migration *m = &w->git.migration[i];
        buf_printf(&out, "%s < %s%s\n", m->id,
                   m->after == NULL ? "-" : m->after, m->deployed ? " +" : "");
        assert_non_null(m->added);
        assert_true(m->added_ms > 0);
    }
    assert_string_equal(out.ptr, text);
    buf_release(&out);
}

/* "ID PATH>NEW_PATH SUBJECT deleted cosmetic", one a line */
static void expect_edits(struct world *w, const char *text)
{
    struct buf out;
    buf_init(&out, 100000);
    for (size_t i = 0; i < w->git.edit_count; i++) {
        const struct migration_edit *e = &w->git.edit[i];
        buf_printf(&out, "%s %s", e->id, e->path);
        if (e->new_path != NULL)
            buf_printf(&out, ">%s", e->new_path);
        buf_printf(&out, " | %s%s%s\n", e->subject == NULL ? "-" : e->subject,
                   e->deleted ? " deleted" : "",
                   e->cosmetic ? " cosmetic" : "");
    }
    assert_string_equal(out.ptr, text);
    buf_release(&out);
}

static void test_forward(void **state)
{
    struct world *w = *state;
    write_file(w, "a.txt", "1\n");
    commit(w, "one");
    git(w, "tag", "good", NULL);
    write_file(w, "a.txt", "1\n2\n");
    write_file(w, "b.txt", "x\ny\n");
    commit(w, "two");
    write_file(w, "a.txt", "0\n1\n2\n");
    write_file(w, "bin", "\1\2");
    git(w, "rm", "-q", "--cached", "bin", "--ignore-unmatch", NULL);
    commit(w, "three");
    must(w, "good", NULL);
    assert_int_equal(w->git.relation, RANGE_FORWARD);
    assert_string_equal(w->git.branch, "main");
    assert_string_equal(w->git.base, w->git.from);
    assert_false(w->git.shallow || w->git.cut);
    assert_int_equal(w->git.commits, 2);
    assert_int_equal(w->git.undone, 0);
    assert_int_equal(w->git.commit_count, 2);
    assert_string_equal(w->git.commit[0].subject, "three");
    assert_string_equal(w->git.commit[0].author, "Ada \"A\" L");
    assert_string_equal(w->git.commit[0].sha, w->git.to);
    assert_int_equal(w->git.commit[0].time_ms - w->git.commit[1].time_ms,
                     60000);
    assert_int_equal(w->git.commit[1].file_count, 2);
    assert_int_equal(w->git.commit[1].added, 3);
    assert_int_equal(w->git.files, 3);
    assert_int_equal(w->git.added, 5); /* a: 2, b: 2, bin: 1 */
    assert_int_equal(w->git.deleted, 0);
    assert_int_equal(w->git.edited_count, 1);
    assert_string_equal(w->git.edited[0].path, "a.txt");
    assert_int_equal(w->git.edited[0].commits, 2);
    must(w, "good", "good");
    assert_int_equal(w->git.relation, RANGE_SAME);
    assert_int_equal(w->git.commit_count + (size_t)w->git.files, 0);
    assert_null(w->git.branch);
}

/* Names that would break out of formats made for people. */
static void test_hostile_names(void **state)
{
    struct world *w = *state;
    static const char *const name[] = {
        "a b",         "new\nline", "tab\there",     "quo\"te",
        "-dash",       ":colon",    "\xFF\xFE",      "\xC3\xA4\xE2\x82\xAC",
        "back\\slash", "1\t2\tx",   "x\xE2\x80\xAEy"};
    commit(w, "empty");
    for (size_t i = 0; i < ARRAY_COUNT(name); i++)
        write_file(w, name[i], "1\n");
    commit(w, "Subject with \x1b[31m colour");
    git(w, "mv", "new\nline", "d r\n2", NULL);
    commit(w, "moved");
    must(w, "HEAD~2", NULL);
    assert_int_equal(w->git.files, ARRAY_COUNT(name));
    assert_int_equal(w->git.added, ARRAY_COUNT(name));
    assert_int_equal(w->git.commit_count, 2);
    assert_string_equal(w->git.commit[1].subject,
                        "Subject with \\x1B[31m colour");
    assert_int_equal(w->git.commit[0].file_count, 1);
    assert_string_equal(w->git.commit[0].file[0].path, "d r\\n2");
    assert_int_equal(w->git.commit[0].file[0].added, 0);
    const struct commit *c = &w->git.commit[1];
    assert_int_equal(c->file_count, ARRAY_COUNT(name));
    bool seen = false;
    for (size_t i = 0; i < c->file_count; i++) {
        assert_int_equal(c->file[i].added, 1);
        assert_true(strpbrk(c->file[i].path, "\n\t\r") == NULL);
        seen = seen || strcmp(c->file[i].path, "\\xFF\\xFE") == 0;
    }
    assert_true(seen);
}

static void test_binary(void **state)
{
    struct world *w = *state;
    commit(w, "empty");
    assert_true(file_write(arena_printf(&w->arena, "%s/bin", w->repo),
                           (struct str){"a\0b\n", 4}, &w->err));
    commit(w, "binary");
    must(w, "HEAD~1", NULL);
    assert_int_equal(w->git.commit[0].file[0].added, -1);
    assert_int_equal(w->git.commit[0].added, 0);
    assert_int_equal(w->git.added, 0);
    assert_int_equal(w->git.files, 1);
}

static void test_rollback_and_divergence(void **state)
{
    struct world *w = *state;
    write_file(w, "db/migrate/20260101000000_a.rb", "a\n");
    commit(w, "base");
    git(w, "tag", "base", NULL);
    write_file(w, "db/migrate/20260102000000_b.rb", "b\n");
    commit(w, "ahead");
    git(w, "tag", "ahead", NULL);
    must(w, "ahead", "base");
    assert_int_equal(w->git.relation, RANGE_ROLLBACK);
    assert_int_equal(w->git.undone, 1);
    assert_int_equal(w->git.commits, 0);
    assert_int_equal(w->git.files, 1);
    expect_migrations(w, "20260101000000 < - +\n");
    expect_edits(w, "20260102000000 db/migrate/20260102000000_b.rb | - "
                    "deleted\n");
    assert_null(w->git.edit[0].commit);
    git(w, "checkout", "-q", "-b", "other", "base", NULL);
    write_file(w, "c", "c\n");
    commit(w, "aside");
    must(w, "ahead", NULL);
    assert_int_equal(w->git.relation, RANGE_DIVERGED);
    assert_string_equal(w->git.branch, "other");
    assert_int_equal(w->git.undone, 1);
    assert_int_equal(w->git.commits, 1);
    assert_int_equal(strlen(w->git.base), 40);
    assert_int_equal(w->git.edit_count, 1);
    git(w, "checkout", "-q", "--orphan", "alone", NULL);
    commit(w, "unrelated");
    must(w, "ahead", NULL);
    assert_int_equal(w->git.relation, RANGE_DIVERGED);
    assert_null(w->git.base);
}

static void test_merges(void **state)
{
    struct world *w = *state;
    write_file(w, "db/migrate/20260101000000_a.rb", "a\n");
    write_file(w, "db/migrate/20260102000000_b.rb", "b\n");
    commit(w, "base");
    git(w, "tag", "base", NULL);
    git(w, "checkout", "-q", "-b", "side", NULL);
    write_file(w, "db/migrate/20260101000000_a.rb", "a\nchanged\n");
    commit(w, "on the side");
    git(w, "checkout", "-q", "main", NULL);
    write_file(w, "main.txt", "m\n");
    commit(w, "on main");
    w->minutes++;
    git(w, "merge", "-q", "--no-ff", "--no-commit", "side", NULL);
    write_file(w, "db/migrate/20260102000000_b.rb", "evil\n");
    git(w, "add", "-A", NULL);
    git(w, "commit", "-q", "-m", "the merge", NULL);
    must(w, "base", NULL);
    assert_int_equal(w->git.commits, 3);
    assert_string_equal(w->git.commit[0].subject, "the merge");
    assert_int_equal(w->git.commit[0].file_count, 0);
    expect_edits(w,
                 "20260101000000 db/migrate/20260101000000_a.rb | on the side\n"
                 "20260102000000 db/migrate/20260102000000_b.rb | the merge\n");
    expect_migrations(w, "20260101000000 < - +\n"
                         "20260102000000 < 20260101000000 +\n");
}

static void test_refusals(void **state)
{
    struct world *w = *state;
    must_fail(w, &(struct git_inputs){.dir = w->repo}, "has no commit yet");
    commit(w, "one");
    write_file(w, "f", "x\n");
    git(w, "add", "f", NULL);
    struct git_inputs in = {.dir = w->repo};
    static const char *const bad[] = {"--upload-pack=touch x", "-", "", "a\nb"};
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        in.from = bad[i];
        must_fail(w, &in, "is no revision");
    }
    static const char *const unknown[] = {"nope",   "HEAD..HEAD", ":f",
                                          "HEAD^9", "0123456789", "^HEAD"};
    for (size_t i = 0; i < ARRAY_COUNT(unknown); i++) {
        in.from = unknown[i];
        must_fail(w, &in, "is no commit of this clone");
    }
    must_fail(w, &(struct git_inputs){.dir = w->dir}, "in no git repository");
    must_fail(w, &(struct git_inputs){.dir = ""}, "is empty");
    must_fail(w, &(struct git_inputs){.dir = "/nowhere/at/all"},
              "no folder that can be entered");
    must_fail(w,
              &(struct git_inputs){.dir = w->repo, .program = "git-of-nobody"},
              "git is not installed");
    const char *slow = arena_printf(&w->arena, "%s/slow", w->dir);
    assert_true(file_write(slow, STR("#!/bin/sh\nexec sleep 600\n"), &w->err));
    assert_int_equal(chmod(slow, 0700), 0);
    must_fail(
        w,
        &(struct git_inputs){.dir = w->repo, .program = slow, .timeout_ms = 50},
        "did not finish");
}

/* What git prints is kept up to a limit, and what is beyond it is reported. */
static void test_output_at_its_limit(void **state)
{
    struct world *w = *state;
    const char *program = arena_printf(&w->arena, "%s/loud", w->dir);
    const struct git_inputs in = {.dir = w->repo, .program = program};
    for (size_t n = GIT_OUTPUT_MAX - 1; n <= GIT_OUTPUT_MAX + 1; n++) {
        struct arena a;
        struct str out;
        arena_init(&a);
        struct repo r = {.arena = &a,
                         .in = &in,
                         .err = &w->err,
                         .until_us = clock_now_us() + 600000000};
        const char *text =
            arena_printf(&a, "#!/bin/sh\nexec head -c %zu /dev/zero\n", n);
        assert_true(file_write(program, str_from(text), &w->err));
        assert_int_equal(chmod(program, 0700), 0);
        assert_true(repo_ask(&r, &out, NULL, (const char *const[]){"log", NULL},
                             STR_NONE));
        assert_int_equal(out.len, n > GIT_OUTPUT_MAX ? GIT_OUTPUT_MAX : n);
        assert_int_equal(r.cut, n > GIT_OUTPUT_MAX);
        arena_release(&a);
    }
}

static void test_shallow(void **state)
{
    struct world *w = *state;
    commit(w, "one");
    git(w, "tag", "old", NULL);
    commit(w, "two");
    commit(w, "three");
    const char *url = arena_printf(&w->arena, "file://%s", w->repo);
    const char *clone = arena_printf(&w->arena, "%s/shallow", w->dir);
    must(w, "old", NULL);
    const char *old = w->git.from;
    run(w,
        (const char *const[]){"git", "clone", "-q", "--depth", "2", url, clone,
                              NULL},
        STR_NONE);
    struct git_inputs in = {.dir = clone, .from = old};
    must_fail(w, &in, "fetch-depth: 0");
    in.from = NULL;
    assert_true(evidence_git(&w->git, &w->arena, &in, &w->err));
    assert_true(w->git.shallow);
    assert_int_equal(w->git.relation, RANGE_UNKNOWN);
    assert_int_equal(w->git.commit_count, 1);
    assert_string_equal(w->git.commit[0].subject, "three");
    in.from = "HEAD~1";
    assert_true(evidence_git(&w->git, &w->arena, &in, &w->err));
    assert_true(w->git.shallow);
    assert_int_equal(w->git.relation, RANGE_FORWARD);
}

static void test_owner(void **state)
{
    struct world *w = *state;
    if (geteuid() != 0)
        return; /* only root can give a clone away */
    commit(w, "one");
    run(w, (const char *const[]){"chown", "-R", "12345", w->repo, NULL},
        STR_NONE);
    struct git_inputs in = {.dir = w->repo};
    must_fail(w, &in, "belongs to another user");
    in.any_owner = true;
    if (!evidence_git(&w->git, &w->arena, &in, &w->err))
        fail_msg("%s", w->err.text);
}

/* A clone whose configuration wants to run a program in every way. */
static void test_hostile_configuration(void **state)
{
    struct world *w = *state;
    const char *marker = arena_printf(&w->arena, "%s/pwned", w->dir);
    const char *evil = arena_printf(&w->arena, "%s/evil", w->dir);
    assert_true(file_write(
        evil,
        str_from(arena_printf(&w->arena, "#!/bin/sh\ntouch %s\n", marker)),
        &w->err));
    assert_int_equal(chmod(evil, 0700), 0);
    write_file(w, ".gitattributes", "*.rb diff=evil filter=evil\n");
    write_file(w, "db/migrate/1_a.rb", "a\n");
    commit(w, "one");
    write_file(w, "db/migrate/1_a.rb", "b\n");
    commit(w, "two");
    static const char *const key[] = {"core.fsmonitor",
                                      "core.sshCommand",
                                      "core.pager",
                                      "diff.external",
                                      "diff.evil.command",
                                      "diff.evil.textconv",
                                      "filter.evil.smudge",
                                      "filter.evil.clean",
                                      "gpg.program",
                                      "core.gitProxy",
                                      "core.alternateRefsCommand",
                                      "alias.log",
                                      "remote.origin.uploadpack"};
    for (size_t i = 0; i < ARRAY_COUNT(key); i++)
        git(w, "config", key[i], evil, NULL);
    git(w, "config", "log.showSignature", "true", NULL);
    git(w, "config", "log.follow", "true", NULL);
    git(w, "config", "diff.relative", "true", NULL);
    git(w, "config", "color.ui", "always", NULL);
    must(w, "HEAD~1", NULL);
    expect_edits(w, "1 db/migrate/1_a.rb | two\n");
    assert_int_equal(w->git.commit[0].file_count, 1);
    /* A partial clone fetches what it lacks: here, a blob is taken away. */
    git(w, "config", "core.repositoryFormatVersion", "1", NULL);
    git(w, "config", "extensions.partialClone", "origin", NULL);
    git(w, "config", "remote.origin.url", w->dir, NULL);
    git(w, "config", "remote.origin.promisor", "true", NULL);
    git(w, "config", "protocol.file.allow", "always", NULL);
    const char *blob = arena_printf(/* "a\n" */
                                    &w->arena,
                                    "%s/.git/objects/78/"
                                    "981922613b2afb6025042ff6bd878ac1994e85",
                                    w->repo);
    assert_int_equal(unlink(blob), 0);
    ask(w, "HEAD~1", NULL);
    ask(w, NULL, NULL);
    assert_int_not_equal(access(marker, F_OK), 0);
}

static void test_subfolder_and_bare(void **state)
{
    struct world *w = *state;
    write_file(w, "app/db/migrate/1_a.rb", "a\n");
    write_file(w, "top.txt", "t\n");
    commit(w, "one");
    write_file(w, "app/db/migrate/1_a.rb", "b\n");
    write_file(w, "top.txt", "u\n");
    commit(w, "two");
    struct git_inputs in = {
        .dir = arena_printf(&w->arena, "%s/app/db", w->repo), .from = "HEAD~1"};
    assert_true(evidence_git(&w->git, &w->arena, &in, &w->err));
    assert_int_equal(w->git.files, 2);
    expect_migrations(w, "1 < - +\n");
    expect_edits(w, "1 app/db/migrate/1_a.rb | two\n");
    in.dir = arena_printf(&w->arena, "%s/.git", w->repo);
    if (!evidence_git(&w->git, &w->arena, &in, &w->err))
        fail_msg("%s", w->err.text);
    expect_migrations(w, "1 < - +\n");
    git(w, "clone", "-q", "--bare", ".", "../bare", NULL);
    in.dir = arena_printf(&w->arena, "%s/bare", w->dir);
    if (!evidence_git(&w->git, &w->arena, &in, &w->err))
        fail_msg("%s", w->err.text);
    expect_migrations(w, "1 < - +\n");
}

/* One repository a tool: an applied migration edited, and a new one added. */
static void apply_and_edit(struct world *w, const char *path, const char *text,
                           const char *edited)
{
    write_file(w, path, text);
    commit(w, "applied");
    git(w, "tag", "-f", "good", NULL);
    write_file(w, "notes.txt", "n\n");
    commit(w, "something else");
    must(w, "good", NULL);
    expect_edits(w, "");
    write_file(w, path, edited);
    commit(w, "edited");
}

static void test_prisma(void **state)
{
    struct world *w = *state;
    write_file(w, "prisma/migrations/migration_lock.toml", "provider\n");
    write_file(w, "prisma/migrations/20260101000000_init/migration.sql",
               "CREATE TABLE a();\n");
    apply_and_edit(w, "prisma/migrations/20260102000000_b/migration.sql",
                   "CREATE TABLE b();\n", "CREATE TABLE IF NOT EXISTS b();\n");
    write_file(w, "prisma/migrations/20260103000000_c/migration.sql", "c\n");
    write_file(w, "prisma/migrations/20260103000000_c/notes.sql", "c\n");
    commit(w, "new");
    must(w, "good", NULL);
    expect_migrations(w, "20260101000000_init < - +\n"
                         "20260102000000_b < 20260101000000_init +\n"
                         "20260103000000_c < 20260102000000_b\n");
    expect_edits(w, "20260102000000_b "
                    "prisma/migrations/20260102000000_b/migration.sql | "
                    "edited\n");
    assert_int_equal(w->git.edit[0].added_lines, 1);
    assert_int_equal(w->git.edit[0].deleted_lines, 1);
    assert_int_equal(strlen(w->git.edit[0].commit), 40);
    must(w, NULL, NULL);
    assert_int_equal(w->git.edit_count, 1);
    assert_string_equal(w->git.edit[0].subject, "edited");
    assert_false(w->git.migration[0].deployed);
    assert_true(evidence_mark_current(&w->git, "20260102000000_b"));
    assert_true(w->git.migration[1].current);
    assert_false(evidence_mark_current(&w->git, "20260102000000"));
    assert_false(w->git.migration[1].current);
}

static void test_alembic(void **state)
{
    struct world *w = *state;
    write_file(w, "alembic/versions/zz_first.py",
               "\"\"\"first\n\nRevision ID: 774225e563ca\n\"\"\"\n"
               "# revision identifiers\n"
               "revision = '774225e563ca'\ndown_revision = None\n");
    apply_and_edit(w, "alembic/versions/aa_second.py",
                   "revision: str = \"91614ff3fbf6\"\n"
                   "down_revision: Union[str, None] = \"774225e563ca\"\n"
                   "x = 1\n",
                   "revision: str = \"91614ff3fbf6\"\n"
                   "down_revision: Union[str, None] = \"774225e563ca\"\n"
                   "x = 2\n");
    write_file(w, "alembic/versions/b.py",
               "revision = 'bbbb'\ndown_revision = '774225e563ca'\n");
    write_file(w, "alembic/versions/a_merge.py",
               "revision = 'cccc'\ndown_revision = (\n  'bbbb', # one\n"
               "  '91614ff3fbf6',\n)\nbranch_labels = ('x',)\n");
    write_file(w, "alembic/versions/helper.py", "def f(): pass\n");
    commit(w, "new");
    must(w, "good", NULL);
    expect_migrations(w, "774225e563ca < - +\n"
                         "91614ff3fbf6 < 774225e563ca +\n"
                         "bbbb < 774225e563ca\n"
                         "cccc < bbbb, 91614ff3fbf6\n");
    expect_edits(w, "91614ff3fbf6 alembic/versions/aa_second.py | edited\n");
    git(w, "mv", "alembic/versions/aa_second.py", "alembic/versions/2.py",
        NULL);
    commit(w, "renamed");
    must(w, "HEAD~1", NULL);
    expect_edits(w, "91614ff3fbf6 "
                    "alembic/versions/aa_second.py>alembic/versions/2.py | "
                    "renamed cosmetic\n");
    assert_string_equal(w->git.migration[1].path, "alembic/versions/2.py");
    assert_true(w->git.migration[1].deployed);
}

static void test_efcore(void **state)
{
    struct world *w = *state;
    write_file(w, "Data/Migrations/20260101000000_Init.Designer.cs",
               "[Migration(\"20260101000000_Init\")]\n");
    write_file(w, "Data/Migrations/AppModelSnapshot.cs", "class S {}\n");
    apply_and_edit(w, "Data/Migrations/20260101000000_Init.cs",
                   "class Init : Migration {\n}\n",
                   "class Init : Migration {\n    /"
                   "/ a comment\n}\n\n");
    write_file(w, "Data/Migrations/ByHand.cs",
               "[Migration(\"20260102000000_ByHand\")]\nclass B {}\n");
    write_file(w, "Data/Migrations/Helper.cs", "class H {}\n");
    commit(w, "new");
    must(w, "good", NULL);
    expect_migrations(w, "20260101000000_Init < - +\n"
                         "20260102000000_ByHand < 20260101000000_Init\n");
    expect_edits(w, "20260101000000_Init "
                    "Data/Migrations/20260101000000_Init.cs | edited "
                    "cosmetic\n");
}

static void test_django(void **state)
{
    struct world *w = *state;
    write_file(w, "shop/migrations/__init__.py", "");
    write_file(w, "shop/migrations/0001_initial.py",
               "class Migration(migrations.Migration):\n"
               "    initial = True\n    dependencies = []\n");
    write_file(w, "users/migrations/0001_initial.py",
               "class Migration(migrations.Migration):\n"
               "    dependencies = [\n        ('auth', '0012_x'),\n"
               "        migrations.swappable_dependency(settings.A),\n"
               "        ('shop', '0001_initial'),\n    ]\n");
    apply_and_edit(
        w, "shop/migrations/0002_price.py",
        "class Migration(migrations.Migration):\n"
        "    dependencies = [('shop', '0001_initial')]\n    a = 1\n",
        "class Migration(migrations.Migration):\n"
        "    dependencies = [('shop', '0001_initial')]\n    a = 2\n");
    git(w, "rm", "-q", "users/migrations/0001_initial.py", NULL);
    commit(w, "gone");
    must(w, "good", NULL);
    expect_migrations(w, "shop.0001_initial < - +\n"
                         "shop.0002_price < shop.0001_initial +\n");
    expect_edits(w,
                 "shop.0002_price shop/migrations/0002_price.py | edited\n"
                 "users.0001_initial users/migrations/0001_initial.py | gone "
                 "deleted\n");
    assert_true(evidence_mark_current(&w->git, "0002_price"));
    assert_true(evidence_mark_current(&w->git, "shop.0001_initial"));
    assert_true(w->git.migration[0].current);
    assert_false(w->git.migration[1].current);
}

static void test_rails(void **state)
{
    struct world *w = *state;
    write_file(w, "db/migrate/9_nine.rb", "n\n");
    write_file(w, "db/migrate/helper.rb", "h\n");
    write_file(w, "db/animals_migrate/1_cat.rb", "c\n");
    apply_and_edit(w, "db/migrate/20260102000000_b.rb", "b\n", "b  \r\n");
    write_file(w, "db/migrate/10_ten.rb", "t\n");
    commit(w, "new");
    must(w, "good", NULL);
    expect_migrations(w, "1 < - +\n9 < - +\n10 < 9\n"
                         "20260102000000 < 10 +\n");
    expect_edits(w, "20260102000000 db/migrate/20260102000000_b.rb | edited "
                    "cosmetic\n");
    git(w, "mv", "db/migrate/9_nine.rb", "db/migrate/11_nine.rb", NULL);
    commit(w, "another version");
    must(w, "HEAD~1", NULL);
    expect_edits(w, "9 db/migrate/9_nine.rb>db/migrate/11_nine.rb | another "
                    "version\n");
}

static void test_flyway(void **state)
{
    struct world *w = *state;
    static const char *const path = "src/db/migration/V2__b.sql";
    write_file(w, "src/db/migration/V1__a.sql", "a\n");
    write_file(w, "src/db/migration/V1_10__c.sql", "c\n");
    write_file(w, "src/db/migration/old/V1.9__d.sql", "d\n");
    write_file(w, "src/db/migration/R__view.sql", "r\n");
    write_file(w, "src/db/migration/U1__a.sql", "u\n");
    apply_and_edit(w, path, "SELECT 'a\n-- b';\n", "SELECT 'a\n-- c';\n");
    write_file(w, "src/db/migration/R__view.sql", "changed\n");
    commit(w, "repeatable");
    must(w, "good", NULL);
    expect_migrations(w, "1 < - +\n1.9 < 1 +\n1.10 < 1.9 +\n2 < 1.10 +\n");
    /* A comment inside of a text is none. */
    expect_edits(w, "2 src/db/migration/V2__b.sql | edited\n");
    write_file(w, path, "SELECT 'a\n-- b';\n");
    commit(w, "put back");
    must(w, "good", NULL);
    expect_edits(w, ""); /* what is as it was is no edit */
    must(w, NULL, NULL);
    assert_int_equal(w->git.edit_count, 2);
}

static void test_knex(void **state)
{
    struct world *w = *state;
    write_file(w, "migrations/20260101000000_a.js",
               "exports.up = (knex) => knex.schema;\n");
    write_file(w, "migrations/20260101000001_s.js",
               "module.exports = { up: (queryInterface) => 1 };\n");
    apply_and_edit(w, "migrations/20260102000000_b.ts",
                   "import { Knex } from \"knex\";\n"
                   "export async function up(knex: Knex) { a }\n",
                   "import { Knex } from \"knex\";\n"
                   "export async function up(knex: Knex) { b }\n");
    must(w, "good", NULL);
    expect_migrations(w, "20260101000000_a.js < - +\n"
                         "20260102000000_b.ts < 20260101000000_a.js +\n");
    expect_edits(w, "20260102000000_b.ts migrations/20260102000000_b.ts | "
                    "edited\n");
}

/* Several commits at one migration: each is told, oldest first. */
static void test_edited_often(void **state)
{
    struct world *w = *state;
    apply_and_edit(w, "db/migrate/1_a.rb", "1\n", "2\n");
    git(w, "mv", "db/migrate/1_a.rb", "db/migrate/1_new name.rb", NULL);
    commit(w, "moved");
    write_file(w, "db/migrate/1_new name.rb", "3\n");
    commit(w, "again");
    git(w, "rm", "-q", "db/migrate/1_new name.rb", NULL);
    commit(w, "gone");
    must(w, "good", NULL);
    assert_int_equal(w->git.migration_count, 0);
    expect_edits(w, "1 db/migrate/1_a.rb | edited\n"
                    "1 db/migrate/1_a.rb>db/migrate/1_new name.rb | moved "
                    "cosmetic\n"
                    "1 db/migrate/1_new name.rb | again\n"
                    "1 db/migrate/1_new name.rb | gone deleted\n");
    must(w, NULL, NULL);
    assert_int_equal(w->git.edit_count, 4);
    assert_true(w->git.edit[3].deleted);
    assert_string_equal(w->git.edit[3].subject, "gone");
}

/* `count` commits on top of one, each with one more line of a migration. */
static void import_commits(struct world *w, unsigned count)
{
    struct buf s;
    buf_init(&s, 1 << 22);
    for (unsigned i = 0; i <= count; i++) {
        buf_printf(&s,
                   "commit refs/heads/main\ncommitter A <a@h.test> %u +0000\n"
                   "data 2\nc\nM 100644 inline db/migrate/1_a.rb\ndata 8\n"
                   "%07u\n\n",
                   1767500000 + i, i);
        if (i == 0)
            buf_text(&s, "reset refs/tags/good\nfrom refs/heads/main\n\n");
    }
    run(w,
        (const char *const[]){"git", "-C", w->repo, "fast-import", "--quiet",
                              "--force", NULL},
        buf_view(&s));
    buf_release(&s);
}

static void test_commit_limits(void **state)
{
    struct world *w = *state;
    for (unsigned n = EVIDENCE_COMMITS_MAX - 1; n <= EVIDENCE_COMMITS_MAX + 1;
         n++) {
        import_commits(w, n);
        must(w, "good", NULL);
        assert_int_equal(w->git.commits, n);
        assert_int_equal(w->git.commit_count,
                         n > EVIDENCE_COMMITS_MAX ? EVIDENCE_COMMITS_MAX : n);
        assert_int_equal(w->git.cut, n > EVIDENCE_COMMITS_MAX);
        assert_int_equal(w->git.edit_count, w->git.commit_count);
    }
    for (unsigned n = EVIDENCE_HISTORY_MAX - 2; n <= EVIDENCE_HISTORY_MAX;
         n++) {
        import_commits(w, n); /* one more commit: the first adds it */
        must(w, NULL, NULL);
        assert_int_equal(w->git.edit_count, n);
    }
    import_commits(w, EVIDENCE_HISTORY_MAX + 1);
    must(w, NULL, NULL);
    assert_int_equal(w->git.edit_count, EVIDENCE_HISTORY_MAX);
}

/* `count` migrations of Flyway, and then commits that edit them all. */
static void import_migrations(struct world *w, unsigned count, unsigned rounds)
{
    struct buf s;
    buf_init(&s, 1 << 22);
    for (unsigned round = 0; round < rounds; round++) {
        buf_printf(&s,
                   "commit refs/heads/main\ncommitter A <a@h.test> %u +0000\n"
                   "data 2\nc\ndeleteall\n",
                   1767500000 + round);
        for (unsigned i = 1; i <= count; i++)
            buf_printf(&s, "M 100644 inline db/V%u__a.sql\ndata 2\n%u\n", i,
                       round);
        buf_char(&s, '\n');
    }
    run(w,
        (const char *const[]){"git", "-C", w->repo, "fast-import", "--quiet",
                              "--force", NULL},
        buf_view(&s));
    buf_release(&s);
}

static void test_migration_limits(void **state)
{
    struct world *w = *state;
    for (unsigned n = 499; n <= 501; n++) {
        import_migrations(w, n, 2);
        must(w, "main~1", "main");
        assert_int_equal(w->git.migration_count, n);
        assert_int_equal(w->git.edit_count, n > 500 ? 500 : n);
        assert_int_equal(w->git.cut, n > 500);
        assert_string_equal(w->git.migration[n - 1].after,
                            arena_printf(&w->arena, "%u", n - 1));
        assert_true(w->git.migration[n - 1].deployed);
    }
    for (unsigned n = 4999; n <= 5001; n++) {
        import_migrations(w, n, 2);
        must(w, "main", "main");
        assert_int_equal(w->git.migration_count, n > 5000 ? 5000 : n);
        assert_int_equal(w->git.cut, n > 5000);
    }
}

static void test_edited_limits(void **state)
{
    struct world *w = *state;
    for (unsigned n = 99; n <= 101; n++) {
        import_migrations(w, n, 3);
        must(w, "main~2", "main");
        assert_int_equal(w->git.edited_count, n > 100 ? 100 : n);
        assert_int_equal(w->git.edited[0].commits, 2);
        assert_int_equal(w->git.edit_count, 2 * n);
    }
}

/* A merge that edits `count` migrations, as no commit of its parents does. */
static void import_merge(struct world *w, unsigned count)
{
    struct buf s;
    buf_init(&s, 1 << 20);
    for (unsigned round = 0; round < 3; round++) {
        buf_printf(&s,
                   "commit refs/heads/%s\nmark :%u\n"
                   "committer A <a@h.test> %u +0000\ndata 2\nc\n",
                   round == 1 ? "side" : "main", round + 1, 1767500000 + round);
        if (round > 0)
            buf_text(&s, "from :1\n");
        if (round == 2)
            buf_text(&s, "merge :2\n");
        for (unsigned i = 1; i <= count && round != 1; i++)
            buf_printf(&s, "M 100644 inline db/V%u__a.sql\ndata 2\n%u\n", i,
                       round);
        buf_text(&s, round == 1 ? "M 100644 inline x\ndata 0\n\n" : "\n");
    }
    run(w,
        (const char *const[]){"git", "-C", w->repo, "fast-import", "--quiet",
                              "--force", NULL},
        buf_view(&s));
    buf_release(&s);
}

static void test_merge_limits(void **state)
{
    struct world *w = *state;
    for (unsigned n = 19; n <= 21; n++) {
        import_merge(w, n);
        must(w, "main~1", "main");
        assert_int_equal(w->git.commits, 2);
        assert_int_equal(w->git.edit_count, n);
        assert_int_equal(w->git.cut, n > 20);
        assert_non_null(w->git.edit[18].commit);
        assert_int_equal(w->git.edit[n - 1].commit == NULL, n > 20);
    }
}

static struct git_clone *open_clone(struct world *w)
{
    struct git_clone *c;
    struct git_inputs in = {.dir = w->repo};
    w->err.set = false;
    if (!evidence_clone(&c, &w->arena, &in, &w->err))
        fail_msg("%s", w->err.text);
    return c;
}

static struct str text_of(struct world *w, const char *revision)
{
    must(w, NULL, revision);
    return str_from(w->git.to);
}

static void test_clone(void **state)
{
    struct world *w = *state;
    struct git_clone *c;
    struct git_inputs in = {.dir = w->dir};
    assert_false(evidence_clone(&c, &w->arena, &in, &w->err));
    assert_non_null(strstr(w->err.text, "no git repository"));
    commit(w, "one");
    commit(w, "two");
    struct str one = text_of(w, "HEAD~1"), two = text_of(w, "HEAD");
    c = open_clone(w);
    assert_int_equal(evidence_has_commit(c, one), 1);
    assert_int_equal(evidence_has_commit(c, str_sub(two, 0, 7)), 1);
    assert_int_equal(evidence_has_commit(c, STR("0123456789")), 0);
    assert_int_equal(evidence_is_ancestor(c, one, two), 1);
    assert_int_equal(evidence_is_ancestor(c, two, one), 0);
    assert_int_equal(evidence_is_ancestor(c, two, two), 1);
    assert_int_equal(evidence_is_ancestor(c, two, STR("0123456789")), -1);
    /* Nothing but a sha is handed on. */
    assert_int_equal(evidence_has_commit(c, STR("HEAD")), -1);
    assert_int_equal(evidence_has_commit(c, STR("--help")), -1);
    assert_int_equal(evidence_has_commit(c, STR("abc")), -1);
    assert_int_equal(evidence_has_commit(c, STR_NONE), -1);
}

static void test_clone_limits(void **state)
{
    struct world *w = *state;
    commit(w, "one");
    struct str one = text_of(w, "HEAD");
    for (int before = EVIDENCE_ASKED_MAX - 1; before <= EVIDENCE_ASKED_MAX;
         before++) {
        struct git_clone *c = open_clone(w);
        struct str none = STR_NONE;
        for (unsigned i = 0; i < (unsigned)before; i++) {
            none = str_from(arena_printf(&w->arena, "%08x", i));
            assert_int_equal(evidence_has_commit(c, none), 0);
        }
        assert_int_equal(evidence_has_commit(c, one),
                         before < EVIDENCE_ASKED_MAX ? 1 : -1);
        assert_int_equal(evidence_has_commit(c, none), 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_forward),
        TEST(test_hostile_names),
        TEST(test_binary),
        TEST(test_rollback_and_divergence),
        TEST(test_merges),
        TEST(test_refusals),
        TEST(test_output_at_its_limit),
        TEST(test_shallow),
        TEST(test_owner),
        TEST(test_hostile_configuration),
        TEST(test_subfolder_and_bare),
        TEST(test_prisma),
        TEST(test_alembic),
        TEST(test_efcore),
        TEST(test_django),
        TEST(test_rails),
        TEST(test_flyway),
        TEST(test_knex),
        TEST(test_edited_often),
        TEST(test_commit_limits),
        TEST(test_migration_limits),
        TEST(test_edited_limits),
        TEST(test_merge_limits),
        TEST(test_clone),
        TEST(test_clone_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
