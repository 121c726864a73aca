/* Lines that state an error, one by one and as blocks. */
#ifndef SCAN_ERROR_LINES_H
#define SCAN_ERROR_LINES_H

#include "scan/error_shape.h"
#include "scan/internal.h"

/* What the line claims, by the block in which it stands. */
void error_line_read(struct shape_reader *r, struct line *line,
                     const char *speaker);

/* Of each block's messages, all but its root follow from it. */
void error_lines_settle(struct scan *s);

#endif
