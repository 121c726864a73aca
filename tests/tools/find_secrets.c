/*
 * Shows what is left of secrets in outputs: `find_secrets SECRETS DEPTH FILE…`.
 * A line of SECRETS is a name, a blank and the secret in hex. Whatever shows a
 * window of one, through DEPTH decoders, is a line; then the status is 1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tools/undo.h"

#define NAMES_MAX  200000
#define NAME_BYTES 48
#define LINE_BYTES 8192

static char name[NAMES_MAX][NAME_BYTES];
static unsigned names;

static struct bytes read_file(const char *path)
{
    struct bytes out = {NULL, 0};
    FILE *f = fopen(path, "rb");
    if (f == NULL || fseek(f, 0, SEEK_END) != 0 || ftell(f) < 0) {
        perror(path);
        exit(2);
    }
    size_t size = (size_t)ftell(f);
    rewind(f);
    out.ptr = malloc(size + 1);
    out.len = out.ptr == NULL ? 0 : fread(out.ptr, 1, size, f);
    fclose(f);
    return out;
}

static size_t decode_hex(char *out, const char *hex)
{
    size_t n = 0;
    unsigned c = 0;
    while (n < LINE_BYTES && sscanf(hex + 2 * n, "%2x", &c) == 1)
        out[n++] = (char)c;
    return n;
}

static struct windows *read_secrets(const char *path)
{
    static char line[LINE_BYTES], secret[LINE_BYTES];
    struct windows *w = windows_open();
    FILE *f = fopen(path, "r");
    if (f == NULL) {
        perror(path);
        exit(2);
    }
    while (names < NAMES_MAX && fgets(line, sizeof(line), f) != NULL) {
        size_t n = strcspn(line, " ");
        if (line[n] != ' ' || n >= NAME_BYTES)
            continue;
        memcpy(name[names], line, n);
        windows_add(w, secret, decode_hex(secret, line + n + 1), names++);
    }
    fclose(f);
    return w;
}

static void print(const char *path, const struct shown *s)
{
    printf("%s: %s", path, name[s->name]);
    for (size_t i = 0; s->how[i] != NULL; i++)
        printf("%s%s", i == 0 ? " through " : ", ", s->how[i]);
    printf(": %s\n", s->near);
}

int main(int argc, char **argv)
{
    int status = 0;
    if (argc < 4)
        return 2;
    struct windows *w = read_secrets(argv[1]);
    for (int i = 3; i < argc; i++) {
        struct shown shown;
        struct bytes text = read_file(argv[i]);
        if (windows_find(w, text.ptr, text.len, (unsigned)atoi(argv[2]),
                         &shown)) {
            print(argv[i], &shown);
            status = 1;
        }
        free(text.ptr);
    }
    windows_close(w);
    return status;
}
