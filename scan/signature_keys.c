/*
 * THE table of signature keys: name, type, meaning, reader. Errors, docs and
 * the JSON Schema come from it.
 */
#include <string.h>

#include "scan/signature_parts.h"

static bool set_id(struct signature_loader *l, const struct yaml_node *n,
                   struct signature *s)
{
    if (!part_text(l, n, &s->id))
        return false;
    size_t good = strspn(s->id, "abcdefghijklmnopqrstuvwxyz0123456789-/");
    if (s->id[good] == '\0' && strchr(s->id, '/') != NULL)
        return true;
    diags_add(l->diags, n->pos,
              "the id '%.80s' is not of the form system/name (a-z 0-9 -)",
              s->id);
    return false;
}

static bool set_code(struct signature_loader *l, const struct yaml_node *n,
                     struct signature *s)
{
    return part_text(l, n, &s->code);
}

static bool set_title(struct signature_loader *l, const struct yaml_node *n,
                      struct signature *s)
{
    return part_text(l, n, &s->title);
}

static bool set_headline(struct signature_loader *l, const struct yaml_node *n,
                         struct signature *s)
{
    return part_text(l, n, &s->headline);
}

static bool set_headline_many(struct signature_loader *l,
                              const struct yaml_node *n, struct signature *s)
{
    return part_text(l, n, &s->headline_many);
}

static bool set_proved_by(struct signature_loader *l, const struct yaml_node *n,
                          struct signature *s)
{
    return part_name(l, n, &prover_names, &s->proved_by);
}

static bool set_role(struct signature_loader *l, const struct yaml_node *n,
                     struct signature *s)
{
    int value;
    if (!part_name(l, n, &role_names, &value))
        return false;
    s->role = (enum role)value;
    return true;
}

static bool set_severity(struct signature_loader *l, const struct yaml_node *n,
                         struct signature *s)
{
    int value;
    if (!part_name(l, n, &severity_names, &value))
        return false;
    s->severity = (enum severity)value;
    return true;
}

static bool set_deployment(struct signature_loader *l,
                           const struct yaml_node *n, struct signature *s)
{
    if (!part_name(l, n, &deployment_names, &s->deployment))
        return false;
    if (s->deployment == DEPLOYMENT_FAILED ||
        s->deployment == DEPLOYMENT_CONFLICT)
        return true;
    diags_add(l->diags, n->pos, "a log proves 'failed' or 'conflict' only");
    return false;
}

static bool set_rollback(struct signature_loader *l, const struct yaml_node *n,
                         struct signature *s)
{
    return part_name(l, n, &rollback_names, &s->rollback);
}

static bool set_rollback_why(struct signature_loader *l,
                             const struct yaml_node *n, struct signature *s)
{
    return part_text(l, n, &s->rollback_why);
}

static bool set_patterns(struct signature_loader *l, const struct yaml_node *n,
                         struct signature *s)
{
    return part_patterns(l, n, &s->pattern, &s->pattern_count);
}

static bool set_details(struct signature_loader *l, const struct yaml_node *n,
                        struct signature *s)
{
    return part_patterns(l, n, &s->detail, &s->detail_count);
}

static bool set_span(struct signature_loader *l, const struct yaml_node *n,
                     struct signature *s)
{
    return part_count(l, n, &s->span);
}

static bool set_wraps(struct signature_loader *l, const struct yaml_node *n,
                      struct signature *s)
{
    return part_texts(l, n, &s->wraps, &s->wraps_count);
}

static bool set_symptom_of(struct signature_loader *l,
                           const struct yaml_node *n, struct signature *s)
{
    return part_texts(l, n, &s->symptom_of, &s->symptom_of_count);
}

static bool set_usually_after(struct signature_loader *l,
                              const struct yaml_node *n, struct signature *s)
{
    return part_texts(l, n, &s->usually_after, &s->usually_after_count);
}

static bool set_recovers(struct signature_loader *l, const struct yaml_node *n,
                         struct signature *s)
{
    return part_texts(l, n, &s->recovers, &s->recovers_count);
}

static bool set_everywhere(struct signature_loader *l,
                           const struct yaml_node *n, struct signature *s)
{
    return part_true(l, n, &s->everywhere);
}

static bool set_of_another(struct signature_loader *l,
                           const struct yaml_node *n, struct signature *s)
{
    return part_true(l, n, &s->of_another);
}

static bool set_in_transaction(struct signature_loader *l,
                               const struct yaml_node *n, struct signature *s)
{
    return part_true(l, n, &s->in_transaction);
}

static bool set_says_failed(struct signature_loader *l,
                            const struct yaml_node *n, struct signature *s)
{
    return part_true(l, n, &s->says_failed);
}

static bool set_ends(struct signature_loader *l, const struct yaml_node *n,
                     struct signature *s)
{
    return part_name(l, n, &ending_names, &s->ending);
}

static bool set_words(struct signature_loader *l, const struct yaml_node *n,
                      struct signature *s)
{
    return part_name(l, n, &bare_words_names, &s->words);
}

static bool set_unless(struct signature_loader *l, const struct yaml_node *n,
                       struct signature *s)
{
    return part_texts(l, n, &s->unless, &s->unless_count);
}

static bool set_because(struct signature_loader *l, const struct yaml_node *n,
                        struct signature *s)
{
    return part_text(l, n, &s->because);
}

static bool set_opens_scope(struct signature_loader *l,
                            const struct yaml_node *n, struct signature *s)
{
    return part_true(l, n, &s->opens_scope);
}

static bool set_key(struct signature_loader *l, const struct yaml_node *n,
                    struct signature *s)
{
    return part_texts(l, n, &s->key, &s->key_count);
}

static bool set_meaning(struct signature_loader *l, const struct yaml_node *n,
                        struct signature *s)
{
    return part_text(l, n, &s->meaning);
}

static bool set_look(struct signature_loader *l, const struct yaml_node *n,
                     struct signature *s)
{
    return part_text(l, n, &s->look);
}

static bool set_confirm(struct signature_loader *l, const struct yaml_node *n,
                        struct signature *s)
{
    return part_texts(l, n, &s->confirm, &s->confirm_count);
}

static bool set_prevention(struct signature_loader *l,
                           const struct yaml_node *n, struct signature *s)
{
    return part_texts(l, n, &s->prevention, &s->prevention_count);
}

static bool set_links(struct signature_loader *l, const struct yaml_node *n,
                      struct signature *s)
{
    return part_texts(l, n, &s->link, &s->link_count);
}

static bool set_remedies(struct signature_loader *l, const struct yaml_node *n,
                         struct signature *s)
{
    return part_remedies(l, n, &s->remedy, &s->remedy_count);
}

static bool set_samples(struct signature_loader *l, const struct yaml_node *n,
                        struct signature *s)
{
    return part_samples(l, n, &s->sample, &s->sample_count);
}

struct key {
    const char *name, *type, *help;
    bool required;
    bool (*set)(struct signature_loader *l, const struct yaml_node *n,
                struct signature *s);
};

static const struct key keys[] = {
    {"id", "text", "system/name: a-z 0-9 -", true, set_id},
    {"code", "text", "error code as the software prints it", false, set_code},
    {"title", "text", "what it is, in words", true, set_title},
    {"headline", "text", "the title with {captures} in it", false,
     set_headline},
    {"headline_many", "text",
     "likewise, where it is about more than one; {count} is how many", false,
     set_headline_many},
    {"proved_by", "git, deployments, responses or database",
     "for what no log shows: what proves it. Such a signature has no patterns, "
     "and one of the ids that are built in, to replace what is known of it",
     false, set_proved_by},
    {"role", "role", "place in a cascade", true, set_role},
    {"severity", "severity", "how bad it is for a deploy", true, set_severity},
    {"deployment", "failed or conflict", "what it proves about the deployment",
     false, set_deployment},
    {"rollback", "helps, useless or harmful",
     "what a rollback does while this is the cause; every signature that can "
     "stop a deploy has it",
     false, set_rollback},
    {"rollback_why", "text",
     "why, as a clause that reads on after 'a rollback will not help:'; given "
     "together with rollback",
     false, set_rollback_why},
    {"patterns", "patterns",
     "any of them on a line is a match: anchor is literal text that the line "
     "must hold, match a PCRE2 regex with named captures; at: start if only "
     "prefixes of hosts and loggers may precede it; required unless proved_by "
     "is given",
     false, set_patterns},
    {"details", "patterns",
     "lines that belong to a match at most span lines above", false,
     set_details},
    {"span", "lines", "reach of a match: its details and what it wraps", false,
     set_span},
    {"wraps", "ids", "errors that it reports, a final * for any", false,
     set_wraps},
    {"symptom_of", "ids", "errors that come before it, likewise", false,
     set_symptom_of},
    {"usually_after", "ids",
     "errors that it follows where they stand before it, and without which it "
     "is a root itself",
     false, set_usually_after},
    {"of_another", "true",
     "something that it needs could not be reached: if another program of the "
     "log ended, what ended it is the cause",
     false, set_of_another},
    {"in_transaction", "true",
     "what it is a symptom of stands in the same database transaction", false,
     set_in_transaction},
    {"recovers", "ids",
     "no error but good news: errors before it in its scope, of these ids, "
     "have been got over",
     false, set_recovers},
    {"everywhere", "true",
     "its good news is about other logs and containers, too", false,
     set_everywhere},
    {"says_failed", "true",
     "a host's or tool's last word that the run failed, whatever broke", false,
     set_says_failed},
    {"ends", "name",
     "of the roles failed and succeeded: what has ended, a run, job, phase, "
     "step, tool or test, or last: whatever it was, it is said where the log "
     "ends",
     false, set_ends},
    {"unless", "ids",
     "of the role succeeded: if none of these appears in its run, all of the "
     "run "
     "succeeded",
     false, set_unless},
    {"words", "name",
     "words too short or too common for anchors, of which the program has a "
     "table and which are read as this, too: last-failed, last-succeeded, "
     "tests-passed, tests-failed or speaker-well; one signature has each",
     false, set_words},
    {"because", "text", "why an error that stands before it is its cause",
     false, set_because},
    {"opens_scope", "true", "a transaction or migration starts with it", false,
     set_opens_scope},
    {"key", "captures", "what tells one incident of it from another", false,
     set_key},
    {"meaning", "text", "what it means, for a reader who meets it first", true,
     set_meaning},
    {"look", "text", "where its root is when no log at hand holds it", false,
     set_look},
    {"confirm", "texts", "how to confirm it", false, set_confirm},
    {"remedies", "remedies",
     "do: what, run: command with {captures}, danger: what it can break; "
     "when: ids, it is offered only for these wrapped errors; unless_wrapped: "
     "true, not where the tool around the error has a safe remedy for it; "
     "outside_migration: true, not where a migration tool reports the error; "
     "rolls_back: true, not where a rollback is useless or harmful",
     false, set_remedies},
    {"prevention", "texts", "how to keep it from coming back", false,
     set_prevention},
    {"links", "texts", "documentation", false, set_links},
    {"samples", "samples",
     "text: a log with count matches and these captures (with proved_by: "
     "evidence as YAML, whose cause has this title and this run among its "
     "commands); not: a look-alike; "
     "cascade: a log whose best cause is root (an id, unknown, or elsewhere) "
     "and "
     "in which graph gives each follower its parent, likewise",
     true, set_samples},
};

static const struct key *find_key(struct str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
        if (str_is(name, keys[i].name))
            return &keys[i];
    return NULL;
}

/* A word without its reason could not be checked by anybody. */
static bool rollback_is_whole(struct signature_loader *l,
                              const struct yaml_node *map)
{
    bool word = yaml_get(map, "rollback") != NULL;
    if (word == (yaml_get(map, "rollback_why") != NULL))
        return true;
    diags_add(l->diags, map->pos,
              "'rollback' and 'rollback_why' are given together: '%s' is "
              "missing",
              word ? "rollback_why" : "rollback");
    return false;
}

/* What ended decides how far it reaches. */
static bool ending_is_told(struct signature_loader *l,
                           const struct yaml_node *map, struct signature *s)
{
    bool ends = s->role == ROLE_FAILED || s->role == ROLE_SUCCEEDED;
    s->says_failed = s->says_failed || s->role == ROLE_FAILED;
    if (ends == (s->ending >= 0))
        return true;
    diags_add(l->diags, map->pos,
              ends ? "the roles failed and succeeded need the key 'ends'"
                   : "'ends' has no effect without the role failed or "
                     "succeeded");
    return false;
}

/* A line of a log, or what else proves it. */
static bool proof_is_told(struct signature_loader *l,
                          const struct yaml_node *map,
                          const struct signature *s)
{
    bool log = s->proved_by < 0;
    if (log == (yaml_get(map, "patterns") != NULL) &&
        (log || (s->rollback_why != NULL && s->remedy_count > 0 &&
                 s->confirm_count > 0 && s->prevention_count > 0)))
        return true;
    diags_add(l->diags, map->pos,
              log ? "no 'patterns' here"
                  : "with 'proved_by' there are no 'patterns', but 'rollback', "
                    "'remedies', 'confirm' and 'prevention'");
    return false;
}

bool signature_read(struct signature_loader *l, const struct yaml_node *map,
                    struct signature *out)
{
    const char *known[ARRAY_COUNT(keys)];
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
        known[i] = keys[i].name;
    *out = (struct signature){.deployment = -1,
                              .rollback = -1,
                              .ending = -1,
                              .words = -1,
                              .proved_by = -1,
                              .pos = map->pos};
    if (!part_members(l, map, known, ARRAY_COUNT(keys)))
        return false;
    bool ok = true;
    for (size_t i = 0; i < map->count; i++) {
        const struct key *k = find_key(map->item[2 * i]->text);
        ok = k != NULL && k->set(l, map->item[2 * i + 1], out) && ok;
    }
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
        if (keys[i].required && part_member(l, map, keys[i].name, true) == NULL)
            ok = false;
    return ok && rollback_is_whole(l, map) && ending_is_told(l, map, out) &&
           proof_is_told(l, map, out);
}

size_t signature_key_count(void)
{
    return ARRAY_COUNT(keys);
}

struct signature_key_doc signature_key(size_t index)
{
    return (struct signature_key_doc){.name = keys[index].name,
                                      .type = keys[index].type,
                                      .help = keys[index].help,
                                      .required = keys[index].required};
}
