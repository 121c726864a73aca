/* The names, and instances of them. */
#include "scan/subject.h"

#include <string.h>

static const char *capture_of(const struct occurrence *o, const char *name)
{
    return capture_get(o->capture, o->capture_count, name);
}

/* "1", or what Kubernetes makes up: without vowels, five to ten long */
static bool is_made_up(const char *part, size_t length)
{
    size_t digits = strspn(part, "0123456789");
    return length > 0 &&
           (digits >= length ||
            (length >= 5 && length <= 10 &&
             strspn(part, "bcdfghjklmnpqrstvwxz0123456789") >= length));
}

/* web-1, web-7d9f8b6c5-x2x4z/app: containers and pods of "web" */
static bool is_instance(const char *unit, size_t length, const char *name)
{
    size_t n = strlen(name), parts = 0;
    const char *slash = memchr(unit, '/', length);
    size_t end = slash == NULL ? length : (size_t)(slash - unit);
    if (n == 0 || n > end || memcmp(unit, name, n) != 0)
        return false;
    for (size_t at = n; at < end; parts++) {
        size_t part = strcspn(unit + at + 1, "-_.");
        if (at + 1 + part > end)
            part = end - at - 1;
        if (strchr("-_.", unit[at]) == NULL || parts == 2 ||
            !is_made_up(unit + at + 1, part))
            return false;
        at += part + 1;
    }
    return true;
}

bool subject_is_unit(const char *unit, const char *name)
{
    while (name != NULL && unit[0] != '\0') {
        size_t n = strcspn(unit, "\n");
        if (is_instance(unit, n, name))
            return true;
        unit += n + (unit[n] == '\n');
    }
    return false;
}

/* By the name that a host gives it: "" when it names none. */
static const char *subject_of(const struct occurrence *end, char *out,
                              size_t size)
{
    static const char *const name[] = {"pod", "container", "unit"};
    out[0] = '\0';
    for (size_t i = 0; i < ARRAY_COUNT(name) && out[0] == '\0'; i++) {
        const char *value = capture_of(end, name[i]);
        size_t n = value == NULL ? 0 : strlen(value);
        if (n == 0 || n >= size)
            continue;
        if (n > 8 && strcmp(value + n - 8, ".service") == 0)
            n -= 8;
        memcpy(out, value, n);
        out[n] = '\0';
    }
    return out;
}

#define SUBJECT_BYTES 200

bool subject_names(const struct occurrence *end, const char *unit)
{
    char subject[SUBJECT_BYTES];
    return subject_of(end, subject, sizeof(subject))[0] != '\0' &&
           subject_is_unit(unit, subject);
}

enum subject subject_of_line(const struct occurrence *o,
                             const struct scope *who)
{
    bool named =
        capture_of(o, "container") != NULL || capture_of(o, "pod") != NULL;
    if (!named || who->source[0] == '\0')
        return SUBJECT_UNKNOWN;
    return subject_names(o, who->unit) ? SUBJECT_SAME : SUBJECT_ANOTHER;
}

bool subject_is_named(const struct occurrence *end)
{
    char subject[SUBJECT_BYTES];
    return subject_of(end, subject, sizeof(subject))[0] != '\0';
}

bool subject_is_of(const struct occurrence *end, const char *who)
{
    char other[SUBJECT_BYTES];
    return subject_of(end, other, sizeof(other))[0] != '\0' &&
           (subject_is_unit(who, other) || subject_is_unit(other, who));
}
