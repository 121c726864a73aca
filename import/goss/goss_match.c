/* Matchers of goss, and its dns resource. */
#include <string.h>

#include "base/text.h"
#include "import/goss/goss.h"

#define DEPTH_MAX 8

static const struct row rows[] = {
    CARRIED("a text, equal", "`==`", NULL),
    CARRIED("a list of patterns", "`contains`, `matches`; with ! their `not`",
            NULL),
    CARRIED("and", "each of them", NULL),
    CARRIED("not", "`not`", NULL),
    CARRIED("have-prefix", "`startsWith`", NULL),
    CARRIED("have-suffix", "`endsWith`", NULL),
    CARRIED("contain-substring", "`contains`", NULL),
    CARRIED("match-regexp", "`matches`", NULL),
    CARRIED("contain-element", "`contains`", NULL),
    CARRIED("contain-elements", "`contains`, each of them", NULL),
    CARRIED("gt", "`>`", NULL),
    CARRIED("ge", "`>=`", NULL),
    CARRIED("lt", "`<`", NULL),
    CARRIED("le", "`<=`", NULL),
    CARRIED("equal", "`==`", NULL),
    CARRIED("or", "`in [...]`, when all are numbers or texts", NULL),
    CARRIED("gjson", "`jsonpath`", NULL),
    LEFT("have-len", "a text has no count here", "write 'bytes count == N'"),
    LEFT("consist-of", "an expectation is for one value",
         "expect each by 'contains'"),
    LEFT("have-key", "an expectation is for one value",
         "write 'jsonpath \"$.KEY\" exists'"),
    LEFT("have-key-with-value", "an expectation is for one value",
         "write 'jsonpath \"$.KEY\" == ...'"),
    LEFT("semver-constraint", "versions have no order here",
         "write 'matches /.../'"),
};

struct rows match_rows(void)
{
    return IN("matcher", rows);
}

struct match {
    struct import *im;
    struct entry *e;
    const char *query;
    enum match_kind kind;
    bool negated;
    int depth;
};

static void refuse(const struct match *m, const struct yaml_node *n,
                   const struct row *row)
{
    remark_row(m->im, n->pos,
               n->kind == YAML_SCALAR ? n->text : str_from(yaml_kind_name(n)),
               row);
}

static void expect(const struct match *m, const struct yaml_node *n,
                   bool negated, const char *predicate, const char *value)
{
    expect_text(m->im, m->e, n->pos, "%s%s %s %s", m->query,
                negated != m->negated ? " not" : "", predicate, value);
}

/* A literal as the query has it: a number, a JSON value, a text. */
static const char *value_of(const struct match *m, const struct yaml_node *n)
{
    bool json = m->kind == MATCH_JSON &&
                (text_is_number(n->text) || str_is(n->text, "true") ||
                 str_is(n->text, "false"));
    if (m->kind == MATCH_NUMBER || (json && n->plain))
        return n->text.ptr;
    return quoted(m->im, from_goss(m->im, n));
}

/* "foo", "/regex/", "!foo", "!/regex/"; "\!foo" begins with the sign. */
static void match_pattern(const struct match *m, const struct yaml_node *n)
{
    struct str s = n->text;
    bool negated = str_starts(s, STR("!"));
    s = str_sub(s, negated ? 1 : 0, s.len);
    if (s.len >= 2 && s.ptr[0] == '/' && s.ptr[s.len - 1] == '/') {
        expect(m, n, negated, "matches",
               quoted_regex(m->im, str_sub(s, 1, s.len - 2), "m"));
        return;
    }
    if (str_starts(s, STR("\\")) && s.len > 1 && strchr("!/", s.ptr[1]) != NULL)
        s = str_sub(s, 1, s.len);
    struct yaml_node plain = *n;
    plain.text = s;
    expect(m, n, negated, "contains", quoted(m->im, from_goss(m->im, &plain)));
}

static void match_node(const struct match *m, const struct yaml_node *n);

static void match_each(const struct match *m, const struct yaml_node *n)
{
    for (size_t i = 0; n->kind == YAML_LIST && i < n->count; i++)
        match_node(m, n->item[i]);
    if (n->kind != YAML_LIST)
        match_node(m, n);
}

/* A path such as "moo.nested.0" or "@this" to $.moo.nested[0]. */
static const char *gjson_path(struct import *im, struct str path)
{
    struct buf out;
    bool ok = true;
    buf_init(&out, 1000);
    buf_char(&out, '$');
    for (struct str rest = path; rest.len > 0 && !str_is(path, "@this");) {
        struct str name = str_cut(rest, '.', &rest);
        uint64_t index = 0;
        if (text_to_u64(name, 1000000, &index))
            buf_printf(&out, "[%llu]", (unsigned long long)index);
        else if (is_variable_name(name))
            buf_printf(&out, ".%.*s", STR_ARGS(name));
        else
            ok = false;
    }
    const char *result = ok ? buf_dup(im->arena, &out) : NULL;
    buf_release(&out);
    return result;
}

static void match_gjson(const struct match *m, const struct yaml_node *n)
{
    for (size_t i = 0; n->kind == YAML_MAP && i < n->count; i++) {
        const char *path = gjson_path(m->im, n->item[2 * i]->text);
        struct match inner = *m;
        if (path == NULL || strcmp(m->query, "body") != 0) {
            refuse(m, n->item[2 * i], NULL);
            continue;
        }
        inner.query =
            arena_printf(m->im->arena, "jsonpath %s", quoted(m->im, path));
        inner.kind = MATCH_JSON;
        match_node(&inner, n->item[2 * i + 1]);
    }
}

static void match_or(const struct match *m, const struct yaml_node *n)
{
    struct buf list;
    bool plain = n->kind == YAML_LIST && n->count > 0;
    for (size_t i = 0; plain && i < n->count; i++)
        plain = n->item[i]->kind == YAML_SCALAR;
    if (!plain) {
        remark(m->im, n->pos, STR("or"),
               "only values can be alternatives of each other",
               "make a check of each");
        return;
    }
    buf_init(&list, 1500);
    for (size_t i = 0; i < n->count; i++)
        buf_printf(&list, "%s%s", i > 0 ? ", " : "", value_of(m, n->item[i]));
    expect(m, n, false, "in", arena_printf(m->im->arena, "[%s]", list.ptr));
    buf_release(&list);
}

static bool match_word(const struct match *m, struct str word,
                       const struct yaml_node *n)
{
    static const struct {
        const char *theirs, *ours;
    } pair[] = {{"have-prefix", "startsWith"},
                {"have-suffix", "endsWith"},
                {"contain-substring", "contains"},
                {"gt", ">"},
                {"ge", ">="},
                {"lt", "<"},
                {"le", "<="},
                {"equal", "=="}};
    bool ordered = word.len == 2 && strchr("gl", word.ptr[0]) != NULL;
    for (size_t i = 0; i < ARRAY_COUNT(pair) && n->kind == YAML_SCALAR; i++)
        if (str_is(word, pair[i].theirs)) {
            expect(m, n, false, pair[i].ours,
                   ordered ? n->text.ptr : value_of(m, n));
            return true;
        }
    if (!str_is(word, "match-regexp") || n->kind != YAML_SCALAR)
        return false;
    expect(m, n, false, "matches", quoted_regex(m->im, n->text, ""));
    return true;
}

static void match_map(const struct match *m, const struct yaml_node *n)
{
    for (size_t i = 0; i < n->count; i++) {
        struct str word = n->item[2 * i]->text;
        const struct yaml_node *value = n->item[2 * i + 1];
        struct match inner = *m;
        const struct row *row = rows_find(ROWS(rows), word);
        if (str_is(word, "not")) {
            inner.negated = !m->negated;
            match_node(&inner, value);
        } else if (str_is(word, "and") && !m->negated) {
            match_each(m, value);
        } else if (str_is(word, "or") && !m->negated) {
            match_or(m, value);
        } else if (str_starts(word, STR("contain-element"))) {
            inner.kind = m->kind == MATCH_JSON ? m->kind : MATCH_PATTERNS;
            match_each(&inner, value);
        } else if (str_is(word, "gjson")) {
            match_gjson(m, value);
        } else if (!match_word(m, word, value)) {
            refuse(m, n->item[2 * i],
                   row != NULL && row->ours == NULL ? row : NULL);
        }
    }
}

static void match_node(const struct match *m, const struct yaml_node *n)
{
    struct match inner = *m;
    if (++inner.depth > DEPTH_MAX) {
        remark(m->im, n->pos, STR("matchers"), "nested deeper than 8",
               "write them flatter");
    } else if (n->kind == YAML_MAP) {
        match_map(&inner, n);
    } else if (n->kind == YAML_LIST) {
        match_each(&inner, n);
    } else if (m->kind == MATCH_PATTERNS) {
        match_pattern(&inner, n);
    } else {
        expect(&inner, n, false, "==", value_of(&inner, n));
    }
}

/* A text alone, where patterns would be a list, is all of the output. */
void match_read(struct import *im, struct entry *e, const char *query,
                const struct yaml_node *n, enum match_kind kind)
{
    struct match m = {.im = im, .e = e, .query = query, .kind = kind};
    if (n->kind == YAML_SCALAR && kind == MATCH_PATTERNS) {
        m.kind = MATCH_TEXT;
        m.query = arena_printf(im->arena, "%s trim", query);
    } else if (n->kind == YAML_MAP && kind == MATCH_PATTERNS) {
        m.kind = MATCH_TEXT;
    }
    match_node(&m, n);
}

static const struct row dns_rows[] = {
    CARRIED("resolvable", "`dns`, when it is true", NULL),
    CARRIED("resolveable", "`dns`, when it is true", NULL),
    CARRIED("addrs", "`jsonpath \"$.records\" includes`", NULL),
    CARRIED("server", "`dns.server`", NULL),
    CARRIED("resolve", "`dns.name`", NULL),
    CARRIED("timeout", "`timeout`", read_as_timeout),
    CARRIED("title", "nothing: the id is its title", read_nothing),
    CARRIED("skip", "no check, when it is true", read_nothing),
    LEFT("meta", "a check has no other words", "write 'tags'"),
};

struct rows goss_dns_rows(void)
{
    return IN("dns", dns_rows);
}

/* "54.243.154.1" is asked as 1.154.243.54.in-addr.arpa. */
static const char *reversed(struct import *im, struct str address)
{
    struct str part[4], rest = address;
    for (size_t i = 0; i < 4; i++)
        part[i] = str_cut(rest, '.', &rest);
    return arena_printf(im->arena, "%.*s.%.*s.%.*s.%.*s.in-addr.arpa",
                        STR_ARGS(part[3]), STR_ARGS(part[2]), STR_ARGS(part[1]),
                        STR_ARGS(part[0]));
}

static bool has_colon(struct str s)
{
    return str_find(s, STR(":"), 0) < s.len;
}

static void expect_records(struct import *im, struct entry *e,
                           const struct yaml_node *list, const char *type)
{
    if (list->kind != YAML_LIST)
        remark(im, list->pos, STR("addrs"), "only a list is imported",
               "write 'jsonpath \"$.records\" includes ...'");
    for (size_t i = 0; list->kind == YAML_LIST && i < list->count; i++) {
        struct str s = node_text(list->item[i]);
        bool other =
            type == NULL && has_colon(s) != has_colon(node_text(list->item[0]));
        if (str_ends(s, STR(".")))
            s.len--;
        if (s.len == 0 || other)
            remark(im, list->item[i]->pos, s,
                   "A and AAAA are queried one at a time",
                   "make a second 'dns' check of the other type");
        else
            expect_text(im, e, list->item[i]->pos,
                        "jsonpath \"$.records\" includes %s",
                        quoted(im, from_plain(im, s)));
    }
}

bool goss_dns_make(struct import *im, struct draft *d, struct str id,
                   const struct yaml_node *n)
{
    struct reader r = {.im = im, .e = &d->own};
    const struct yaml_node *server = yaml_get(n, "server");
    const struct yaml_node *addrs = yaml_get(n, "addrs");
    const struct yaml_node *wanted = yaml_get(n, "resolvable");
    const struct yaml_node *resolve = yaml_get(n, "resolve");
    struct str name, all = resolve == NULL ? id : node_text(resolve);
    struct str type = str_cut(all, ':', &name);
    bool typed = name.len > 0;
    wanted = wanted == NULL ? yaml_get(n, "resolveable") : wanted;
    if (wanted != NULL && !node_is_true(wanted)) {
        remark(im, wanted->pos, id, "no check expects a name to be absent",
               "write 'jsonpath \"$.rcode\" == \"NXDOMAIN\"' by hand");
        return false;
    }
    bool v6 = !typed && addrs != NULL && addrs->kind == YAML_LIST &&
              addrs->count > 0 && has_colon(node_text(addrs->item[0]));
    put(im, &d->own, "dns.name",
        typed && str_is(type, "PTR") ? reversed(im, name)
                                     : from_plain(im, typed ? name : all),
        d->own.pos);
    if (typed || v6)
        put(im, &d->own, "dns.type", v6 ? "AAAA" : str_dup(im->arena, type),
            POS_NONE);
    if (node_text(server).len > 0)
        put(im, &d->own, "dns.server", from_goss(im, server), server->pos);
    if (addrs != NULL)
        expect_records(im, &d->own, addrs, typed ? type.ptr : NULL);
    rows_read(&r, n, ROWS(dns_rows));
    return true;
}
