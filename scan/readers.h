/*
 * What reads lines by the patterns of the program itself. They are opened once
 * for all logs of a scan, and for each time that a log which grows is judged
 * again, since their patterns are compiled when they are first tried.
 */
#ifndef SCAN_READERS_H
#define SCAN_READERS_H

struct readers {
    struct line_reader *line;
    struct shape_reader *shapes;
    struct error_words *words;
    struct excerpt_words *excerpt;
    struct last_words *last;
    struct short_words *brief;
    struct speakers *speakers;
};

struct readers *readers_open(void);
void readers_close(struct readers *r); /* NULL too */

#endif
