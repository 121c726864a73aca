/* Shapes of what git and CI tell. */
#include "model/evidence_facts.h"

#include "base/shape_rows.h"

#define TOOL_NAME(ID, name) #name,
NAMES(migration_tool_names, "migration tool", MIGRATION_TOOLS(TOOL_NAME));
NAMES(range_relation_names, "relation", "forward", "same", "rollback",
      "diverged", "unknown");

#define STRUCT commit_file
static const struct shape_field commit_file_shape_rows[] = {
    FIELD("path", SHAPE_TEXT, path, "from the top of the repository"),
    FIELD("added", SHAPE_INT, added, "lines, -1 in a binary file"),
    FIELD("deleted", SHAPE_INT, deleted, "lines, -1 in a binary file"),
};
static SHAPE_OF(commit_file_shape, "commit_file");
#undef STRUCT

#define STRUCT commit
static const struct shape_field commit_shape_rows[] = {
    FIELD("sha", SHAPE_TEXT, sha, "of the commit"),
    FIELD("subject", SHAPE_TEXT, subject, "first line of its message"),
    FIELD("author", SHAPE_TEXT, author, "name, without address"),
    FIELD("time", SHAPE_TIME, time_ms, "when it was committed"),
    FIELD("added", SHAPE_INT, added, "lines"),
    FIELD("deleted", SHAPE_INT, deleted, "lines"),
    LIST("files", file, &commit_file_shape, "what it touches; a merge: none"),
};
SHAPE_OF(commit_shape, "commit");
#undef STRUCT

#define STRUCT edited_file
static const struct shape_field edited_file_shape_rows[] = {
    FIELD("path", SHAPE_TEXT, path, "from the top of the repository"),
    FIELD("commits", SHAPE_INT, commits, "that touch it"),
};
static SHAPE_OF(edited_file_shape, "edited_file");
#undef STRUCT

#define STRUCT migration
static const struct shape_field migration_shape_rows[] = {
    NAMED("tool", tool, &migration_tool_names, "whose migration it is"),
    FIELD("id", SHAPE_TEXT, id, "as the tool names it in the database"),
    FIELD("path", SHAPE_TEXT, path, "from the top of the repository"),
    FIELD("after", SHAPE_TEXT, after, "id of the one before, null: the first"),
    FIELD("added", SHAPE_TEXT, added, "sha of the commit that added it"),
    FIELD("added_at", SHAPE_TIME, added_ms, "when that was"),
    FIELD("deployed", SHAPE_BOOL, deployed, "the last good deploy had it"),
    FIELD("current", SHAPE_BOOL, current, "production is here"),
};
static SHAPE_OF(migration_shape, "migration");
#undef STRUCT

#define STRUCT migration_edit
static const struct shape_field migration_edit_shape_rows[] = {
    NAMED("tool", tool, &migration_tool_names, "whose migration it is"),
    FIELD("id", SHAPE_TEXT, id, "as the tool names it in the database"),
    FIELD("path", SHAPE_TEXT, path, "where it was when it was applied"),
    FIELD("new_path", SHAPE_TEXT, new_path, "where it was moved to, or null"),
    FIELD("commit", SHAPE_TEXT, commit,
          "sha of the change; null: the build lacks commits that the last "
          "good one had"),
    FIELD("subject", SHAPE_TEXT, subject, "first line of its message"),
    FIELD("time", SHAPE_TIME, time_ms, "when it was committed"),
    FIELD("deleted", SHAPE_BOOL, deleted, "it is gone"),
    FIELD("cosmetic", SHAPE_BOOL, cosmetic,
          "only blanks and lines that are comments differ"),
    FIELD("added_lines", SHAPE_INT, added_lines, "by this commit"),
    FIELD("deleted_lines", SHAPE_INT, deleted_lines, "by this commit"),
};
static SHAPE_OF(migration_edit_shape, "migration_edit");
#undef STRUCT

#define STRUCT git_evidence
static const struct shape_field git_evidence_shape_rows[] = {
    FIELD("from", SHAPE_TEXT, from, "sha of the last good deploy, or null"),
    FIELD("to", SHAPE_TEXT, to, "sha of the build, null: git was not asked"),
    FIELD("branch", SHAPE_TEXT, branch, "checked out, null: none"),
    NAMED("relation", relation, &range_relation_names, "of from and to"),
    FIELD("base", SHAPE_TEXT, base, "sha of their last common commit"),
    FIELD("shallow", SHAPE_BOOL, shallow,
          "the clone is cut off, so the range may be incomplete"),
    FIELD("cut", SHAPE_BOOL, cut, "there is more than was read"),
    FIELD("commit_count", SHAPE_INT, commits, "commits that from lacks"),
    FIELD("undone", SHAPE_INT, undone, "commits of from that to lacks"),
    FIELD("files", SHAPE_INT, files, "that differ between from and to"),
    FIELD("added", SHAPE_INT, added, "lines between from and to"),
    FIELD("deleted", SHAPE_INT, deleted, "lines between from and to"),
    LIST("edited", edited, &edited_file_shape,
         "files that several commits touch, most first"),
    LIST("migrations", migration, &migration_shape, "in order of their tool"),
    LIST("edits", edit, &migration_edit_shape,
         "of migrations that were applied, oldest first"),
};
static SHAPE_OF(git_evidence_shape, "git_evidence");
#undef STRUCT

#define STRUCT ci_evidence
static const struct shape_field ci_evidence_shape_rows[] = {
    FIELD("host", SHAPE_TEXT, host, "github, gitlab, …; null: none was seen"),
    FIELD("commit", SHAPE_TEXT, commit, "that it runs for"),
    FIELD("branch", SHAPE_TEXT, branch, "or tag that it runs for"),
    FIELD("run_url", SHAPE_TEXT, run_url, "page of the run"),
    FIELD("run_id", SHAPE_TEXT, run_id, "of the run"),
    FIELD("actor", SHAPE_TEXT, actor, "who started it"),
    FIELD("workflow", SHAPE_TEXT, workflow, "or pipeline or project"),
    FIELD("job", SHAPE_TEXT, job, "of the workflow"),
};
static SHAPE_OF(ci_evidence_shape, "ci_evidence");
#undef STRUCT

#define STRUCT deployment_run
static const struct shape_field deployment_run_shape_rows[] = {
    FIELD("id", SHAPE_TEXT, id, "of the run"),
    FIELD("workflow", SHAPE_TEXT, workflow, "that ran"),
    FIELD("trigger", SHAPE_TEXT, trigger, "what started it"),
    FIELD("target", SHAPE_TEXT, target, "what it deployed to"),
    FIELD("start", SHAPE_TIME, start_ms, "of the run"),
    FIELD("end", SHAPE_TIME, end_ms, "of the run, null: it still ran"),
    FIELD("status", SHAPE_TEXT, status, "as its host says"),
    FIELD("commit", SHAPE_TEXT, commit, "that it deployed"),
    FIELD("url", SHAPE_TEXT, url, "page of the run"),
};
static SHAPE_OF(deployment_run_shape, "deployment_run");
#undef STRUCT

#define STRUCT deployment_conflict
static const struct shape_field deployment_conflict_shape_rows[] = {
    FIELD("target", SHAPE_TEXT, target, "of both runs"),
    FIELD("first", SHAPE_TEXT, first, "id of the run that began first"),
    FIELD("second", SHAPE_TEXT, second, "id of the other one"),
    FIELD("start", SHAPE_TIME, start_ms, "of the second: both ran from here"),
    FIELD("overlap_ms", SHAPE_INT, overlap_ms, "how long both ran"),
    FIELD("same_commit", SHAPE_BOOL, same_commit, "both deployed one commit"),
    RARE_FIELD("ended_by", SHAPE_TEXT, ended_by,
               "id of the later run that deployed the commit successfully; "
               "left out while the conflict has not ended"),
};
static SHAPE_OF(deployment_conflict_shape, "deployment_conflict");
#undef STRUCT

#define STRUCT deploy_evidence
static const struct shape_field deploy_evidence_shape_rows[] = {
    OBJECT("git", git, &git_evidence_shape, "what was deployed"),
    OBJECT("ci", ci, &ci_evidence_shape, "where this ran"),
    LIST("runs", run, &deployment_run_shape, "deployments, first start first"),
    LIST("conflicts", conflict, &deployment_conflict_shape,
         "runs on one target at the same time"),
};
SHAPE_OF(deploy_evidence_shape, "deploy_evidence");
#undef STRUCT

static bool ended_as(const struct deployment_run *run, const char *const *word,
                     size_t count)
{
    for (size_t i = 0; run->status != NULL && i < count; i++)
        if (str_equal_nocase(str_from(run->status), str_from(word[i])))
            return run->end_ms != 0;
    return false;
}

bool deployment_run_succeeded(const struct deployment_run *run)
{
    static const char *const words[] = {"success",  "succeeded", "successful",
                                        "passed",   "live",      "ready",
                                        "deployed", "complete",  "ok"};
    return ended_as(run, words, ARRAY_COUNT(words));
}

bool deployment_run_failed(const struct deployment_run *run)
{
    static const char *const words[] = {
        "failure",         "failed",      "error",       "errored",
        "timed_out",       "timeout",     "cancelled",   "canceled",
        "startup_failure", "aborted",     "crashed",     "build_failed",
        "update_failed",   "rolled_back", "unsuccessful"};
    return ended_as(run, words, ARRAY_COUNT(words));
}
