/* Reads .postflight-lint.yaml. */
#include "base/names.h"
#include "base/text.h"
#include "lint/switches.h"

int rule_find(struct str name)
{
    for (size_t i = 0; i < lint_rule_count(); i++) {
        struct review_rule rule = lint_rule(i);
        if (str_equal_nocase(name, str_from(rule.id)) ||
            str_equal_nocase(name, str_from(rule.name)))
            return (int)i;
    }
    return -1;
}

static void read_style(struct house *out, const struct yaml_node *n,
                       struct diags *d)
{
    if (n->kind == YAML_SCALAR)
        out->style = style_find(n->text);
    if (out->style == NULL)
        diags_add(d, n->pos, "invalid style: use sre, atlassian or pagerduty");
}

static void read_level(struct house *out, int rule, const struct yaml_node *n,
                       struct diags *d)
{
    int level = LEVEL_UNSET;
    if (n->kind == YAML_SCALAR && str_is(n->text, "off"))
        level = LEVEL_OFF;
    else if (n->kind != YAML_SCALAR ||
             !name_find(&remark_severity_names, n->text, &level))
        diags_add(d, n->pos, "invalid level: use off, note, minor or major");
    out->level[rule] = level;
    out->line[rule] = (unsigned)n->pos.line;
}

static void read_rules(struct house *out, const struct yaml_node *n,
                       struct diags *d)
{
    if (n->kind != YAML_MAP) {
        diags_add(d, n->pos, "'rules' is a map of rules and their levels");
        return;
    }
    for (size_t i = 0; i < n->count; i++) {
        const struct yaml_node *key = n->item[2 * i];
        int rule = rule_find(key->text);
        if (rule < 0)
            diags_add(d, key->pos,
                      "no rule is named '%.*s'; see docs/REVIEW.md and "
                      "docs/MIGRATIONS.md",
                      STR_ARGS(key->text));
        else if (out->level[rule] != LEVEL_UNSET)
            diags_add(d, key->pos, "rule '%.*s' is set twice",
                      STR_ARGS(key->text));
        else
            read_level(out, rule, n->item[2 * i + 1], d);
    }
}

const char *house_path(const struct house *h)
{
    return h->path;
}

struct house *house_open(struct arena *a, const struct source *source,
                         struct diags *d)
{
    struct house *out = arena_alloc(a, sizeof(*out));
    const struct yaml_node *root;
    size_t errors = diags_errors(d);
    *out = (struct house){.path = source->name};
    for (size_t i = 0; i < HOUSE_RULES_MAX; i++)
        out->level[i] = LEVEL_UNSET;
    if (!yaml_parse(&root, a, source, d))
        return NULL;
    if (root->kind != YAML_MAP)
        diags_add(d, root->pos, "expected the keys 'style' and 'rules'");
    for (size_t i = 0; root->kind == YAML_MAP && i < root->count; i++) {
        const struct yaml_node *key = root->item[2 * i];
        if (str_is(key->text, "style"))
            read_style(out, root->item[2 * i + 1], d);
        else if (str_is(key->text, "rules"))
            read_rules(out, root->item[2 * i + 1], d);
        else
            diags_add(d, key->pos, "unknown key '%.*s': use style or rules",
                      STR_ARGS(key->text));
    }
    return diags_errors(d) == errors ? out : NULL;
}

void house_idle(struct remarks *out, struct arena *a, const struct house *h)
{
    for (size_t i = 0; i < lint_rule_count(); i++) {
        struct review_rule rule = lint_rule(i);
        if (h->level[i] == rule.severity)
            remarks_idle(out, a, h->path, h->line[i],
                         arena_printf(a, "'%s' is '%s' without this line, too",
                                      rule.name,
                                      rule.severity < 0
                                          ? "off"
                                          : name_of(&remark_severity_names,
                                                    rule.severity)));
    }
}

void house_apply(struct remarks *r, size_t from, const struct house *house)
{
    size_t kept = from;
    for (size_t i = from; i < r->remark_count; i++) {
        struct remark m = r->remark[i];
        int rule = rule_find(str_from(m.rule));
        int level =
            house == NULL || rule < 0 ? LEVEL_UNSET : house->level[rule];
        if (level >= 0)
            m.severity = level;
        if (level != LEVEL_OFF)
            r->remark[kept++] = m;
    }
    r->remark_count = kept;
}
