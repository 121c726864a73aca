/* What the files of the blackbox_exporter reader share. */
#ifndef IMPORT_BLACKBOX_BLACKBOX_H
#define IMPORT_BLACKBOX_BLACKBOX_H

#include "import/references.h"
#include "import/rows.h"

bool module_read(struct import *im, struct entry *e,
                 const struct yaml_node *module, const struct module_use *use);
void tls_config_read(struct import *im, struct entry *e,
                     const struct yaml_node *n);
void dialog_read(struct import *im, struct entry *e,
                 const struct yaml_node *module, const struct module_use *use);
bool dns_probe_read(struct import *im, struct entry *e,
                    const struct yaml_node *module,
                    const struct module_use *use);
struct rows dialog_rows(void);
struct rows dns_probe_rows(void);
struct rows prometheus_rows(void);

struct rows blackbox_rows(size_t index);

#endif
