/* UTF-8 (Unicode 15, table 3-7): check, decode, encode. */
#include "base/text.h"

static bool is_continuation(struct str s, size_t i)
{
    return i < s.len && ((unsigned char)s.ptr[i] & 0xC0u) == 0x80u;
}

static size_t sequence_length(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        return 2;
    if (lead >= 0xE0 && lead <= 0xEF)
        return 3;
    if (lead >= 0xF0 && lead <= 0xF4)
        return 4;
    return 0;
}

static bool is_scalar_value(uint32_t c, size_t n)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    return c >= least[n] && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
}

size_t utf8_length(struct str s, uint32_t *code_point)
{
    static const unsigned char mask[5] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    if (s.len == 0)
        return 0;
    unsigned char lead = (unsigned char)s.ptr[0];
    size_t n = sequence_length(lead);
    if (n == 0)
        return 0;
    uint32_t c = lead & mask[n];
    for (size_t i = 1; i < n; i++) {
        if (!is_continuation(s, i))
            return 0;
        c = c << 6 | ((unsigned char)s.ptr[i] & 0x3Fu);
    }
    if (!is_scalar_value(c, n))
        return 0;
    if (code_point != NULL)
        *code_point = c;
    return n;
}

size_t utf8_check(struct str s)
{
    size_t i = 0;
    while (i < s.len) {
        if ((unsigned char)s.ptr[i] < 0x80) {
            i++;
            continue;
        }
        size_t n = utf8_length(str_sub(s, i, 4), NULL);
        if (n == 0)
            break;
        i += n;
    }
    return i;
}

void utf8_encode(struct buf *out, uint32_t c)
{
    if (c < 0x80) {
        buf_char(out, (char)c);
    } else if (c < 0x800) {
        buf_char(out, (char)(0xC0u | c >> 6));
        buf_char(out, (char)(0x80u | (c & 0x3Fu)));
    } else if (c < 0x10000) {
        buf_char(out, (char)(0xE0u | c >> 12));
        buf_char(out, (char)(0x80u | (c >> 6 & 0x3Fu)));
        buf_char(out, (char)(0x80u | (c & 0x3Fu)));
    } else {
        buf_char(out, (char)(0xF0u | c >> 18));
        buf_char(out, (char)(0x80u | (c >> 12 & 0x3Fu)));
        buf_char(out, (char)(0x80u | (c >> 6 & 0x3Fu)));
        buf_char(out, (char)(0x80u | (c & 0x3Fu)));
    }
}
