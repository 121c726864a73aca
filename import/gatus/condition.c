/* Conditions of Gatus: "[BODY].status == UP" to an expectation. */
#include <string.h>

#include "base/text.h"
#include "import/gatus/gatus.h"

enum compared { WITH_NUMBER, WITH_MS, WITH_DAYS, WITH_TEXT, WITH_JSON };

struct side {
    const char *query; /* NULL: a literal */
    enum compared with;
    bool has, connected, dns_answer;
};

struct condition {
    struct import *im;
    struct entry *e;
    const struct yaml_node *n;
    struct str text;
    const char *sign; /* of ours, with its blanks */
    struct str left, right;
};

static const struct row place_rows[] = {
    CARRIED("[STATUS]", "`status`", NULL),
    CARRIED("[RESPONSE_TIME]", "`duration`", NULL),
    CARRIED("[IP]", "`ip`", NULL),
    CARRIED("[BODY]", "`body trim`; of a DNS query the list of records", NULL),
    CARRIED("[BODY].path", "`jsonpath`", NULL),
    CARRIED("[CONNECTED] == true",
            "nothing: a check without a response fails by itself", NULL),
    CARRIED("[CERTIFICATE_EXPIRATION]",
            "`certificate \"Expire-Date\" daysAfterNow`, in whole days", NULL),
    CARRIED("[DNS_RCODE]", "`jsonpath \"$.rcode\"`", NULL),
    CARRIED("[CONTEXT].name", "`${name}`, a captured value", NULL),
    CARRIED("len(...)", "`count`", NULL),
    CARRIED("has(...)", "`exists`", NULL),
    CARRIED("any(a, b)", "`in [a, b]`", NULL),
    CARRIED("pat(*)", "`matches /REGEX/`", NULL),
    LEFT("[DOMAIN_EXPIRATION]", "postflight queries no WHOIS server",
         "use an 'exec' check"),
};

struct rows condition_rows(void)
{
    return IN("condition", place_rows);
}

static void add_member(struct buf *out, struct str name)
{
    if (is_variable_name(name)) {
        buf_printf(out, ".%.*s", STR_ARGS(name));
        return;
    }
    buf_text(out, "['");
    for (size_t i = 0; i < name.len; i++) {
        if (strchr("'\\", name.ptr[i]) != NULL)
            buf_char(out, '\\');
        buf_char(out, name.ptr[i]);
    }
    buf_text(out, "']");
}

/* ".user.names[0]" to "$.user.names[0]"; NULL: it is no path. */
const char *condition_path(struct import *im, struct str text)
{
    struct buf out;
    bool ok = true;
    buf_init(&out, 2000);
    buf_char(&out, '$');
    for (size_t at = 0; at < text.len && ok;) {
        bool index = text.ptr[at] == '[';
        size_t end = at + 1;
        while (end < text.len &&
               strchr(index ? "]" : ".[", text.ptr[end]) == NULL)
            end++;
        struct str name = str_sub(text, at + 1, end - at - 1);
        uint64_t number = 0;
        if (index) {
            ok = end < text.len && text_to_u64(name, 1000000, &number);
            buf_printf(&out, "[%llu]", (unsigned long long)number);
            end++;
        } else {
            ok = text.ptr[at] == '.' && name.len > 0;
            add_member(&out, name);
        }
        at = end;
    }
    const char *path = ok && !out.full ? buf_dup(im->arena, &out) : NULL;
    buf_release(&out);
    return path;
}

static void refuse(struct condition *c, const char *why, const char *advice)
{
    remark(c->im, c->n->pos, c->text, why, advice);
}

static bool is_dns(const struct entry *e)
{
    return entry_field(e, "dns.name") != NULL;
}

static bool read_body(struct condition *c, struct str path, struct side *out)
{
    const char *json;
    out->with = WITH_JSON;
    if (path.len == 0) {
        out->with = WITH_TEXT;
        out->dns_answer = is_dns(c->e);
        out->query = out->dns_answer ? "jsonpath \"$.records\"" : "body trim";
        return true;
    }
    json = condition_path(c->im, path);
    if (json == NULL)
        return false;
    out->query = arena_printf(c->im->arena, "jsonpath %s", quoted(c->im, json));
    return true;
}

static bool read_place(struct condition *c, struct str s, struct side *out)
{
    static const struct {
        const char *theirs, *ours;
        enum compared with;
    } place[] = {
        {"[STATUS]", "status", WITH_NUMBER},
        {"[RESPONSE_TIME]", "duration", WITH_MS},
        {"[IP]", "ip", WITH_TEXT},
        {"[CERTIFICATE_EXPIRATION]", "certificate \"Expire-Date\" daysAfterNow",
         WITH_DAYS},
        {"[DNS_RCODE]", "jsonpath \"$.rcode\"", WITH_TEXT},
    };
    for (size_t i = 0; i < ARRAY_COUNT(place); i++)
        if (str_is(s, place[i].theirs)) {
            out->query = place[i].ours;
            out->with = place[i].with;
            return true;
        }
    out->connected = str_is(s, "[CONNECTED]");
    if (out->connected) {
        out->query = "connected";
        return true;
    }
    if (str_starts(s, STR("[BODY]")))
        return read_body(c, str_sub(s, 6, s.len), out);
    return false;
}

static struct str inside(struct str s, const char *function)
{
    size_t len = strlen(function);
    if (!str_starts(s, str_from(function)) || !str_ends(s, STR(")")))
        return STR_NONE;
    return str_trim(str_sub(s, len, s.len - len - 1));
}

static bool read_side(struct condition *c, struct str s, struct side *out)
{
    struct str of = inside(s, "len(");
    *out = (struct side){.query = NULL};
    if (of.len > 0) {
        if (!read_place(c, of, out) || !str_starts(of, STR("[BODY]")))
            return false;
        out->with = WITH_NUMBER;
        out->query = str_is(of, "[BODY]")
                         ? "jsonpath \"$\" count"
                         : arena_printf(c->im->arena, "%s count", out->query);
        return true;
    }
    of = inside(s, "has(");
    if (of.len > 0) {
        out->has = true;
        return read_place(c, of, out);
    }
    return read_place(c, s, out) || !str_starts(s, STR("["));
}

/* A literal as a value of ours; NULL: it is none, and that was told. */
static const char *literal_value(struct condition *c, struct str s,
                                 enum compared with)
{
    struct arena *a = c->im->arena;
    const char *text = str_dup(a, s);
    int64_t ms = 0;
    if (is_only_reference(text) && with != WITH_TEXT)
        return text;
    if (with == WITH_TEXT)
        return quoted(c->im, text);
    if (with == WITH_JSON)
        return text_is_number(s) || str_is(s, "true") || str_is(s, "false") ||
                       str_is(s, "null")
                   ? text
                   : quoted(c->im, text);
    if (with == WITH_NUMBER && text_is_number(s))
        return text;
    if (with != WITH_NUMBER && duration_ms(s, 1, &ms) && with == WITH_MS)
        return arena_printf(a, "%lldms", (long long)ms);
    if (with == WITH_DAYS && duration_ms(s, 1, &ms)) {
        const int64_t day = INT64_C(86400000);
        if (ms % day != 0)
            refuse(c, "days are counted whole, so this is rounded up",
                   "look whether that is what you mean");
        return arena_printf(a, "%lld", (long long)((ms + day - 1) / day));
    }
    refuse(c, "this value does not go with what it is compared with",
           "write the expectation by hand");
    return NULL;
}

static void add_glob(struct buf *out, struct str glob)
{
    buf_char(out, '^');
    for (size_t i = 0; i < glob.len; i++) {
        char c = glob.ptr[i];
        if (c == '*')
            buf_text(out, ".*");
        else if (c == '?')
            buf_char(out, '.');
        else if (c == '$' && i + 1 < glob.len && glob.ptr[i + 1] == '$')
            buf_printf(out, "\\%c", glob.ptr[i++]);
        else if (strchr("\\^.|+()[]", c) != NULL)
            buf_printf(out, "\\%c", c);
        else
            buf_char(out, c);
    }
    buf_char(out, '$');
}

/* A status of "2*" is a range. */
static void expect_status_like(struct condition *c, bool not, struct str glob)
{
    uint64_t n = 0;
    struct str digits = str_sub(glob, 0, str_find(glob, STR("*"), 0));
    if (digits.len == 0 || digits.len > 2 || digits.len + 1 != glob.len ||
        !text_to_u64(digits, 99, &n)) {
        refuse(c, "a status is a number, not a text with a pattern",
               "write 'status in 200..299' with your numbers");
        return;
    }
    unsigned long long low = digits.len == 1 ? n * 100 : n * 10;
    expect_text(c->im, c->e, c->n->pos, "%sstatus in %llu..%llu",
                not ? "not " : "", low, low + (digits.len == 1 ? 99u : 9u));
}

static void expect_like(struct condition *c, const struct side *side, bool not,
                        struct str glob)
{
    struct buf regex;
    if (strcmp(side->query, "status") == 0) {
        expect_status_like(c, not, glob);
        return;
    }
    buf_init(&regex, 1000);
    add_glob(&regex, glob);
    expect_text(c->im, c->e, c->n->pos, "%s%s matches %s", not ? "not " : "",
                side->dns_answer ? "body" : side->query,
                quoted_regex(c->im, buf_view(&regex), "s"));
    buf_release(&regex);
}

static void expect_any(struct condition *c, const struct side *side, bool not,
                       struct str list)
{
    struct buf values;
    bool ok = true;
    buf_init(&values, 1500);
    for (struct str rest = list; rest.len > 0 && ok;) {
        const char *value =
            literal_value(c, str_trim(str_cut(rest, ',', &rest)), side->with);
        ok = value != NULL;
        buf_printf(&values, "%s%s", values.len > 0 ? ", " : "",
                   ok ? value : "");
    }
    if (ok)
        expect_text(c->im, c->e, c->n->pos, "%s%s in [%s]", not ? "not " : "",
                    side->query, values.ptr);
    buf_release(&values);
}

static void expect_has(struct condition *c, const struct side *side, bool not,
                       struct str value)
{
    bool present = str_is(value, "true") != not ;
    if (!str_is(value, "true") && !str_is(value, "false"))
        refuse(c, "has() is true or false", "write 'exists' by hand");
    else
        expect_text(c->im, c->e, c->n->pos, "%s%s", side->query,
                    present ? " exists" : " not exists");
}

static void expect_plain(struct condition *c, const struct side *side,
                         struct str literal)
{
    const char *sign = c->sign;
    bool equal = strcmp(sign, "==") == 0, other = strcmp(sign, "!=") == 0;
    const char *value = literal_value(c, literal, side->with);
    if (value == NULL)
        return;
    if (side->with == WITH_DAYS && strcmp(sign, ">") == 0)
        sign = ">=";
    if (side->dns_answer && !equal && !other)
        refuse(c, "records are a list, which has no order",
               "write the expectation by hand");
    else if (side->dns_answer)
        expect_text(c->im, c->e, c->n->pos, "%s%s includes %s",
                    other ? "not " : "", side->query, value);
    else
        expect_text(c->im, c->e, c->n->pos, "%s %s %s", side->query, sign,
                    value);
}

static void expect_side(struct condition *c, const struct side *side,
                        struct str value)
{
    bool not = strcmp(c->sign, "!=") == 0;
    bool equality = not || strcmp(c->sign, "==") == 0;
    struct str any = inside(value, "any("), pat = inside(value, "pat(");
    if (side->connected && str_is(value, "true") != not )
        c->im->record->carried++;
    else if (side->connected)
        refuse(c, "a check without a response fails",
               "no check expects a service to be silent");
    else if (side->has && equality)
        expect_has(c, side, not, value);
    else if ((any.len > 0 || pat.len > 0) && !equality)
        refuse(c, "this has no order", "write the expectation by hand");
    else if (pat.len > 0)
        expect_like(c, side, not, pat);
    else if (any.len > 0 && !side->dns_answer)
        expect_any(c, side, not, any);
    else if (any.len > 0)
        refuse(c, "records are a list", "expect each of them by 'includes'");
    else
        expect_plain(c, side, value);
}

static bool split(struct condition *c)
{
    static const char *const sign[] = {"==", "!=", "<=", ">=", "<", ">"};
    for (size_t i = 0; i < ARRAY_COUNT(sign); i++) {
        char spaced[8] = {' '};
        size_t len = strlen(sign[i]);
        memcpy(spaced + 1, sign[i], len);
        spaced[len + 1] = ' ';
        size_t at = str_find(c->text, (struct str){spaced, len + 2}, 0);
        if (at == c->text.len)
            continue;
        c->sign = sign[i];
        c->left = str_trim(str_sub(c->text, 0, at));
        c->right = str_trim(str_sub(c->text, at + len + 2, c->text.len));
        return c->left.len > 0;
    }
    return false;
}

static const char *turned(const char *sign)
{
    static const char *const pair[][2] = {
        {"<", ">"}, {">", "<"}, {"<=", ">="}, {">=", "<="}};
    for (size_t i = 0; i < ARRAY_COUNT(pair); i++)
        if (strcmp(sign, pair[i][0]) == 0)
            return pair[i][1];
    return sign;
}

void condition_read(struct import *im, struct entry *e, struct str text,
                    const struct yaml_node *n)
{
    struct condition c = {.im = im, .e = e, .n = n, .text = text};
    struct side left, right;
    if (!split(&c)) {
        refuse(&c, "not a condition such as '[STATUS] == 200'",
               "write the expectation by hand");
        return;
    }
    const struct row *row = rows_find(ROWS(place_rows), c.left);
    bool known = read_side(&c, c.left, &left) && read_side(&c, c.right, &right);
    if (row != NULL && row->ours == NULL)
        remark_row(im, n->pos, text, row);
    else if (!known)
        refuse(&c, "this placeholder is not known here",
               "write the expectation by hand");
    else if (left.query != NULL && right.query == NULL)
        expect_side(&c, &left, c.right);
    else if (right.query != NULL && left.query == NULL) {
        c.sign = turned(c.sign);
        expect_side(&c, &right, c.left);
    } else
        refuse(&c,
               "an expectation compares with a value, not with another "
               "part of the response",
               "write what the value should be");
}
