/* Where actions are tracked, read from a tracker, written into the facts. */
#include <string.h>

#include "base/json.h"
#include "base/shape_yaml.h"
#include "base/yaml.h"
#include "report/action_issues.h"

#define ISSUE_MAX 2000 /* bytes of an address or key */

static const char *text_of(const cJSON *object, const char *name)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsString(value) ? value->valuestring : NULL;
}

/* "<!-- postflight:action INCIDENT ID -->" in the text of an issue; NULL: it is
   another issue, or of another incident. */
static const char *marked_id(struct arena *a, const char *body,
                             const struct facts *f)
{
    const char *mark =
        arena_printf(a, "<!-- postflight:action %s ", action_incident(a, f));
    struct str text = str_from(body == NULL ? "" : body);
    size_t at = str_find(text, str_from(mark), 0);
    if (at == text.len)
        return NULL;
    text = str_sub(text, at + strlen(mark), text.len);
    size_t end = str_find(text, STR(" -->"), 0);
    return end == text.len ? NULL : str_dup(a, str_sub(text, 0, end));
}

static bool is_line(const char *text)
{
    size_t i = 0;
    for (; text[i] != '\0'; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
            return false;
    return i > 0 && i <= ISSUE_MAX;
}

static bool take(struct action_issues *all, struct arena *a,
                 const struct source *source, const cJSON *one,
                 const struct facts *f, struct err *e)
{
    const char *id = marked_id(a, text_of(one, "body"), f);
    const char *issue = text_of(one, "html_url");
    if (issue == NULL)
        issue = text_of(one, "url");
    if (id == NULL && text_of(one, "issue") != NULL) {
        id = text_of(one, "id");
        issue = text_of(one, "issue");
    }
    if (id == NULL)
        return true; /* an issue of something else */
    if (issue == NULL || !is_line(issue))
        return err_set(e, (struct pos){source, 0, 0},
                       "the issue of the action '%.80s' has no address: "
                       "expected 'html_url', 'url' or 'issue'",
                       id);
    all->item =
        arena_grow(a, all->item, all->count, &all->cap, sizeof(*all->item));
    all->item[all->count++] = (struct action_issue){
        arena_dup(a, id, strlen(id)), arena_dup(a, issue, strlen(issue))};
    return true;
}

bool action_issues_read(struct action_issues *out, struct arena *a,
                        const struct source *source, const struct facts *f,
                        struct err *e)
{
    cJSON *root = NULL;
    size_t left = ACTIONS_MAX;
    bool ok = json_parse(&root, source, e);
    *out = (struct action_issues){.item = NULL};
    if (ok && !cJSON_IsArray(root))
        ok = err_set(e, (struct pos){source, 0, 0},
                     "expected a list of issues, such as `gh issue list "
                     "--state all --json body,url` prints");
    for (const cJSON *i = ok ? root->child : NULL; ok && i != NULL; i = i->next)
        ok = left-- > 0 ? take(out, a, source, i, f, e)
                        : err_set(e, (struct pos){source, 0, 0},
                                  "it has more than %d issues", ACTIONS_MAX);
    cJSON_Delete(root);
    return ok;
}

static const char *issue_of(const struct action_issues *all, const char *id)
{
    for (size_t i = 0; i < all->count; i++)
        if (strcmp(all->item[i].id, id) == 0)
            return all->item[i].issue;
    return NULL;
}

/* Is the map of this key between braces, rather than in lines of its own? */
static bool is_flow(struct str text, size_t key)
{
    while (key > 0 && (text.ptr[key - 1] == ' ' || text.ptr[key - 1] == '\t' ||
                       text.ptr[key - 1] == '\n' || text.ptr[key - 1] == '\r'))
        key--;
    return key > 0 && text.ptr[key - 1] == '{';
}

static void add_member(struct buf *out, const struct source *facts,
                       const struct yaml_node *key, const char *name,
                       const char *value)
{
    bool flow = is_flow(facts->text, key->at);
    buf_printf(out, flow ? "\"%s\": " : "%s: ", name);
    json_quote(out, str_from(value));
    if (flow) {
        buf_text(out, ", ");
        return;
    }
    bool crlf = str_find(facts->text, STR("\r\n"), 0) < facts->text.len;
    buf_text(out, crlf ? "\r\n" : "\n");
    for (unsigned i = 1; i < key->pos.column; i++)
        buf_char(out, ' ');
}

/* Before the first key of an action; nothing else of the file changes. id:
   NULL if it has one. */
static void add_issue(struct buf *out, const struct source *facts,
                      const struct yaml_node *key, const char *id,
                      const char *issue)
{
    if (id != NULL)
        add_member(out, facts, key, "id", id);
    add_member(out, facts, key, "issue", issue);
}

/* Of an action; NULL: it has none. */
static const struct yaml_node *first_key(const struct yaml_node *actions,
                                         size_t index)
{
    if (actions == NULL || index >= actions->count)
        return NULL;
    const struct yaml_node *map = actions->item[index];
    return map->count == 0 ? NULL : map->item[0];
}

static bool read_facts(struct facts *out, const struct yaml_node **actions,
                       struct arena *a, const struct source *source,
                       struct err *e)
{
    const struct yaml_node *root = NULL;
    struct diags d;
    diags_init(&d, a);
    *out = (struct facts){.severity = -1, .status = -1};
    if (!yaml_parse(&root, a, source, &d) ||
        !shape_read_yaml(out, a, &facts_shape, root, &d) ||
        diags_errors(&d) > 0)
        return err_set(e, (struct pos){source, 0, 0},
                       "the facts are invalid: %.200s",
                       d.count > 0 ? d.item[0].text : "no YAML");
    *actions = yaml_get(root, "actions");
    return true;
}

/* What was written must be read as it was meant, and nothing else. */
static bool prove(struct arena *a, const char *name, struct str text,
                  const struct facts *was, const struct action_issues *issues,
                  struct err *e)
{
    struct source *source = arena_alloc(a, sizeof(*source));
    const struct yaml_node *actions = NULL;
    struct facts now;
    *source = (struct source){name, text};
    struct err why = {.set = false};
    bool same = read_facts(&now, &actions, a, source, &why) &&
                now.action_count == was->action_count;
    for (size_t i = 0; same && i < now.action_count; i++) {
        const char *meant = was->action[i].issue;
        if (meant == NULL)
            meant = issue_of(issues, action_id(a, was, i));
        const char *is = now.action[i].issue;
        same = meant == NULL ? is == NULL : is != NULL && !strcmp(is, meant);
    }
    return same || err_set(e, (struct pos){source, 0, 0},
                           "the issues have no place in the actions of these "
                           "facts, which are written in an unusual way; add "
                           "`issue:` by hand");
}

bool action_issues_write(struct str *out, struct arena *a,
                         const struct source *facts,
                         const struct action_issues *issues, size_t *added,
                         struct err *e)
{
    const struct yaml_node *actions = NULL;
    struct facts f;
    struct buf text;
    size_t from = 0;
    *added = 0;
    if (!read_facts(&f, &actions, a, facts, e))
        return false;
    buf_init(&text, 2 * facts->text.len + (size_t)ACTIONS_MAX * ISSUE_MAX * 8);
    for (size_t i = 0; i < f.action_count; i++) {
        const char *id = action_id(a, &f, i);
        const char *issue = issue_of(issues, id);
        const struct yaml_node *key = first_key(actions, i);
        if (issue == NULL || f.action[i].issue != NULL || key == NULL ||
            key->at < from)
            continue;
        buf_str(&text, str_sub(facts->text, from, key->at - from));
        add_issue(&text, facts, key, f.action[i].id == NULL ? id : NULL, issue);
        from = key->at;
        ++*added;
    }
    buf_str(&text, str_sub(facts->text, from, facts->text.len));
    size_t len = text.len;
    *out = (struct str){buf_take(a, &text), len};
    return prove(a, facts->name, *out, &f, issues, e);
}
