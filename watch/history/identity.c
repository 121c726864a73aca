/*
 * The id of a history: chance, drawn once. Ids of incidents count from 1 in
 * every history; with this before them no two histories share a key.
 */
#include <string.h>

#include "base/random.h"
#include "base/text.h"
#include "watch/history/history_rows.h"

struct reading {
    char *out;
    bool found; /* a row, of whatever text */
};

static bool is_id(struct str s)
{
    bool good = s.len == HISTORY_ID_DIGITS;
    for (size_t i = 0; good && i < s.len; i++)
        good = strchr("0123456789abcdef", s.ptr[i]) != NULL && s.ptr[i] != '\0';
    return good;
}

static bool take_id(void *context, const struct datum *column, size_t count,
                    struct err *e)
{
    struct reading *r = context;
    (void)e;
    r->found = true;
    if (count == 1 && column[0].kind == DATUM_TEXT && is_id(column[0].text)) {
        memcpy(r->out, column[0].text.ptr, HISTORY_ID_DIGITS);
        r->out[HISTORY_ID_DIGITS] = '\0';
    }
    return true;
}

static bool read_id(struct history *h, struct reading *r, struct err *e)
{
    *r = (struct reading){h->id, false};
    h->id[0] = '\0';
    return history_run(
        h,
        &(struct statement){.sql = "SELECT value FROM meta WHERE name = 'id'",
                            .row = take_id,
                            .context = r},
        e);
}

/* Of two processes that open it together, the first one's stays. */
static bool write_id(struct history *h, const char *sql, struct err *e)
{
    char id[HISTORY_ID_DIGITS + 1];
    if (!random_hex(id, HISTORY_ID_DIGITS, e))
        return false;
    const struct datum arg = datum_text(str_from(id));
    return history_run(
        h, &(struct statement){.sql = sql, .arg = &arg, .count = 1}, e);
}

bool history_read_id(struct history *h, struct err *e)
{
    struct reading r;
    if (!read_id(h, &r, e))
        return false;
    if (h->id[0] != '\0')
        return true;
    return write_id(h,
                    r.found ? "UPDATE meta SET value = $1 WHERE name = 'id'"
                            : "INSERT INTO meta (name, value) VALUES ('id', "
                              "$1) ON CONFLICT (name) DO NOTHING",
                    e) &&
           read_id(h, &r, e);
}

const char *history_id(const struct history *h)
{
    return h->id;
}
