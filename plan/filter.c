/* The table of filters: what each takes, goes with and gives. */
#include "plan/filter.h"

#include "base/text.h"
#include "plan/plan.h"

#define FILTERS_MAX 16

enum filter_takes {
    TAKES_NONE,
    TAKES_NUMBER,
    TAKES_TEXT,
    TAKES_MAYBE_TEXT,
    TAKES_TWO_TEXTS,
    TAKES_PATTERN,
    TAKES_PATH
};

struct filter_rule {
    enum filter_takes takes;
    unsigned on;
    enum query_type gives;
    const char *form, *help;
};

/* In the order of enum filter_kind. */
static const struct filter_rule filter_rule[] = {
    [FILTER_COUNT] = {TAKES_NONE, ON(ANY) | ON(BYTES), GIVES_NUMBER, "count",
                      "the number of nodes, elements, members or bytes"},
    [FILTER_NTH] = {TAKES_NUMBER, ON(ANY), GIVES_ANY, "nth N",
                    "the element at that index, from the end when negative"},
    [FILTER_TO_INT] = {TAKES_NONE, ON_TEXT, GIVES_NUMBER, "toInt",
                       "the integer that a text holds"},
    [FILTER_TO_FLOAT] = {TAKES_NONE, ON_TEXT, GIVES_NUMBER, "toFloat",
                         "the number that a text holds"},
    [FILTER_TO_DATE] = {TAKES_MAYBE_TEXT, ON_TEXT, GIVES_DATE, "toDate",
                        "a date, from RFC 3339; `toDate \"FORMAT\"` from a "
                        "format of `%Y` `%m` `%d` `%H` `%M` `%S` `%b` `%a` "
                        "`%y` `%z` `%Z`"},
    [FILTER_DAYS_AFTER_NOW] = {TAKES_NONE, ON(DATE), GIVES_DAYS, "daysAfterNow",
                               "whole days from now to a date"},
    [FILTER_DAYS_BEFORE_NOW] = {TAKES_NONE, ON(DATE), GIVES_DAYS,
                                "daysBeforeNow",
                                "whole days from a date until now"},
    [FILTER_LOWER] = {TAKES_NONE, ON_TEXT, GIVES_STRING, "lower",
                      "the text in lower case (ASCII letters)"},
    [FILTER_TRIM] = {TAKES_NONE, ON_TEXT, GIVES_STRING, "trim",
                     "the text without blanks around it"},
    [FILTER_REPLACE] = {TAKES_TWO_TEXTS, ON_TEXT, GIVES_STRING,
                        "replace \"OLD\" \"NEW\"",
                        "the text with each OLD replaced"},
    [FILTER_SPLIT] = {TAKES_TEXT, ON_TEXT, GIVES_ANY, "split \"SEPARATOR\"",
                      "the list of its parts"},
    [FILTER_REGEX] = {TAKES_PATTERN, ON_TEXT, GIVES_STRING, "regex /REGEX/",
                      "the first group of the match, or all of it"},
    [FILTER_JSONPATH] = {TAKES_PATH, ON_TEXT, GIVES_ANY, "jsonpath \"PATH\"",
                         "what the path selects in JSON, or in a text that "
                         "is JSON"},
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

static bool read_texts(struct lexer *x, struct token *t, struct filter *f)
{
    size_t at = t->at;
    if (!read_text(x, t, &f->text))
        return false;
    if (f->text.len == 0)
        return lexer_refuse(x, at, "empty");
    return f->kind != FILTER_REPLACE || read_text(x, t, &f->with);
}

/* The arguments of filter f; t is the token after its name. */
static bool read_arguments(struct lexer *x, struct token *t, struct filter *f)
{
    switch (filter_rule[f->kind].takes) {
    case TAKES_NONE:
        return true;
    case TAKES_NUMBER:
        return read_index(x, t, &f->index);
    case TAKES_MAYBE_TEXT:
        return t->kind != TOKEN_STRING || read_text(x, t, &f->text);
    case TAKES_TEXT:
    case TAKES_TWO_TEXTS:
        return read_texts(x, t, f);
    case TAKES_PATTERN:
        if (t->kind != TOKEN_REGEX && t->kind != TOKEN_STRING)
            return lexer_refuse(x, t->at, "expected a regex: /.../");
        return lexer_regex(x, t, &f->regex) && lexer_next(x, t);
    case TAKES_PATH:
        if (t->kind != TOKEN_STRING)
            return lexer_refuse(x, t->at,
                                "expected a JSONPath in double quotes");
        return lexer_path(x, t, &f->path) && lexer_next(x, t);
    }
    return false;
}

bool filters_read(struct lexer *x, struct token *t, struct query *q)
{
    int kind;
    while (t->kind == TOKEN_WORD && name_find(&filter_names, t->text, &kind)) {
        if (q->filter_count == FILTERS_MAX)
            return lexer_refuse(x, t->at, "more than 16 filters");
        if ((filter_rule[kind].on >> query_gives(q) & 1u) == 0)
            return lexer_refusef(x, t->at, "'%s' does not go with %s",
                                 name_of(&filter_names, kind),
                                 query_type_name(query_gives(q)));
        struct filter *all =
            arena_array(x->loader->arena, q->filter_count + 1, sizeof(*all));
        for (size_t i = 0; i < q->filter_count; i++)
            all[i] = q->filter[i];
        struct filter *f = &all[q->filter_count];
        f->kind = (enum filter_kind)kind;
        if (!lexer_next(x, t) || !read_arguments(x, t, f))
            return false;
        q->filter = all;
        q->filter_count++;
    }
    return true;
}

enum query_type filters_give(const struct query *q)
{
    return filter_rule[q->filter[q->filter_count - 1].kind].gives;
}

struct word_doc plan_filter_doc(size_t index)
{
    return (struct word_doc){filter_rule[index].form, filter_rule[index].help};
}
