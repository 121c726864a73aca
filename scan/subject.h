/*
 * Whom a line of a host is about: the unit, container or pod that it names, in
 * the captures `unit`, `container` and `pod`. web-1 and web-7d9f8b6c5-x2x4z are
 * instances of web.
 */
#ifndef SCAN_SUBJECT_H
#define SCAN_SUBJECT_H

#include "scan/internal.h"

/* Is one of the names of a scope this one, or an instance of it? */
bool subject_is_unit(const char *unit, const char *name);

/* Does the line name a unit, container or pod? */
bool subject_is_named(const struct occurrence *end);

/* Is it about who has these names? */
bool subject_names(const struct occurrence *end, const char *unit);

/* Is it about the host or service of this name, or an instance of it? */
bool subject_is_of(const struct occurrence *end, const char *name);

/* A line about a container or pod reports nothing of any other one. */
enum subject { SUBJECT_UNKNOWN, SUBJECT_SAME, SUBJECT_ANOTHER };
enum subject subject_of_line(const struct occurrence *o,
                             const struct scope *who);

#endif
