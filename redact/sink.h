/*
 * The way out. What leaves the program - lines for people, files, standard
 * output, notifications - passes a sink, which carries the redactor: whoever
 * writes cannot forget it. A text is redacted as a whole, and what is too long
 * is cut after that: a secret that begins before the cut leaves no part there.
 */
#ifndef REDACT_SINK_H
#define REDACT_SINK_H

#include "base/err.h"
#include "base/file.h"
#include "redact/redact.h"

struct sink; /* handle: sink_open, sink_close */

struct sink *sink_open(void);
void sink_close(struct sink *s);

/* What it learns is taken out of all that leaves from then on. */
struct redactor *sink_redactor(struct sink *s);

/* A text that quotes others: known secrets and what looks like one. */
struct str sink_text(struct sink *s, struct arena *a, struct str text);

/* Then at most max bytes: as text_cut does, or visible, as text_elide does. */
struct str sink_cut(struct sink *s, struct arena *a, struct str text,
                    size_t max);
const char *sink_line(struct sink *s, struct arena *a, struct str text,
                      size_t max);

/*
 * A document or a record, whose texts were redacted one by one when it was
 * built: known secrets only, since what looks like one could span its syntax.
 */
struct str sink_form(struct sink *s, struct arena *a, struct str form);

/* As file_write_as and file_write_together, with forms as contents. */
bool sink_file(struct sink *s, const char *path, struct str form,
               enum file_mode mode, struct err *e) MUST_CHECK;
bool sink_files(struct sink *s, const struct file_part *part, size_t count,
                bool drop, struct err *e) MUST_CHECK;

#endif
