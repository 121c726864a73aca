/*
 * The checksums that tools keep of their files, as their sources compute them:
 * Prisma (schema-connector/src/checksum.rs), sqlx (SHA-384 of the bytes),
 * Flyway (CRC-32 over lines without their ends), Atlas (one SHA-256 that runs
 * over all names and files), Drizzle (SHA-256 of the bytes).
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "base/text.h"
#include "migrations/state/internal.h"

static bool digest_is(const EVP_MD *kind, struct str text, const char *stored)
{
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    struct buf hex;
    if (EVP_Digest(text.ptr, text.len, sum, &length, kind, NULL) != 1)
        return false;
    buf_init(&hex, 2 * sizeof(sum) + 1);
    text_hex(&hex, (struct str){(const char *)sum, length});
    bool same = str_equal_nocase(buf_view(&hex), str_from(stored));
    buf_release(&hex);
    return same;
}

/* With every CRLF as LF, or every LF as CRLF. */
static bool other_ends_fit(struct str text, const char *stored, bool crlf)
{
    struct buf out;
    buf_init(&out, 2 * text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!crlf && c == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n')
            continue;
        if (crlf && c == '\n')
            buf_char(&out, '\r');
        buf_char(&out, c);
    }
    bool fits = digest_is(EVP_sha256(), buf_view(&out), stored);
    buf_release(&out);
    return fits;
}

/* Lines as Java reads them, without their ends; without a BOM. */
static bool flyway_fits(struct str text, const char *stored)
{
    uLong sum = crc32(0, NULL, 0);
    char signed_text[16];
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = str_sub(text, 3, text.len);
    for (size_t at = 0; at < text.len;) {
        size_t end = at;
        while (end < text.len && text.ptr[end] != '\n' && text.ptr[end] != '\r')
            end++;
        sum = crc32(sum, (const Bytef *)text.ptr + at, (uInt)(end - at));
        at = end + 1;
    }
    snprintf(signed_text, sizeof(signed_text), "%d", (int)(uint32_t)sum);
    return strcmp(signed_text, stored) == 0;
}

static struct str file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return str_from(slash == NULL ? path : slash + 1);
}

/* Over the names and bytes of all files up to this one. */
static bool atlas_fits(const struct shipped *s, size_t index,
                       const char *stored)
{
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    bool ok = c != NULL && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1;
    for (size_t i = 0; ok && i <= index; i++) {
        struct str name = file_name(s->item[i].file), text = s->item[i].text;
        ok = EVP_DigestUpdate(c, name.ptr, name.len) == 1 &&
             EVP_DigestUpdate(c, text.ptr, text.len) == 1;
    }
    ok = ok && EVP_DigestFinal_ex(c, sum, &length) == 1;
    EVP_MD_CTX_free(c);
    if (!ok)
        return false;
    struct buf out;
    buf_init(&out, 100);
    text_base64(&out, (struct str){(const char *)sum, length});
    bool fits = str_is(buf_view(&out), stored);
    buf_release(&out);
    return fits;
}

bool checksum_fits(const struct shipped *s, size_t index, const char *stored,
                   struct arena *a, int *how)
{
    struct str text = s->item[index].text;
    (void)a;
    *how = -1;
    switch (s->tool->checksum) {
    case CHECKSUM_NONE:
        return true;
    case CHECKSUM_SHA256:
        return digest_is(EVP_sha256(), text, stored);
    case CHECKSUM_SHA384:
        return digest_is(EVP_sha384(), text, stored);
    case CHECKSUM_FLYWAY:
        return flyway_fits(text, stored);
    case CHECKSUM_CUMULATIVE:
        return atlas_fits(s, index, stored);
    case CHECKSUM_PRISMA:
        break;
    }
    if (digest_is(EVP_sha256(), text, stored))
        return true;
    if (!other_ends_fit(text, stored, false) &&
        !other_ends_fit(text, stored, true))
        return false;
    *how = EDIT_LINE_ENDS;
    return true;
}
