/* Words that nothing acts on. */
#include <string.h>

#include "base/characters.h"
#include "report/markdown.h"

#define SHA_MIN 7

/* Hosts link what can be a commit. */
static bool is_sha(struct str run)
{
    bool digit = false;
    for (size_t i = 0; i < run.len; i++) {
        char c = run.ptr[i];
        digit = digit || is_digit(c);
        if (!is_digit(c) && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F'))
            return false;
    }
    return digit && run.len >= SHA_MIN;
}

/* "GH-12" is issue 12 to GitHub. */
static bool is_issue(struct str rest)
{
    return rest.len > 3 && str_equal_nocase(str_sub(rest, 0, 3), STR("GH-")) &&
           is_digit(rest.ptr[3]);
}

/* "%12" and "%v2" are milestones to GitLab. */
static bool is_milestone(struct str rest)
{
    return rest.len > 1 && rest.ptr[0] == '%' &&
           (is_alnum(rest.ptr[1]) || rest.ptr[1] == '"');
}

/* ":name:" becomes a picture; of numbers only these two, and times are not. */
static bool is_emoji(struct str rest, bool at_end)
{
    size_t n = 1;
    bool number = true;
    if (rest.ptr[0] != ':')
        return false;
    for (; n < rest.len &&
           (is_alnum(rest.ptr[n]) || rest.ptr[n] == '-' || rest.ptr[n] == '+');
         n++)
        number = number && is_digit(rest.ptr[n]);
    struct str name = str_sub(rest, 1, n - 1);
    bool closed = n < rest.len ? rest.ptr[n] == ':' : at_end;
    return n > 1 && closed &&
           (!number || str_is(name, "100") || str_is(name, "1234"));
}

static bool refers(struct str word, bool at_end)
{
    for (size_t i = 0; i < word.len; i++) {
        struct str rest = {word.ptr + i, word.len - i};
        size_t run = 0;
        if (!is_alnum(rest.ptr[0])) {
            if (is_milestone(rest) || is_emoji(rest, at_end))
                return true;
            continue;
        }
        if (i > 0 && is_alnum(word.ptr[i - 1]))
            continue;
        while (run < rest.len && is_alnum(rest.ptr[run]))
            run++;
        if (is_sha(str_sub(rest, 0, run)) || is_issue(rest))
            return true;
    }
    return false;
}

/* Addresses without a scheme are links, too. */
static bool is_address(struct str word)
{
    for (size_t i = 0; i + 3 < word.len; i++)
        if ((word.ptr[i] == 'w' || word.ptr[i] == 'W') &&
            str_equal_nocase(str_sub(word, i, 4), STR("www.")))
            return true;
    return str_find(word, STR("//"), 0) < word.len;
}

/* "1." or "2)" at the start of a block would begin a list. */
static bool is_marker(struct str word)
{
    size_t i = 0;
    while (i < word.len && is_digit(word.ptr[i]))
        i++;
    return (i > 0 && i + 1 == word.len &&
            (word.ptr[i] == '.' || word.ptr[i] == ')')) ||
           strchr("-=+", word.ptr[0]) != NULL;
}

bool prose_is_safe(struct str word, bool at_start, bool at_end)
{
    static const char sign[] = ",.;'()/%-:?\"=+";
    for (size_t i = 0; i < word.len; i++)
        if (!is_alnum(word.ptr[i]) &&
            (word.ptr[i] == '\0' || strchr(sign, word.ptr[i]) == NULL))
            return false;
    if (word.ptr[0] == ':' || word.ptr[0] == '/' || is_address(word) ||
        refers(word, at_end))
        return false;
    return !(at_start && is_marker(word));
}
