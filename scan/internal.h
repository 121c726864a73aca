/* What the files of scan/ share: lines, hits, occurrences. */
#ifndef SCAN_INTERNAL_H
#define SCAN_INTERNAL_H

#include <stdint.h>
#include <sys/types.h>

#include "base/yaml.h"
#include "scan/error_shape.h"
#include "scan/scan.h"

#define LINE_PARTS_MAX 64

/* Names by which several programs that write one log are told apart. */
#define UNIT_NAMES_MAX 8
struct unit_names {
    struct str name[UNIT_NAMES_MAX];
    size_t count;
};

/* Do the logs of good deploys have such a line, too? */
struct in_good {
    bool all, some; /* of them; none: there is no such log */
};

/*
 * One line of a log, read: what hosts put before it and around it is taken
 * off. Texts live until the next line.
 */
struct line {
    const char *file;
    size_t log;
    int64_t number, cr_number; /* by LF, and by lone CR, too */
    int64_t row;               /* see struct position */
    int64_t offset, time_ms;
    struct str text; /* without terminal sequences and line end */
    struct str part[LINE_PARTS_MAX]; /* what the program said, line by line */
    bool spoken[LINE_PARTS_MAX];     /* its message, not another member */
    size_t part_count;
    struct unit_names names; /* of hosts, drivers and envelopes */
    struct str source, process, request, step; /* empty: not told */
    struct str claim; /* the part that claims an error; empty: none does */
    bool database;    /* and it is a database's or driver's */
    bool fatal;       /* and the program ends with it, it says */
    struct in_good good;
    /* Of the block of lines that states an error; NULL, 0: it is in none. */
    const struct error_shape *shape;
    int64_t block;
    bool passes_on; /* the claim is no root: another line has it */
    bool forgiven;  /* it says that the block above is no failure */
    bool weak;      /* the claim is only what was said, without a level … */
    bool said_last; /* … and no word in it tells of an error */
    bool handed;    /* a line above it, which ends in a colon, hands on to it */
};

/* Where a line belongs; texts are "" when not told. */
struct scope {
    const char *source;  /* container, pod, dyno, job, program */
    const char *process; /* of a server, or its session */
    const char *request; /* or trace */
    const char *step;    /* of CI */
    const char *unit;    /* all names of who speaks, sorted */
    const char *target;  /* database that the run before it named */
    int64_t run;         /* deploys of the log, counted from 0 */
    int64_t transaction; /* of the process, counted from 0 */
    int64_t region;      /* migration of the log, counted over all logs */
};

/* Position in the order of events: order.c gives it to all of them. */
struct position {
    size_t log;
    int64_t order; /* over all logs */
    int64_t row;   /* in its log; greater ones happened later */
};

/* A signature's pattern on a line. */
struct hit {
    const struct signature *signature;
    const struct pattern *pattern;
    bool detail; /* counts only within a match of the same signature */
    struct position at;
    struct place place;
    struct scope scope;
    const char *text; /* harmless, one line */
    struct in_good good;
    size_t errors; /* error lines before it */
    struct shape_pair *capture;
    size_t capture_count;
};

/* An error line, explained by a signature or not. */
struct error_line {
    struct position at;
    struct place place;
    struct scope scope;
    const char *text;
    const struct signature *explained; /* NULL: by none */
    bool database, fatal;
    struct in_good good;
    const struct error_shape *shape; /* as in its line */
    int64_t block;
    bool passes_on;
    bool weak; /* not an error by itself: only when the run has failed … */
    bool said_last; /* … and no word in it tells of one */
    bool handed;    /* a line above it hands on to it */
    bool at_end;    /* its log ends with it */
    bool forgiven;  /* a line behind it says that it is no failure */
    bool follows;   /* another message of its block is the root */
    bool over;      /* who said it says later that it is well (speakers.h) */
    bool covered;   /* it stands within the block of a known error … */
    bool rooted;    /* … that can be a root, or another line is the root */
};

enum mark_kind {
    MARK_TRANSACTION,
    MARK_STEP,
    MARK_LEVEL,
    MARK_TARGET, /* names the database of what comes */
    MARK_RUN,    /* a deploy begins */
    MARK_PHASE,  /* one, too, unless a MARK_RUN of its host began it */
    MARK_BUILD,  /* the deploy of the expected build begins */
    MARK_MENTION /* that build is named */
};

/* A line that begins a transaction or a step: what comes is another one. */
struct mark {
    enum mark_kind kind;
    struct position at;
    struct place place;
    struct scope scope;
    const char *name;
    bool begins;   /* order.c: a deploy does, at this mark */
    size_t events; /* hits and error lines before it */
};

/* The last place where a deploy begins, and the first that names its build. */
struct deploy_start {
    size_t log;
    const char *unit;
    int64_t begun, mention; /* orders; -1: none */
};

struct scan {
    struct arena *arena;
    const struct catalogue *catalogue;
    const struct scan_window *window;   /* NULL: all of it */
    const struct good *good;            /* NULL: none is known */
    const struct deploy_window *deploy; /* NULL: all causes belong to it */
    int64_t *changed_ms;                /* of each log's file; 0: not known */
    size_t changed_count, changed_cap;
    struct hit *hit;
    size_t hit_count, hit_cap;
    struct error_line *error;
    size_t error_count, error_cap;
    struct mark *mark;
    size_t mark_count, mark_cap;
    struct deploy_start *start; /* log_window.c */
    size_t start_count;
    struct flood *flood;     /* by signature; NULL until one is met */
    struct kept *kept;       /* the ends of the logs */
    struct readers *readers; /* scan_end frees all three */
    const struct previous_run *previous;
    size_t previous_count;
    bool tells_why;
    struct excerpt_wish excerpt;
    struct why_row *why;
    size_t why_count, why_cap;
    struct coverage coverage;
};

/*
 * One happening of a signature. Tools print one fault in several forms, so
 * hits of different patterns within the span are one happening.
 */
struct occurrence {
    const struct signature *signature;
    struct position first_at, last_at;
    struct place first, last;
    struct scope scope;
    struct shape_pair *capture;
    size_t capture_count;
    struct evidence *evidence;
    size_t evidence_count, evidence_cap;
    uint64_t seen;       /* patterns, a bit each */
    struct in_good good; /* all its lines */
};

struct occurrences {
    struct occurrence *item; /* in order of events */
    size_t count, cap;
};

#define EVIDENCE_MAX      12  /* lines kept of one finding */
#define EVIDENCE_TEXT_MAX 400 /* bytes kept of one line */

/* source.c: a log as decoded bytes; source_read: 0 at its end, -1 with err. */
struct source_reader; /* handle */
bool source_open(struct source_reader **out, const char *path,
                 struct err *e) MUST_CHECK;
struct source_reader *source_of_text(const char *name, struct str text);
struct source_reader *source_of_lines(const char *name,
                                      struct str text); /* never decoded */
struct archive;
struct source_reader *source_of_member(const char *name,
                                       struct archive *archive);
/* The first bytes, which stay to be read. */
bool source_head(struct source_reader *r, struct str *head,
                 struct err *e) MUST_CHECK;
/* All that is left, as it is, until out is full. */
bool source_read_raw(struct source_reader *r, struct buf *out,
                     struct err *e) MUST_CHECK;
void source_close(struct source_reader *r);     /* NULL too */
int64_t source_changed_ms(int fd);              /* 0: it is not a file */
int source_file(const struct source_reader *r); /* -1: a text */

/* So far: not all of it was in the encoding that its first bytes say. */
bool source_is_mixed(const struct source_reader *r);

/* From then on it has ended, wherever it was; clock_now_us, INT64_MAX: never.
 */
void source_limit(struct source_reader *r, int64_t until_us);
bool source_is_late(const struct source_reader *r); /* it was not at its end */
ssize_t source_read(struct source_reader *r, char *out, size_t room,
                    struct err *e) MUST_CHECK;

/*
 * log_parts.c: the logs at a path, one after the other. A source belongs to it
 * until the next call; names live in the arena. 1: another one; 0: no more.
 */
struct log_parts; /* handle */
bool parts_open(struct log_parts **out, struct arena *arena, const char *path,
                struct err *e) MUST_CHECK;
void parts_close(struct log_parts *p);                  /* NULL too */
struct source_reader *parts_whole(struct log_parts *p); /* the file's */
int parts_next(struct log_parts *p, struct source_reader **out,
               const char **name, struct err *e) MUST_CHECK;

/* How far a log has been read; scan_new_log makes it. */
struct log_state {
    const char *file;
    size_t log;
    int64_t bytes, lines, crs; /* read so far; crs: lone CRs */
    int64_t timed_ms;          /* the last time that was told */
    bool begun, newest_first;
    bool cut; /* the last line goes on */
};

/* candidates.c: the lines of a log that may matter, to the signatures. */
struct candidates; /* handle: the filter, its threads, its state */
struct candidates *candidates_open(struct scan *s, bool naive);
void candidates_close(struct candidates *c);
bool candidates_scan(struct candidates *c, struct log_state *log,
                     struct source_reader *source, struct err *e) MUST_CHECK;

/* scan.c: the parts of a scan, for logs that are read piece by piece. */
void scan_begin(struct scan *s, struct arena *run,
                const struct scan_inputs *in);
struct log_state scan_new_log(struct scan *s, const char *name);
void scan_end(struct scan *s);
/* Is a line of that time read? A line whose time nobody tells may be; 0. */
bool scan_reads(const struct scan *s, int64_t time_ms);
/*
 * In a log that is newest first, what has no time belongs to the line so many
 * lines above that has one, and stays behind it.
 */
int64_t scan_row_upwards(int64_t number, int64_t above);
/* When a log's file was changed last; 0: not known, a pipe or a text. */
void scan_set_changed(struct scan *s, size_t log, int64_t changed_ms);
int64_t scan_changed_ms(const struct scan *s, size_t log);
void scan_conclude(const struct scan *so_far, struct arena *run,
                   struct findings *out);

/* line.c */
struct line_reader; /* handle: scratch space and compiled level patterns */
struct line_reader *line_reader_open(void);
void line_reader_close(struct line_reader *r);
/* Fills all but file, numbers, offset, time_ms and in_good. */
void line_read(struct line_reader *r, struct str text, struct line *line);
int64_t line_time(const struct line_reader *r, struct str text); /* 0: none */
/* Behind all prefixes. */
struct str line_said(const struct line_reader *r, struct str text);

/*
 * stamp.c: bytes at the start of the line up to the end of its time; 0 when
 * none stands there. *time_ms is set when the line tells its time at all.
 * now_ms: for times without a year.
 */
size_t stamp_read(struct str s, int64_t now_ms, int64_t *time_ms);

/*
 * match.c: the first pattern of a signature that fits a part of the line, or
 * the first detail, as a hit. regex and held are in the order of its patterns
 * and then its details: compiled when first used; whether the line holds the
 * literal.
 */
struct regex;
bool match_signature(struct scan *s, const struct line *line,
                     const struct signature *signature, struct regex **regex,
                     const bool *held);
/* A hit of a signature whose words were read in another way. */
void match_words(struct scan *s, const struct line *line,
                 const struct signature *signature);
/* Then what the line says of itself. */
void match_error(struct scan *s, const struct line *line,
                 const struct signature *explained);
void match_mark(struct scan *s, const struct line *line, size_t index);
void mark_add(struct scan *s, const struct line *line, enum mark_kind kind,
              const char *name);

/* marks.c: literals of lines that begin a transaction, step or deploy. */
size_t mark_count(void);
struct str mark_literal(size_t index);
enum mark_kind mark_kind(size_t index);
const char *mark_host(size_t index); /* of a deploy; "" of others */

/* order.c: events of all logs in the order in which they happened. */
void order_events(struct scan *s);

/* good.c: lines that a good deploy has, too. */
struct good; /* handle */
struct good *good_open(void);
void good_close(struct good *g); /* NULL too */
bool good_read(struct good *g, const char *path, struct err *e) MUST_CHECK;
struct in_good good_find(const struct good *g,
                         struct str said); /* see line_said */

/* group.c */
/* Of one log, and of no two containers, processes or requests. */
bool scope_joins(const struct position *a_at, const struct scope *a,
                 const struct position *b_at, const struct scope *b);
void group_hits(struct scan *s, struct occurrences *out);
void group_findings(struct scan *s, const struct occurrences *all,
                    struct findings *out);
bool same_finding(const struct occurrence *a, const struct occurrence *b);
const char *capture_get(const struct shape_pair *pair, size_t count,
                        const char *name);
/* The text with {name} replaced by captures; NULL when one is missing. */
const char *capture_fill(struct arena *a, const char *text,
                         const struct shape_pair *pair, size_t count);

/* unknown.c: clusters of error lines that no occurrence covers */
void group_unknown(struct scan *s, const struct occurrences *all,
                   struct findings *out);
/* Index of the first error line at or after a place in the order. */
size_t error_from(const struct scan *s, int64_t order);
const char *cluster_id(struct arena *a, const char *text);
uint64_t masked_hash(struct str text);
/* Only its numbers are masked: what is quoted may be what is new. */
uint64_t numbers_masked_hash(struct str text);

/* cause.c */
void find_causes(struct scan *s, const struct occurrences *all,
                 struct findings *out);

/* cause_text.c: what a cause says, from its root and what follows it. */
struct cause_parts {
    const struct occurrence *root;      /* or */
    const struct error_line *unknown;   /* or neither: it is elsewhere */
    const struct occurrence *opener;    /* of its migration, or NULL */
    const struct occurrence *recovery;  /* good news after it, or NULL */
    const struct occurrence *last_word; /* all that is known, or NULL */
    const struct occurrence *end;       /* its run says that it failed */
    const struct occurrence **follower; /* in order of events */
    size_t follower_count;
    bool across;   /* a link to a follower leads out of its scope */
    bool earlier;  /* all of it was before this deploy */
    size_t rivals; /* other causes */
    struct {
        int64_t score;
        const char *text; /* the points, in words */
    } rank;
};
void cause_write(struct scan *s, const struct cause_parts *parts,
                 struct cause *out);
int cause_deployment(const struct cause_parts *parts); /* or -1 */

/* previous.c: the cause that an earlier run found for what o follows. */
struct previous_hit {
    const struct previous_run *run;
    const struct finding *finding;
    const struct cause *cause;
};
bool previous_cause(const struct scan *s, const struct occurrence *o,
                    struct previous_hit *out) MUST_CHECK;

/* suppress.c */
struct signature_loader;
bool suppression_read(struct signature_loader *l, const struct yaml_node *map,
                      struct suppression *out) MUST_CHECK;
bool suppression_is_over(const struct suppression *s, int64_t now_ms);
const struct suppression *suppression_of(const struct catalogue *c,
                                         const char *signature, struct str line,
                                         int64_t now_ms);

/* remedy_rules.c: what lint demands of rollback and remedies. */
void signature_check_advice(const struct catalogue *all,
                            const struct signature *s, struct diags *d);

/* placeholder.c */
void placeholders_check(const struct signature *s, struct diags *d);

/* signature_keys.c */
struct signature_loader {
    struct arena *arena;
    struct diags *diags;
};
bool signature_read(struct signature_loader *l, const struct yaml_node *map,
                    struct signature *out) MUST_CHECK;

#define PADDING_SHORT   ((size_t)512)
#define PADDING_LONG    ((size_t)4096)
#define PADDING_LONGEST ((size_t)16000)

/* Patterns that give up on a padded line of a sample go to diags, once each. */
void padding_check(const struct catalogue *c, struct diags *d);

#endif
