/* Details, alerts, footnotes, compact tables and badges. */
#include "report/page_parts.h"

#include <string.h>

#include "base/names.h"
#include "report/page.h"

static bool is_rule(struct str line)
{
    bool dash = false, bar = false;
    for (size_t i = 0; i < line.len; i++) {
        char c = line.ptr[i];
        if (c == '\0' || strchr("|:- \t\r\n", c) == NULL)
            return false;
        dash = dash || c == '-';
        bar = bar || c == '|';
    }
    return dash && bar;
}

/* "[^1]: text" */
static bool is_footnote(struct str line)
{
    size_t end = str_find(line, STR("]:"), 0);
    return str_starts(line, STR("[^")) && end > 2 && end < line.len;
}

static void add_rule(struct buf *out, struct str line)
{
    for (size_t i = 0; i < line.len; i++) {
        bool first = line.ptr[i] == '-' && (i == 0 || line.ptr[i - 1] != '-');
        buf_text(out, first ? "--" : "");
        buf_char(out, line.ptr[i]);
    }
}

static bool is_fence(struct str line)
{
    struct str s = str_trim(line);
    return str_starts(s, STR("```")) || str_starts(s, STR("~~~"));
}

struct str page_prepare(struct arena *a, struct str markdown)
{
    struct buf out;
    bool fenced = false;
    buf_init(&out, 2 * PAGE_BYTES_MAX);
    while (markdown.len > 0) {
        size_t end = str_find(markdown, STR("\n"), 0);
        struct str line = str_sub(markdown, 0, end + 1);
        markdown = str_sub(markdown, end + 1, markdown.len);
        fenced = is_fence(line) ? !fenced : fenced;
        if (!fenced && is_rule(line)) {
            add_rule(&out, line);
            continue;
        }
        buf_text(&out, !fenced && is_footnote(line) ? "\\" : "");
        buf_str(&out, line);
    }
    struct str text = {buf_dup(a, &out), out.len};
    buf_release(&out);
    return text;
}

static bool write_line(struct buf *out, struct str line, unsigned *open)
{
    const struct str begin = STR("<summary>"), end = STR("</summary>");
    const struct str both = STR("<details><summary>");
    if (str_starts(line, both)) {
        buf_text(out, "<details>");
        ++*open;
        line = str_sub(line, both.len - begin.len, line.len);
    }
    if (str_is(line, "<details>") || str_is(line, "<details open>")) {
        buf_str(out, line);
        ++*open;
    } else if (str_is(line, "</details>") && *open > 0) {
        buf_str(out, line);
        --*open;
    } else if (str_starts(line, begin) && str_ends(line, end) &&
               line.len >= begin.len + end.len && *open > 0) {
        buf_str(out, begin);
        page_text(out,
                  str_sub(line, begin.len, line.len - begin.len - end.len));
        buf_str(out, end);
    } else {
        return line.len == 0;
    }
    buf_char(out, '\n');
    return true;
}

bool page_details(struct buf *out, struct str raw, unsigned *open)
{
    size_t start = out->len;
    unsigned before = *open;
    while (raw.len > 0)
        if (!write_line(out, str_trim(str_cut(raw, '\n', &raw)), open)) {
            buf_truncate(out, start);
            *open = before;
            return false;
        }
    return true;
}

bool page_is_break(struct str html)
{
    return str_is(html, "<br>") || str_is(html, "<br/>") ||
           str_is(html, "<br />");
}

const char *page_alert(struct str paragraph, size_t *length)
{
    static const char *const word[][2] = {
        {"[!NOTE]", "Note"},       {"[!TIP]", "Tip"},
        {"[!WARNING]", "Warning"}, {"[!IMPORTANT]", "Important"},
        {"[!CAUTION]", "Caution"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(word); i++)
        if (str_equal_nocase(str_sub(paragraph, 0, strlen(word[i][0])),
                             str_from(word[i][0]))) {
            *length = strlen(word[i][0]);
            return word[i][1];
        }
    return NULL;
}

const char *page_badge(struct str text, size_t *length)
{
    static const char *const word[][2] = {
        {"detected", "bad"},      {"investigating", "bad"},
        {"identified", "bad"},    {"mitigated", "slow"},
        {"resolved", "good"},     {"verified", "good"},
        {"closed", "good"},       {"critical", "bad"},
        {"major", "slow"},        {"minor", "slow"},
        {"info", "good"},         {"unhealthy", "bad"},
        {"not-shipped", "bad"},   {"degraded", "slow"},
        {"inconclusive", "slow"}, {"healthy", "good"},
    };
    size_t end = 0;
    while (end < text.len && ((text.ptr[end] >= 'a' && text.ptr[end] <= 'z') ||
                              text.ptr[end] == '-'))
        end++;
    for (size_t i = 0; i < ARRAY_COUNT(word); i++)
        if (str_is(str_sub(text, 0, end), word[i][0])) {
            *length = end;
            return word[i][1];
        }
    return NULL;
}
