/* Addresses, connections and errors of PostgreSQL. */
#include <string.h>

#include "base/text.h"
#include "watch/history/postgres.h"

#define SAID_MAX 200
#define OLDEST   120000 /* version 12 */

/* libpq quotes the address, and with it the password, after a colon. */
static const char *without_quote(struct arena *a, const char *said)
{
    struct str s = str_from(said);
    s.len = str_find(s, STR(": \""), 0);
    return text_elide(a, s, SAID_MAX);
}

static const char *option_of(const PQconninfoOption *o, const char *keyword)
{
    for (; o != NULL && o->keyword != NULL; o++)
        if (strcmp(o->keyword, keyword) == 0 && o->val != NULL)
            return o->val;
    return "";
}

/* Where it is, without who and how. */
static void read_address(struct postgres *p, const PQconninfoOption *o)
{
    const char *host = option_of(o, "host"), *port = option_of(o, "port");
    const char *text =
        arena_printf(&p->arena, "postgresql://%s%s%s/%s", host,
                     port[0] == '\0' ? "" : ":", port, option_of(o, "dbname"));
    p->base.shown = text_elide(&p->arena, str_from(text), 120);
}

static bool parse(struct postgres *p, const char *where, struct err *e)
{
    char *said = NULL;
    PQconninfoOption *o = PQconninfoParse(where, &said);
    if (o == NULL) {
        err_set(e, POS_NONE,
                "the postgresql:// address of the history is not valid: %s",
                without_quote(&p->arena, said == NULL ? "" : said));
        PQfreemem(said);
        return false;
    }
    read_address(p, o);
    PQconninfoFree(o);
    return true;
}

static const char *harmless(struct postgres *p, const char *said)
{
    return text_elide(&p->arena, str_trim(str_from(said)), SAID_MAX);
}

bool postgres_unreachable(struct postgres *p, struct err *e)
{
    return err_set(e, POS_NONE, "cannot reach '%s': %s", p->base.shown,
                   harmless(p, PQerrorMessage(p->connection)));
}

/* The server says goodbye (class 57P) or was not heard (class 08). */
static bool is_goodbye(const char *state)
{
    return strncmp(state, "57P", 3) == 0 || strncmp(state, "08", 2) == 0;
}

static bool explain_state(struct postgres *p, const char *state,
                          const char *said, struct err *e)
{
    const char *shown = p->base.shown;
    if (is_goodbye(state))
        return err_set(e, POS_NONE, "lost '%s': %s", shown, said);
    if (strcmp(state, "53100") == 0)
        return err_set(e, POS_NONE,
                       "no room for '%s': it is as it was before; make room "
                       "on the server's disk",
                       shown);
    if (strcmp(state, "55P03") == 0)
        return err_set(e, POS_NONE,
                       "another process has had '%s' locked for %d s: see "
                       "what it does, and try again",
                       shown, LOCKED_MS / 1000);
    if (strcmp(state, "57014") == 0)
        return err_set(e, POS_NONE,
                       "'%s' took more than %d s to answer: ask for a shorter "
                       "time",
                       shown, STATEMENT_MS / 1000);
    if (strcmp(state, "25006") == 0)
        return err_set(e, POS_NONE,
                       "'%s' is read-only: give the server that takes writes",
                       shown);
    if (strcmp(state, "42501") == 0)
        return err_set(e, POS_NONE,
                       "'%s': %s: let this role make the schema 'postflight', "
                       "or make it for it",
                       shown, said);
    return err_set(e, POS_NONE, "the history '%s' failed: %s (%s)", shown, said,
                   state);
}

bool postgres_explain(struct postgres *p, const PGresult *result, struct err *e)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *said = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (PQstatus(p->connection) == CONNECTION_BAD)
        return err_set(e, POS_NONE, "lost '%s': %s", p->base.shown,
                       harmless(p, PQerrorMessage(p->connection)));
    if (state == NULL || said == NULL)
        return err_set(e, POS_NONE, "the history '%s' failed: %s",
                       p->base.shown,
                       harmless(p, PQerrorMessage(p->connection)));
    return explain_state(p, state, harmless(p, said), e);
}

/* libpq would print notices. */
static void ignore_notice(void *context, const PGresult *result)
{
    (void)context;
    (void)result;
}

/* A later word wins over an earlier one, so the address may say otherwise. */
bool postgres_connect(struct postgres *p, const char *where, struct err *e)
{
    const char *keyword[] = {"connect_timeout",
                             "tcp_user_timeout",
                             "keepalives_idle",
                             "application_name",
                             "dbname",
                             "client_encoding",
                             NULL};
    const char *text[] = {"10",  "30000", "30", "postflight",
                          where, "UTF8",  NULL};
    if (!parse(p, where, e))
        return false;
    p->connection = PQconnectdbParams(keyword, text, 1);
    if (p->connection == NULL)
        arena_out_of_memory();
    if (PQstatus(p->connection) != CONNECTION_OK)
        return postgres_unreachable(p, e);
    PQsetNoticeReceiver(p->connection, ignore_notice, NULL);
    if (PQserverVersion(p->connection) < OLDEST)
        return err_set(e, POS_NONE,
                       "'%s' is older than PostgreSQL 12: give a newer server",
                       p->base.shown);
    return true;
}
