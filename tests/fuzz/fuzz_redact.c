/*
 * The matcher of secrets against a naive one, which decodes: what is redacted
 * has no whole secret left, read through two layers of escapes and then as it
 * is, in base64 or in hex; and what was JSON still is. The first byte chooses
 * the secret and the form.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "redact/redact.h"
#include "tests/tools/undo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT_MAX 192 /* of a text; one that is wrapped is cut there, too */
#define SECRETS  8

static const char *const secret[SECRETS] = {
    "hunter2-Kq7",
    "a+b/c==d%25e&f<g>",
    "9028721010243",
    "q\"w'e\\r`t~y$u",
    "p\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z-9",
    "two words\\ & more",
    "9f8e7d6c5b4a39281706",
    "ZmFrZS1iYXNlNjQ+/w",
};

static void must(bool good, const char *what, struct str text)
{
    if (good)
        return;
    fprintf(stderr, "%s: %.*s\n", what, STR_ARGS(text));
    abort();
}

static const struct undo *decoder(const char *name)
{
    for (size_t i = 0; i < undo_count; i++)
        if (strcmp(undo[i].name, name) == 0)
            return &undo[i];
    abort();
}

static struct bytes decode(const struct undo *how, struct bytes text)
{
    struct bytes out = {malloc(text.len * UNDO_GROWTH + UNDO_MORE), 0};
    if (out.ptr == NULL)
        abort();
    how->run(&out, text.ptr, text.len);
    return out;
}

static bool is_same(struct bytes a, struct bytes b)
{
    return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

static bool has(struct bytes text, const char *word)
{
    struct str s = {text.ptr, text.len};
    return str_find(s, str_from(word), 0) < s.len;
}

/* As it is, or in digits of which every run is read. */
static bool has_whole(struct bytes text, const char *word)
{
    static const char *const digits[] = {"base64", "hex"};
    bool found = has(text, word);
    for (size_t i = 0; !found && i < 2; i++) {
        struct bytes out = decode(decoder(digits[i]), text);
        found = has(out, word);
        free(out.ptr);
    }
    return found;
}

static bool shows(struct bytes text, const char *word, unsigned layers)
{
    static const char *const escape[] = {
        "percent", "backslash", "html", "quoted-printable", "form", "wraps"};
    bool found = has_whole(text, word);
    for (size_t i = 0; !found && layers > 0 && i < 6; i++) {
        struct bytes out = decode(decoder(escape[i]), text);
        found = !is_same(out, text) && shows(out, word, layers - 1);
        free(out.ptr);
    }
    return found;
}

static bool is_json(struct str s)
{
    cJSON *json = cJSON_ParseWithLength(s.ptr, s.len);
    cJSON_Delete(json);
    return json != NULL;
}

static struct redactor *redactor_of(unsigned which)
{
    static struct redactor *all[SECRETS];
    if (all[which] == NULL) {
        all[which] = redactor_open();
        (void)redactor_add(all[which], str_from(secret[which]));
    }
    return all[which];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    if (size < 2 || size > TEXT_MAX)
        return 0;
    unsigned which = data[0] % SECRETS;
    struct redactor *r = redactor_of(which);
    struct str text = {(const char *)data + 1, size - 1};
    arena_init(&a);
    if (data[0] >= 128) {
        struct str out = redact_known(r, &a, text);
        must(!is_json(text) || is_json(out), "no JSON any more", out);
    } else {
        struct str out = redact(r, &a, text);
        const struct bytes bytes = {arena_dup(&a, out.ptr, out.len), out.len};
        must(!shows(bytes, secret[which], 2), "a secret is shown", out);
    }
    arena_release(&a);
    return 0;
}
