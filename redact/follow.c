/* Sets of bytes that may come next, from all readings of a place. */
#include "redact/follow.h"

#include <string.h>

#include "redact/recall.h"

#define WRAP_LOOK 200 /* bytes */

unsigned char follow_fold(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return (unsigned char)(c + 32);
    return c == '-' ? '+' : c == '_' ? '/' : c;
}

void follow_set(uint64_t set[4], unsigned char c)
{
    set[c >> 6] |= UINT64_C(1) << (c & 63);
}

bool follow_has(const uint64_t set[4], unsigned char c)
{
    return (set[c >> 6] >> (c & 63) & 1) != 0;
}

static bool is_one_of(unsigned char c, const char *set)
{
    return c != 0 && strchr(set, c) != NULL;
}

/* Is it a byte that is itself, and nothing that may part two of them? */
static bool is_itself(const struct seen *s, const struct unit *u)
{
    unsigned char raw = u->next == 0 ? 0 : seen_byte(s, u->next - 1);
    if (u->is_byte && (u->value == '\a' || u->value == '\b'))
        return true; /* "\alpha", "\beta": of a path, or a control */
    if (!u->is_byte || u->value < ' ' || u->value >= 0x80)
        return false;
    if (u->value == ' ' || u->value == '#') /* a line end, a masked word */
        return raw != u->value;
    if (u->value == '=') /* a soft line end */
        return !is_one_of(seen_byte(s, u->next), "\r\n%\\&= ");
    if (u->value == '<') /* a tag that parts words */
        return !is_one_of(seen_byte(s, u->next), "wb%\\&= \r\n");
    return true;
}

static bool is_blank(const struct unit *u)
{
    return u->is_byte && u->value != 0 && u->value < 0x80 &&
           strchr(" \t\r\n>|", (int)u->value) != NULL;
}

/* What is at a place, and the furthest place behind a blank there; 0: none. */
static size_t add_place(const struct seen *s, size_t at, struct follow *f)
{
    struct units u;
    size_t next = 0;
    units_at(s, at, LAYERS, &u);
    for (size_t i = 0; i < u.count; i++) {
        bool blank = is_blank(&u.item[i]);
        if (blank || is_itself(s, &u.item[i]))
            follow_set(f->set, follow_fold((unsigned char)u.item[i].value));
        else
            f->any = true;
        if (blank && next > 0 && u.item[i].next != next)
            f->any = true; /* it is read in two ways */
        if (blank)
            next = u.item[i].next;
    }
    return next;
}

static bool is_known(const struct recall_run *run, size_t at)
{
    return at >= run->from && at < run->from + RECALL_RUN &&
           (run->place[(at - run->from) / 64] >> ((at - run->from) % 64) & 1) !=
               0;
}

/* All that may be behind a run of line ends and blanks that are escaped. */
static void follow_run(const struct seen *s, size_t at, struct follow *f)
{
    struct recall_run *run = s->recall == NULL ? NULL : &s->recall->run;
    if (run != NULL && is_known(run, at)) {
        f->any = f->any || run->any;
        for (size_t i = 0; i < 4; i++)
            f->set[i] |= run->set[i];
        return;
    }
    struct follow all = {.any = false};
    struct recall_run now = {.from = at};
    follow_set(all.set, ' ');
    for (size_t next = at; next > 0 && next < s->text.len && !all.any;) {
        if (next - at >= RECALL_RUN) {
            all.any = true;
            break;
        }
        now.place[(next - at) / 64] |= UINT64_C(1) << ((next - at) % 64);
        next = add_place(s, next, &all);
    }
    now.any = all.any;
    memcpy(now.set, all.set, sizeof(now.set));
    if (run != NULL)
        *run = now;
    f->any = f->any || all.any;
    for (size_t i = 0; i < 4; i++)
        f->set[i] |= all.set[i];
}

void follow_read(const struct seen *s, size_t at, struct follow *f)
{
    struct units u;
    *f = (struct follow){.any = false};
    units_at(s, at, LAYERS, &u);
    for (size_t i = 0; i < u.count; i++)
        if (is_itself(s, &u.item[i]))
            follow_set(f->set, follow_fold((unsigned char)u.item[i].value));
        else if (is_blank(&u.item[i]))
            follow_run(s, at, f);
        else
            f->any = true;
    if (follow_has(f->set, '+'))
        follow_set(f->set, ' '); /* of a form */
}

/* A byte that is itself alone and parts nothing. */
static bool is_alone(unsigned char c)
{
    return c > ' ' && c < 0x80 && !is_introducer(c) && !is_one_of(c, "<>+#");
}

void follow_wrap(const struct seen *s, size_t at, struct follow *f)
{
    struct follow escape = {.any = false};
    size_t end = at + WRAP_LOOK;
    *f = (struct follow){.any = false};
    follow_set(f->set, ' ');
    follow_set(f->set, '+');
    for (; at < end && is_one_of(seen_byte(s, at), " \t\r\n>|#"); at++) {
        follow_set(f->set, seen_byte(s, at));
        f->any = f->any || seen_byte(s, at) == '#'; /* a masked word */
    }
    unsigned char c = seen_byte(s, at);
    bool known = at < end && (is_introducer(c) || is_alone(c));
    if (known && is_introducer(c))
        follow_read(s, at, &escape);
    else if (known)
        follow_set(f->set, follow_fold(c));
    else if (at == end || at < s->text.len)
        f->any = true;
    f->any = f->any || escape.any;
    for (size_t i = 0; i < 4; i++)
        f->set[i] |= escape.set[i];
}

bool follow_allows(const struct follow *f, const struct needle *n, size_t from)
{
    bool parted = n->alphabet == ALPHABET_HEX && from % 2 == 1;
    return f->any || parted || from + 1 >= n->len ||
           follow_has(f->set, follow_fold((unsigned char)n->ptr[from + 1]));
}
