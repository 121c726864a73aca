/* Remarks as lines of text, and as SARIF 2.1.0. */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "review/review.h"

static const char *word_of(int severity)
{
    return severity == SEVERITY_CRITICAL ? "error"
           : severity == SEVERITY_INFO   ? "note"
                                         : "warning";
}

void review_text(struct buf *out, const struct remarks *r)
{
    for (size_t i = 0; i < r->remark_count; i++) {
        const struct remark *m = &r->remark[i];
        text_visible_line(out, str_from(m->file));
        buf_printf(out, ":%lld:%lld: %s: %s %s: ", (long long)m->line,
                   (long long)m->column, word_of(m->severity), m->rule,
                   m->name);
        text_visible_line(out, str_from(m->text));
        buf_printf(out, "; %s\n", m->advice);
    }
    if (r->left_out > 0)
        buf_printf(out, "and %lld more of the same rules\n",
                   (long long)r->left_out);
}

static void member(struct buf *out, const char *name, const char *text)
{
    json_quote(out, str_from(name));
    buf_text(out, ": ");
    json_quote(out, str_from(text));
}

/* A name of a file as a URI: what RFC 3986 does not let stand becomes %XX. */
static void uri(struct buf *out, const char *path)
{
    static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST"
                               "UVWXYZ0123456789-._~/";
    struct buf text;
    buf_init(&text, strlen(path) * 3 + 1);
    for (const char *c = path; *c != '\0'; c++) {
        if (strchr(safe, *c) != NULL)
            buf_char(&text, *c);
        else
            buf_printf(&text, "%%%02X", (unsigned)(unsigned char)*c);
    }
    json_quote(out, buf_view(&text));
    buf_release(&text);
}

static void sarif_rules(struct buf *out)
{
    buf_text(out, "          \"rules\": [\n");
    for (size_t i = 0; i < review_rule_count(); i++) {
        struct review_rule rule = review_rule(i);
        buf_text(out, "            {");
        member(out, "id", rule.id);
        buf_text(out, ", ");
        member(out, "name", rule.name);
        buf_text(out, ",\n             \"shortDescription\": {");
        member(out, "text", rule.help);
        buf_text(out, "},\n             \"help\": {");
        member(out, "text", rule.advice);
        buf_text(out, "}}");
        buf_text(out, i + 1 < review_rule_count() ? ",\n" : "\n");
    }
    buf_text(out, "          ]\n");
}

static size_t rule_index(const char *id)
{
    size_t i = 0;
    while (i + 1 < review_rule_count() && strcmp(review_rule(i).id, id) != 0)
        i++;
    return i;
}

/* Without a column: SARIF counts characters, and these are bytes. */
static void sarif_result(struct buf *out, const struct remark *m)
{
    struct buf message;
    buf_init(&message, 4000);
    buf_printf(&message, "%s: %s", m->text, m->advice);
    buf_text(out, "        {");
    member(out, "ruleId", m->rule);
    buf_printf(out, ", \"ruleIndex\": %zu, ", rule_index(m->rule));
    member(out, "level", word_of(m->severity));
    buf_text(out, ",\n         \"message\": {");
    member(out, "text", message.ptr);
    buf_text(out, "},\n         \"locations\": [{\"physicalLocation\": "
                  "{\"artifactLocation\": {\"uri\": ");
    uri(out, m->file);
    buf_printf(out,
               "}, \"region\": {\"startLine\": %lld}}}],\n         "
               "\"partialFingerprints\": {",
               (long long)m->line);
    member(out, "postflight/v1", m->fingerprint);
    buf_text(out, "}}");
    buf_release(&message);
}

void review_sarif(struct buf *out, const struct remarks *r, const char *version)
{
    buf_text(out,
             "{\n  \"$schema\": \"https://json.schemastore.org/"
             "sarif-2.1.0.json\",\n  \"version\": \"2.1.0\",\n  \"runs\": [\n"
             "    {\n      \"tool\": {\n        \"driver\": {\n          ");
    member(out, "name", "postflight");
    buf_text(out, ",\n          ");
    member(out, "version", version);
    buf_text(out, ",\n");
    sarif_rules(out);
    buf_text(out, "        }\n      },\n      \"results\": [\n");
    for (size_t i = 0; i < r->remark_count; i++) {
        sarif_result(out, &r->remark[i]);
        buf_text(out, i + 1 < r->remark_count ? ",\n" : "\n");
    }
    buf_text(out, "      ]\n    }\n  ]\n}\n");
}
