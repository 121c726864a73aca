/*
 * Text that no CI host takes for a command. Hosts read the output of a step;
 * the rows of model/ci_host.c have what each takes for a command. Escape
 * sequences, which GitLab, Jenkins and others act on, text_visible takes away.
 */
#ifndef REDACT_INERT_H
#define REDACT_INERT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* An untrusted text inside a line of ours: one visible line, marks split. */
void inert_text(struct buf *out, struct str s);

/* Lines as they are, but where one of them would be a command. */
void inert_lines(struct buf *out, struct str lines);

/*
 * The offset in line, which has no LF, of the first byte of what a host would
 * take for a command because the line begins with it; line.len when it does
 * not. A format that can write the byte at this place otherwise does so.
 */
size_t inert_start(struct str line);

#endif
