/* Bytes as text and back: base64, percent, hex; and their SHA-256. */
#include <openssl/evp.h>
#include <string.h>

#include "base/text.h"

static const char base64_digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "abcdefghijklmnopqrstuvwxyz0123456789+/";
static const char hex_digit[] = "0123456789abcdef";

void text_base64(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.len; i += 3) {
        unsigned v = 0;
        for (size_t k = 0; k < 3; k++)
            v = v << 8 | (i + k < s.len ? (unsigned char)s.ptr[i + k] : 0u);
        buf_char(out, base64_digit[v >> 18]);
        buf_char(out, base64_digit[v >> 12 & 63]);
        buf_char(out, i + 1 < s.len ? base64_digit[v >> 6 & 63] : '=');
        buf_char(out, i + 2 < s.len ? base64_digit[v & 63] : '=');
    }
}

static void url_encode(struct buf *out, struct str s, const char *safe)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                     (c >= 'A' && c <= 'Z') ||
                     (c != '\0' && strchr(safe, c) != NULL);
        if (plain)
            buf_char(out, (char)c);
        else
            buf_printf(out, "%%%02X", c);
    }
}

void text_url_encode(struct buf *out, struct str s)
{
    url_encode(out, s, "-._~");
}

void text_url_path(struct buf *out, struct str path)
{
    if (str_starts(path, STR("/")))
        buf_text(out, "file://");
    url_encode(out, path, "-._~/");
}

void text_hex(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        buf_char(out, hex_digit[c >> 4]);
        buf_char(out, hex_digit[c & 15]);
    }
}

static int digit_value(const char *digits, char c)
{
    const char *at = c == '\0' ? NULL : strchr(digits, c);
    return at == NULL ? -1 : (int)(at - digits);
}

bool text_from_hex(struct buf *out, struct str s)
{
    for (size_t i = 0; i + 1 < s.len; i += 2) {
        int high = digit_value(hex_digit, (char)(s.ptr[i] | 0x20));
        int low = digit_value(hex_digit, (char)(s.ptr[i + 1] | 0x20));
        if (high < 0 || low < 0)
            return false;
        buf_char(out, (char)(high * 16 + low));
    }
    return s.len % 2 == 0;
}

bool text_from_base64(struct buf *out, struct str s)
{
    unsigned bits = 0, have = 0;
    while (s.len > 0 && s.ptr[s.len - 1] == '=')
        s.len--;
    for (size_t i = 0; i < s.len; i++) {
        int value = digit_value(base64_digit, s.ptr[i]);
        if (value < 0)
            return false;
        bits = (bits << 6 | (unsigned)value) & 0xFFFFFF;
        have += 6;
        if (have < 8)
            continue;
        have -= 8;
        buf_char(out, (char)(bits >> have & 0xFF));
    }
    return s.len % 4 != 1;
}

bool text_sha256(struct buf *out, struct str s)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (EVP_Digest(s.ptr, s.len, digest, &len, EVP_sha256(), NULL) != 1)
        return false;
    text_hex(out, (struct str){(const char *)digest, len});
    return true;
}
