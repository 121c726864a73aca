/*
 * Yardsticks for the scanner. read and memchr are what the machine can do: the
 * bytes alone, and the newlines in them. pcre2 is what most classifiers do:
 * every line against every pattern, until one fits.
 * usage: bare_scan read FILE | memchr FILE | pcre2 FILE PATTERNS
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define BLOCK ((size_t)1 << 20)

struct compiled {
    pcre2_code *code;
    pcre2_match_data *data;
};

static void stop(const char *what)
{
    perror(what);
    exit(5); /* none of the codes of postflight and grep for what they found */
}

static size_t newlines(const char *at, size_t len)
{
    const char *end = at + len;
    size_t count = 0;
    while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        count++;
        at++;
    }
    return count;
}

static size_t read_all(const char *path, bool count_lines)
{
    static char block[BLOCK];
    int fd = open(path, O_RDONLY);
    size_t sum = 0;
    ssize_t got = 0;
    if (fd < 0)
        stop(path);
    while ((got = read(fd, block, BLOCK)) > 0)
        sum += count_lines ? newlines(block, (size_t)got) : (size_t)got;
    if (got < 0)
        stop(path);
    close(fd);
    return sum;
}

/* The next line without its newline; false at the end. */
static bool next_line(FILE *in, char **text, size_t *cap, size_t *len)
{
    ssize_t got = getline(text, cap, in);
    if (got <= 0)
        return false;
    *len = (size_t)got - ((*text)[got - 1] == '\n');
    return true;
}

static struct compiled compile(const char *pattern, size_t len)
{
    int error = 0;
    size_t offset = 0;
    struct compiled c;
    c.code = pcre2_compile((PCRE2_SPTR)pattern, len, 0, &error, &offset, NULL);
    if (c.code == NULL || pcre2_jit_compile(c.code, PCRE2_JIT_COMPLETE) != 0)
        stop(pattern);
    c.data = pcre2_match_data_create_from_pattern(c.code, NULL);
    return c;
}

static FILE *open_text(const char *path)
{
    FILE *in = fopen(path, "r");
    if (in == NULL)
        stop(path);
    return in;
}

static struct compiled *compile_all(const char *path, size_t *count)
{
    FILE *in = open_text(path);
    struct compiled *all = NULL;
    char *text = NULL;
    size_t cap = 0, len = 0;
    for (*count = 0; next_line(in, &text, &cap, &len); ++*count) {
        all = realloc(all, (*count + 1) * sizeof(*all));
        if (all == NULL)
            stop(path);
        all[*count] = compile(text, len);
    }
    free(text);
    fclose(in);
    return all;
}

static bool fits(const struct compiled *c, const char *text, size_t len)
{
    return pcre2_jit_match(c->code, (PCRE2_SPTR)text, len, 0, 0, c->data,
                           NULL) >= 0;
}

static size_t lines_that_fit(const char *path, const struct compiled *all,
                             size_t count)
{
    FILE *in = open_text(path);
    char *text = NULL;
    size_t cap = 0, len = 0, sum = 0;
    while (next_line(in, &text, &cap, &len)) {
        size_t i = 0;
        while (i < count && !fits(&all[i], text, len))
            i++;
        sum += i < count;
    }
    free(text);
    fclose(in);
    return sum;
}

static size_t match_all(const char *path, const char *patterns)
{
    size_t count = 0;
    struct compiled *all = compile_all(patterns, &count);
    size_t sum = lines_that_fit(path, all, count);
    for (size_t i = 0; i < count; i++) {
        pcre2_match_data_free(all[i].data);
        pcre2_code_free(all[i].code);
    }
    free(all);
    return sum;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "read") == 0)
        printf("%zu\n", read_all(argv[2], false));
    else if (argc == 3 && strcmp(argv[1], "memchr") == 0)
        printf("%zu\n", read_all(argv[2], true));
    else if (argc == 4 && strcmp(argv[1], "pcre2") == 0)
        printf("%zu\n", match_all(argv[2], argv[3]));
    else
        return 5;
    return 0;
}
