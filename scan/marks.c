/* Lines that say that something else begins: a transaction, a step of CI. */
#include "scan/internal.h"

#define DEPLOY(literal, kind, host)                                            \
    {                                                                          \
        {literal, sizeof(literal) - 1}, kind, host                             \
    }
#define ROW(literal, kind) DEPLOY(literal, kind, "")

static const struct {
    struct str literal;
    enum mark_kind kind;
    const char *host;
} marks[] = {
    /* PostgreSQL with log_statement = all, and Prisma's query log */
    ROW("statement: BEGIN", MARK_TRANSACTION),
    ROW("statement: begin", MARK_TRANSACTION),
    ROW("statement: START TRANSACTION", MARK_TRANSACTION),
    ROW("statement: COMMIT", MARK_TRANSACTION),
    ROW("statement: commit", MARK_TRANSACTION),
    ROW("statement: ROLLBACK", MARK_TRANSACTION), /* TO SAVEPOINT, too */
    ROW("statement: rollback", MARK_TRANSACTION),
    ROW("<unnamed>: BEGIN", MARK_TRANSACTION),
    ROW("<unnamed>: COMMIT", MARK_TRANSACTION),
    ROW("<unnamed>: ROLLBACK", MARK_TRANSACTION),
    ROW("prisma:query BEGIN", MARK_TRANSACTION),
    ROW("prisma:query COMMIT", MARK_TRANSACTION),
    ROW("prisma:query ROLLBACK", MARK_TRANSACTION),
    /* CI hosts and platforms */
    ROW("##[group]Run ", MARK_STEP),
    ROW("##[section]Starting: ", MARK_STEP),
    ROW("section_start:", MARK_STEP),
    ROW("[Pipeline] { (", MARK_STEP),
    ROW("~~~ Running ", MARK_STEP),
    ROW("Entering phase ", MARK_STEP),
    ROW("-----> ", MARK_STEP),
    ROW("==> Running ", MARK_STEP),
    ROW("==> Deploying", MARK_STEP),
    /* Databases: what succeeds in one says nothing of another. */
    ROW("Datasource \"", MARK_TARGET),
    ROW("Database: jdbc:", MARK_TARGET),
    /*
     * The first line of a deploy. Lines that a container prints whenever it
     * starts are not among them, since a crash loop is one deploy; nor are
     * those of a CI job, since a later job of the same pipeline is, too.
     */
    DEPLOY("==> Cloning from ", MARK_RUN, "render"),
    DEPLOY("==> Deploying...", MARK_PHASE, "render"),
    DEPLOY("-----> Building on the Heroku-", MARK_RUN, "heroku"),
    DEPLOY("Build started by user ", MARK_RUN, "heroku"),
    DEPLOY("Running build in ", MARK_RUN, "vercel"),
    DEPLOY("build-image version: ", MARK_RUN, "netlify"),
    DEPLOY("Cloning repository...", MARK_RUN, "cloudflare"),
    DEPLOY("==> Verifying app config", MARK_RUN, "fly"),
    DEPLOY("scheduling build on Metal builder", MARK_RUN, "railway"),
    DEPLOY("Package deployment using ZIP Deploy initiated", MARK_RUN, "azure"),
    DEPLOY("Preparing deployment for commit id ", MARK_RUN, "azure"),
    DEPLOY("Started by user ", MARK_RUN, "jenkins"),
    DEPLOY("Started by an SCM change", MARK_RUN, "jenkins"),
    DEPLOY("Started by timer", MARK_RUN, "jenkins"),
    DEPLOY("Started by GitHub push by ", MARK_RUN, "jenkins"),
    DEPLOY("Initiated automated sync to ", MARK_RUN, "argocd"),
    DEPLOY("Acquiring the deploy lock", MARK_RUN, "kamal"),
    DEPLOY("starting build \"", MARK_RUN, "cloudbuild"),
    DEPLOY("Environment update is starting", MARK_RUN, "beanstalk"),
    DEPLOY("Starting deployment", MARK_RUN, "any"),
    DEPLOY("Starting deploy of ", MARK_RUN, "any"),
    DEPLOY("Deployment started", MARK_RUN, "any"),
    /* pino and bunyan write levels as numbers: the line may be an error */
    ROW("\"level\":50", MARK_LEVEL),
    ROW("\"level\":60", MARK_LEVEL),
    ROW("\"level\": 50", MARK_LEVEL),
    ROW("\"level\": 60", MARK_LEVEL),
    /* and MongoDB as letters */
    ROW("\"s\":\"E\"", MARK_LEVEL),
    ROW("\"s\":\"F\"", MARK_LEVEL),
};

size_t mark_count(void)
{
    return ARRAY_COUNT(marks);
}

struct str mark_literal(size_t index)
{
    return marks[index].literal;
}

enum mark_kind mark_kind(size_t index)
{
    return marks[index].kind;
}

const char *mark_host(size_t index)
{
    return marks[index].host;
}
