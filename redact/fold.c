/* Line ends, colours and what has no width: between and within escapes. */
#include "redact/fold.h"

#include <string.h>

#define FOLD_MAX     200
#define WRITTEN_MAX  4 /* backslashes before a letter, or such in a row */
#define NO_CHARACTER UINT32_MAX

int fold_hex_value(uint32_t c)
{
    if (c >= '0' && c <= '9')
        return (int)(c - '0');
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? (int)(c - 'a' + 10) : -1;
}

static size_t past_blanks(struct str s, size_t at)
{
    for (size_t i = 0; i < FOLD_MAX && at < s.len && s.ptr[at] != 0; i++, at++)
        if (strchr(" \t\r\n>|", s.ptr[at]) == NULL)
            break;
    return at;
}

static size_t past_colour(struct str s, size_t at)
{
    size_t end = at + 2;
    while (end < s.len && end - at < FOLD_MAX &&
           (s.ptr[end] == ';' || (s.ptr[end] >= '0' && s.ptr[end] <= '9')))
        end++;
    return end + 1;
}

/* A line may have been wrapped within an escape, or coloured. */
size_t unit_past_fold(const struct seen *s, size_t at)
{
    static const struct str invisible[] = {
        {"\xC2\xAD", 2},     {"\xE2\x80\x8B", 3}, {"\xE2\x80\x8C", 3},
        {"\xE2\x80\x8D", 3}, {"\xE2\x81\xA0", 3}, {"\xEF\xBB\xBF", 3}};
    unsigned char c = at < s->text.len ? (unsigned char)s->text.ptr[at] : 'x';
    if (s->form == FORM_JSON || (c > '\r' && c < 0x80 && c != 0x1B))
        return at;
    if (c == '\n' || c == '\r')
        return past_blanks(s->text, at);
    if (str_starts(str_sub(s->text, at, 2), STR("\033[")))
        return past_colour(s->text, at);
    for (size_t i = 0; i < sizeof(invisible) / sizeof(invisible[0]); i++)
        if (str_starts(str_sub(s->text, at, 3), invisible[i]))
            return at + invisible[i].len;
    return at;
}

static bool is_no_width(uint32_t c)
{
    return c == 0xAD || (c >= 0x200B && c <= 0x200D) || c == 0x2060 ||
           c == 0xFEFF;
}

/* So many digits of hex from *at on, or fewer; *at is behind them. */
static size_t read_digits(struct str s, size_t *at, size_t most,
                          uint32_t *value)
{
    size_t digits = 0;
    for (; digits < most && *at < s.len; digits++, ++*at) {
        int d = fold_hex_value((unsigned char)s.ptr[*at]);
        if (d < 0)
            break;
        *value = *value << 4 | (uint32_t)d;
    }
    return digits;
}

/* The character that "\n", "\x1B", "\u200b" or "\u{200B}" is; *at behind it. */
static uint32_t read_written(struct str s, size_t *at)
{
    size_t i = *at;
    uint32_t value = 0;
    for (unsigned n = 0; n < WRITTEN_MAX && i < s.len && s.ptr[i] == '\\'; n++)
        i++;
    char c = i < s.len && i > *at ? s.ptr[i++] : '\0';
    if (c == 'n' || c == 'r') {
        *at = i;
        return '\n';
    }
    bool braced = c == 'u' && i < s.len && s.ptr[i] == '{';
    size_t most = c == 'x' ? 2 : c == 'u' ? (braced ? 6 : 4) : 0;
    i += braced ? 1 : 0;
    size_t digits = read_digits(s, &i, most, &value);
    if (digits == 0 || (!braced && digits < most))
        return NO_CHARACTER;
    *at = i + (braced ? 1 : 0);
    return value;
}

/* A line end, a colour or what has no width, as it is shown or in JSON. */
static size_t past_written(const struct seen *s, size_t at)
{
    for (unsigned n = 0; n < WRITTEN_MAX && seen_byte(s, at) == '\\'; n++) {
        size_t end = at;
        uint32_t c = read_written(s->text, &end);
        if (c == '\n' || c == '\r')
            at = past_blanks(s->text, end);
        else if (c == 0x1B && seen_byte(s, end) == '[')
            at = past_colour(s->text, end - 1);
        else if (is_no_width(c))
            at = end;
        else
            break;
    }
    return at;
}

/* Texts are put on one line: a blank within an escape was a line end, too. */
size_t fold_past_wrap(const struct seen *s, size_t at)
{
    size_t end = unit_past_fold(s, at);
    if (s->form == FORM_JSON)
        return end;
    if (seen_byte(s, end) == ' ')
        end = past_blanks(s->text, end);
    return past_written(s, end);
}
