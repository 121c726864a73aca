/* What a document is made of, for the rules. Lines count from 1. */
#ifndef LINT_INTERNAL_H
#define LINT_INTERNAL_H

#include "language/regex.h"
#include "lint/lint.h"
#include "lint/rules.h"
#include "lint/subjects.h"
#include "lint/switches.h"

/* How a person marks that something is done or not. */
enum marking {
    MARKING_NONE,
    MARKING_DONE,
    MARKING_PENDING,
    MARKING_FAILED,
    MARKING_NEXT,
    MARKING_WARNING
};

/* What a section is about: bits, inherited by what stands below it. */
enum topic {
    TOPIC_SUMMARY = 1 << 0,
    TOPIC_STATUS = 1 << 1,
    TOPIC_IMPACT = 1 << 2,
    TOPIC_CAUSE = 1 << 3,
    TOPIC_STORY = 1 << 4,
    TOPIC_TIMELINE = 1 << 5,
    TOPIC_EVIDENCE = 1 << 6,
    TOPIC_VERIFY = 1 << 7,
    TOPIC_CRITERIA = 1 << 8,
    TOPIC_ACTIONS = 1 << 9,
    TOPIC_PREVENT = 1 << 10,
    TOPIC_SOLUTION = 1 << 11,
    TOPIC_LESSONS = 1 << 12,
    TOPIC_METRICS = 1 << 13,
    TOPIC_SERVICES = 1 << 14,
    TOPIC_DEPLOYED = 1 << 15,
    TOPIC_RELATED = 1 << 16,
    TOPIC_PEOPLE = 1 << 17
};

/* A heading, or a line of bold text that introduces what follows. */
struct section {
    struct str title; /* without markup and emoji */
    unsigned line, last_line;
    int level;     /* 1 to 6; 7: bold text */
    size_t parent; /* 0: none; section 0 is what stands before any heading */
    unsigned own, topics;
    enum marking marking;
    struct subject about;
};

enum statement_kind {
    STATEMENT_TEXT,
    STATEMENT_ITEM,
    STATEMENT_HEADING,
    STATEMENT_ROW,
    STATEMENT_MATTER /* front matter */
};

/* Something that the document says: a line of a list, a sentence or two. */
struct statement {
    enum statement_kind kind;
    struct str text;         /* without markup, soft breaks joined */
    struct str prose;        /* the same without code spans and addresses */
    struct str label, value; /* of "label: value", within text; or empty */
    unsigned line, last_line;
    size_t section;
    int depth;   /* of the list, 0: none */
    bool task;   /* [ ] or [x] */
    bool more;   /* a further line of the item above */
    bool footer; /* after a rule, before any heading */
    int rank;    /* of its label, as of labelled.h; -1: it has none */
    enum marking marking;
    struct subject about;
};

struct cell {
    struct str text, raw;
};

struct row {
    unsigned line;
    struct cell *cell;
    size_t count;
    enum marking marking; /* of the whole row: that of its status cell */
};

struct table {
    struct row head;
    struct row *row;
    size_t count, cap;
    size_t section;
};

struct block {
    struct str language;  /* as written, lower case is not made */
    unsigned first, last; /* lines of its text */
    size_t section;
};

struct link {
    struct str text, url;
    unsigned line, column;
    bool image;
};

struct line {
    struct str text; /* without its end */
    bool code;       /* in a block of code */
    bool html;
};

/* A point in time as it is written. */
enum date_form {
    DATE_NONE,
    DATE_ISO,
    DATE_NAMED,    /* January 4, 2026 */
    DATE_DAY_NAME, /* 4 January 2026 */
    DATE_SLASH,
    DATE_DOTS
};

struct moment {
    enum date_form form;
    int64_t day;    /* since 1970-01-01; 0 without a date */
    int64_t second; /* of the day, UTC where the zone is known; -1: none */
    int64_t offset; /* of the zone that is written, in seconds */
    bool zoned, about, precise; /* precise: with seconds */
    bool yearless;              /* month_day of month, of no year */
    int64_t month, month_day;
    struct str text;
};

/* An event of the timeline. */
struct event_row {
    int64_t at; /* seconds from an origin that all events share */
    bool dated;
    size_t incident; /* as of struct subject */
    struct moment moment;
    struct str text; /* the row without its time */
    enum marking marking;
    unsigned line;
    size_t section;
    const struct row *row; /* NULL: from a list */
    const struct table *table;
};

/* A length of time with the words that tell what it measures. */
enum term {
    TERM_NONE,
    TERM_RESOLVE,
    TERM_RECOVER,
    TERM_MITIGATE,
    TERM_DOWN,
    TERM_DETECT,
    TERM_DIAGNOSE,
    TERM_FIX,
    TERM_DEPLOY,
    TERM_VERIFY,
    TERM_INVESTED,
    TERM_COUNT
};

struct length {
    int64_t low, high; /* seconds; the same unless it is a range */
    bool about;
    char bound;   /* '<' or '>' where it is a bound, else 0 */
    int64_t unit; /* the smallest that is written, in seconds */
    struct str text;
};

struct stated {
    enum term term;
    struct length length;
    const struct statement *from;
};

enum state { STATE_NONE, STATE_OPEN, STATE_DONE };

struct told_state {
    enum state state;
    const struct statement *from; /* NULL: the title */
    struct str text;
};

struct document {
    const struct source *source;
    unsigned first;    /* line where Markdown begins, after front matter */
    struct line *line; /* [1] is line 1 */
    size_t line_count;
    struct section *section;
    size_t section_count, section_cap;
    struct statement *statement;
    size_t statement_count, statement_cap;
    struct table *table;
    size_t table_count, table_cap;
    struct block *block;
    size_t block_count, block_cap;
    struct link *link;
    size_t link_count, link_cap;
    /* facts */
    struct event_row *event;
    size_t event_count, event_cap;
    bool timeline_zoned, timeline_dated;
    struct stated *stated;
    size_t stated_count, stated_cap;
    struct told_state *status;
    size_t status_count, status_cap;
    struct moment date; /* of the document; form DATE_NONE: none */
    bool incident;      /* of something that went wrong */
    size_t incidents;   /* of which it tells; 1 where it tells no number */
    bool resolved;      /* says that it is over */
    bool generated;     /* by postflight, which knows no owners */
};

/* Patterns are compiled at first use and kept by the address of their text. */
struct patterns;

struct review {
    struct arena *a;
    const struct document *d;
    const struct review_options *options;
    struct patterns *p;
    struct remarks *out;
    const struct document *earlier; /* options->earlier, read */
    size_t earlier_count;
    struct switches switches;
    size_t rule;  /* which one speaks */
    size_t spoke; /* how often it has */
};

/* ---- claim_words.c ---- */

/* Does the pattern match? ASCII letters in any case. */
bool seen(struct patterns *p, const char *pattern, struct str text);
/* The same; group 0 and further ones of the match go to group[0..count-1]. */
bool found(struct patterns *p, const char *pattern, struct str text,
           struct str *group, size_t count);
/* As found, from *at on, which is moved behind the match. */
bool next(struct patterns *p, const char *pattern, struct str text,
          struct str *group, size_t count, size_t *at);

/* The part of s that begins where `part`, a slice of it, ends. */
struct str after(struct str s, struct str part);
struct str before(struct str s, struct str part);

int64_t digits(struct str s); /* decimal, other bytes passed over; bounded */

enum marking marking_of(struct str text, size_t *bytes); /* at its start */
enum marking marking_in(struct str text);                /* the first one */
bool is_only_emoji(struct str text); /* something, but no letter or digit */

/* Words that carry meaning, cut to 6 letters, sorted, each once. */
#define STEM_BYTES 6
/* Of a document, compared each with each; further ones are left out. */
#define SECTIONS_COMPARED_MAX 400
#define CHECKS_COMPARED_MAX   200
#define LABELS_COMPARED_MAX   200 /* each with the whole document */

#define STEMS_MAX 32
struct stems {
    char word[STEMS_MAX][STEM_BYTES + 1];
    size_t count;
};
void stems_of(struct stems *out, struct str text);
size_t stems_shared(const struct stems *a, const struct stems *b);

/* ---- document.c, blocks.c, statements.c, tables.c ---- */
bool document_read(struct document *d, struct arena *a, struct patterns *p,
                   const struct source *source, struct err *e);

enum part_kind { PART_HEADING, PART_TEXT, PART_CODE, PART_HTML, PART_RULE };
struct part {
    enum part_kind kind;
    unsigned first, last;
    int level; /* of a heading, or the depth of a list */
    bool item; /* first text of a list item */
    bool fenced;
    struct str language;
};
struct parts {
    struct part *part;
    size_t count, cap;
};
bool blocks_read(struct parts *out, struct arena *a, const struct document *d,
                 struct err *e);

/* What is written, without marks of Markdown; code spans kept, or not. */
struct str plain(struct arena *a, struct str raw, bool code);
struct str without_addresses(struct arena *a, struct str text);
void statements_of_text(struct document *d, struct arena *a, struct patterns *p,
                        const struct part *part);
void statement_add(struct document *d, struct arena *a, struct patterns *p,
                   struct statement s, struct str raw);
struct statement *statement_push(struct document *d, struct arena *a,
                                 struct statement s);
void section_add(struct document *d, struct arena *a, struct patterns *p,
                 struct str raw, struct section s);
bool table_begins(const struct document *d, struct patterns *p, unsigned first,
                  unsigned last);
/* Reads the table that begins at `first`; gives the line behind it. */
unsigned table_read(struct document *d, struct arena *a, struct patterns *p,
                    unsigned first, unsigned last);
void links_read(struct document *d, struct arena *a);

/* ---- times.c, timeline_events.c, timeline_claims.c, status_claims.c ---- */
/* Is this match cut by the end of a piece? Then *at is its start. */
bool piece_cut(struct str text, struct str window, struct str match,
               size_t *at);
bool moment_next(struct patterns *p, struct str text, size_t *at,
                 struct moment *out);
bool length_next(struct patterns *p, struct str text, size_t *at,
                 struct length *out);
int64_t day_of(int64_t year, int64_t month, int64_t day); /* -1: none such */
/* "16:30 - 19:09 UTC": two moments in seconds of one origin, and their text. */
struct range {
    int64_t from, to;
    struct str text;
};
bool range_next(struct patterns *p, struct str text, size_t *at,
                struct range *out);
/* How far a length may be from what it rounds; exact: to seconds. */
int64_t length_slack(const struct length *l, bool exact);
void events_read(struct document *d, struct arena *a, struct patterns *p);
/* Does what was observed to fail stand in this text? */
bool tells_failure(struct patterns *p, struct str text);
void stated_read(struct document *d, struct arena *a, struct patterns *p);
void status_read(struct document *d, struct arena *a, struct patterns *p);
enum state state_of(struct patterns *p, struct str text);
void date_read(struct document *d, struct patterns *p);

/* ---- remarks.c ---- */
void remark_at(struct review *r, unsigned line, struct str what,
               const char *fmt, ...) PRINTF_LIKE(4, 5);
void remark_columns(struct review *r, unsigned line, unsigned column,
                    const char *fmt, ...) PRINTF_LIKE(4, 5);

/* ---- for rules ---- */
/* A type and a name cannot stand in parentheses.
   NOLINTBEGIN(bugprone-macro-parentheses) */
#define EACH(type, name, d, list)                                              \
    for (const struct type *name = (d)->list, *const name##_end =              \
                                                  (d)->list +                  \
                                                  (d)->list##_count;           \
         name < name##_end; name++)
/* NOLINTEND(bugprone-macro-parentheses) */

bool under(const struct document *d, size_t section, unsigned topics);
/* Is `section` at or below `top`? */
bool within(const struct document *d, size_t section, size_t top);
/* A column of the table by the words of its head; -1: none. */
int column_of(struct patterns *p, const struct table *t, const char *pattern);
struct str cell_text(const struct row *row, int column);
/* The next code span of a raw line. */
bool span_next(struct str raw, size_t *at, struct str *span);
/* The text of a block of code, from its first line to its last. */
struct str block_text(const struct document *d, const struct block *b);
bool block_is_shell(struct patterns *p, const struct document *d,
                    const struct block *b);

extern const char sha_word[]; /* a word of 7 to 40 hex digits with both kinds */

#endif
