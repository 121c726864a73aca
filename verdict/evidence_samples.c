/* The samples of signatures that no log proves, joined as in a run. */
#include <string.h>

#include "base/shape_rows.h"
#include "base/shape_yaml.h"
#include "model/migration_advice.h"
#include "model/placeholder.h"
#include "verdict/evidence_causes.h"

/* One critical check, and what was gathered beside it. */
struct evidence_sample {
    const char *expected, *served; /* builds; NULL: none */
    const char *also_served;       /* of a later response; NULL: none */
    bool failing;
    struct deploy_evidence evidence;
    struct migration_state *migration;
    size_t migration_count;
    struct commit *commit;
    size_t commit_count;
};

#define STRUCT evidence_sample
static const struct shape_field sample_shape_rows[] = {
    FIELD("expected", SHAPE_TEXT, expected, "build"),
    FIELD("served", SHAPE_TEXT, served, "build that responds"),
    FIELD("also_served", SHAPE_TEXT, also_served, "build that responds later"),
    FIELD("failing", SHAPE_BOOL, failing, "production is down"),
    OBJECT("evidence", evidence, &deploy_evidence_shape, "what was gathered"),
    LIST("migrations", migration, &migration_state_shape, "of databases"),
    LIST("commits", commit, &commit_shape, "of the range, newest first"),
};
static SHAPE_OF(sample_shape, "sample");
#undef STRUCT

struct sampling {
    const struct catalogue *catalogue;
    const struct signature *signature;
    const struct sample *sample;
    struct diags *diags;
    struct arena arena;
};

static void wrong(struct sampling *s, const char *what, const char *found)
{
    diags_add(s->diags, s->sample->pos, "%s: %.200s%.200s", s->signature->id,
              what, found);
}

static bool read_sample(struct evidence_sample *out, struct sampling *s)
{
    struct source source = {s->signature->id, s->sample->text};
    const struct yaml_node *root = NULL;
    struct diags d;
    diags_init(&d, &s->arena);
    *out = (struct evidence_sample){.evidence.git.relation = RANGE_UNKNOWN};
    if (yaml_parse(&root, &s->arena, &source, &d) &&
        shape_read_yaml(out, &s->arena, &sample_shape, root, &d) &&
        diags_errors(&d) == 0)
        return true;
    wrong(s, "the sample cannot be read as evidence: ",
          d.count > 0 ? d.item[0].text : "it cannot be read");
    return false;
}

static void join(struct record *out, struct sampling *s,
                 struct evidence_sample *from)
{
    struct redactor *redactor = redactor_open();
    struct observation seen[2] = {
        {.check = "api",
         .version = from->served,
         .status = from->failing ? STATUS_FAIL : STATUS_PASS,
         .cause = -1,
         .answered = true}};
    size_t count = from->also_served == NULL ? 1 : 2;
    seen[1] = seen[0];
    seen[1].version = from->also_served;
    struct result r = {.id = "api",
                       .title = "API",
                       .status = seen[0].status,
                       .cause = -1,
                       .phase = -1,
                       .severity = SEVERITY_CRITICAL,
                       .expected = from->expected,
                       .identity = from->served,
                       .identity_asked = from->expected != NULL,
                       .answered = true,
                       .seen = {seen, count, count}};
    struct verdict_inputs in = {.result = &r,
                                .result_count = 1,
                                .evidence = &from->evidence,
                                .migration = from->migration,
                                .migration_count = from->migration_count,
                                .catalogue = s->catalogue,
                                .expected = from->expected,
                                .tool = {"postflight", "0", ""}};
    from->evidence.git.commit = from->commit;
    from->evidence.git.commit_count = from->commit_count;
    verdict_join(out, &s->arena, &in, redactor);
    redactor_close(redactor);
}

static const struct cause *find(const struct record *r, const char *id)
{
    for (size_t i = 0; i < r->logs.cause_count; i++)
        if (r->logs.cause[i].proof != NULL &&
            strcmp(r->logs.cause[i].proof, id) == 0)
            return &r->logs.cause[i];
    return NULL;
}

static bool has_command(const struct cause *c, const char *command)
{
    for (size_t i = 0; i < c->remedy_count; i++)
        if (c->remedy[i].command != NULL &&
            strcmp(c->remedy[i].command, command) == 0)
            return true;
    return false;
}

static void compare(struct sampling *s, const struct cause *c)
{
    for (size_t i = 0; i < s->sample->capture_count; i++) {
        const struct shape_pair *want = &s->sample->capture[i];
        if (strcmp(want->name, "title") == 0 &&
            strcmp(want->value, c->title) != 0)
            wrong(s, "the title of the sample's cause is ", c->title);
        if (strcmp(want->name, "run") == 0 && !has_command(c, want->value))
            wrong(s, "the sample's cause has no command ", want->value);
    }
}

static void check_sample(struct sampling *s)
{
    struct evidence_sample sample;
    struct record r;
    if (!read_sample(&sample, s))
        return;
    join(&r, s, &sample);
    const struct cause *c = find(&r, s->signature->id);
    bool wanted = s->sample->kind == SAMPLE_POSITIVE;
    if (wanted && c == NULL)
        wrong(s, "the sample does not prove it", "");
    else if (!wanted && c != NULL)
        wrong(s, "the look-alike proves it: ", c->title);
    else if (c != NULL)
        compare(s, c);
}

/* What the steps of verdict/ capture, by name. */
static bool is_captured(const struct signature *s, struct str name)
{
    static const char *const names[] = {
        "count",      "migration",   "from",       "to",         "path",
        "moved",      "first",       "last",       "commit",     "mixed_commit",
        "run",        "other_files", "second_run", "github_run", "workflow",
        "target",     "status",      "url",        "served",     "expected",
        "unfinished", "undeployed"};
    if (s->proved_by == PROVER_DATABASE)
        return migration_capture_known(name);
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        if (str_is(name, names[i]))
            return true;
    return false;
}

static void check_text(const struct signature *s, struct diags *d,
                       const char *text)
{
    struct placeholder p;
    for (size_t at = 0;
         text != NULL && placeholder_find(str_from(text), at, &p);
         at = p.at + p.length)
        if (!is_captured(s, p.name))
            diags_add(d, s->pos, "%s: nothing captures {%.*s}", s->id,
                      STR_ARGS(p.name));
}

static void check_texts(const struct signature *s, struct diags *d)
{
    const char *const one[] = {s->headline, s->headline_many, s->rollback_why};
    for (size_t i = 0; i < ARRAY_COUNT(one); i++)
        check_text(s, d, one[i]);
    for (size_t i = 0; i < s->confirm_count; i++)
        check_text(s, d, s->confirm[i]);
    for (size_t i = 0; i < s->prevention_count; i++)
        check_text(s, d, s->prevention[i]);
    for (size_t i = 0; i < s->remedy_count; i++) {
        check_text(s, d, s->remedy[i].text);
        check_text(s, d, s->remedy[i].command);
        check_text(s, d, s->remedy[i].danger);
    }
}

static void check_samples(const struct catalogue *c, const struct signature *s,
                          struct diags *d)
{
    for (size_t i = 0; i < s->sample_count; i++) {
        struct sampling one = {.catalogue = c,
                               .signature = s,
                               .sample = &s->sample[i],
                               .diags = d};
        arena_init(&one.arena);
        check_sample(&one);
        arena_release(&one.arena);
    }
}

void verdict_check_samples(const struct catalogue *c, struct diags *d)
{
    for (size_t i = 0; i < c->count; i++) {
        if (c->signature[i].proved_by < 0)
            continue;
        check_texts(&c->signature[i], d);
        check_samples(c, &c->signature[i], d);
    }
}
