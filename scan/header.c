/* The rules of header.h. */
#include "scan/header.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"

#define WITHIN 2 /* lines below a header */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Blanks before what was said; those of a prefix are not among them. */
static size_t indent_of(const struct line *line)
{
    struct str said = line->part[0];
    bool inside = said.ptr >= line->text.ptr &&
                  said.ptr <= line->text.ptr + line->text.len;
    size_t n = 0;
    while (n < said.len && is_blank(said.ptr[n]))
        n++;
    for (const char *p = said.ptr;
         inside && p > line->text.ptr && is_blank(p[-1]); p--)
        n++;
    return n;
}

static bool is_listed(struct str said)
{
    static const char *const bullet[] = {"- ", "* ", "> ", "\xE2\x80\xA2 ",
                                         "\xE2\x94\x82 "};
    for (size_t i = 0; i < ARRAY_COUNT(bullet); i++)
        if (str_starts(said, str_from(bullet[i])))
            return true;
    return false;
}

/* "output: a.bam" */
static bool is_field(struct str said)
{
    size_t n = str_find(said, STR(": "), 0);
    return n < said.len && memchr(said.ptr, ' ', n) == NULL;
}

bool header_hands_on(const struct header *h, const struct error_words *words,
                     const struct line *line, const char *speaker, bool has)
{
    if (!h->open || line->part_count == 0 ||
        line->number - h->number > WITHIN || strcmp(h->speaker, speaker) != 0)
        return false;
    struct str said = str_trim(line->part[0]);
    bool below = is_listed(said) || indent_of(line) > h->indent;
    return error_words_says(words, said) &&
           (has || (below && h->vague && error_words_is_sentence(said) &&
                    !is_field(said)));
}

void header_pass(struct header *h, const struct error_words *words,
                 const struct line *line, const char *speaker, size_t error)
{
    struct str claim = str_trim(line->claim);
    if (claim.len == 0) {
        h->open = h->open && line->number - h->number < WITHIN;
        return;
    }
    h->open = error != HEADER_NO_ERROR && line->shape == NULL &&
              !line->said_last && line->part_count > 0 &&
              claim.ptr[claim.len - 1] == ':';
    if (!h->open)
        return;
    h->error = error;
    h->vague = !line->handed && !error_words_names(words, claim);
    h->indent = indent_of(line);
    h->number = line->number;
    snprintf(h->speaker, sizeof(h->speaker), "%s", speaker);
}
