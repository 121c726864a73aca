/* Hints for what is written instead of an expectation or a query. */
#ifndef PLAN_MISTAKES_H
#define PLAN_MISTAKES_H

#include "base/arena.h"
#include "base/yaml.h"
#include "model/expectation.h"

/* What the character at `at`, where none is expected, is meant to be. */
const char *mistake_character(struct arena *a, struct str text, size_t at);

/* A sign that begins like a predicate but is not one; NULL: it is one. */
const char *mistake_sign(struct str rest);

/* The query that is meant where there is none at all; NULL: not known. */
const char *mistake_query(struct arena *a, const struct yaml_node *n);

/* A map where an expectation is meant; NULL: not known. */
const char *mistake_map(struct arena *a, const struct yaml_node *key,
                        const struct yaml_node *value);

#endif
