/* Comments of a document that switch rules. */
#include "lint/switches.h"

#include <string.h>

#include "lint/internal.h"

enum command { COMMAND_NONE, DISABLE, ENABLE, NEXT_LINE, WHOLE_FILE };

static const struct {
    const char *word;
    enum command command;
} commands[] = {
    {"disable", DISABLE},
    {"enable", ENABLE},
    {"disable-next-line", NEXT_LINE},
    {"disable-file", WHOLE_FILE},
};

/* What a comment says after "postflight:lint"; empty: another comment. */
static struct str comment_of(struct str line)
{
    static const char open[] = "<!-- postflight:lint ";
    size_t at = str_find(line, STR(open), 0);
    if (at == line.len)
        return STR_NONE;
    struct str rest = str_sub(line, at + sizeof(open) - 1, line.len);
    return str_trim(str_sub(rest, 0, str_find(rest, STR("-->"), 0)));
}

static struct str word_next(struct str *rest)
{
    while (rest->len > 0 && strchr(" ,\t", rest->ptr[0]) != NULL)
        *rest = str_sub(*rest, 1, rest->len);
    size_t n = 0;
    while (n < rest->len && strchr(" ,\t:", rest->ptr[n]) == NULL)
        n++;
    struct str word = str_sub(*rest, 0, n);
    bool reason = n < rest->len && rest->ptr[n] == ':';
    *rest = reason ? STR_NONE : str_sub(*rest, n, rest->len);
    return str_is(word, "--") ? STR_NONE : word;
}

static struct rule_switch *push(struct switches *out, struct rule_switch s)
{
    if (out->count == SWITCHES_MAX)
        return NULL;
    out->all[out->count] = s;
    return &out->all[out->count++];
}

/* Ends what was switched off above; false: nothing was. */
static bool close_open(struct switches *out, int rule, unsigned line)
{
    for (size_t i = out->count; i-- > 0;)
        if (out->all[i].rule == rule && out->all[i].first <= line &&
            out->all[i].last == UINT32_MAX) {
            out->all[i].last = line;
            return true;
        }
    return false;
}

static unsigned next_line(const struct document *d, unsigned line)
{
    unsigned i = line + 1;
    while (i < d->line_count && str_trim(d->line[i].text).len == 0)
        i++;
    return i;
}

static void take_name(struct switches *out, const struct document *d,
                      enum command command, struct str name, unsigned line)
{
    struct rule_switch s = {.line = line,
                            .first = line,
                            .last = UINT32_MAX,
                            .rule = rule_find(name),
                            .name = name};
    if (command == ENABLE && s.rule >= 0 && close_open(out, s.rule, line))
        return;
    if (command == ENABLE || command == WHOLE_FILE) {
        s.first = 1;
        s.last = command == ENABLE ? 0 : UINT32_MAX - 1; /* 0: ends nothing */
    } else if (command == NEXT_LINE) {
        s.first = s.last = next_line(d, line);
    }
    push(out, s);
}

void switches_read(struct switches *out, struct arena *a,
                   const struct document *d)
{
    *out =
        (struct switches){arena_array(a, SWITCHES_MAX, sizeof(*out->all)), 0};
    for (unsigned i = d->first; i <= d->line_count; i++) {
        struct str rest =
            d->line[i].code ? STR_NONE : comment_of(d->line[i].text);
        struct str word = word_next(&rest);
        enum command command = COMMAND_NONE;
        if (word.len == 0)
            continue;
        for (size_t k = 0; k < ARRAY_COUNT(commands); k++)
            if (str_is(word, commands[k].word))
                command = commands[k].command;
        struct str name = command == COMMAND_NONE ? word : word_next(&rest);
        if (command == COMMAND_NONE || name.len == 0)
            push(out,
                 (struct rule_switch){.line = i, .rule = -1, .name = word});
        while (command != COMMAND_NONE && name.len > 0) {
            take_name(out, d, command, name, i);
            name = word_next(&rest);
        }
    }
}

bool switches_silence(struct switches *s, int rule, unsigned line)
{
    bool silent = false;
    for (size_t i = 0; i < s->count; i++)
        if (s->all[i].rule == rule && line >= s->all[i].first &&
            line <= s->all[i].last)
            silent = s->all[i].used = true;
    return silent;
}

void check_switch_idle(struct review *r)
{
    for (size_t i = 0; i < r->switches.count; i++) {
        const struct rule_switch *s = &r->switches.all[i];
        if (s->rule < 0)
            remark_at(r, s->line, s->name,
                      "'%.*s' is not a rule or a command: use disable, enable, "
                      "disable-next-line or disable-file, and names of rules",
                      STR_ARGS(s->name));
        else if (!s->used)
            remark_at(r, s->line, s->name, "'%.*s' is switched, and %s",
                      STR_ARGS(s->name),
                      s->first > s->last ? "nothing was disabled above"
                                         : "finds nothing there");
    }
}
