/*
 * Names of character references, as HTML writes them: "&eacute;", "&AMP;", and
 * those that end without a semicolon: "&lt" of "&lt1".
 */
#ifndef REDACT_ENTITIES_H
#define REDACT_ENTITIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ENTITY_NAME_MAX 16 /* letters */
#define ENTITY_BARE_MIN 2
#define ENTITY_BARE_MAX 6

bool entity_named(const char *name, size_t len, uint32_t *value);

/* The longest that the letters begin with: its length; 0: none. */
size_t entity_bare(const char *name, size_t len, uint32_t *value);

#endif
