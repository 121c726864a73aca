/* Prefixes that say nothing about a failure, likeness, and private keys. */
#include "scan/excerpt_read.h"

#include <string.h>

#include "base/characters.h"
#include "base/hash.h"
#include "scan/internal.h"
#include "scan/prefix.h"

#define BOM "\xEF\xBB\xBF"

/* A file of each step begins with a mark, also where the steps are joined. */
static size_t marked_prefix(struct str text, int64_t now_ms, struct str *step)
{
    int64_t time_ms = 0;
    struct str head = str_sub(text, 0, 400);
    size_t at = str_find(head, STR(BOM), 0), behind = at + strlen(BOM);
    if (at == head.len || (at > 0 && head.ptr[at - 1] != '\t'))
        return 0;
    size_t length =
        stamp_read(str_sub(text, behind, text.len), now_ms, &time_ms);
    if (length == 0)
        return 0;
    *step = str_sub(text, 0, at > 0 ? at - 1 : 0);
    behind += length;
    return behind + (behind < text.len && text.ptr[behind] == ' ');
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

/* Time, job and step; what names who speaks stays. */
size_t excerpt_prefix(struct str text, int64_t now_ms, struct str *step)
{
    struct prefix p;
    size_t end = marked_prefix(text, now_ms, step);
    if (end > 0)
        return end;
    prefix_read(&p, text, now_ms);
    for (size_t i = 0; i < p.step_count; i++) {
        struct str one = str_sub(text, end, p.step_end[i] - end);
        int64_t time_ms = 0;
        bool job = i == 0 && p.step.len > 0 && str_ends(one, STR("\t"));
        bool driver = end > 0 && (str_starts(one, STR("stdout ")) ||
                                  str_starts(one, STR("stderr ")) ||
                                  (one.len == 4 && is_digit(one.ptr[0]) &&
                                   (one.ptr[2] == 'O' || one.ptr[2] == 'E')));
        if (!job && !driver && stamp_read(one, now_ms, &time_ms) == 0)
            break;
        if (job)
            *step = str_sub(one, 0, one.len - 1);
        end = p.step_end[i];
    }
    /* One blank parts a time from the line; others are its indentation. */
    while (end > 1 && is_space(text.ptr[end - 1]) &&
           is_space(text.ptr[end - 2]))
        end--;
    return end;
}

/* Of a word with a digit only a mark stays. */
static size_t mask(char *out, size_t room, struct str said)
{
    size_t length = 0, word = 0;
    bool masked = false;
    for (size_t i = 0; i < said.len && length < room; i++) {
        char c = said.ptr[i];
        if (!is_alnum(c)) {
            word = length + 1;
            masked = false;
        } else if (is_digit(c) && !masked) {
            length = word;
            masked = true;
            c = '#';
        } else if (masked) {
            continue;
        }
        out[length++] = c;
    }
    return length;
}

#define ALIKE_MIN 4
#define ALIKE_MAX 200

uint64_t excerpt_likeness(struct str said, bool exact)
{
    char masked[ALIKE_MAX];
    while (said.len > 0 && !is_letter(said.ptr[0]))
        said = str_sub(said, 1, said.len);
    said = str_trim(said);
    size_t length = mask(masked, sizeof(masked), said);
    if (said.len < ALIKE_MIN)
        return 0;
    return hash_add(HASH_START, exact ? said : (struct str){masked, length}) |
           1;
}

#define KEY_LINES_MAX 200

static bool has(struct str text, struct str part)
{
    return str_find(text, part, 0) < text.len;
}

bool excerpt_key_ends(struct str text)
{
    return has(text, STR("-----END ")) && has(text, STR("PRIVATE KEY"));
}

bool excerpt_key_covers(struct excerpt_key *k, struct str text)
{
    if (has(text, STR("-----BEGIN ")) && has(text, STR("PRIVATE KEY")))
        k->lines = 1;
    if (k->lines == 0)
        return false;
    if (has(text, STR("-----END ")) || ++k->lines > KEY_LINES_MAX)
        k->lines = 0;
    return true;
}

bool excerpt_key_may_cover(struct str said)
{
    said = str_trim(said);
    return said.len > 0 && has_only_alnum(said, "+/=");
}
