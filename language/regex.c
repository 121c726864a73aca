/* PCRE2: byte mode, JIT when the machine allows it, bounded backtracking. */
#include "language/regex.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

struct regex {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
    struct {
        bool waits, ready; /* it is tried when the regex is used first */
    } * jit;
};

static bool read_flags(struct str flags, uint32_t *options)
{
    *options = PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C;
    for (size_t i = 0; i < flags.len; i++) {
        switch (flags.ptr[i]) {
        case 'i':
            *options |= PCRE2_CASELESS;
            break;
        case 'm':
            *options |= PCRE2_MULTILINE;
            break;
        case 's':
            *options |= PCRE2_DOTALL;
            break;
        case 'x':
            *options |= PCRE2_EXTENDED;
            break;
        default:
            return false;
        }
    }
    return true;
}

/* NULL with PCRE2's error code and its offset when it is no regex. */
static struct regex *compile(struct str pattern, uint32_t options, bool jit,
                             int *code, size_t *offset)
{
    struct regex *re = calloc(1, sizeof(*re));
    if (re == NULL)
        arena_out_of_memory();
    const char *text = pattern.ptr == NULL ? "" : pattern.ptr;
    re->code = pcre2_compile((PCRE2_SPTR)text, pattern.len, options, code,
                             offset, NULL);
    if (re->code == NULL) {
        free(re);
        return NULL;
    }
    re->jit = calloc(1, sizeof(*re->jit));
    if (re->jit == NULL)
        arena_out_of_memory();
    re->jit->waits = jit;
    re->data = pcre2_match_data_create_from_pattern(re->code, NULL);
    re->context = pcre2_match_context_create(NULL);
    if (re->data == NULL || re->context == NULL)
        arena_out_of_memory();
    pcre2_set_match_limit(re->context, REGEX_MATCH_LIMIT);
    return re;
}

bool regex_open(struct regex **out, struct str pattern, struct str flags,
                struct regex_error *e)
{
    uint32_t options;
    *out = NULL;
    *e = (struct regex_error){pattern.len + 1,
                              "unknown flag, expected i, m, s or x"};
    if (!read_flags(flags, &options))
        return false;
    int code = 0;
    *out = compile(pattern, options, true, &code, &e->offset);
    if (*out == NULL)
        pcre2_get_error_message(code, (PCRE2_UCHAR *)e->text, sizeof(e->text));
    return *out != NULL;
}

/* Length of the escape at s, which begins with a backslash; 0: none there. */
static size_t iregexp_escape(struct str s)
{
    if (s.len < 2)
        return 0;
    if (s.ptr[1] != '\0' && strchr("()*+-.?[\\]^{|}nrt", s.ptr[1]) != NULL)
        return 2;
    size_t close = str_find(s, STR("}"), 0);
    bool property = (s.ptr[1] == 'p' || s.ptr[1] == 'P') && s.len > 3 &&
                    s.ptr[2] == '{' && close < s.len && close <= 5;
    return property ? close + 1 : 0;
}

/* Anything of PCRE2 that RFC 9485 has not: lookaround, laziness, verbs. */
static bool iregexp_forbids(struct str s, bool in_class, size_t at)
{
    static const char *const pair[] = {"(?", "(*", "*?", "+?", "??",
                                       "*+", "++", "?+", "}?", "}+"};
    struct str two = str_sub(s, at, 2);
    if (in_class)
        return str_is(two, "[:") || str_is(two, "[[");
    for (size_t i = 0; i < ARRAY_COUNT(pair); i++)
        if (str_is(two, pair[i]))
            return true;
    return false;
}

/* The I-Regexp as PCRE2: only '.' means something else. */
static bool translate(struct buf *out, struct str s)
{
    bool in_class = false;
    for (size_t at = 0; at < s.len;) {
        size_t n = 1;
        if (s.ptr[at] == '\\')
            n = iregexp_escape(str_sub(s, at, s.len));
        else if (iregexp_forbids(s, in_class, at))
            return false;
        else if (s.ptr[at] == '[' || s.ptr[at] == ']')
            in_class = s.ptr[at] == '[';
        if (n == 0)
            return false;
        if (n == 1 && s.ptr[at] == '.' && !in_class)
            buf_text(out, "[^\\n\\r]");
        else
            buf_str(out, str_sub(s, at, n));
        at += n;
    }
    return true;
}

bool regex_open_iregexp(struct regex **out, struct str pattern, bool whole)
{
    struct buf text;
    int code = 0;
    size_t offset = 0;
    *out = NULL;
    buf_init(&text, pattern.len * 8 + 16);
    buf_text(&text, whole ? "\\A(?:" : "(?:");
    if (translate(&text, pattern)) {
        buf_text(&text, whole ? ")\\z" : ")");
        *out =
            compile(buf_view(&text),
                    PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY,
                    false, &code, &offset);
    }
    buf_release(&text);
    return *out != NULL;
}

bool regex_open_unicode(struct regex **out, struct str pattern,
                        struct regex_error *e)
{
    int code = 0;
    *out = compile(pattern,
                   PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY |
                       PCRE2_ALT_BSUX,
                   false, &code, &e->offset);
    if (*out == NULL)
        pcre2_get_error_message(code, (PCRE2_UCHAR *)e->text, sizeof(e->text));
    return *out != NULL;
}

void regex_close(struct regex *re)
{
    if (re == NULL)
        return;
    pcre2_match_context_free(re->context);
    pcre2_match_data_free(re->data);
    pcre2_code_free(re->code);
    free(re->jit);
    free(re);
}

/* It may do nothing without saying so: (*NO_JIT). */
static void try_jit(const struct regex *re)
{
    size_t bytes = 0;
    (void)pcre2_jit_compile(re->code, PCRE2_JIT_COMPLETE);
    pcre2_pattern_info(re->code, PCRE2_INFO_JITSIZE, &bytes);
    re->jit->ready = bytes > 0;
    re->jit->waits = false;
}

enum regex_answer regex_match(const struct regex *re, struct str subject)
{
    const char *text = subject.ptr == NULL ? "" : subject.ptr;
    /* No JIT (a hardened kernel): the interpreter gives the same answers. */
    if (re->jit->waits)
        try_jit(re);
    int rc = (re->jit->ready ? pcre2_jit_match : pcre2_match)(
        re->code, (PCRE2_SPTR)text, subject.len, 0, 0, re->data, re->context);
    if (rc >= 0)
        return REGEX_YES;
    return rc == PCRE2_ERROR_NOMATCH ? REGEX_NO : REGEX_GAVE_UP;
}

bool regex_is_interpreted(const struct regex *re)
{
    return !re->jit->waits && !re->jit->ready;
}

struct str regex_group(const struct regex *re, struct str subject, unsigned n)
{
    size_t start = (size_t)2 * n;
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(re->data);
    if (n >= pcre2_get_ovector_count(re->data) || at[start] == PCRE2_UNSET ||
        at[start + 1] < at[start])
        return STR_NONE;
    return str_sub(subject, at[start], at[start + 1] - at[start]);
}

size_t regex_name_count(const struct regex *re)
{
    uint32_t count = 0;
    pcre2_pattern_info(re->code, PCRE2_INFO_NAMECOUNT, &count);
    return count;
}

/* The name table is sorted by name: a row is the group number, then the name.
 */
const char *regex_name(const struct regex *re, size_t index, unsigned *group)
{
    PCRE2_SPTR table = NULL;
    uint32_t size = 0;
    pcre2_pattern_info(re->code, PCRE2_INFO_NAMETABLE, &table);
    pcre2_pattern_info(re->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
    PCRE2_SPTR row = table + index * size;
    *group = (unsigned)row[0] << 8 | row[1];
    return (const char *)row + 2;
}

void regex_library(struct buf *out)
{
    char text[64]; /* the longest that PCRE2 says is 24 */
    if (pcre2_config(PCRE2_CONFIG_VERSION, NULL) <= (int)sizeof(text) &&
        pcre2_config(PCRE2_CONFIG_VERSION, text) > 0)
        buf_text(out, text);
}
