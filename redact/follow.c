/* Sets of bytes that may come next, from all readings of a place. */
#include "redact/follow.h"

#include <string.h>

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

void follow_read(const struct seen *s, size_t at, struct follow *f)
{
    struct units u;
    *f = (struct follow){.any = false};
    units_at(s, at, LAYERS, &u);
    for (size_t i = 0; i < u.count; i++)
        if (is_itself(s, &u.item[i]))
            follow_set(f->set, follow_fold((unsigned char)u.item[i].value));
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
