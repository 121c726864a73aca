/*
 * Queries and filters. Two tables say which query takes an argument and what
 * it gives, and what a filter takes, goes with and gives.
 */
#include "plan/query.h"

#include "base/jsonpath.h"
#include "base/regex.h"
#include "base/text.h"

struct query_rule {
    enum query_type gives;
    const char *argument; /* what it is; NULL when none is taken */
    bool may_be_missing;
};

/* In the order of enum query_kind. */
static const struct query_rule query_rule[] = {
    [QUERY_STATUS] = {GIVES_NUMBER, NULL, false},
    [QUERY_HEADER] = {GIVES_STRING, "a header name", true},
    [QUERY_BODY] = {GIVES_STRING, NULL, false},
    [QUERY_JSONPATH] = {GIVES_ANY, "a JSONPath", true},
    [QUERY_DURATION] = {GIVES_DURATION, NULL, false},
};

bool lexer_refuse(struct lexer *x, size_t at, const char *text)
{
    diags_add(x->loader->diags, yaml_pos_in(x->node, at), "%s", text);
    return false;
}

static bool refuse_word(struct lexer *x, const struct token *t,
                        const struct names *names)
{
    struct pos pos = yaml_pos_in(x->node, t->at);
    struct buf known;
    const char *near = t->kind == TOKEN_WORD
                           ? text_nearest(t->text, names->name, names->count)
                           : NULL;
    buf_init(&known, 400);
    names_list(names, &known);
    if (near != NULL)
        diags_add(x->loader->diags, pos,
                  "unknown %s '%.*s', did you mean "
                  "'%s'?",
                  names->what, STR_ARGS(t->text), near);
    else if (t->kind == TOKEN_WORD)
        diags_add(x->loader->diags, pos, "unknown %s '%.*s', expected %s",
                  names->what, STR_ARGS(t->text), known.ptr);
    else
        diags_add(x->loader->diags, pos, "expected a %s: %s", names->what,
                  known.ptr);
    buf_release(&known);
    return false;
}

bool lexer_word(struct lexer *x, const struct token *t,
                const struct names *names, int *out)
{
    if (t->kind == TOKEN_WORD && name_find(names, t->text, out))
        return true;
    return refuse_word(x, t, names);
}

static bool read_path(struct lexer *x, const struct token *t,
                      const struct jsonpath **out)
{
    struct jsonpath *path = NULL;
    struct jsonpath_error error = {0, NULL};
    if (jsonpath_compile(&path, x->loader->arena, t->text, &error)) {
        *out = path;
        return true;
    }
    diags_add(x->loader->diags, yaml_pos_in(x->node, t->at + 1 + error.offset),
              "JSONPath: %s", error.text);
    return false;
}

static bool read_argument(struct lexer *x, const struct token *t,
                          struct query *q)
{
    if (t->kind != TOKEN_STRING) {
        diags_add(x->loader->diags, yaml_pos_in(x->node, t->at),
                  "expected %s in double quotes after '%s'",
                  query_rule[q->kind].argument,
                  name_of(&query_names, (int)q->kind));
        return false;
    }
    q->argument = str_dup(x->loader->arena, t->text);
    if (t->text.len == 0 || text_has_control(t->text))
        return lexer_refuse(x, t->at, "empty, or with a control character");
    return q->kind != QUERY_JSONPATH || read_path(x, t, &q->path);
}

bool lexer_regex(struct lexer *x, const struct token *t, struct regex **out)
{
    struct regex_error error;
    if (!regex_open(out, t->text, t->flags, &error)) {
        diags_add(x->loader->diags,
                  yaml_pos_in(x->node, t->at + 1 + error.offset), "regex: %s",
                  error.text);
        return false;
    }
    struct regex_list *kept = arena_alloc(x->loader->arena, sizeof(*kept));
    *kept = (struct regex_list){*out, x->loader->plan->regexes};
    x->loader->plan->regexes = kept;
    return true;
}

enum filter_takes {
    FILTER_NONE,
    FILTER_NUMBER,
    FILTER_TEXT,
    FILTER_MAYBE_TEXT,
    FILTER_TWO_TEXTS,
    FILTER_PATTERN,
    FILTER_PATH
};

struct filter_rule {
    enum filter_takes takes;
    unsigned on;
    enum query_type gives;
};

/* In the order of enum filter_kind. */
static const struct filter_rule filter_rule[] = {
    [FILTER_COUNT] = {FILTER_NONE, ON_JSON, GIVES_NUMBER},
    [FILTER_NTH] = {FILTER_NUMBER, ON_JSON, GIVES_ANY},
    [FILTER_TO_INT] = {FILTER_NONE, ON_STRING | ON_JSON, GIVES_NUMBER},
    [FILTER_TO_FLOAT] = {FILTER_NONE, ON_STRING | ON_JSON, GIVES_NUMBER},
    [FILTER_TO_DATE] = {FILTER_MAYBE_TEXT, ON_STRING | ON_JSON, GIVES_DATE},
    [FILTER_DAYS_AFTER_NOW] = {FILTER_NONE, ON_DATE, GIVES_NUMBER},
    [FILTER_DAYS_BEFORE_NOW] = {FILTER_NONE, ON_DATE, GIVES_NUMBER},
    [FILTER_LOWER] = {FILTER_NONE, ON_STRING | ON_JSON, GIVES_STRING},
    [FILTER_TRIM] = {FILTER_NONE, ON_STRING | ON_JSON, GIVES_STRING},
    [FILTER_REPLACE] = {FILTER_TWO_TEXTS, ON_STRING | ON_JSON, GIVES_STRING},
    [FILTER_SPLIT] = {FILTER_TEXT, ON_STRING | ON_JSON, GIVES_ANY},
    [FILTER_REGEX] = {FILTER_PATTERN, ON_STRING | ON_JSON, GIVES_STRING},
    [FILTER_JSONPATH] = {FILTER_PATH, ON_STRING | ON_JSON, GIVES_ANY},
};

static bool read_text(struct lexer *x, struct token *t, struct str *out)
{
    if (t->kind != TOKEN_STRING)
        return lexer_refuse(x, t->at, "expected a text in double quotes");
    *out = (struct str){str_dup(x->loader->arena, t->text), t->text.len};
    return lexer_next(x, t);
}

static bool read_index(struct lexer *x, struct token *t, int64_t *out)
{
    uint64_t index = 0;
    struct str digits = t->text;
    bool back = digits.len > 0 && digits.ptr[0] == '-';
    digits = str_sub(digits, back ? 1 : 0, digits.len);
    if (t->kind != TOKEN_NUMBER || !text_to_u64(digits, 1000000, &index))
        return lexer_refuse(x, t->at, "expected an index such as 0 or -1");
    *out = back ? -(int64_t)index : (int64_t)index;
    return lexer_next(x, t);
}

/* The arguments of filter f; t is the token after its name. */
static bool read_filter_arguments(struct lexer *x, struct token *t,
                                  struct filter *f)
{
    switch (filter_rule[f->kind].takes) {
    case FILTER_NONE:
        return true;
    case FILTER_NUMBER:
        return read_index(x, t, &f->index);
    case FILTER_MAYBE_TEXT:
        return t->kind != TOKEN_STRING || read_text(x, t, &f->text);
    case FILTER_TEXT:
    case FILTER_TWO_TEXTS: {
        size_t at = t->at;
        if (!read_text(x, t, &f->text))
            return false;
        if (f->text.len == 0)
            return lexer_refuse(x, at, "empty");
        return f->kind != FILTER_REPLACE || read_text(x, t, &f->with);
    }
    case FILTER_PATTERN:
        if (t->kind != TOKEN_REGEX)
            return lexer_refuse(x, t->at, "expected a regex: /.../");
        return lexer_regex(x, t, &f->regex) && lexer_next(x, t);
    case FILTER_PATH:
        if (t->kind != TOKEN_STRING)
            return lexer_refuse(x, t->at,
                                "expected a JSONPath in double quotes");
        return read_path(x, t, &f->path) && lexer_next(x, t);
    }
    return false;
}

#define FILTERS_MAX 16

static bool read_filters(struct lexer *x, struct token *t, struct query *q)
{
    struct filter *all =
        arena_array(x->loader->arena, FILTERS_MAX, sizeof(*all));
    int kind;
    q->filter = all;
    while (t->kind == TOKEN_WORD && name_find(&filter_names, t->text, &kind)) {
        if (q->filter_count == FILTERS_MAX)
            return lexer_refuse(x, t->at, "more than 16 filters");
        if ((filter_rule[kind].on >> query_gives(q) & 1u) == 0)
            return lexer_refuse(x, t->at,
                                "this filter does not go with what stands "
                                "before it");
        struct filter *f = &all[q->filter_count++];
        f->kind = (enum filter_kind)kind;
        if (!lexer_next(x, t) || !read_filter_arguments(x, t, f))
            return false;
    }
    return true;
}

bool query_read(struct lexer *x, struct token *t, struct query *q)
{
    int kind;
    if (!lexer_word(x, t, &query_names, &kind))
        return false;
    *q = (struct query){.kind = (enum query_kind)kind};
    if (!lexer_next(x, t))
        return false;
    if (query_rule[kind].argument != NULL &&
        (!read_argument(x, t, q) || !lexer_next(x, t)))
        return false;
    return read_filters(x, t, q);
}

enum query_type query_gives(const struct query *q)
{
    if (q->filter_count > 0)
        return filter_rule[q->filter[q->filter_count - 1].kind].gives;
    return query_rule[q->kind].gives;
}

/* Any filter may find nothing: an index too far, a text that is no number. */
bool query_may_be_missing(const struct query *q)
{
    return q->filter_count > 0 || query_rule[q->kind].may_be_missing;
}
