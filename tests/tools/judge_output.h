/*
 * What holds for every output whatever the record says; for the unit tests
 * and the fuzz target. Written from what consumers define, with none of the
 * writers' own helpers.
 */
#ifndef TESTS_TOOLS_JUDGE_OUTPUT_H
#define TESTS_TOOLS_JUDGE_OUTPUT_H

#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "base/text.h"
#include "report/formats/formats.h"

/* Does a CI host take this line for a command? "\u3000" is a blank, too. */
static inline bool is_command(struct str line)
{
    struct str start = line;
    while (start.len > 0 && (strchr(" \t\v\f\r", start.ptr[0]) != NULL ||
                             str_starts(start, STR("\xC2\xA0")) ||
                             str_starts(start, STR("\xE3\x80\x80"))))
        start = str_sub(start, 1, start.len);
    if (str_starts(start, STR("::")))
        return true;
    if (line.len > 3 && strchr("-+~^", line.ptr[0]) != NULL &&
        memcmp(line.ptr, line.ptr + 1, 2) == 0 && line.ptr[3] == ' ')
        return true;
    for (size_t i = 0; i + 2 < line.len; i++) {
        struct str at = str_sub(line, i, line.len);
        if (str_starts(at, STR("##[")) ||
            (at.len > 5 && strncasecmp(at.ptr, "##vso[", 6) == 0) ||
            (at.len > 10 && strncasecmp(at.ptr, "##teamcity[", 11) == 0))
            return true;
    }
    return false;
}

/* Levels of annotations: none more often than GitHub keeps them. */
static inline const char *annotations_problem(struct str rest)
{
    static const char *const level[] = {"::error ", "::warning ", "::notice "};
    size_t count[3] = {0};
    while (rest.len > 0) {
        struct str line = str_cut(rest, '\n', &rest);
        bool known = false;
        for (size_t i = 0; i < 3; i++) {
            if (!str_starts(line, str_from(level[i])))
                continue;
            known = true;
            if (++count[i] > ANNOTATIONS_MAX)
                return "too many annotations";
        }
        if (!known)
            return "no annotation";
    }
    return NULL;
}

static inline const char *lines_problem(struct str text)
{
    if (utf8_check(text) != text.len)
        return "not UTF-8";
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if ((c < 0x20 && c != '\n') || c == 0x7F)
            return "a control byte";
    }
    for (struct str rest = text; rest.len > 0;)
        if (is_command(str_cut(rest, '\n', &rest)))
            return "a command";
    return NULL;
}

/* NULL, or what is wrong with the output of this format. */
static inline const char *output_problem(const char *format, struct str text)
{
    bool commands = strcmp(format, "github") == 0;
    bool json = strcmp(format, "json") == 0 || strcmp(format, "ctrf") == 0 ||
                strcmp(format, "sarif") == 0;
    if (text.len > 0 && text.ptr[text.len - 1] != '\n')
        return "no end of line";
    if (commands)
        return annotations_problem(text);
    if (json && !json_is_valid(text))
        return "no JSON";
    if (strcmp(format, "nagios") == 0 &&
        (text.len > NAGIOS_LINE_MAX ||
         str_find(text, STR("\n"), 0) != text.len - 1))
        return "not one line of Nagios";
    return lines_problem(text);
}

#endif
