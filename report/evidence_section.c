/* Sections on commits and migrations. */
#include "model/version.h"
#include "report/document.h"
#include "report/parts.h"

#define EDITED_MAX 20 /* files that several commits touch */
#define FILES_MAX  60 /* rows of the table of files */

static const char *short_sha(struct arena *a, const char *sha)
{
    return sha == NULL ? "unknown" : arena_printf(a, "%.10s", sha);
}

static void count_cell(struct markdown *m, int64_t count)
{
    markdown_words_cell(m, arena_printf(m->arena, "%lld", (long long)count));
}

static bool touches_migration(const struct git_evidence *g,
                              const struct commit *c)
{
    for (size_t i = 0; i < c->file_count; i++)
        for (size_t k = 0; k < g->migration_count; k++)
            if (part_same(c->file[i].path, g->migration[k].path))
                return true;
    return false;
}

static void write_range(struct markdown *m, const struct git_evidence *g)
{
    markdown_paragraph(m);
    if (g->from != NULL) {
        markdown_text(m, "From ");
        markdown_code(m, short_sha(m->arena, g->from));
        markdown_text(m, " to ");
    }
    markdown_code(m, short_sha(m->arena, g->to));
    markdown_text(m, g->from != NULL ? " " : ".");
    if (g->from != NULL)
        markdown_words(
            m,
            arena_printf(m->arena,
                         "(%s): %lld %s, %lld %s, %lld lines added "
                         "and %lld deleted.",
                         name_of(&range_relation_names, g->relation),
                         (long long)g->commits,
                         g->commits == 1 ? "commit" : "commits",
                         (long long)g->files, g->files == 1 ? "file" : "files",
                         (long long)g->added, (long long)g->deleted));
    markdown_text(m, g->undone > 0 ? " " : "");
    if (g->undone > 0)
        markdown_words(m, arena_printf(m->arena,
                                       "It lacks %lld commits that the last "
                                       "good deploy had.",
                                       (long long)g->undone));
    if (g->shallow)
        markdown_text(m, " The clone is shallow, so there may be more.");
    markdown_end(m);
}

static void write_edited(struct markdown *m, const struct git_evidence *g)
{
    if (g->edited_count == 0)
        return;
    markdown_paragraph(m);
    markdown_text(m, "Files that several of them touch:");
    markdown_end(m);
    markdown_list(m, false);
    for (size_t i = 0; i < g->edited_count && i < EDITED_MAX; i++) {
        markdown_item(m);
        markdown_code(m, g->edited[i].path);
        markdown_text(m, " in ");
        markdown_words(m, arena_printf(m->arena, "%lld commits",
                                       (long long)g->edited[i].commits));
        markdown_end(m);
    }
    markdown_list_end(m);
}

static void lines_cell(struct markdown *m, int64_t count)
{
    if (count >= 0) {
        count_cell(m, count);
        return;
    }
    markdown_text_cell(m, "binary");
}

static bool has_files(const struct record *r)
{
    for (size_t i = 0; i < r->commit_count; i++)
        if (r->commit[i].file_count > 0)
            return true;
    return false;
}

/* What each commit did to each file, newest first. */
static void write_files(struct markdown *m, const struct record *r)
{
    static const char *const head[] = {"Commit", "File", "Added", "Deleted"};
    size_t rows = 0, count = 0;
    for (size_t i = 0; i < r->commit_count; i++)
        count += r->commit[i].file_count;
    if (count == 0)
        return;
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = 0; i < r->commit_count; i++)
        for (size_t k = 0; k < r->commit[i].file_count; k++) {
            const struct commit_file *f = &r->commit[i].file[k];
            if (rows++ >= FILES_MAX)
                continue;
            markdown_row(m);
            part_code_cell(m, short_sha(m->arena, r->commit[i].sha));
            part_code_cell(m, f->path);
            lines_cell(m, f->added);
            lines_cell(m, f->deleted);
            markdown_row_end(m);
        }
    markdown_table_end(m);
    if (count <= FILES_MAX)
        return;
    markdown_words_paragraph(m, arena_printf(m->arena,
                                             "and %zu more in the record",
                                             count - FILES_MAX));
}

/* The last run that deployed a commit, or NULL. */
static const struct deployment_run *run_of(const struct deploy_evidence *e,
                                           const char *sha)
{
    for (size_t i = e->run_count; i-- > 0;)
        if (e->run[i].commit != NULL && version_matches(e->run[i].commit, sha))
            return &e->run[i];
    return NULL;
}

static void write_deployed(struct markdown *m, const struct deploy_evidence *e,
                           const char *sha)
{
    const struct deployment_run *run = run_of(e, sha);
    markdown_cell(m);
    if (run == NULL) {
        markdown_text(m, "no run of its own");
        return;
    }
    markdown_code(m, run->id);
    markdown_text(m, ": ");
    markdown_code(m, run->status == NULL ? "unknown" : run->status);
}

/* "+3 -2 in 2 files, a migration" */
static const char *changes_of(struct arena *a, const struct git_evidence *g,
                              const struct commit *c)
{
    return arena_printf(a, "+%lld -%lld in %zu file%s%s", (long long)c->added,
                        (long long)c->deleted, c->file_count,
                        c->file_count == 1 ? "" : "s",
                        touches_migration(g, c) ? ", a migration" : "");
}

void section_commits(struct markdown *m, const struct report_inputs *in)
{
    static const char *const head[] = {"Commit",     "Subject", "Author",
                                       "Time (UTC)", "Changes", "Run"};
    const struct record *r = in->record;
    const struct git_evidence *g = &r->evidence.git;
    if (g->to == NULL)
        return;
    part_section(m, "Commits");
    write_range(m, g);
    if (r->commit_count == 0)
        return;
    bool runs = r->evidence.run_count > 0;
    int64_t day = part_last(in)->started_ms;
    markdown_table(m, head, ARRAY_COUNT(head) - !runs);
    for (size_t i = 0; i < r->commit_count && i < ROWS_MAX; i++) {
        const struct commit *c = &r->commit[i];
        markdown_row(m);
        part_code_cell(m, short_sha(m->arena, c->sha));
        markdown_words_cell(m, c->subject == NULL ? "none" : c->subject);
        markdown_words_cell(m, part_known(c->author));
        markdown_words_cell(m, part_clock(m->arena, c->time_ms, day));
        markdown_words_cell(m, changes_of(m->arena, g, c));
        if (runs)
            write_deployed(m, &r->evidence, c->sha);
        markdown_row_end(m);
    }
    markdown_table_end(m);
    part_more_rows(m, r->commit_count);
    write_edited(m, g);
}

void section_files(struct markdown *m, const struct report_inputs *in)
{
    const struct record *r = in->record;
    if (r->evidence.git.to == NULL || !has_files(r))
        return;
    part_section(m, "Files of the commits");
    write_files(m, r);
}

static void write_edit(struct markdown *m, const struct migration_edit *e)
{
    markdown_item(m);
    markdown_code(m, e->path);
    markdown_text(m, e->deleted            ? " was deleted"
                     : e->new_path != NULL ? " was moved"
                                           : " was edited");
    if (e->cosmetic)
        markdown_text(m, " in blanks and comments only");
    if (e->commit == NULL) {
        markdown_text(m, ": the build lacks commits that the last good one "
                         "had");
    } else {
        markdown_text(m, " by ");
        markdown_code(m, short_sha(m->arena, e->commit));
        markdown_text(m, " at ");
        markdown_code(m, part_stamp(m->arena, e->time_ms));
        markdown_text(m, " ");
        markdown_words(m,
                       e->subject == NULL ? "without a subject" : e->subject);
    }
    markdown_end(m);
}

/* What was done to a migration since: the last that is more than layout. */
static const struct migration_edit *edit_of(const struct git_evidence *g,
                                            const struct migration *one)
{
    for (size_t i = g->edit_count; i-- > 0;) {
        const struct migration_edit *e = &g->edit[i];
        if (!e->cosmetic && e->tool == one->tool && part_same(e->id, one->id))
            return e;
    }
    return NULL;
}

static void write_edited_cell(struct markdown *m, const struct git_evidence *g,
                              const struct migration *one)
{
    const struct migration_edit *e = edit_of(g, one);
    markdown_cell(m);
    if (e == NULL) {
        markdown_text(m, "no");
        return;
    }
    markdown_strong(m, "yes");
    if (e->commit == NULL)
        return;
    markdown_text(m, ", in ");
    markdown_code(m, short_sha(m->arena, e->commit));
}

static const char *state_of(const struct migration *g)
{
    if (g->current)
        return "production is here";
    return g->deployed ? "deployed before" : "new";
}

static void write_chain(struct markdown *m, const struct git_evidence *g)
{
    static const char *const plain[] = {"Migration", "Tool", "After",
                                        "Added by", "State"};
    static const char *const flagged[] = {"Migration", "Tool",   "After",
                                          "Added by",  "Edited", "State"};
    bool flags = g->edit_count > 0;
    size_t first = g->migration_count > 30 ? g->migration_count - 30 : 0;
    markdown_table(m, flags ? flagged : plain,
                   flags ? ARRAY_COUNT(flagged) : ARRAY_COUNT(plain));
    for (size_t i = first; i < g->migration_count; i++) {
        const struct migration *one = &g->migration[i];
        markdown_row(m);
        part_code_cell(m, one->id);
        markdown_text_cell(m, name_of(&migration_tool_names, one->tool));
        markdown_cell(m);
        if (one->after == NULL)
            markdown_text(m, "none");
        else
            markdown_code(m, one->after);
        part_code_cell(m, short_sha(m->arena, one->added));
        if (flags)
            write_edited_cell(m, g, one);
        markdown_text_cell(m, state_of(one));
        markdown_row_end(m);
    }
    markdown_table_end(m);
    if (first == 0)
        return;
    markdown_words_paragraph(
        m, arena_printf(m->arena, "and %zu older ones in the record", first));
}

void section_migrations(struct markdown *m, const struct report_inputs *in)
{
    const struct git_evidence *g = &in->record->evidence.git;
    if (g->migration_count == 0 && g->edit_count == 0 &&
        in->record->migration_count == 0)
        return;
    part_section(m, "Migrations");
    write_databases(m, in->record);
    if (g->edit_count > 0) {
        markdown_paragraph(m);
        if (g->from != NULL) {
            markdown_strong(
                m, "A migration that was already applied has changed.");
            markdown_text(m, " Tools without checksums run it nowhere again.");
        } else {
            markdown_text(m, "These migrations were changed after they had "
                             "been added. Whether a deploy had them before is "
                             "not known without the last good deploy.");
        }
        markdown_end(m);
        markdown_list(m, false);
        for (size_t i = 0; i < g->edit_count && i < ROWS_MAX; i++)
            write_edit(m, &g->edit[i]);
        markdown_list_end(m);
    }
    if (g->migration_count > 0)
        write_chain(m, g);
}
