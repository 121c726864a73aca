/* What the files of scan/ share: lines, hits, occurrences. */
#ifndef SCAN_INTERNAL_H
#define SCAN_INTERNAL_H

#include <stdint.h>
#include <sys/types.h>

#include "base/yaml.h"
#include "scan/scan.h"

/* One line of a log, cleaned; text lives until the next line. */
struct line {
    const char *file;
    int64_t sequence; /* over all logs, so that it orders everything */
    int64_t number, offset, time_ms;
    struct str text;  /* without terminal sequences and line end */
    struct str scope; /* server process id, empty when the line has none */
    bool error;       /* it claims an error */
    bool database;    /* and it is a database's or driver's */
    bool in_good;     /* the log of a good deploy has such a line, too */
};

/* A signature's pattern on a line. */
struct hit {
    const struct signature *signature;
    const struct pattern *pattern;
    bool detail; /* counts only within a match of the same signature */
    int64_t sequence;
    struct place place;
    const char *text;  /* harmless, one line */
    const char *scope; /* "" or process id */
    int64_t region;    /* transaction or migration of its scope, from 0 */
    bool in_good;
    struct shape_pair *capture;
    size_t capture_count;
};

/* An error line, explained by a signature or not. */
struct error_line {
    int64_t sequence;
    struct place place;
    const char *text, *scope;
    int64_t region;
    bool database, explained, in_good;
};

struct scan {
    struct arena *arena;
    const struct catalogue *catalogue;
    const struct scan_window *window; /* NULL: all of it */
    const struct good *good;          /* NULL: none is known */
    struct hit *hit;
    size_t hit_count, hit_cap;
    struct error_line *error;
    size_t error_count, error_cap;
    int64_t region;   /* a new one for each log and each migration */
    int64_t sequence; /* of the last line */
    struct coverage coverage;
};

/*
 * One happening of a signature. Tools print one fault in several forms, so
 * hits of different patterns within the span are one happening.
 */
struct occurrence {
    const struct signature *signature;
    int64_t first_sequence, last_sequence;
    struct place first, last;
    const char *scope;
    int64_t region;
    struct shape_pair *capture;
    size_t capture_count;
    struct evidence *evidence;
    size_t evidence_count, evidence_cap;
    uint64_t seen; /* patterns, a bit each */
    bool in_good;  /* all its lines */
};

struct occurrences {
    struct occurrence *item; /* in order of the logs and their lines */
    size_t count, cap;
};

#define EVIDENCE_MAX      12  /* lines kept of one finding */
#define EVIDENCE_TEXT_MAX 400 /* bytes kept of one line */

/* source.c: a log as decoded bytes; source_read: 0 at its end, -1 with err. */
struct source_reader; /* handle */
bool source_open(struct source_reader **out, const char *path,
                 struct err *e) MUST_CHECK;
struct source_reader *source_of_text(const char *name, struct str text);
void source_close(struct source_reader *r);
ssize_t source_read(struct source_reader *r, char *out, size_t room,
                    struct err *e) MUST_CHECK;

/*
 * block.c: 1: a block of whole lines, good until the next; 0: the end; -1:
 * err. *cut: its last line is too long and goes on in the next block. Offsets
 * in a block are of clean text, those of the log in raw bytes.
 */
struct blocks; /* handle */
struct blocks *blocks_open(struct source_reader *source);
void blocks_close(struct blocks *b);
int blocks_next(struct blocks *b, struct str *text, bool *cut,
                struct err *e) MUST_CHECK;
int64_t blocks_raw_offset(const struct blocks *b, size_t clean);
int64_t blocks_end(const struct blocks *b); /* raw, of the last block */

/* candidates.c: the lines of a block that may matter, in order. */
struct candidates; /* handle: the filter, its threads, its state */
struct candidates *candidates_open(struct scan *s, bool naive);
void candidates_close(struct candidates *c);
void candidates_begin(struct candidates *c, const char *file);
void candidates_scan(struct candidates *c, const struct blocks *blocks,
                     struct str text);

/* line.c */
struct cleaner; /* handle: scratch space and compiled level patterns */
struct cleaner *cleaner_open(void);
void cleaner_close(struct cleaner *c);
/* Fills text, scope, error and database. */
void cleaner_read(struct cleaner *c, struct str text, struct line *line);
int64_t cleaner_time(const struct cleaner *c, struct str text); /* 0: none */
struct str cleaner_rest(const struct cleaner *c,
                        struct str text); /* after it */

/*
 * stamp.c: bytes at the start of the line up to the end of its time; 0 when
 * none stands there. *time_ms is set when the line tells its time at all.
 * now_ms: for times without a year.
 */
size_t stamp_read(struct str s, int64_t now_ms, int64_t *time_ms);

/*
 * match.c: the first pattern of a signature that fits the line, or the first
 * detail, as a hit. regex and anchor are in the order of its patterns and then
 * its details: compiled when first used; where it stands in the line, NULL
 * when it must be looked for. Then what the line says of itself.
 */
struct regex;
bool match_signature(struct scan *s, const struct line *line,
                     const struct signature *signature, struct regex **regex,
                     const uint32_t *anchor);
void match_error(struct scan *s, const struct line *line, bool explained);

/* good.c: lines that a good deploy has, too. */
struct good; /* handle */
struct good *good_open(void);
void good_close(struct good *g); /* NULL too */
bool good_read(struct good *g, const char *path, struct err *e) MUST_CHECK;
bool good_has(const struct good *g, struct str line);

/* group.c */
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
const char *cluster_id(struct arena *a, const char *text);
uint64_t masked_hash(struct str text);

/* cause.c */
void find_causes(struct scan *s, const struct occurrences *all,
                 struct findings *out);

/* cause_text.c: what a cause says, from its root and what follows it. */
struct cause_parts {
    const struct occurrence *root;      /* or */
    const struct error_line *unknown;   /* or neither: it is elsewhere */
    const struct occurrence *opener;    /* of its migration, or NULL */
    const struct occurrence **follower; /* in order of the logs */
    size_t follower_count;
};
void cause_write(struct scan *s, const struct cause_parts *parts,
                 struct cause *out);

/* suppress.c */
struct signature_loader;
bool suppression_read(struct signature_loader *l, const struct yaml_node *map,
                      struct suppression *out) MUST_CHECK;
bool suppression_is_over(const struct suppression *s, int64_t now_ms);
bool is_suppressed(const struct catalogue *c, const char *signature,
                   struct str line, int64_t now_ms);

/* signature_keys.c */
struct signature_loader {
    struct arena *arena;
    struct diags *diags;
};
bool signature_read(struct signature_loader *l, const struct yaml_node *map,
                    struct signature *out) MUST_CHECK;

#endif
