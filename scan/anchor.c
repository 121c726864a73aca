/* A walk through what every match of a regex must contain. */
#include "scan/anchor.h"

#include <string.h>

#include "base/characters.h"

#define STEPS_MAX 5000 /* over all branches */
#define RUN_BYTES ((size_t)4096)

struct proof {
    struct arena arena;
    struct str anchor;
    size_t steps;
    bool unknown; /* something stands in it that is not looked through */
};

struct quantifier {
    size_t length; /* of its text */
    bool optional, many, unbounded;
};

/* {3}, {2,} or {2,5}; anything else in braces is literal. */
static struct quantifier read_braces(struct str s)
{
    struct quantifier q = {0, false, false, false};
    size_t i = 1;
    while (i < s.len && is_digit(s.ptr[i]))
        i++;
    bool comma = i < s.len && s.ptr[i] == ',';
    size_t low = i, high = i + comma;
    for (i = high; i < s.len && is_digit(s.ptr[i]);)
        i++;
    if (low == 1 || i >= s.len || s.ptr[i] != '}')
        return q;
    q.length = i + 1;
    q.optional = low == 2 && s.ptr[1] == '0';
    q.unbounded = comma && i == high;
    q.many = !(low == 2 && s.ptr[1] == '1' && !comma);
    return q;
}

static struct quantifier read_quantifier(struct str s)
{
    struct quantifier q = {0, false, false, false};
    if (s.len == 0)
        return q;
    if (s.ptr[0] == '{')
        q = read_braces(s);
    else if (s.ptr[0] == '?' || s.ptr[0] == '*' || s.ptr[0] == '+')
        q = (struct quantifier){1, s.ptr[0] != '+', s.ptr[0] != '?',
                                s.ptr[0] != '?'};
    if (q.length > 0 && q.length < s.len &&
        (s.ptr[q.length] == '?' || s.ptr[q.length] == '+'))
        q.length++; /* lazy or possessive */
    return q;
}

/* Length of [...], \x, (...) or one character at the start of s. */
static size_t class_length(struct str s)
{
    size_t i = 1;
    if (i < s.len && s.ptr[i] == '^')
        i++;
    if (i < s.len && s.ptr[i] == ']')
        i++;
    for (; i < s.len && s.ptr[i] != ']'; i++) {
        if (s.ptr[i] == '\\')
            i++;
        else if (s.ptr[i] == '[' && i + 1 < s.len && s.ptr[i + 1] == ':')
            i = str_find(s, STR(":]"), i) + 1;
    }
    return i < s.len ? i + 1 : s.len;
}

/* Bytes of the escapes and classes at i, whose brackets mean nothing. */
static size_t passed_over(struct str s, size_t i)
{
    size_t from = i;
    while (i < s.len && (s.ptr[i] == '\\' || s.ptr[i] == '['))
        i += s.ptr[i] == '[' ? class_length(str_sub(s, i, s.len)) : 2;
    return i - from;
}

static size_t group_length(struct str s)
{
    size_t depth = 0;
    for (size_t i = 0; i < s.len; i++) {
        i += passed_over(s, i);
        if (i >= s.len)
            break;
        if (s.ptr[i] == '(')
            depth++;
        else if (s.ptr[i] == ')' && --depth == 0)
            return i + 1;
    }
    return s.len;
}

/* Up to the next | that is in no group. */
static struct str next_branch(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        i += passed_over(s, i);
        if (i >= s.len)
            break;
        if (s.ptr[i] == '(')
            i += group_length(str_sub(s, i, s.len)) - 1;
        else if (s.ptr[i] == '|')
            return str_sub(s, 0, i);
    }
    return s;
}

enum group { GROUP_PLAIN, GROUP_LOOK, GROUP_UNKNOWN };

/* (...), (?:...), (?<name>...): *inside gets what they hold. */
static enum group open_group(struct str s, struct str *inside)
{
    *inside = str_sub(s, 1, s.len - 2);
    if (inside->len == 0 || inside->ptr[0] != '?')
        return GROUP_PLAIN;
    char kind = inside->len > 1 ? inside->ptr[1] : '\0';
    char next = inside->len > 2 ? inside->ptr[2] : '\0';
    if (kind == '=' || kind == '!' ||
        (kind == '<' && (next == '=' || next == '!')))
        return GROUP_LOOK;
    size_t start = kind == ':' || kind == '>' ? 2
                   : kind == '<' ? str_find(*inside, STR(">"), 0) + 1
                                 : 0;
    if (start == 0)
        return GROUP_UNKNOWN;
    *inside = str_sub(*inside, start, inside->len);
    return GROUP_PLAIN;
}

static bool prove(struct proof *p, struct str run, struct str rest);

static struct str join(struct proof *p, struct str a, const char *between,
                       struct str b)
{
    const char *text = arena_printf(&p->arena, "%.*s%s%.*s", STR_ARGS(a),
                                    between, STR_ARGS(b));
    return str_from(text);
}

/* Each branch, with what follows the group. */
static bool prove_branches(struct proof *p, struct str run, struct str inside,
                           bool many, struct str rest)
{
    for (;;) {
        struct str branch = next_branch(inside);
        if (!prove(p, run, join(p, branch, many ? "." : "", rest)))
            return false;
        if (branch.len == inside.len)
            return true;
        inside = str_sub(inside, branch.len + 1, inside.len);
    }
}

/* Stands for nothing itself: \b and its like. */
static bool is_zero_width(char c)
{
    return c != '\0' && strchr("bBAzZGK", c) != NULL;
}

/* A letter after a backslash that means one character. */
static char escaped(char c)
{
    static const char letter[] = "tnrfea", meaning[] = "\t\n\r\f\x1b\a";
    const char *at = c == '\0' ? NULL : strchr(letter, c);
    if (at != NULL)
        return meaning[at - letter];
    bool word = is_letter(c) || is_digit(c);
    return word ? '\0' : c;
}

struct item {
    size_t length;
    char literal; /* NUL: some character, but not which */
    bool zero_width, group, unknown;
};

static struct item read_item(struct str s)
{
    struct item item = {1, s.ptr[0], false, false, false};
    switch (s.ptr[0]) {
    case '\\':
        item.length = s.len > 1 ? 2 : 1;
        item.literal = s.len > 1 ? escaped(s.ptr[1]) : '\0';
        item.zero_width = s.len > 1 && is_zero_width(s.ptr[1]);
        item.unknown = s.len > 1 && (s.ptr[1] == 'Q' || s.ptr[1] == 'x');
        break;
    case '[':
        item.length = class_length(s);
        item.literal = '\0';
        break;
    case '(':
        item.length = group_length(s);
        item.group = true;
        break;
    case '.':
        item.literal = '\0';
        break;
    case '^':
    case '$':
        item.zero_width = true;
        break;
    default:
        break;
    }
    return item;
}

/* One item that is no group: does the run hold the anchor with it? */
static bool take(struct proof *p, struct buf *run, struct item item,
                 struct quantifier q)
{
    if (item.zero_width)
        return false;
    if (item.literal != '\0' && !q.optional)
        buf_char(run, item.literal);
    if (str_find(buf_view(run), p->anchor, 0) < run->len)
        return true;
    if (item.literal == '\0' || q.length > 0)
        buf_clear(run);
    if (item.literal != '\0' && q.many && !q.optional)
        buf_char(run, item.literal); /* the last of them */
    p->unknown = p->unknown || item.unknown;
    return false;
}

/* The group must be there: each of its branches, with what follows. */
static bool take_group(struct proof *p, struct buf *run, struct str group,
                       bool many, struct str after, bool *done)
{
    struct str inside;
    enum group kind = open_group(group, &inside);
    p->unknown = kind == GROUP_UNKNOWN;
    *done = kind == GROUP_PLAIN;
    return *done && prove_branches(p, buf_view(run), inside, many, after);
}

/* run: literal text that must stand just before what rest matches. */
static bool prove(struct proof *p, struct str run, struct str rest)
{
    struct buf text;
    bool proven = false, done = false;
    buf_init(&text, RUN_BYTES);
    buf_str(&text, run);
    while (!done && rest.len > 0 && p->steps++ < STEPS_MAX && !p->unknown) {
        struct item item = read_item(rest);
        struct str after = str_sub(rest, item.length, rest.len);
        struct quantifier q = read_quantifier(after);
        after = str_sub(after, q.length, after.len);
        if (item.group && q.optional)
            buf_clear(&text);
        else if (item.group)
            proven = take_group(p, &text, str_sub(rest, 0, item.length), q.many,
                                after, &done);
        else
            done = proven = take(p, &text, item, q);
        rest = after;
    }
    buf_release(&text);
    return proven && !p->unknown;
}

bool anchor_is_proven(struct str regex, struct str anchor)
{
    struct proof p = {.anchor = anchor};
    arena_init(&p.arena);
    bool proven = prove_branches(&p, STR(""), regex, false, STR(""));
    arena_release(&p.arena);
    return proven && p.steps < STEPS_MAX;
}

#define OTHER_MIN 3 /* bytes */
#define RUNS_MAX  8

struct runs {
    struct arena *arena;
    struct str anchor;
    struct str item[RUNS_MAX]; /* the longest first */
    size_t count;
};

static void add_run(struct runs *r, struct buf *run)
{
    struct str text = buf_view(run);
    size_t i = r->count;
    if (text.len >= OTHER_MIN && r->count < RUNS_MAX &&
        str_find(r->anchor, text, 0) == r->anchor.len &&
        str_find(text, r->anchor, 0) == text.len) {
        for (; i > 0 && r->item[i - 1].len < text.len; i--)
            r->item[i] = r->item[i - 1];
        r->item[i] =
            (struct str){arena_dup(r->arena, text.ptr, text.len), text.len};
        r->count++;
    }
    buf_clear(run);
}

/* Bytes of "(", "(?:", "(?<name>" and the like. */
static size_t opening_length(struct str group)
{
    struct str inside = STR_NONE;
    if (open_group(group, &inside) != GROUP_PLAIN || inside.ptr == NULL)
        return 1;
    return (size_t)(inside.ptr - group.ptr);
}

/* Literal texts of a regex, wherever they are in it. */
static void list_runs(struct runs *r, struct str regex)
{
    struct buf run;
    buf_init(&run, RUN_BYTES);
    while (regex.len > 0) {
        struct item item = read_item(regex);
        struct str after = str_sub(regex, item.length, regex.len);
        struct quantifier q = read_quantifier(after);
        bool sign = regex.ptr[0] == ')' || regex.ptr[0] == '|';
        bool plain = !sign && !item.group && item.literal != '\0' &&
                     !item.zero_width && q.length == 0;
        if (plain)
            buf_char(&run, item.literal);
        else
            add_run(r, &run);
        size_t length = item.group
                            ? opening_length(str_sub(regex, 0, item.length))
                            : item.length + q.length;
        regex = str_sub(regex, length, regex.len);
    }
    add_run(r, &run);
    buf_release(&run);
}

size_t anchor_others(struct arena *a, struct str regex, struct str anchor,
                     struct str *out, size_t most)
{
    struct runs r = {.arena = a, .anchor = anchor};
    size_t count = 0;
    list_runs(&r, regex);
    for (size_t i = 0; i < r.count && count < most; i++)
        if (anchor_is_proven(regex, r.item[i]))
            out[count++] = r.item[i];
    return count;
}

/* Bytes of the items that spell the text at the start of s; 0: others do. */
static size_t spelled_length(struct str s, struct str text)
{
    size_t at = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (at >= s.len)
            return 0;
        struct item item = read_item(str_sub(s, at, s.len));
        if (item.group || item.zero_width || item.literal != text.ptr[i] ||
            read_quantifier(str_sub(s, at + item.length, s.len)).length > 0)
            return 0;
        at += item.length;
    }
    return at;
}

/* \1, \k<name>, (?1) and the like: what stands before may be meant; \G, \K. */
static bool refers_back(struct str s)
{
    for (size_t i = 0; i + 1 < s.len; i++) {
        char next = s.ptr[i + 1];
        if (s.ptr[i] == '\\' && (is_digit(next) || next == 'k' || next == 'g' ||
                                 next == 'G' || next == 'K'))
            return true;
        bool looks = i + 2 < s.len && s.ptr[i + 2] != '\0' &&
                     strchr(":<=!>", s.ptr[i + 2]) != NULL;
        if ((s.ptr[i] == '(' && next == '?' && !looks) ||
            (s.ptr[i] == '(' && next == '*'))
            return true;
        i += s.ptr[i] == '\\';
    }
    return false;
}

struct str anchor_tail(struct str regex, struct str anchor)
{
    if (anchor.len == 0 || next_branch(regex).len < regex.len ||
        refers_back(regex) || !anchor_is_proven(regex, anchor))
        return STR_NONE;
    for (size_t i = 0; i < regex.len;) {
        struct str rest = str_sub(regex, i, regex.len);
        size_t spelled = spelled_length(rest, anchor);
        if (spelled > 0)
            return spelled < rest.len ? rest : STR_NONE;
        struct item item = read_item(rest);
        i += item.length +
             read_quantifier(str_sub(rest, item.length, rest.len)).length;
    }
    return STR_NONE;
}

static bool holds_unbounded(struct str s)
{
    for (size_t i = 0; i < s.len;) {
        struct item item = read_item(str_sub(s, i, s.len));
        struct quantifier q =
            read_quantifier(str_sub(s, i + item.length, s.len));
        if (q.unbounded)
            return true;
        i += item.group ? 1 : item.length + q.length;
    }
    return false;
}

size_t nested_quantifier(struct str regex)
{
    for (size_t i = 0; i < regex.len;) {
        struct item item = read_item(str_sub(regex, i, regex.len));
        struct quantifier q =
            read_quantifier(str_sub(regex, i + item.length, regex.len));
        if (item.group && q.unbounded &&
            holds_unbounded(str_sub(regex, i + 1, item.length - 2)))
            return i;
        i += item.group ? 1 : item.length + q.length;
    }
    return regex.len;
}

/* "(?<name>…)": then *inside gets what it holds. */
static bool is_group_of(struct str group, struct str name, struct str *inside)
{
    struct str s = str_sub(group, 1, group.len - 2);
    if (!str_starts(s, STR("?<")) || !str_starts(str_sub(s, 2, s.len), name) ||
        s.len < name.len + 3 || s.ptr[name.len + 2] != '>')
        return false;
    *inside = str_sub(s, name.len + 3, s.len);
    return true;
}

typedef bool demand(struct str item, struct str name);

/* In each branch one item that must be there meets the demand. */
static bool each_branch(struct str regex, demand *meets, struct str name)
{
    for (;;) {
        struct str branch = next_branch(regex);
        bool met = false;
        for (size_t i = 0; i < branch.len && !met;) {
            struct str rest = str_sub(branch, i, branch.len);
            size_t length = read_item(rest).length;
            struct quantifier q =
                read_quantifier(str_sub(rest, length, rest.len));
            met = !q.optional && meets(str_sub(rest, 0, length), name);
            i += length + q.length;
        }
        if (!met || branch.len == regex.len)
            return met;
        regex = str_sub(regex, branch.len + 1, regex.len);
    }
}

static bool takes_text(struct str item, struct str name)
{
    struct item is = read_item(item);
    struct str inside;
    if (!is.group)
        return !is.zero_width;
    return open_group(item, &inside) == GROUP_PLAIN &&
           each_branch(inside, takes_text, name);
}

static bool captures_text(struct str item, struct str name)
{
    struct str inside;
    if (!read_item(item).group)
        return false;
    if (is_group_of(item, name, &inside))
        return each_branch(inside, takes_text, name);
    return open_group(item, &inside) == GROUP_PLAIN &&
           each_branch(inside, captures_text, name);
}

bool group_is_sure(struct str regex, struct str name)
{
    return each_branch(regex, captures_text, name);
}

bool group_is_named(struct str regex, struct str name)
{
    struct str inside;
    for (size_t i = 0; i < regex.len;) {
        struct str rest = str_sub(regex, i, regex.len);
        struct item item = read_item(rest);
        if (item.group &&
            is_group_of(str_sub(rest, 0, item.length), name, &inside))
            return true;
        i += item.group ? 1 : item.length;
    }
    return false;
}
