/*
 * An error line that ends in a colon hands on to what stands below it: deeper,
 * in a list, or in words of an error. "unable to select packages:" is no cause,
 * the package under it is.
 */
#ifndef SCAN_HEADER_H
#define SCAN_HEADER_H

#include "scan/error_words.h"
#include "scan/internal.h"

/* The last header of a log. */
struct header {
    bool open;
    bool vague;    /* it does not say what it is about */
    size_t error;  /* which error line of the scan it is */
    size_t indent; /* blanks before what it says */
    int64_t number;
    char speaker[100];
};

/* Does it speak of this line? words: there are words of an error in it. */
bool header_hands_on(const struct header *h, const struct error_words *words,
                     const struct line *line, const char *speaker, bool has);

/*
 * A line was read, and became the error line of that number if it is one of
 * the scan's: it may be a header, or end the one before it.
 */
void header_pass(struct header *h, const struct error_words *words,
                 const struct line *line, const char *speaker, size_t error);
#define HEADER_NO_ERROR SIZE_MAX

#endif
