/*
 * Readers of the parts of a signature, for its table of keys. Each reports
 * what is wrong to the loader's diags and is false then.
 */
#ifndef SCAN_SIGNATURE_PARTS_H
#define SCAN_SIGNATURE_PARTS_H

#include "base/names.h"
#include "scan/internal.h"

/* The member of a map; reports one that is missing and required. */
const struct yaml_node *part_member(struct signature_loader *l,
                                    const struct yaml_node *map,
                                    const char *key, bool required);
bool part_members(struct signature_loader *l, const struct yaml_node *map,
                  const char *const *known, size_t count) MUST_CHECK;

bool part_text(struct signature_loader *l, const struct yaml_node *n,
               const char **out) MUST_CHECK;
bool part_texts(struct signature_loader *l, const struct yaml_node *n,
                const char *const **out, size_t *count) MUST_CHECK;
bool part_name(struct signature_loader *l, const struct yaml_node *n,
               const struct names *names, int *out) MUST_CHECK;
bool part_count(struct signature_loader *l, const struct yaml_node *n,
                int64_t *out) MUST_CHECK;
bool part_true(struct signature_loader *l, const struct yaml_node *n,
               bool *out) MUST_CHECK;
bool part_patterns(struct signature_loader *l, const struct yaml_node *n,
                   const struct pattern **out, size_t *count) MUST_CHECK;
bool part_remedies(struct signature_loader *l, const struct yaml_node *n,
                   const struct signature_remedy **out,
                   size_t *count) MUST_CHECK;
bool part_samples(struct signature_loader *l, const struct yaml_node *n,
                  const struct sample **out, size_t *count) MUST_CHECK;

#endif
