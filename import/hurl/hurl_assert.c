/* Asserts and captures of Hurl, whose words are nearly ours. */
#include <string.h>

#include "base/text.h"
#include "import/hurl/hurl.h"

static const struct row query_rows[] = {
    CARRIED("status", "`status`", NULL),
    CARRIED("version", "`version`", NULL),
    CARRIED("header", "`header`, the first of a name", NULL),
    CARRIED("cookie", "`cookie`", NULL),
    CARRIED("body", "`body`", NULL),
    CARRIED("bytes", "`bytes`", NULL),
    CARRIED("jsonpath", "`jsonpath`, by RFC 9535", NULL),
    CARRIED("xpath", "`xpath`", NULL),
    CARRIED("regex", "`regex`", NULL),
    CARRIED("variable", "`variable`", NULL),
    CARRIED("url", "`url`", NULL),
    CARRIED("redirects", "`redirects`", NULL),
    CARRIED("ip", "`ip`", NULL),
    CARRIED("duration", "`duration`", NULL),
    CARRIED("certificate", "`certificate`", NULL),
    CARRIED("sha256", "`sha256`", NULL),
    LEFT("md5", "MD5 proves nothing", "expect its 'sha256'"),
    LEFT("rawbytes", "only the decoded body is kept", "expect 'bytes'"),
};

#define NO_FILTER(name, why) LEFT(name, why, "expect the value as it comes")
#define NO_CODING            "no filter exists for this coding"

static const struct row filter_rows[] = {
    CARRIED("count", "count", NULL),
    CARRIED("nth", "nth", NULL),
    CARRIED("first", "nth 0", NULL),
    CARRIED("last", "nth -1", NULL),
    CARRIED("toInt", "toInt", NULL),
    CARRIED("toFloat", "toFloat", NULL),
    CARRIED("toDate", "toDate", NULL),
    CARRIED("daysAfterNow", "daysAfterNow", NULL),
    CARRIED("daysBeforeNow", "daysBeforeNow", NULL),
    CARRIED("lower", "lower", NULL),
    CARRIED("trim", "trim", NULL),
    CARRIED("replace", "replace", NULL),
    CARRIED("split", "split", NULL),
    CARRIED("regex", "regex", NULL),
    CARRIED("jsonpath", "jsonpath", NULL),
    NO_FILTER("replaceRegex", "only texts are replaced"),
    NO_FILTER("base64Decode", NO_CODING),
    NO_FILTER("base64Encode", NO_CODING),
    NO_FILTER("base64UrlSafeDecode", NO_CODING),
    NO_FILTER("base64UrlSafeEncode", NO_CODING),
    NO_FILTER("urlDecode", NO_CODING),
    NO_FILTER("urlEncode", NO_CODING),
    NO_FILTER("urlQueryParam", "no filter exists for parts of a URL"),
    NO_FILTER("htmlEscape", NO_CODING),
    NO_FILTER("htmlUnescape", NO_CODING),
    NO_FILTER("decode", NO_CODING),
    NO_FILTER("utf8Decode", NO_CODING),
    NO_FILTER("utf8Encode", NO_CODING),
    NO_FILTER("charsetDecode", NO_CODING),
    NO_FILTER("toHex", NO_CODING),
    NO_FILTER("toString", "texts and numbers are never one another"),
    NO_FILTER("upper", "there is 'lower' only"),
    NO_FILTER("format", "dates are counted in days only"),
    NO_FILTER("dateFormat", "dates are counted in days only"),
    NO_FILTER("xpath", "an xpath applies to the body only"),
    NO_FILTER("location", "redirects are a list of URLs"),
};

#define PLAIN(theirs, ours) CARRIED(theirs, ours, NULL)

static const struct row predicate_rows[] = {
    PLAIN("==", "=="),
    PLAIN("!=", "!="),
    PLAIN(">", ">"),
    PLAIN(">=", ">="),
    PLAIN("<", "<"),
    PLAIN("<=", "<="),
    PLAIN("startsWith", "startsWith"),
    PLAIN("endsWith", "endsWith"),
    PLAIN("contains", "contains"),
    PLAIN("includes", "includes"),
    PLAIN("matches", "matches"),
    PLAIN("exists", "exists"),
    PLAIN("isEmpty", "isEmpty"),
    PLAIN("isInteger", "isInteger"),
    PLAIN("isNumber", "isNumber"),
    PLAIN("isFloat", "isNumber"),
    PLAIN("isString", "isString"),
    PLAIN("isBoolean", "isBoolean"),
    PLAIN("isCollection", "isCollection"),
    PLAIN("isList", "isCollection"),
    PLAIN("isObject", "isCollection"),
    PLAIN("isIsoDate", "isIsoDate"),
    PLAIN("isUuid", "matches"),
    PLAIN("isIpv4", "matches"),
    PLAIN("isIpv6", "matches"),
    PLAIN("equals", "=="),
    PLAIN("notEquals", "!="),
    PLAIN("greaterThan", ">"),
    PLAIN("greaterThanOrEquals", ">="),
    PLAIN("lessThan", "<"),
    PLAIN("lessThanOrEquals", "<="),
    PLAIN("countEquals", "count =="),
    LEFT("isDate", "dates are strings until they are converted",
         "expect 'isIsoDate', or 'toDate' and days"),
};

struct rows hurl_query_rows(void)
{
    return IN("query", query_rows);
}

struct rows hurl_filter_rows(void)
{
    return IN("filter", filter_rows);
}

struct rows hurl_predicate_rows(void)
{
    return IN("predicate", predicate_rows);
}

static struct pos pos_of(const struct line *line, size_t at)
{
    struct pos pos = line->pos;
    pos.column += (unsigned)at;
    return pos;
}

/* The word is none of ours: told once for the line. */
static bool left(struct tokens *t, const struct token *word,
                 const struct row *row)
{
    struct str text = t->line.text;
    remark_row(t->h->im, pos_of(&t->line, word->at), text, row);
    return false;
}

static size_t name_end(const char *path, size_t at, bool *dash)
{
    *dash = false;
    for (; path[at] != '\0' && strchr(".[]() ", path[at]) == NULL; at++)
        *dash = *dash || path[at] == '-';
    return at;
}

/* Older paths: $.a-b is $['a-b'], and $.[0] is $[0]. */
static const char *strict_path(struct import *im, const char *path)
{
    struct buf out;
    int depth = 0;
    char quote = '\0';
    bool dash;
    buf_init(&out, 2000);
    for (size_t i = 0; path[i] != '\0'; i++) {
        char c = path[i];
        bool before = i > 0 && path[i - 1] == '.';
        bool plain = quote == '\0' && depth == 0 && c == '.' && !before;
        size_t end = name_end(path, i + 1, &dash);
        if (plain && path[i + 1] == '[')
            continue;
        if (plain && dash) {
            buf_printf(&out, "['%.*s']", (int)(end - i - 1), path + i + 1);
            i = end - 1;
            continue;
        }
        if (quote != '\0' ? c == quote : c == '\'' || c == '"')
            quote = quote != '\0' ? '\0' : c;
        else if (quote == '\0')
            depth += (c == '[') - (c == ']');
        buf_char(&out, c);
    }
    const char *result = out.full ? path : buf_dup(im->arena, &out);
    buf_release(&out);
    return result;
}

static bool add_text(struct tokens *t, struct token *next, struct buf *out)
{
    struct import *im = t->h->im;
    struct str text = str_from(next->text);
    if (str_ends(text, STR("[Value]"))) /* of a cookie: what it is anyway */
        next->text = str_dup(im->arena, str_sub(text, 0, text.len - 7));
    if (next->type == TOKEN_TEXT)
        buf_printf(out, " %s", quoted(im, next->text));
    else if (next->type == TOKEN_TEMPLATE)
        buf_printf(out, " \"%s\"", next->text);
    else if (next->type == TOKEN_REGEX)
        buf_printf(out, " %s", quoted_regex(im, str_from(next->text), ""));
    else
        return false;
    *next = token_next(t);
    return true;
}

/* A regex may stand in quotes; a dollar is then written twice. */
static bool add_pattern(struct tokens *t, struct token *next, struct buf *out)
{
    struct import *im = t->h->im;
    struct buf plain;
    if (next->type == TOKEN_REGEX)
        return add_text(t, next, out);
    if (next->type != TOKEN_TEXT)
        return false;
    buf_init(&plain, 2000);
    for (const char *c = next->text; *c != '\0'; c++) {
        buf_char(&plain, *c);
        c += c[0] == '$' && c[1] == '$';
    }
    buf_printf(out, " %s", quoted_regex(im, buf_view(&plain), ""));
    buf_release(&plain);
    *next = token_next(t);
    return true;
}

static bool is_word(const struct token *t, const char *word)
{
    return t->type == TOKEN_WORD && strcmp(t->text, word) == 0;
}

static bool one_of(const char *word, const char *list)
{
    struct str rest = str_from(list);
    while (rest.len > 0)
        if (str_is(str_cut(rest, ' ', &rest), word))
            return true;
    return false;
}

/* The filters from next on. */
static bool read_filters(struct tokens *t, struct token *next, struct buf *out)
{
    while (next->type == TOKEN_WORD) {
        const struct token word = *next;
        const struct row *row =
            rows_find(ROWS(filter_rows), str_from(word.text));
        if (row == NULL)
            return true;
        if (row->ours == NULL)
            return left(t, &word, row);
        buf_printf(out, " %s", row->ours);
        *next = token_next(t);
        bool ok = true;
        if (one_of(word.text, "nth") && next->type == TOKEN_WORD) {
            buf_printf(out, " %s", next->text);
            *next = token_next(t);
        } else if (one_of(word.text, "regex")) {
            ok = add_pattern(t, next, out);
        } else if (one_of(word.text, "split jsonpath") ||
                   (one_of(word.text, "toDate") && next->type == TOKEN_TEXT)) {
            ok = add_text(t, next, out);
        } else if (one_of(word.text, "replace")) {
            ok = next->type == TOKEN_TEXT && add_text(t, next, out) &&
                 add_text(t, next, out);
        }
        if (!ok)
            return left(t, &word, NULL);
    }
    return true;
}

/* A value that this answer gives: the query that captures it. */
static const char *captured_here(const struct tokens *t, const char *name)
{
    const struct field *f = entry_field(t->h->e, "capture");
    for (size_t i = 0; f != NULL && i < f->count; i++)
        if (strcmp(f->item[i].name, name) == 0)
            return f->item[i].text;
    return NULL;
}

/* A query and its filters; *next is the token behind them. */
static bool read_query(struct tokens *t, struct token *next, struct buf *out)
{
    const struct token word = token_next(t);
    const struct row *row =
        word.type == TOKEN_WORD
            ? rows_find(ROWS(query_rows), str_from(word.text))
            : NULL;
    bool ok = true;
    *next = (struct token){TOKEN_END, "", 0};
    if (row == NULL || row->ours == NULL)
        return left(t, &word, row);
    *next = token_next(t);
    const char *here =
        one_of(word.text, "variable") ? captured_here(t, next->text) : NULL;
    buf_text(out, here == NULL ? word.text : here);
    if (here != NULL)
        *next = token_next(t);
    else if (one_of(word.text, "regex"))
        ok = add_pattern(t, next, out);
    if (one_of(word.text, "jsonpath") && next->type == TOKEN_TEXT)
        next->text = strict_path(t->h->im, next->text);
    if (here == NULL &&
        one_of(word.text, "header cookie jsonpath xpath variable certificate"))
        ok = add_text(t, next, out);
    return ok ? read_filters(t, next, out) : left(t, &word, NULL);
}

#define HEX4 "[0-9a-fA-F]{4}"

static const char *pattern_of(const char *word)
{
    if (strcmp(word, "isUuid") == 0)
        return "/^[0-9a-fA-F]{8}-(" HEX4 "-){3}[0-9a-fA-F]{12}$/";
    if (strcmp(word, "isIpv4") == 0)
        return "/^(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
               "(\\.(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){3}$/";
    return strcmp(word, "isIpv6") == 0
               ? "/^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/"
               : NULL;
}

/* "HTTP/1.1" is told as "1.1". */
static const char *version_text(const char *query, const char *text)
{
    bool version = strcmp(query, "version") == 0;
    return version && strncmp(text, "HTTP/", 5) == 0 ? text + 5 : text;
}

static bool add_value(struct tokens *t, struct token *next, const char *query,
                      struct buf *out)
{
    struct token value = *next;
    value.text = version_text(query, value.text);
    switch (value.type) {
    case TOKEN_TEXT:
        buf_printf(out, " %s", quoted(t->h->im, value.text));
        break;
    case TOKEN_TEMPLATE:
    case TOKEN_BYTES:
    case TOKEN_WORD:
        buf_printf(out, " %s", value.text);
        break;
    case TOKEN_REGEX:
        return add_text(t, next, out);
    case TOKEN_FILE:
    case TOKEN_END:
        return false;
    }
    *next = token_next(t);
    if (next->type == TOKEN_WORD && one_of(next->text, "ms s m")) {
        buf_text(out, next->text);
        *next = token_next(t);
    }
    return true;
}

static const struct row file_row =
    LEFT("file,NAME;", "a value is part of the definition",
         "write it there, or expect its 'sha256'");

/* What the predicate asks; false: told already. */
static bool add_predicate(struct tokens *t, struct token *next,
                          const char *query, struct buf *out)
{
    const struct token word = *next;
    const struct row *row =
        word.type == TOKEN_WORD
            ? rows_find(ROWS(predicate_rows), str_from(word.text))
            : NULL;
    bool ok = true;
    if (row == NULL || row->ours == NULL)
        return left(t, &word, row);
    buf_printf(out, " %s", row->ours);
    *next = token_next(t);
    if (pattern_of(word.text) != NULL)
        buf_printf(out, " %s", pattern_of(word.text));
    else if (strcmp(row->ours, "matches") == 0)
        ok = add_pattern(t, next, out);
    else if (strcmp(row->ours, "exists") != 0 &&
             strncmp(row->ours, "is", 2) != 0)
        ok = add_value(t, next, query, out);
    if (ok && next->type == TOKEN_END)
        return true;
    return left(t, ok ? next : &word,
                next->type == TOKEN_FILE ? &file_row : NULL);
}

/* isFloat is a number that is no integer; a list is a weaker thing here. */
static void add_rest(struct tokens *t, const struct token *word,
                     const char *query, bool negated)
{
    struct pos pos = pos_of(&t->line, word->at);
    if (is_word(word, "isFloat") && !negated)
        expect_text(t->h->im, t->h->e, pos, "%s not isInteger", query);
    if (is_word(word, "isList") || is_word(word, "isObject"))
        remark(t->h->im, pos, t->line.text,
               "lists and objects are both collections here",
               "expect one of its members, too");
}

void assert_read(struct hurl *h, struct line line)
{
    struct tokens t = {.h = h, .line = line};
    struct token next;
    struct buf out;
    buf_init(&out, 2000);
    bool ok = read_query(&t, &next, &out);
    const char *query = buf_dup(h->im->arena, &out);
    bool negated = is_word(&next, "not");
    const struct token word = ok && negated ? token_next(&t) : next;
    if (ok && negated)
        buf_text(&out, " not");
    next = word;
    if (ok && add_predicate(&t, &next, query, &out)) {
        expect_text(h->im, h->e, line.pos, "%s", out.ptr);
        add_rest(&t, &word, query, negated);
    }
    buf_release(&out);
}

void capture_read(struct hurl *h, struct line line)
{
    struct str key, value;
    struct buf out;
    struct token next;
    if (!pair_split(line.text, &key, &value)) {
        remark(h->im, line.pos, line.text, "not a 'name: query' pair",
               "write a 'capture' by hand");
        return;
    }
    struct tokens t = {.h = h, .line = line};
    t.line.pos.column += (unsigned)(value.ptr - line.text.ptr);
    t.line.text = value;
    buf_init(&out, 2000);
    if (read_query(&t, &next, &out)) {
        bool redact = is_word(&next, "redact");
        const char *name = name_from(h->im->arena, key, false);
        define_capture(h->im, str_from(name), redact);
        put_pair(h->im, h->e, "capture", name, buf_dup(h->im->arena, &out),
                 line.pos);
        if (!redact && next.type != TOKEN_END)
            left(&t, &next, NULL);
    }
    buf_release(&out);
}
