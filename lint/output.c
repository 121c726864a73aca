/* Remarks as lines of text, and as SARIF 2.1.0. */
#include <string.h>

#include "base/json_write.h"
#include "base/text.h"
#include "lint/lint.h"

static const char *word_of(int severity)
{
    return severity == REMARK_MAJOR  ? "error"
           : severity == REMARK_NOTE ? "note"
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

static void text_object(struct json_writer *w, const char *name,
                        const char *text)
{
    json_object(w, name);
    json_text(w, "text", text);
    json_end(w, '}');
}

static void sarif_rules(struct json_writer *w)
{
    json_array(w, "rules");
    for (size_t i = 0; i < lint_rule_count(); i++) {
        struct review_rule rule = lint_rule(i);
        json_object(w, NULL);
        json_text(w, "id", rule.id);
        json_text(w, "name", rule.name);
        text_object(w, "shortDescription", rule.help);
        text_object(w, "help", rule.advice);
        json_end(w, '}');
    }
    json_end(w, ']');
}

static size_t rule_index(const char *id)
{
    size_t i = 0;
    while (i + 1 < lint_rule_count() && strcmp(lint_rule(i).id, id) != 0)
        i++;
    return i;
}

/* Without a column: SARIF counts characters, and these are bytes. */
static void sarif_location(struct json_writer *w, const struct remark *m)
{
    struct buf uri;
    buf_init(&uri, strlen(m->file) * 3 + 16);
    text_url_path(&uri, str_from(m->file));
    json_object(w, NULL);
    json_object(w, "physicalLocation");
    json_object(w, "artifactLocation");
    json_text(w, "uri", uri.ptr);
    json_end(w, '}');
    json_object(w, "region");
    json_number(w, "startLine", m->line);
    json_end(w, '}');
    json_end(w, '}');
    json_end(w, '}');
    buf_release(&uri);
}

static void sarif_result(struct json_writer *w, const struct remark *m)
{
    struct buf message;
    buf_init(&message, 4000);
    buf_printf(&message, "%s: %s", m->text, m->advice);
    json_object(w, NULL);
    json_text(w, "ruleId", m->rule);
    json_number(w, "ruleIndex", (int64_t)rule_index(m->rule));
    json_text(w, "level", word_of(m->severity));
    text_object(w, "message", message.ptr);
    json_array(w, "locations");
    sarif_location(w, m);
    json_end(w, ']');
    json_object(w, "partialFingerprints");
    json_text(w, "postflight/v1", m->fingerprint);
    json_end(w, '}');
    json_end(w, '}');
    buf_release(&message);
}

void review_sarif(struct buf *out, const struct remarks *r, const char *version)
{
    struct json_writer json = {.out = out}, *w = &json;
    json_object(w, NULL);
    json_text(w, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    json_text(w, "version", "2.1.0");
    json_array(w, "runs");
    json_object(w, NULL);
    json_object(w, "tool");
    json_object(w, "driver");
    json_text(w, "name", "postflight");
    json_text(w, "version", version);
    sarif_rules(w);
    json_end(w, '}');
    json_end(w, '}');
    json_array(w, "results");
    for (size_t i = 0; i < r->remark_count; i++)
        sarif_result(w, &r->remark[i]);
    json_end(w, ']');
    json_end(w, '}');
    json_end(w, ']');
    json_end(w, '}');
    buf_char(out, '\n');
}
