/* Words of a shell, where a line is only a command. */
#include <string.h>

#include "import/compose/compose.h"

#define WORDS_MAX 60

static void add_word(struct import *im, struct words *w, const char *text)
{
    w->item = arena_grow(im->arena, (void *)w->item, w->count, &w->cap,
                         sizeof(const char *));
    w->item[w->count++] = text;
}

/* Would a shell do more with this byte than take it? */
static bool takes_shell(struct str s, size_t at, char quote)
{
    char c = s.ptr[at], next = at + 1 < s.len ? s.ptr[at + 1] : '\0';
    if (quote == '\'')
        return false;
    if (c == '`' || (c == '$' && next != '{'))
        return true;
    return quote == '\0' && strchr(";|&<>()*", c) != NULL;
}

/* One word from *at on, quotes taken off; false: a shell is needed. */
static bool read_word(struct str s, size_t *at, struct buf *out)
{
    char quote = '\0';
    if (strchr("~#", s.ptr[*at]) != NULL)
        return false;
    for (; *at < s.len; (*at)++) {
        char c = s.ptr[*at];
        if (quote == '\0' && (c == ' ' || c == '\t' || c == '\n'))
            return true;
        if (takes_shell(s, *at, quote))
            return false;
        if (c == '\\' && quote != '\'' && *at + 1 < s.len)
            buf_char(out, s.ptr[++*at]);
        else if (quote == '\0' && (c == '"' || c == '\''))
            quote = c;
        else if (c == quote && quote != '\0')
            quote = '\0';
        else
            buf_char(out, c);
    }
    return quote == '\0';
}

/* "|| exit 1" and a redirection to nowhere say nothing of their own. */
static struct str without_end(struct str s)
{
    static const char *const end[] = {"|| exit 1",       "||exit 1",
                                      "|| exit",         "|| false",
                                      "; exit $$?",      "> /dev/null 2>&1",
                                      ">/dev/null 2>&1", "> /dev/null",
                                      ">/dev/null",      "2>&1",
                                      "1>/dev/null",     "2> /dev/null",
                                      "2>/dev/null",     "&> /dev/null",
                                      "&>/dev/null"};
    bool again = true;
    for (s = str_trim(s); again; s = str_trim(s)) {
        again = false;
        for (size_t i = 0; i < ARRAY_COUNT(end); i++)
            if (str_ends(s, str_from(end[i]))) {
                s = str_sub(s, 0, s.len - strlen(end[i]));
                again = true;
            }
    }
    return s;
}

bool words_split(struct import *im, struct str line, struct words *out)
{
    struct str s = without_end(line);
    *out = (struct words){.count = 0};
    for (size_t at = 0; at < s.len;) {
        struct buf word;
        if (strchr(" \t\n", s.ptr[at]) != NULL) {
            at++;
            continue;
        }
        buf_init(&word, (size_t)64 * 1024);
        bool ok = read_word(s, &at, &word) && out->count < WORDS_MAX;
        if (ok)
            add_word(im, out, buf_dup(im->arena, &word));
        buf_release(&word);
        if (!ok)
            return false;
    }
    return out->count > 0;
}
