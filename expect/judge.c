/* Expectations against a response: the result's status and its reasons. */
#include <string.h>

#include "base/text.h"
#include "expect/found.h"
#include "language/jsonschema.h"

#define BODY_EXCERPT_MAX 2000

static int status_of(enum answer answer, bool negated, int failing)
{
    switch (answer) {
    case ANSWER_YES:
        return negated ? failing : STATUS_PASS;
    case ANSWER_NO:
        return negated ? STATUS_PASS : failing;
    case ANSWER_INVALID:
        return failing;
    case ANSWER_GAVE_UP:
        break;
    }
    return STATUS_ERROR;
}

static void judge_schema(struct subject *s, struct arena *a,
                         const struct expect *e, int failing,
                         struct expectation *out)
{
    const cJSON *json = subject_json(s, a);
    const char *why = s->json_problem;
    enum jsonschema_answer answer = JSONSCHEMA_INVALID;
    if (json != NULL)
        answer = jsonschema_validate(e->schema, a, json, &why);
    out->status = answer == JSONSCHEMA_VALID     ? STATUS_PASS
                  : answer == JSONSCHEMA_INVALID ? failing
                                                 : STATUS_ERROR;
    out->observed = answer == JSONSCHEMA_VALID     ? "it does"
                    : answer == JSONSCHEMA_INVALID ? why
                                                   : "more than is looked at";
}

static void judge_one(struct subject *s, struct arena *a,
                      const struct expect *e, int failing,
                      struct expectation *out)
{
    if (e->schema != NULL) {
        *out = (struct expectation){.text = text_elide(a, e->text, 300),
                                    .expected = "to meet the schema",
                                    .at = pos_text(a, e->pos)};
        judge_schema(s, a, e, failing, out);
        return;
    }
    struct found found = query_find(s, a, &e->query);
    enum answer answer = predicate_judge(e->predicate, &found, &e->value);
    *out = (struct expectation){
        .text = text_elide(a, e->text, 300),
        .status = status_of(answer, e->negated, failing),
        .expected = phrase_expected(a, e, &found, answer),
        .observed = phrase_found(a, e, &found, answer),
        .at = pos_text(a, e->pos),
    };
}

static const struct expectation *first_with(const struct result *r, int status)
{
    for (size_t i = 0; i < r->expectation_count; i++)
        if (r->expectation[i].status == status)
            return &r->expectation[i];
    return NULL;
}

static const char *message_of(struct arena *a, const struct check *check,
                              size_t index, const struct expectation *judged)
{
    const struct expect *e =
        index < check->expect_count
            ? &check->expect[index]
            : &check->degraded[index - check->expect_count];
    if (e->schema == NULL)
        return phrase_message(a, e, judged);
    return arena_printf(a, "expected the body to meet the %s: %s", judged->text,
                        judged->observed);
}

/* error before fail before degraded: the worst that is known decides. */
static void conclude(struct result *r, struct arena *a,
                     const struct check *check, const struct response *response)
{
    static const int order[] = {STATUS_FAIL, STATUS_ERROR, STATUS_DEGRADED};
    r->status = STATUS_PASS;
    for (size_t i = 0; i < ARRAY_COUNT(order); i++) {
        const struct expectation *e = first_with(r, order[i]);
        if (e == NULL)
            continue;
        r->status = order[i];
        r->cause = order[i] == STATUS_ERROR ? CAUSE_PROBER : CAUSE_ASSERTION;
        r->message = arena_printf(
            a, "%s%s", message_of(a, check, (size_t)(e - r->expectation), e),
            failure_hint(response));
        return;
    }
}

/* The build, or what the query found in its place. */
static void read_identity(struct result *r, struct subject *s, struct arena *a,
                          const struct query *q)
{
    struct found found = query_find(s, a, q);
    found = found_unwrap(&found);
    struct str text = str_trim(found.text);
    bool scalar = found.kind == FOUND_STRING || found.kind == FOUND_NUMBER;
    bool nothing =
        found.kind == FOUND_NOTHING || found.kind == FOUND_UNREADABLE;
    if (scalar && text.len > 0) {
        r->identity = text_elide(a, text, 200);
        return;
    }
    r->identity_problem = arena_printf(
        a, "identity %s found %s%s", text_elide(a, q->written, 200),
        scalar ? "an empty string" : found_text(a, &found),
        scalar || nothing ? "" : ", which is neither a string nor a number");
}

/* Text is shown, control bytes made visible; anything else only counted. */
static const char *excerpt(struct arena *a, struct str body)
{
    if (body.len == 0)
        return NULL;
    size_t nul = str_find(body, (struct str){"\0", 1}, 0);
    if (nul < body.len || utf8_check(body) + 4 < body.len)
        return NULL;
    struct buf text;
    buf_init(&text, BODY_EXCERPT_MAX + 16);
    struct str part = str_sub(body, 0, BODY_EXCERPT_MAX);
    part.len = utf8_check(part);
    text_visible(&text, part);
    if (part.len < body.len)
        buf_text(&text, "\n...");
    return buf_take(a, &text);
}

/* The exit codes of monitoring plugins, unless `exit` is asked for. */
static void judge_exit(struct result *r, struct arena *run,
                       const struct check *check,
                       const struct response *response)
{
    struct str rest;
    const char *line =
        text_elide(run, str_cut(response->body, '\n', &rest), 200);
    int status = response->exit_code == 1   ? STATUS_DEGRADED
                 : response->exit_code == 2 ? STATUS_FAIL
                                            : STATUS_ERROR;
    if (response->exit_code == 0 || r->status == STATUS_FAIL ||
        check_asks(check, QUERY_EXIT))
        return;
    r->status = status;
    r->cause = CAUSE_EXEC;
    r->message =
        arena_printf(run, "exit code %lld: %s", (long long)response->exit_code,
                     line[0] == '\0' ? "it said nothing" : line);
}

/* At least one record, unless the expectations say otherwise. */
static void judge_dns(struct result *r, struct arena *run,
                      const struct check *check,
                      const struct response *response)
{
    struct str records = STR("\"records\": []");
    struct str body = response->body;
    if (check->expect_count > 0 || str_find(body, records, 0) == body.len)
        return;
    r->status = STATUS_FAIL;
    r->cause = CAUSE_ASSERTION;
    r->message =
        arena_printf(run, "no such record: %s", text_elide(run, body, 100));
}

/* SERVING, unless the expectations say otherwise. */
static void judge_grpc(struct result *r, struct arena *run,
                       const struct check *check,
                       const struct response *response)
{
    if (check->expect_count > 0 || r->status == STATUS_FAIL ||
        (response->status == 200 && str_is(response->body, "SERVING")))
        return;
    r->status = STATUS_FAIL;
    r->cause = CAUSE_ASSERTION;
    r->message =
        response->status == 200
            ? arena_printf(run, "the service is %s",
                           text_elide(run, response->body, 100))
            : arena_printf(run, "HTTP %lld", (long long)response->status);
}

static bool is_among(const char *const *text, size_t count, const char *wanted)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(text[i], wanted) == 0)
            return true;
    return false;
}

/* NULL: the database has the migration that is wanted. */
static const char *missing_migration(struct arena *run, const struct check *c,
                                     const struct migration_state *s)
{
    const struct migrations *m = c->migrations;
    bool at = is_among(s->at, s->at_count, m->wanted);
    if (at || (m->wish == WISH_AT_LEAST && migration_is_applied(s, m->wanted)))
        return NULL;
    return m->wish == WISH_AT
               ? arena_printf(run, "expected the database at %s, found %s",
                              m->wanted,
                              s->at_count == 0 ? "nothing applied" : s->at[0])
               : arena_printf(run, "%s has not been applied", m->wanted);
}

/* By the verdict; an edited file counts as the tool takes it. */
static void judge_migrations(struct result *r, struct arena *run,
                             const struct check *check)
{
    const struct migration_state *s = r->migrations;
    const struct migrations *m = check->migrations;
    bool wanted = m->wish == WISH_AT || m->wish == WISH_AT_LEAST;
    int status = migration_status(s, m->wish != WISH_UP_TO_DATE);
    const char *missing = wanted && status != STATUS_ERROR
                              ? missing_migration(run, check, s)
                              : NULL;
    if (missing != NULL)
        status = STATUS_FAIL;
    if (status == STATUS_PASS || r->status == STATUS_FAIL)
        return;
    r->status = status;
    r->cause = CAUSE_MIGRATION;
    r->message = missing != NULL ? missing : s->reason;
}

/* What its kind asserts, whatever is expected. */
static void judge_kind(struct result *r, struct arena *run,
                       const struct check *check,
                       const struct response *response)
{
    switch (kind_of(check->kind)->asserts) {
    case ASSERTS_NOTHING:
    case ASSERTS_CONTACT:
        break;
    case ASSERTS_EXIT_CODE:
        judge_exit(r, run, check, response);
        break;
    case ASSERTS_RECORDS:
        judge_dns(r, run, check, response);
        break;
    case ASSERTS_SERVING:
        judge_grpc(r, run, check, response);
        break;
    case ASSERTS_STATE:
        judge_migrations(r, run, check);
        break;
    }
}

/* The first one that is met ends it: such an answer proves nothing. */
static void judge_inconclusive(struct subject *s, struct arena *a,
                               const struct check *check, struct result *r)
{
    for (size_t i = 0; i < check->inconclusive_count; i++) {
        const struct expect *e = &check->inconclusive[i];
        struct expectation row;
        judge_one(s, a, e, STATUS_FAIL, &row);
        if (row.status != STATUS_PASS)
            continue;
        r->status = row.status = STATUS_ERROR;
        r->cause = CAUSE_INCONCLUSIVE;
        r->identity = NULL;
        r->message =
            arena_printf(a,
                         "the response proves nothing, by 'inconclusive': "
                         "%s: found %s",
                         row.text, row.observed);
        row.expected = arena_printf(a, "not: %s", row.expected);
        r->expectation[r->expectation_count++] = row;
        return;
    }
}

void expect_judge(struct result *result, struct arena *run,
                  const struct check *check, const struct response *response)
{
    struct subject s = {.response = response,
                        .content_type = result->content_type};
    size_t count = check->expect_count + check->degraded_count;
    result->expectation =
        arena_array(run, count + 1, sizeof(*result->expectation));
    result->expectation_count = count;
    for (size_t i = 0; i < check->expect_count; i++)
        judge_one(&s, run, &check->expect[i], STATUS_FAIL,
                  &result->expectation[i]);
    for (size_t i = 0; i < check->degraded_count; i++)
        judge_one(&s, run, &check->degraded[i], STATUS_DEGRADED,
                  &result->expectation[check->expect_count + i]);
    if (check->identity != NULL)
        read_identity(result, &s, run, check->identity);
    result->body = excerpt(run, response->body);
    conclude(result, run, check, response);
    judge_kind(result, run, check, response);
    judge_inconclusive(&s, run, check, result);
    elsewhere_judge(result, run, check, response);
    subject_release(&s);
}
