/* Variables of other tools become ours, and their texts ours with them. */
#ifndef IMPORT_REFERENCES_H
#define IMPORT_REFERENCES_H

#include "import/internal.h"

/* The reference to that variable, as a definition has it. */
const char *reference(struct import *im, struct str name);

/* Can the value stand in ${NAME:-value}? */
bool is_fallback(const char *value);
void define_variable(struct import *im, struct str name, const char *value,
                     bool secret);
void define_capture(struct import *im, struct str name, bool secret);
const char *from_braces(struct import *im, struct str text, struct pos pos);
const char *from_shell(struct import *im, const struct yaml_node *n);
const char *from_plain(struct import *im, struct str text);
const char *from_goss(struct import *im, const struct yaml_node *n);

/* The name for a secret: as it is given, or with a number when that is the
   name of another value. */
const char *secret_name(struct import *im, struct str name,
                        const char *literal);

/* As the format that is being read writes its variables. */
const char *text_of(struct import *im, const struct yaml_node *n);
const char *quoted(struct import *im, const char *text);
const char *quoted_regex(struct import *im, struct str regex,
                         const char *flags);
bool is_only_reference(const char *text);

#endif
