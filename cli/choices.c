/*
 * The words that an option takes: of its own row, or of the table that knows
 * them, so that none is named twice.
 */
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "import/import.h"
#include "model/migration_advice.h"
#include "report/report.h"

#define CHOICES_MAX ((size_t)4000) /* bytes of all that one option takes */

const char *option_output(size_t index)
{
    const struct report_format *format = report_format_at(index);
    return format == NULL ? NULL : format->name;
}

const char *option_import(size_t index)
{
    return index < import_format_names.count ? import_format_names.name[index]
                                             : NULL;
}

const char *option_migration_tool(size_t index)
{
    return index < migration_command_count ? migration_commands[index].tool
                                           : NULL;
}

/* All but the good one, which needs no allowance. */
const char *option_verdict(size_t index)
{
    index += index >= MIGRATIONS_UP_TO_DATE;
    return index < migration_verdict_names.count
               ? migration_verdict_names.name[index]
               : NULL;
}

void option_choices(struct buf *out, const struct option_doc *o,
                    const char *after)
{
    struct str rest = str_from(o->choices);
    const char *blank = "";
    for (size_t i = 0; o->choice_at != NULL && o->choice_at(i) != NULL; i++) {
        buf_printf(out, "%s%s%s", blank, o->choice_at(i), after);
        blank = " ";
    }
    while (rest.len > 0) {
        struct str word = str_cut(rest, ' ', &rest);
        buf_printf(out, "%s%.*s%s", blank, STR_ARGS(word), after);
        blank = " ";
    }
}

static struct names choices_of(struct arena *a, const struct option_doc *o)
{
    struct buf all;
    buf_init(&all, CHOICES_MAX);
    option_choices(&all, o, "");
    struct str rest = str_from(buf_dup(a, &all));
    const char **known = arena_array(a, rest.len + 1, sizeof(*known));
    struct names n = {.what = o->value, .name = known};
    while (rest.len > 0)
        known[n.count++] = str_dup(a, str_cut(rest, ' ', &rest));
    buf_release(&all);
    return n;
}

/* One of the choices; any text where there are none, or where a file follows:
   outputs_open knows what each format takes. */
static bool is_value(const struct option_doc *o, const struct names *choices,
                     struct str given)
{
    int value;
    if (choices->count == 0 || str_ends(str_from(o->value), STR("=FILE")))
        return given.len > 0;
    return name_find(choices, given, &value);
}

static bool wrong_value(const struct option_doc *o, const struct names *choices,
                        const char *given, struct err *e)
{
    struct str rest;
    struct str word = str_cut(str_from(given), '=', &rest);
    struct hint near = text_hint(word, choices->name, choices->count);
    struct buf known;
    buf_init(&known, 1000);
    if (choices->count > 0 && strchr(o->value, '|') == NULL) {
        buf_text(&known, " (");
        names_list(choices, &known);
        buf_char(&known, ')');
    }
    err_set(e, POS_NONE, "%s takes %s, not '%.100s'%s%s", o->name, o->value,
            given, near.text, known.ptr);
    buf_release(&known);
    return false;
}

bool option_accepts(const struct option_doc *o, struct arena *a,
                    const char *given, struct err *e)
{
    struct names choices = choices_of(a, o);
    return is_value(o, &choices, str_from(given)) ||
           wrong_value(o, &choices, given, e);
}
