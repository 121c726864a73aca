/* The rules of log_wrap.h. */
#include "scan/log_wrap.h"

#include <string.h>

#include "base/attr.h"
#include "base/characters.h"

#define PROOF_LEAST ((size_t)2) /* lines that go on below */
#define RULE_BYTES  ((size_t)5) /* alike at its end: a rule, not a text */

static struct str bare(struct str line)
{
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

/* Characters of UTF-8, of which each is a column. */
static size_t columns_of(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += ((unsigned char)s.ptr[i] & 0xC0) != 0x80;
    return n;
}

static bool is_rule(struct str s)
{
    s = str_trim(s);
    size_t i = 1;
    while (i < s.len && i < RULE_BYTES &&
           s.ptr[s.len - 1 - i] == s.ptr[s.len - 1])
        i++;
    return i == RULE_BYTES;
}

/* A tag, a mark, a time, a list or a rule: an entry of its own begins. */
static bool begins_entry(struct str s)
{
    size_t digits = 0;
    if (s.len == 0 || strchr(" \t[#<>|=*+-$@", s.ptr[0]) != NULL ||
        (unsigned char)s.ptr[0] == 0xE2)
        return true;
    while (digits < s.len && is_digit(s.ptr[digits]))
        digits++;
    return digits > 0 && digits < s.len &&
           (s.ptr[digits] == ':' || s.ptr[digits] == '|' ||
            (digits == 4 && s.ptr[digits] == '-'));
}

/* A word that programs begin their entries with. */
static bool begins_with_level(struct str s)
{
    static const char *const word[] = {"error",   "warning", "warn",  "note",
                                       "info",    "fatal",   "debug", "hint",
                                       "npm",     "make",    "at",    "in",
                                       "success", "notice",  "trace", "e:"};
    struct str first = str_sub(s, 0, str_find(s, STR(" "), 0));
    if (first.len > 2 && first.ptr[first.len - 1] == ':')
        first.len--;
    for (size_t i = 0; i < ARRAY_COUNT(word); i++)
        if (str_is(first, word[i]))
            return true;
    return false;
}

/* Two entries of one program: both begin with its name, or a like word. */
static bool begin_alike(struct str a, struct str b)
{
    size_t n = str_find(a, STR(" "), 0);
    return n < a.len && n > 1 && n < b.len && b.ptr[n] == ' ' &&
           str_starts(b, str_sub(a, 0, n));
}

static size_t word_columns(struct str s)
{
    return columns_of(str_sub(s, 0, str_find(s, STR(" "), 0)));
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

/* Its first word would not have fitted on the line above. */
static bool did_not_fit(size_t width, struct str line, struct str next)
{
    size_t used = columns_of(line);
    bool blank = line.len > 0 && line.ptr[line.len - 1] == ' ';
    return used + !blank + word_columns(next) > width;
}

bool log_wrap_is_full(size_t width, struct str line)
{
    return columns_of(bare(line)) >= width;
}

bool log_wrap_joins(size_t width, struct str line, struct str next)
{
    line = bare(line);
    next = bare(next);
    if (width == 0 || line.len < WRAP_LEAST / 2 || begins_entry(next) ||
        begins_with_level(next) || begin_alike(line, next) || is_rule(line) ||
        is_rule(next))
        return false;
    size_t used = columns_of(line);
    char last = line.ptr[line.len - 1], first = next.ptr[0];
    bool sentence = strchr(".!?;{}", last) != NULL;
    if (used >= width) /* it is broken anywhere */
        return is_lower(first) || (!sentence && last != ' ');
    return used + 20 >= width && !sentence && did_not_fit(width, line, next) &&
           (is_lower(first) || last == ' ');
}

void log_wrap_learn(struct log_wrap *w, struct str text)
{
    struct str before = STR_NONE;
    while (text.len > 0 && w->longer == 0) {
        struct str line = bare(str_cut(text, '\n', &text));
        size_t used = line.len < WRAP_LEAST ? 0 : columns_of(line);
        w->lines++;
        w->longer += used > WRAP_MOST;
        if (used >= WRAP_LEAST && used <= WRAP_MOST && !is_rule(line))
            w->full[used]++;
        size_t above = before.len < WRAP_LEAST ? 0 : columns_of(before);
        if (above >= WRAP_LEAST && above <= WRAP_MOST && line.len > 0 &&
            is_lower(line.ptr[0]) && !begins_entry(line) &&
            !begins_with_level(line) && !begin_alike(before, line) &&
            !is_rule(before))
            w->goes_on[above]++;
        before = line;
    }
}

size_t log_wrap_width(const struct log_wrap *w)
{
    size_t width = WRAP_MOST, proof = 0;
    while (width >= WRAP_LEAST && w->full[width] == 0)
        width--;
    for (size_t i = WRAP_LEAST; i <= width; i++)
        proof += w->goes_on[i];
    bool narrow = width >= WRAP_LEAST && w->longer == 0;
    bool sure = proof >= PROOF_LEAST || (proof == 1 && width + 1 >= WRAP_MOST);
    return narrow && sure ? width : 0;
}
