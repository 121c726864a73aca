/* What is known of causes that no log says: the table. */
#include "base/attr.h"
#include "model/vocabulary.h"
#include "verdict/evidence_causes.h"

static const struct remedy edited_remedy[] = {
    {"Restore the file as it was applied, and put the change into a new "
     "migration.",
     "git checkout {from} -- {path}", NULL},
    {"If production needs the change, write it as a new migration that "
     "starts from what was applied.",
     NULL, NULL},
    {"Do not accept the changed file with the repair command of the tool.",
     NULL,
     "A change of the SQL that production never received then counts as "
     "applied."},
    {"Do not delete the migration's row from the history table.", NULL,
     "The whole file runs again on a schema that already has most of it."},
};
static const char *const edited_confirm[] = {
    "Look up in the history table of the database whether the migration "
    "was applied, and when.",
    "Compare what the edit changes with the live schema."};
static const char *const edited_prevention[] = {
    "Let CI refuse every change to a migration that the deployed commit "
    "already has.",
    "Create the database from the migrations in CI and compare it with the "
    "schema of production."};

static const struct remedy deleted_remedy[] = {
    {"Restore the file as it was applied.", "git checkout {from} -- {path}",
     NULL},
    {"If its effect is no longer wanted, keep the file and write a new "
     "migration that reverts it.",
     NULL, NULL},
    {"Do not delete the migration's row from the history table.", NULL,
     "If the file is restored later, it runs again on a schema that "
     "already has it."},
};
static const char *const deleted_confirm[] = {
    "Look up in the history table of the database whether the migration "
    "was applied, and when.",
    "Find the commit that deleted the file, and whether another file "
    "contains the same statements now."};
static const char *const deleted_prevention[] = {
    "Let CI refuse every change to a migration that the deployed commit "
    "already has.",
    "If migrations are squashed, follow the tool's own way, which records "
    "what the new file replaces."};

static const struct remedy missing_remedy[] = {
    {"Deploy a build that contains the migration.", NULL, NULL},
    {"If the older build is wanted, check that its code works on the newer "
     "schema, and that its migration tool accepts a migration that it does "
     "not contain.",
     NULL, NULL},
    {"Do not delete the migration's row from the history table.", NULL,
     "The next newer build runs the migration again on a schema that "
     "already has it."},
};
static const char *const missing_confirm[] = {
    "Look up in the history table of the database whether the migration "
    "was applied.",
    "Compare what the migration changed with what the older code reads and "
    "writes."};
static const char *const missing_prevention[] = {
    "Keep each migration compatible with the build before it, and remove "
    "columns and tables one release later."};

static const struct remedy overlap_remedy[] = {
    {"If one of the runs is still in progress, wait for it to finish, then "
     "verify what is serving.",
     NULL, NULL},
    {"If both have ended, run the refused one again when it has steps that "
     "the other one lacks, such as migrations.",
     NULL, NULL},
    {"Do not cancel a run that is migrating the database.", NULL,
     "A migration that is cut short leaves the schema half-applied."},
};
static const char *const overlap_confirm[] = {
    "Compare start, end and commit of both runs.",
    "Read in the log of the refused run which step was refused, and what "
    "came before it."};
static const char *const overlap_prevention[] = {
    "Give all workflows that deploy to this target one concurrency group "
    "that waits and does not cancel (`concurrency` in GitHub Actions, "
    "`resource_group` in GitLab).",
    "Keep one workflow per target, or let the others call it."};

static const struct evidence_kind kinds[] = {
    [EVIDENCE_MIGRATION_EDITED] =
        {.id = "evidence/migration-edited",
         .one = "migration %s was edited after it was applied",
         .many = "%zu migrations were edited after they were applied",
         .deployment = -1,
         .rollback = ROLLBACK_HELPS,
         .rollback_why =
             "the last good build contains the migration as it was applied",
         .meaning =
             "A migration tool runs each migration once. Production keeps what "
             "the file did when it was applied; a database that is created "
             "from "
             "the files now gets something else. Flyway, Liquibase, sqlx and "
             "Atlas compare checksums and stop. `prisma migrate deploy`, "
             "Alembic, Django, Rails, Knex and EF Core do not notice, so the "
             "code may rely on a change that production never received.",
         .remedy = edited_remedy,
         .remedy_count = ARRAY_COUNT(edited_remedy),
         .confirm = edited_confirm,
         .confirm_count = ARRAY_COUNT(edited_confirm),
         .prevention = edited_prevention,
         .prevention_count = ARRAY_COUNT(edited_prevention)},
    [EVIDENCE_MIGRATION_DELETED] =
        {.id = "evidence/migration-deleted",
         .one = "migration %s was deleted after it was applied",
         .many = "%zu migrations were deleted after they were applied",
         .deployment = -1,
         .rollback = ROLLBACK_HELPS,
         .rollback_why = "the last good build contains the deleted file",
         .meaning =
             "The database records a migration that this build no longer "
             "contains. Alembic, Knex, Flyway and golang-migrate stop at it, "
             "and Django does if another migration depends on it; Prisma and "
             "Rails do not notice. A database that is created from the files "
             "lacks what the migration did.",
         .remedy = deleted_remedy,
         .remedy_count = ARRAY_COUNT(deleted_remedy),
         .confirm = deleted_confirm,
         .confirm_count = ARRAY_COUNT(deleted_confirm),
         .prevention = deleted_prevention,
         .prevention_count = ARRAY_COUNT(deleted_prevention)},
    [EVIDENCE_MIGRATION_MISSING] =
        {.id = "evidence/migration-missing",
         .one = "this build lacks migration %s, which the last good deploy had",
         .many =
             "this build lacks %zu migrations that the last good deploy had",
         .deployment = -1,
         .rollback = ROLLBACK_USELESS,
         .rollback_why = "an older build lacks the migration too",
         .meaning =
             "The build is older than the last good deploy, or on another "
             "branch, so the database may be ahead of the code. Alembic, Knex, "
             "Flyway and golang-migrate stop at a migration that they do not "
             "find. The others start, and the older code runs on the newer "
             "schema.",
         .remedy = missing_remedy,
         .remedy_count = ARRAY_COUNT(missing_remedy),
         .confirm = missing_confirm,
         .confirm_count = ARRAY_COUNT(missing_confirm),
         .prevention = missing_prevention,
         .prevention_count = ARRAY_COUNT(missing_prevention)},
    [EVIDENCE_DEPLOYMENTS_OVERLAP] =
        {.id = "evidence/deployments-overlap",
         .one = "%s deployed at the same time",
         .many = "%zu pairs of runs deployed at the same time",
         .deployment = DEPLOYMENT_CONFLICT,
         .rollback = ROLLBACK_USELESS,
         .rollback_why = "it would be one more deployment on a target that "
                         "another run may still hold; wait for that run to "
                         "finish",
         .meaning =
             "Two runs changed one target concurrently. Hosts that accept one "
             "deployment at a time refuse the second one (409 Conflict, a "
             "lock). On others the run that ends last decides what serves, "
             "whatever it deployed.",
         .remedy = overlap_remedy,
         .remedy_count = ARRAY_COUNT(overlap_remedy),
         .confirm = overlap_confirm,
         .confirm_count = ARRAY_COUNT(overlap_confirm),
         .prevention = overlap_prevention,
         .prevention_count = ARRAY_COUNT(overlap_prevention)},
};

const struct evidence_kind *evidence_kind(enum evidence_id id)
{
    return &kinds[id];
}
