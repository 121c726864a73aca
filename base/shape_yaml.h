/*
 * A struct of a shape from YAML that people write: every member may be left
 * out, and each problem is told with its place.
 */
#ifndef BASE_SHAPE_YAML_H
#define BASE_SHAPE_YAML_H

#include "base/shape.h"
#include "base/yaml.h"

/*
 * What is left out is zero, a name -1. Times need a zone. SHAPE_MS and
 * SHAPE_SHARE are nothing that people write: they are refused.
 */
bool shape_read_yaml(void *object, struct arena *a, const struct shape *s,
                     const struct yaml_node *n, struct diags *d) MUST_CHECK;

/* One of the names, or an error that lists them. */
bool yaml_read_name(int *out, const struct names *names,
                    const struct yaml_node *n, struct diags *d) MUST_CHECK;

#endif
