/* What a document says: sections, labelled lines, items, sentences. */
#include <string.h>

#include "lint/internal.h"

#define LABEL_BYTES_MAX 72
#define TEXT_BYTES_MAX  ((size_t)64 * 1024) /* of one statement */

struct topic_row {
    const char *title;
    unsigned topic;
};

static const struct topic_row topic_rows[] = {
    {"summary|overview|tl;?\\s?dr|at a glance", TOPIC_SUMMARY},
    {"^(current|overall|final|incident)?\\s*(status|state|situation)$",
     TOPIC_STATUS},
    {"\\bimpact\\b|\\baffected\\b", TOPIC_IMPACT},
    {"root cause|^causes?$|contributing|why (this|it|did|we)\\b.*"
     "(happen|fail|break|broke)|what caused|cause analysis|hypothes",
     TOPIC_CAUSE},
    {"what happened|sequence of events|narrative|^the (problem|issue)|"
     "background|^problem|incident description",
     TOPIC_STORY},
    {"timeline|time line|chronology|sequence of events|event log",
     TOPIC_TIMELINE},
    {"evidence|\\blogs?\\b|error (details|messages?|output|encountered)|"
     "observation",
     TOPIC_EVIDENCE},
    {"verif|validat|^test(ing|s)?\\b|^checks?\\b|smoke test|health "
     "check|post-deploy",
     TOPIC_VERIFY},
    {"success criteria|acceptance|exit criteria|definition of done|"
     "resolution goals",
     TOPIC_CRITERIA},
    {"action items?|\\bactions?$|follow[- ]?ups?|next (steps?|actions?)|"
     "action plan|to-?dos?$|corrective|remediation items|open items|"
     "next actions",
     TOPIC_ACTIONS},
    {"prevent|recommend|best practice|improvements?$|going forward|"
     "long[- ]term|short[- ]term",
     TOPIC_PREVENT},
    {"^(proposed )?(the )?(solution|resolution|fix|remediation|mitigation|"
     "recovery)\\b|how (it|we|this) (was |were )?(fixed|resolved)",
     TOPIC_SOLUTION},
    {"lessons?|what went|what could|retrospect|learn", TOPIC_LESSONS},
    {"\\bmetrics?\\b|statistics|by the numbers|efficiency|key figures",
     TOPIC_METRICS},
    {"\\bservices?\\b|components?\\b", TOPIC_SERVICES},
    {"\\b(deployed|shipped|released)\\b.*|what (was|we) "
     "(deployed|shipped|released)",
     TOPIC_DEPLOYED},
    {"\\brelated\\b|references?\\b|^links\\b|see also|further reading",
     TOPIC_RELATED},
    {"contributor|authors?\\b|participant|responders?\\b|sign-?off|\\broles?"
     "\\b|"
     "\\bteam\\b|contacts?\\b|attendees|\\bowners?\\b|reviewers?\\b|"
     "acknowledg|on[- ]call",
     TOPIC_PEOPLE},
};

static unsigned topics_of(struct patterns *p, struct str title)
{
    unsigned topics = 0;
    for (size_t i = 0; i < ARRAY_COUNT(topic_rows); i++)
        if (seen(p, topic_rows[i].title, title))
            topics |= topic_rows[i].topic;
    return topics;
}

/* Without marks and blanks at its start, and with no colon at its end. */
static struct str bare_title(struct str s)
{
    size_t bytes = 0;
    s = str_trim(s);
    while (s.len > 0 && (s.ptr[0] & 0x80) != 0) {
        marking_of(s, &bytes);
        size_t skip = bytes > 0 ? bytes : 1;
        s = str_trim(str_sub(s, skip, s.len));
    }
    while (s.len > 0 && (s.ptr[s.len - 1] == ':' || s.ptr[s.len - 1] == ' '))
        s.len--;
    return s;
}

void section_add(struct document *d, struct arena *a, struct patterns *p,
                 struct str raw, struct section s)
{
    struct str text = plain(a, raw, true);
    s.title = bare_title(text);
    s.marking = marking_in(text);
    s.parent = d->section_count > 0 ? d->section_count - 1 : 0;
    while (s.parent > 0 && d->section[s.parent].level >= s.level)
        s.parent = d->section[s.parent].parent;
    s.own = topics_of(p, s.title);
    s.topics = s.own;
    if (s.parent > 0 && d->section[s.parent].level > 1)
        s.topics |= d->section[s.parent].topics;
    d->section = arena_grow(a, d->section, d->section_count, &d->section_cap,
                            sizeof(*d->section));
    d->section[d->section_count++] = s;
}

struct statement *statement_push(struct document *d, struct arena *a,
                                 struct statement s)
{
    s.section = d->section_count - 1;
    d->statement = arena_grow(a, d->statement, d->statement_count,
                              &d->statement_cap, sizeof(s));
    d->statement[d->statement_count] = s;
    return &d->statement[d->statement_count++];
}

/* "Label: value", where the label is short and ends no sentence. */
static void split_label(struct statement *s)
{
    for (size_t i = 1; i < s->text.len && i < LABEL_BYTES_MAX; i++) {
        char c = s->text.ptr[i];
        bool last = i + 1 == s->text.len;
        if (c == '.' && !last && s->text.ptr[i + 1] == ' ')
            return;
        if (c != ':' || (!last && s->text.ptr[i + 1] != ' '))
            continue;
        s->label = str_trim(str_sub(s->text, 0, i));
        s->value = str_trim(str_sub(s->text, i + 1, s->text.len));
        return;
    }
}

static void take_marking(struct statement *s)
{
    size_t bytes = 0;
    enum marking m = marking_of(s->text, &bytes);
    s->task = bytes == 3 && str_starts(s->text, STR("["));
    if (bytes > 0 && m != MARKING_NONE) {
        s->marking = m;
        s->text = str_trim(str_sub(s->text, bytes, s->text.len));
    }
}

void statement_add(struct document *d, struct arena *a, struct patterns *p,
                   struct statement s, struct str raw)
{
    size_t bytes = 0;
    s.text = plain(a, raw, true);
    s.prose = without_addresses(a, plain(a, raw, false));
    take_marking(&s);
    split_label(&s);
    if (s.marking == MARKING_NONE && s.value.len > 0) {
        enum marking m = marking_of(s.value, &bytes);
        if (bytes > 0 && m != MARKING_NONE)
            s.marking = m;
    }
    if (s.marking == MARKING_NONE && s.kind == STATEMENT_HEADING)
        s.marking = marking_in(s.text);
    (void)p;
    if (s.text.len > 0)
        statement_push(d, a, s);
}

/* A line of bold text that ends in a colon or is alone: it introduces. */
static bool is_introduction(struct str line)
{
    struct str s = bare_title(line);
    if (s.len < 5 || s.len > 90 || !str_starts(s, STR("**")))
        return false;
    size_t end = str_find(s, STR("**"), 2);
    if (end >= s.len)
        return false;
    struct str rest = str_trim(str_sub(s, end + 2, s.len));
    /* "**Checks** (pending):" and "**Checks** ✅:" too */
    return rest.len == 0 || rest.ptr[0] == '(' || is_only_emoji(rest);
}

/* Does this line of a paragraph begin something of its own? */
static bool begins_anew(struct patterns *p, struct str line, struct str above)
{
    size_t bytes = 0;
    if (marking_of(line, &bytes) != MARKING_NONE || bytes > 0)
        return true;
    if (str_ends(above, STR("  ")) || str_ends(above, STR("\\")))
        return true;
    return seen(p, "^(\\*\\*[^*]{2,70}\\*\\*|[A-Z][\\w /()-]{1,40}:(\\s|$))",
                line);
}

/* What stands before the text: quotes, and the bullet or number of an item. */
static struct str without_prefix(struct patterns *p, struct str line, bool item)
{
    struct str group[1];
    struct str s = str_trim(line);
    while (s.len > 0 && s.ptr[0] == '>')
        s = str_trim(str_sub(s, 1, s.len));
    /* items within items may begin on one line: "- 1. text" */
    while (item && found(p, "^(?:[-*+]|\\d{1,9}[.)])(?:\\s+|$)", s, group, 1))
        s = after(s, group[0]);
    return s;
}

struct collect {
    struct document *d;
    struct arena *a;
    struct patterns *p;
    const struct part *part;
    struct buf raw;
    unsigned first, last;
    bool is_first; /* the first statement of the part */
};

static void flush(struct collect *c)
{
    struct str raw = buf_view(&c->raw);
    struct statement s = {
        .kind = c->part->level > 0 ? STATEMENT_ITEM : STATEMENT_TEXT,
        .line = c->first,
        .last_line = c->last,
        .depth = c->part->level,
        .more = c->part->level > 0 && !c->is_first,
    };
    if (raw.len > 0 && c->part->level == 0 && is_introduction(raw))
        section_add(c->d, c->a, c->p, raw,
                    (struct section){.line = c->first, .level = 7});
    if (raw.len > 0) {
        char *kept = str_dup(c->a, raw);
        statement_add(c->d, c->a, c->p, s, (struct str){kept, raw.len});
    }
    buf_clear(&c->raw);
    c->is_first = false;
}

static void take_line(struct collect *c, unsigned number)
{
    struct str line =
        without_prefix(c->p, c->d->line[number].text,
                       c->is_first && c->raw.len == 0 && c->part->item);
    struct str above = number > 1 ? c->d->line[number - 1].text : STR_NONE;
    if (c->raw.len > 0 &&
        (begins_anew(c->p, line, above) || c->raw.len > TEXT_BYTES_MAX))
        flush(c);
    if (c->raw.len == 0)
        c->first = number;
    else
        buf_char(&c->raw, ' ');
    buf_str(&c->raw, line);
    c->last = number;
}

void statements_of_text(struct document *d, struct arena *a, struct patterns *p,
                        const struct part *part)
{
    struct collect c = {.d = d, .a = a, .p = p, .part = part, .is_first = true};
    buf_init(&c.raw, REVIEW_BYTES_MAX + 2);
    for (unsigned i = part->first; i <= part->last;) {
        if (!table_begins(d, p, i, part->last)) {
            take_line(&c, i++);
            continue;
        }
        flush(&c);
        i = table_read(d, a, p, i, part->last);
    }
    flush(&c);
    buf_release(&c.raw);
}
