/* What libfyaml refuses, in words that say what to write. */
#include "base/text.h"
#include "base/yaml.h"

struct word_row {
    const char *theirs, *ours;
    bool adds; /* to their text */
};

static const struct word_row word_row[] = {
    {"invalid nested block mapping on the same line",
     "a value that contains ': ' needs quotes around all of it", false},
    {"invalid trailing content after double-quoted scalar",
     "text after the closing double quote; put single quotes around the whole "
     "value",
     false},
    {"invalid trailing content after single-quoted scalar",
     "text after the closing single quote; write '' for a quote inside", false},
    {"plain scalar cannot start with", "; quote the value", true},
    {"invalid multiline plain key",
     "a key that is indented deeper than those above it; keys of one map "
     "start in the same column",
     false},
    {"did not find expected '-' indicator",
     "neither an item '- ...' nor a key in the column of the others", false},
    {"invalid value after mapping",
     "expected 'key: value', with a blank after the colon", false},
    {"could not find expected ':'",
     "expected 'key: value', with a blank after the colon", false},
    {"wrongly indented double-quoted scalar",
     "a string without its closing double quote", false},
    {"double-quoted scalar without closing quote",
     "a string without its closing double quote; inside of { } or [ ] put "
     "single quotes around a value with quotes or brackets",
     false},
    {"invalid escape",
     "; use single quotes, in which a backslash is only a backslash", true},
};

const char *yaml_words(struct arena *a, const char *theirs)
{
    struct str text = str_from(theirs);
    for (size_t i = 0; i < ARRAY_COUNT(word_row); i++)
        if (str_find(text, str_from(word_row[i].theirs), 0) < text.len)
            return word_row[i].adds
                       ? arena_printf(a, "%s%s", theirs, word_row[i].ours)
                       : word_row[i].ours;
    return theirs;
}
