/* A first signature for errors that nobody listed. */
#include <string.h>

#include "base/yaml.h"
#include "scan/internal.h"
#include "scan/prefilter.h"

/* The masked parts of a cluster's text: # and "#". */
static size_t mask_length(struct str s)
{
    if (str_starts(s, STR("\"#\"")) || str_starts(s, STR("`#`")))
        return 3;
    return str_starts(s, STR("#")) ? 1 : 0;
}

static struct str longest_literal(struct str s)
{
    struct str best = STR_NONE;
    size_t start = 0;
    for (size_t i = 0; i <= s.len; i++) {
        size_t mask = mask_length(str_sub(s, i, s.len));
        if (i < s.len && mask == 0)
            continue;
        if (i - start > best.len)
            best = str_sub(s, start, i - start);
        start = i + (mask == 0 ? 1 : mask);
        i = start - 1;
    }
    return best;
}

static void put_regex(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.len;) {
        size_t mask = mask_length(str_sub(s, i, s.len));
        if (mask == 0) {
            if (strchr("\\^$.[]|()?*+{}", s.ptr[i]) != NULL)
                buf_char(out, '\\');
            buf_char(out, s.ptr[i++]);
            continue;
        }
        buf_text(out, mask == 1 ? "\\w+" : "\"[^\"]*\"");
        i += mask;
    }
}

static void put(struct buf *out, const char *before, struct str value)
{
    buf_text(out, before);
    yaml_quote(out, value);
    buf_char(out, '\n');
}

bool scan_stub(struct buf *out, const struct cluster *c)
{
    struct str text = str_from(c->text), anchor = longest_literal(text);
    struct buf regex;
    if (anchor.len < LITERAL_MIN)
        return false;
    buf_init(&regex, 4096);
    put_regex(&regex, text);
    buf_printf(out, "signatures:\n  - id: own/%s\n", c->id);
    put(out, "    title: ", str_trim(anchor));
    buf_text(out, "    role: root\n    severity: major\n    patterns:\n");
    put(out, "      - anchor: ", anchor);
    put(out, "        match: ", buf_view(&regex));
    buf_text(out, "    meaning: Say what it means for the deploy.\n"
                  "    samples:\n");
    put(out, "      - text: ", str_from(c->sample));
    buf_text(out, "      - not: a line that looks like it and is none\n");
    buf_release(&regex);
    return true;
}
