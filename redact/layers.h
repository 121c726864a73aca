/*
 * A text seen through the encodings that may lie over it: percent, backslash
 * escapes (JSON, C, shell, octal), character references, quoted-printable,
 * doubled quotes. Each may lie over another, up to LAYERS of them. Nothing is
 * decoded beforehand, so what is found keeps its place in the text.
 */
#ifndef REDACT_LAYERS_H
#define REDACT_LAYERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define LAYERS    3
#define UNITS_MAX 12

/*
 * What the text is: as it came, or a finished form, whose own syntax is no
 * part of any value: strings of JSON; texts and attributes of XML and HTML.
 * Lines are Markdown, YAML and the like: read as a text, but their marks count
 * for what is put in place of a secret.
 */
enum form { FORM_TEXT, FORM_LINES, FORM_JSON, FORM_MARKUP };

struct recall; /* redact/recall.h */

struct seen {
    struct str text;
    enum form form;
    struct recall *recall; /* or NULL: each reading is made anew */
};

/* 0 behind its end, too. */
unsigned char seen_byte(const struct seen *s, size_t at);

/* One reading of what begins at a place. */
struct unit {
    uint32_t value;
    bool is_byte; /* else a code point, which is its UTF-8 bytes */
    size_t next;  /* the place behind it */
};

struct units {
    struct unit item[UNITS_MAX];
    size_t count;
};

/* All readings through so many layers; none at the end and at syntax. */
void units_at(const struct seen *s, size_t at, unsigned layers,
              struct units *out);

/* May a reading that is not the byte itself begin with this byte? */
bool is_introducer(unsigned char c);

/* Behind a line end and what follows it, a colour, or a character of no width;
   the place itself when none of them is there. */
size_t unit_past_fold(const struct seen *s, size_t at);

/* Is it among the readings? Then *at is behind it. */
bool unit_take(const struct seen *s, size_t *at, uint32_t value);

#endif
