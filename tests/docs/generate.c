/*
 * The tables of docs/ and the schemas, made from the code's own tables.
 * usage: generate_docs
 * queries|filters|predicates|keywords|signatures|rules|migration-rules|migration-tools|
 *                      exits|command-exits|facts|sections|events|formats|limits|
 *                      notification|message-limits|notification-schema|
 *                      ask|answer-schema|environment|untrusted-addresses|
 *                      hosts|host-groups|host-commands|history|
 *                      record-schema|facts-schema|baseline-schema|
 *                      proof-schema|review-schema|import-schema|
 *                      checks-schema, import-FORMAT, or a table of keys
 */
#include <stdio.h>
#include <string.h>

#include "app/serve/serve.h"
#include "base/process.h"
#include "cli/cli.h"
#include "containers/containers.h"
#include "evidence/evidence.h"
#include "expect/expect.h"
#include "import/import.h"
#include "language/jsonschema.h"
#include "lint/lint.h"
#include "lint/switches.h"
#include "migrations/rules/rules.h"
#include "model/answer.h"
#include "model/baseline_file.h"
#include "model/ci_host.h"
#include "model/facts.h"
#include "model/notification.h"
#include "model/proof_file.h"
#include "model/record.h"
#include "model/signature.h"
#include "plan/plan.h"
#include "report/formats/formats.h"
#include "report/report.h"
#include "report/status_page/status_page.h"
#include "scan/scan.h"
#include "trust/trust.h"
#include "watch/history/schema.h"
#include "watch/notify/notify.h"

/* What the programs of definitions get of our environment. */
static void print_environment(void)
{
    for (size_t i = 0; process_passed[i] != NULL; i++)
        printf("%s`%s`", i == 0 ? "" : ", ", process_passed[i]);
    puts("");
}

static void print_addresses(void)
{
    for (size_t i = 0; trust_refused[i] != NULL; i++)
        printf("%s`%s`", i == 0 ? "" : ", ", trust_refused[i]);
    puts("");
}

static void print_keys(size_t table)
{
    bool defaults = table == 0;
    puts(defaults ? "| Key | Type | Default | In defaults | In a step | "
                    "Meaning |"
                  : "| Key | Type | Default | Meaning |");
    puts(defaults ? "| --- | --- | --- | --- | --- | --- |"
                  : "| --- | --- | --- | --- |");
    for (size_t i = 0; i < plan_key_count(table); i++) {
        struct key_doc k = plan_key(table, i);
        printf("| `%s` | %s | %s |", k.name, k.type,
               k.required ? "required" : k.standard);
        if (defaults)
            printf(" %s | %s |", k.in_defaults ? "yes" : "no",
                   k.in_step ? "yes" : "no");
        printf(" %s |\n", k.help);
    }
}

static void print_table(const char *name)
{
    for (size_t i = 0; i < plan_table_count(); i++)
        if (strcmp(plan_table_name(i), name) == 0)
            print_keys(i);
}

static void print_word_table(const char *title, enum word_table table)
{
    printf("| %s |\n| --- | --- |\n", title);
    for (size_t i = 0; i < word_count(table); i++)
        printf("| `%s` | %s |\n", word_doc(table, i).form,
               word_doc(table, i).help);
}

static void print_keywords(void)
{
    for (size_t i = 0; jsonschema_keyword(i) != NULL; i++)
        printf("%s`%s`", i > 0 ? ", " : "", jsonschema_keyword(i));
    puts("");
}

static void print_checks_schema(void)
{
    struct buf text;
    buf_init(&text, (size_t)1 << 20);
    plan_schema(&text);
    fputs(text.ptr, stdout);
    buf_release(&text);
}

static void print_signature_keys(void)
{
    puts("| Key | Type | Required | Meaning |");
    puts("| --- | --- | --- | --- |");
    for (size_t i = 0; i < signature_key_count(); i++) {
        struct signature_key_doc k = signature_key(i);
        printf("| `%s` | %s | %s | %s |\n", k.name, k.type,
               k.required ? "yes" : "no", k.help);
    }
}

static void print_containers(void)
{
    puts("| Form | Recognised by | Unpacked as |");
    puts("| --- | --- | --- |");
    for (size_t i = 0; i < container_count(); i++) {
        struct container_doc c = container_doc(i);
        printf("| %s | %s | %s |\n", c.name, c.known_by, c.unpacked);
    }
}

/* Keys of facts; those of a list's items are indented by its name. */
static void print_fact_keys(const struct shape *s, const char *before)
{
    static const char *const type[] = {
        [SHAPE_TEXT] = "text", [SHAPE_INT] = "number",
        [SHAPE_BOOL] = "true", [SHAPE_TIME] = "time with zone",
        [SHAPE_NAME] = "name", [SHAPE_TEXTS] = "texts",
        [SHAPE_LIST] = "list"};
    for (size_t i = 0; i < s->count; i++) {
        const struct shape_field *f = &s->field[i];
        char inner[100];
        printf("| `%s%s` | %s", before, f->name, type[f->type]);
        for (size_t k = 0; f->names != NULL && k < f->names->count; k++)
            printf("%s%s", k == 0 ? ": " : ", ", f->names->name[k]);
        printf(" | %s |\n", f->help);
        snprintf(inner, sizeof(inner), "%s%s[].", before, f->name);
        if (f->type == SHAPE_LIST)
            print_fact_keys(f->of, inner);
    }
}

static void print_facts(void)
{
    printf("| Key | Type | Meaning |\n| --- | --- | --- |\n");
    print_fact_keys(&facts_shape, "");
}

/* Names that a template can use. */
static void print_notification(const struct shape *s, const char *before)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct shape_field *f = &s->field[i];
        char inner[100];
        snprintf(inner, sizeof(inner), "%s%s.", before, f->name);
        if (f->type == SHAPE_OBJECT)
            print_notification(f->of, inner);
        else
            printf("| `%s%s` | %s | %s |\n", before, f->name,
                   f->type == SHAPE_TEXTS  ? "list of texts"
                   : f->type == SHAPE_INT  ? "number"
                   : f->type == SHAPE_TIME ? "time"
                   : f->type == SHAPE_NAME ? "word"
                                           : "text",
                   f->help);
    }
}

static void print_message_limits(void)
{
    puts("| Service | Part | At most | Source |\n| --- | --- | --- | --- |");
    struct notify_limit l;
    const char *service = NULL;
    for (size_t i = 0; notify_limit(i, &service, &l); i++)
        printf("| %s | %s | %zu %s | %s |\n", service, l.part, l.most, l.unit,
               l.source);
}

static void print_events(void)
{
    printf("| Format | What is read |\n| --- | --- |\n");
    for (size_t i = 0; i < event_format_count(); i++) {
        struct event_format_doc f = event_format_at(i);
        printf("| %s | %s |\n", f.name, f.help);
    }
}

static void print_sections(void)
{
    printf("| Section | What it says |\n| --- | --- |\n");
    for (size_t i = 0; i < report_section_count(); i++)
        printf("| `%s` | %s |\n", report_section(i).name,
               report_section(i).help);
}

/* For README.md: those of all commands. */
static void print_exits(void)
{
    puts("| Code | Verdict | Advice |\n| --- | --- | --- |");
    for (size_t i = 0; i < exit_count(); i++) {
        struct exit_doc e = exit_doc(i);
        if (e.command == NULL)
            printf("| %s | %s | %s%s|\n", e.code, e.meaning, e.advice,
                   e.advice[0] == '\0' ? "" : " ");
    }
}

/* For the test that drives each of them. */
static void print_command_exits(void)
{
    for (size_t i = 0; i < exit_count(); i++) {
        struct exit_doc e = exit_doc(i);
        if (e.command != NULL)
            printf("%s %s\n", e.command, e.code);
    }
}

static void print_formats(void)
{
    puts("| Format | Usual name | What it is | Escaped |");
    puts("| --- | --- | --- | --- |");
    for (size_t i = 0; i < report_format_count(); i++) {
        const struct report_format *f = report_format_at(i);
        printf("| `%s` | `postflight%s` | %s | %s |\n", f->name, f->suffix,
               f->help, f->escapes);
    }
}

static bool has_limit(const struct report_format *f,
                      const struct format_limit *limit)
{
    const struct format_limit *l = f->limits;
    for (; l != NULL && l->what != NULL; l++)
        if (strcmp(l->what, limit->what) == 0 && l->value == limit->value &&
            strcmp(l->source, limit->source) == 0)
            return true;
    return false;
}

/* One row a limit, with every format that has it. */
static void print_limit(size_t first, const struct format_limit *limit)
{
    for (size_t i = 0; i < first; i++)
        if (has_limit(report_format_at(i), limit))
            return;
    printf("| %s", report_format_at(first)->name);
    for (size_t i = first + 1; i < report_format_count(); i++)
        if (has_limit(report_format_at(i), limit))
            printf(", %s", report_format_at(i)->name);
    printf(" | %s | %zu | %s |\n", limit->what, limit->value, limit->source);
}

static void print_limits(void)
{
    puts("| Format | Limit | At most | Whose |");
    puts("| --- | --- | --- | --- |");
    for (size_t i = 0; i < report_format_count(); i++) {
        const struct format_limit *l = report_format_at(i)->limits;
        for (; l != NULL && l->what != NULL; l++)
            print_limit(i, l);
    }
}

/* The names of variables that are tried for one value. */
static void print_variables(const char *const *name)
{
    printf(" | ");
    if (name[0] == NULL)
        printf("none");
    for (size_t i = 0; i < CI_NAMES_MAX && name[i] != NULL; i++)
        printf("%s`%s`", i == 0 ? "" : ", ", name[i]);
}

static void print_hosts(void)
{
    const struct ci_host *h;
    puts("| Host | Detected by | Commit | Branch | Run | Actor | Workflow |");
    puts("| --- | --- | --- | --- | --- | --- | --- |");
    for (size_t i = 0; (h = ci_host_at(i)) != NULL; i++) {
        printf("| `%s` | `%s`", h->name, h->sign);
        print_variables(h->commit);
        print_variables(h->branch);
        print_variables(h->run_url);
        print_variables(h->actor);
        print_variables(h->workflow);
        puts(" |");
    }
}

static void print_host_groups(void)
{
    const struct ci_host *h;
    puts("| Host | Group |\n| --- | --- |");
    for (size_t i = 0; (h = ci_host_at(i)) != NULL; i++)
        printf("| %s | %s |\n", h->title,
               h->group != NULL ? h->group : "a line with the title");
}

static bool has_mark(const char *const *marks, const char *mark)
{
    for (; *marks != NULL; marks++)
        if (strcmp(*marks, mark) == 0)
            return true;
    return false;
}

static const char *const *marks_of(const struct ci_host *h, bool anywhere)
{
    return anywhere ? h->anywhere : h->starting;
}

/* One row a mark, with every host that has it. */
static void print_mark(size_t first, const char *mark, bool anywhere)
{
    const struct ci_host *h;
    bool blanks = mark[0] == ' ';
    for (size_t i = 0; i < first; i++)
        if (has_mark(marks_of(ci_host_at(i), anywhere), mark))
            return;
    printf("| %s", ci_host_at(first)->title);
    for (size_t i = first + 1; (h = ci_host_at(i)) != NULL; i++)
        if (has_mark(marks_of(h, anywhere), mark))
            printf(", %s", h->title);
    if (blanks)
        mark++;
    printf(" | `%s` %s | ", mark,
           anywhere ? "anywhere"
           : blanks ? "at the start of a line, after any blanks"
                    : "at the start of a line");
    if (anywhere || blanks)
        printf("`%c %s` |\n", mark[0], mark + 1);
    else
        puts("a blank before it |");
}

static void print_host_commands(void)
{
    const struct ci_host *h;
    puts("| Host | Executes | Becomes |\n| --- | --- | --- |");
    for (int anywhere = 0; anywhere < 2; anywhere++)
        for (size_t i = 0; (h = ci_host_at(i)) != NULL; i++) {
            const char *const *mark = marks_of(h, anywhere == 1);
            for (; *mark != NULL; mark++)
                print_mark(i, *mark, anywhere == 1);
        }
    puts("| GitLab, Jenkins and others | escape sequences | `\\x1B` |");
}

static void print_ask(void)
{
    printf("| Parameter | Meaning |\n| --- | --- |\n");
    for (size_t i = 0; i < ask_parameter_count(); i++)
        printf("| `%s` | %s |\n", ask_parameter(i).name, ask_parameter(i).help);
}

static void print_figures(void)
{
    printf("| Figure | Of several values | What it means |\n"
           "| --- | --- | --- |\n");
    for (size_t i = 0; i < FIGURES; i++) {
        static const char *const how[] = {[FIGURE_RATE] = "a rate",
                                          [FIGURE_MEDIAN] = "the median",
                                          [FIGURE_SHARE] =
                                              "a share, with its parts"};
        struct figure f = status_figure(i);
        printf("| %s | %s | %s |\n", f.name, how[f.kind], f.definition);
    }
}

static void print_column(const struct column *c)
{
    static const char *const type[] = {
        [COLUMN_ID] = "id",           [COLUMN_INT] = "number",
        [COLUMN_BITS] = "bits",       [COLUMN_BOOL] = "0 or 1",
        [COLUMN_NAME] = "name",       [COLUMN_KEY] = "key",
        [COLUMN_LINK] = "key",        [COLUMN_TEXT] = "text",
        [COLUMN_PAYLOAD] = "payload", [COLUMN_BYTES] = "bytes"};
    printf("| `%s` | %s", c->name, type[c->type]);
    for (size_t i = 0; c->names != NULL && i < c->names->count; i++)
        printf("%s%s", i == 0 ? ": " : ", ", c->names->name[i]);
    printf(" | %d | %s |\n", c->since, c->help);
}

/* The tables of the newest schema, as the code makes them. */
static void print_history(void)
{
    for (size_t i = 0; i < history_schema.count; i++) {
        const struct table *t = history_schema.table[i];
        printf("%s### %s\n\n%s\n\n", i == 0 ? "" : "\n", t->name, t->help);
        puts("| Column | Type | Since | Meaning |");
        puts("| --- | --- | --- | --- |");
        for (size_t k = 0; k < t->count; k++)
            print_column(&t->column[k]);
    }
}

static void print_rules(size_t count, struct review_rule (*rule_at)(size_t))
{
    puts("| Rule | Name | Severity | Finds | What to do |");
    puts("| --- | --- | --- | --- | --- |");
    for (size_t i = 0; i < count; i++) {
        struct review_rule rule = rule_at(i);
        printf("| %s | `%s` | %s | %s | %s |\n", rule.id, rule.name,
               rule.severity < 0
                   ? "off"
                   : name_of(&remark_severity_names, rule.severity),
               rule.help, rule.advice);
    }
}

static void print_migration_tools(void)
{
    puts("| Tool | A migration is sent | For a statement that refuses this |");
    puts("| --- | --- | --- |");
    for (size_t i = 0; i < migration_tool_count(); i++) {
        struct migration_tool_doc t = migration_tool(i);
        printf("| %s | %s | %s |\n", t.name, t.sent, t.opt_out);
    }
}

/* JSON Schema of .postflight-lint.yaml, for editors. */
static void print_lint_schema(void)
{
    puts("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
         "  \"$id\": \"https://postflight.example/schemas/lint/1\",\n"
         "  \"title\": \".postflight-lint.yaml: the rules of a team\",\n"
         "  \"type\": \"object\",\n  \"additionalProperties\": false,\n"
         "  \"$defs\": {\"level\": {\"enum\": [\"off\", \"note\", \"minor\", "
         "\"major\"]}},\n  \"properties\": {");
    printf("    \"style\": {\"enum\": [");
    for (size_t i = 0; i < style_count(); i++)
        printf("%s\"%s\"", i > 0 ? ", " : "", style_at(i)->name);
    puts("]},\n    \"rules\": {\n      \"type\": \"object\",\n"
         "      \"additionalProperties\": false,\n      \"properties\": {");
    for (size_t i = 0; i < lint_rule_count(); i++) {
        struct review_rule rule = lint_rule(i);
        const char *end = i + 1 < lint_rule_count() ? "," : "";
        printf("        \"%s\": {\"$ref\": \"#/$defs/level\"},\n"
               "        \"%s\": {\"$ref\": \"#/$defs/level\"}%s\n",
               rule.id, rule.name, end);
    }
    puts("      }\n    }\n  }\n}");
}

static void print_constructs(enum import_format format)
{
    puts("| In | There | Here |");
    puts("| --- | --- | --- |");
    for (size_t i = 0; i < import_construct_count(format); i++) {
        struct import_construct c = import_construct(format, i);
        bool word = c.ours != NULL && strpbrk(c.ours, "` ") == NULL;
        printf("| %s | `%s` | ", c.where, c.theirs);
        if (c.ours == NULL)
            printf("not imported: %s; %s |\n", c.why, c.advice);
        else
            printf("%s%s%s |\n", word ? "`" : "", c.ours, word ? "`" : "");
    }
}

/* "import-gatus"; false: it is no such name. */
static bool print_import(const char *what)
{
    int format;
    if (strncmp(what, "import-", 7) != 0 ||
        !name_find(&import_format_names, str_from(what + 7), &format))
        return false;
    print_constructs((enum import_format)format);
    return true;
}

static void print_shape(const struct shape *shape, const char *id,
                        const char *title, bool people)
{
    struct buf text;
    buf_init(&text, (size_t)1 << 20);
    shape_schema(&text, shape, id, title, people);
    fputs(text.ptr, stdout);
    buf_release(&text);
}

static void print_notification_table(void)
{
    puts("| Name | Type | Meaning |\n| --- | --- | --- |");
    print_notification(&notification_shape, "");
}

#define FACTS_SCHEMA "postflight/facts/1" /* people write no such member */

static const struct {
    const char *schema;
    const struct shape *shape;
    const char *title;
} schemas[] = {
    {NOTIFICATION_SCHEMA, &notification_shape,
     "What webhooks and commands are told"},
    {FACTS_SCHEMA, &facts_shape, "What only people know of an incident"},
    {ANSWER_SCHEMA, &answer_shape, "What postflight serve answers"},
    {RECORD_SCHEMA, &record_shape, "The record of one postflight run"},
    {BASELINE_SCHEMA, &baseline_shape,
     "What was served when a baseline was taken"},
    {PROOF_SCHEMA, &proof_shape, "What a set of checks would notice"},
    {REVIEW_SCHEMA, &remarks_shape, "What is wrong with documents"},
    {IMPORT_SCHEMA, &import_record_shape,
     "What was read of other tools' files, and what was left"},
};

/* "NAME-schema"; false: there is none of that name. */
static bool print_schema(const char *what)
{
    char id[100];
    for (size_t i = 0; i < ARRAY_COUNT(schemas); i++) {
        struct str rest = str_from(schemas[i].schema);
        str_cut(rest, '/', &rest); /* behind "postflight/" */
        struct str name = str_cut(rest, '/', &(struct str){NULL, 0});
        if (!str_starts(str_from(what), name) ||
            strcmp(what + name.len, "-schema") != 0)
            continue;
        snprintf(id, sizeof(id), "https://postflight.example/schemas/%.*s",
                 STR_ARGS(rest));
        print_shape(schemas[i].shape, id, schemas[i].title,
                    schemas[i].shape == &facts_shape);
        return true;
    }
    return false;
}

int main(int argc, char **argv)
{
    const char *what = argc == 2 ? argv[1] : "";
    if (strcmp(what, "queries") == 0)
        print_word_table("Query | Gives", WORDS_QUERIES);
    else if (strcmp(what, "lint-schema") == 0)
        print_lint_schema();
    else if (strcmp(what, "filters") == 0)
        print_word_table("Filter | Makes of what stands before it",
                         WORDS_FILTERS);
    else if (strcmp(what, "predicates") == 0)
        print_word_table("Predicate | Holds when", WORDS_PREDICATES);
    else if (strcmp(what, "keywords") == 0)
        print_keywords();
    else if (strcmp(what, "signatures") == 0)
        print_signature_keys();
    else if (strcmp(what, "containers") == 0)
        print_containers();
    else if (strcmp(what, "events") == 0)
        print_events();
    else if (strcmp(what, "facts") == 0)
        print_facts();
    else if (strcmp(what, "sections") == 0)
        print_sections();
    else if (strcmp(what, "formats") == 0)
        print_formats();
    else if (strcmp(what, "environment") == 0)
        print_environment();
    else if (strcmp(what, "untrusted-addresses") == 0)
        print_addresses();
    else if (strcmp(what, "limits") == 0)
        print_limits();
    else if (strcmp(what, "hosts") == 0)
        print_hosts();
    else if (strcmp(what, "host-groups") == 0)
        print_host_groups();
    else if (strcmp(what, "host-commands") == 0)
        print_host_commands();
    else if (strcmp(what, "history") == 0)
        print_history();
    else if (strcmp(what, "message-limits") == 0)
        print_message_limits();
    else if (strcmp(what, "notification") == 0)
        print_notification_table();
    else if (strcmp(what, "figures") == 0)
        print_figures();
    else if (strcmp(what, "ask") == 0)
        print_ask();
    else if (strcmp(what, "rules") == 0)
        print_rules(review_rule_count(), review_rule);
    else if (strcmp(what, "migration-rules") == 0)
        print_rules(migration_rule_count(), migration_rule);
    else if (strcmp(what, "migration-tools") == 0)
        print_migration_tools();
    else if (strcmp(what, "exits") == 0)
        print_exits();
    else if (strcmp(what, "command-exits") == 0)
        print_command_exits();
    else if (strcmp(what, "checks-schema") == 0)
        print_checks_schema();
    else if (!print_schema(what) && !print_import(what))
        print_table(what);
    return 0;
}
