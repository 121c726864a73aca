/* Which targets are asked by which module: --target, or a prometheus.yml. */
#include <string.h>

#include "base/text.h"
#include "import/blackbox/blackbox.h"
#include "import/tool.h"

static const struct row job_rows[] = {
    CARRIED("job_name", "`tags`", NULL),
    CARRIED("params", "the `module`", NULL),
    CARRIED("static_configs", "a check for each of its targets", NULL),
    CARRIED("relabel_configs", "nothing: they bring the target to the exporter",
            read_nothing),
    CARRIED("metrics_path", "nothing, when it is /probe", NULL),
    LEFT("scrape_interval", "a check is probed when postflight runs",
         "let cron or CI run postflight at that interval"),
    LEFT("scrape_timeout", "the module has a timeout", "write 'timeout'"),
    LEFT("file_sd_configs", "targets are read from this file only",
         "give them with --target"),
    LEFT("dns_sd_configs", "targets are read from this file only",
         "give them with --target"),
    LEFT("http_sd_configs", "targets are read from this file only",
         "give them with --target"),
    LEFT("kubernetes_sd_configs", "targets are read from this file only",
         "give them with --target"),
    LEFT("scheme", "it is for the exporter, not for the target",
         "nothing to do"),
    LEFT("basic_auth", "it is for the exporter, not for the target",
         "nothing to do"),
    LEFT("tls_config", "it is for the exporter, not for the target",
         "nothing to do"),
    LEFT("honor_labels", "it is for Prometheus, not for a check",
         "nothing to do"),
    LEFT("metric_relabel_configs", "it is for Prometheus, not for a check",
         "nothing to do"),
};

struct rows prometheus_rows(void)
{
    return IN("job", job_rows);
}

static void add_use(struct import *im, const char *module, const char *target,
                    struct pos pos)
{
    im->module_use = arena_grow(im->arena, im->module_use, im->module_use_count,
                                &im->module_use_cap, sizeof(*im->module_use));
    im->module_use[im->module_use_count++] =
        (struct module_use){module, target, pos};
}

static void read_targets(struct import *im, const char *module,
                         const struct yaml_node *groups)
{
    for (size_t i = 0; groups->kind == YAML_LIST && i < groups->count; i++) {
        const struct yaml_node *list = yaml_get(groups->item[i], "targets");
        for (size_t k = 0;
             list != NULL && list->kind == YAML_LIST && k < list->count; k++)
            if (list->item[k]->kind == YAML_SCALAR)
                add_use(im, module, from_plain(im, list->item[k]->text),
                        list->item[k]->pos);
    }
}

static void read_job(struct import *im, const struct yaml_node *job)
{
    const struct yaml_node *modules =
        yaml_get(yaml_get(job, "params"), "module");
    const struct yaml_node *groups = yaml_get(job, "static_configs");
    const struct yaml_node *first =
        modules != NULL && modules->kind == YAML_LIST && modules->count > 0
            ? modules->item[0]
            : modules;
    struct str module = node_text(first);
    struct reader r = {.im = im};
    if (module.len == 0) {
        remark(im, job->pos, node_text(yaml_get(job, "job_name")),
               "this job scrapes metrics and probes nothing",
               "nothing, unless the module comes from a label");
        return;
    }
    if (groups != NULL)
        read_targets(im, module.ptr, groups);
    rows_read(&r, job, ROWS(job_rows));
}

static void prometheus_read(struct import *im, const struct yaml_node *jobs)
{
    for (size_t i = 0; i < jobs->count; i++)
        if (jobs->item[i]->kind == YAML_MAP)
            read_job(im, jobs->item[i]);
}

/* The modules of several files are kept together. */
static bool blackbox_read(struct import *im, const struct yaml_node *root)
{
    const struct yaml_node *jobs = yaml_get(root, "scrape_configs");
    const struct yaml_node *modules = yaml_get(root, "modules");
    if (jobs != NULL && jobs->kind == YAML_LIST) {
        prometheus_read(im, jobs);
        return true;
    }
    if (modules == NULL || modules->kind != YAML_MAP) {
        diags_add(im->diags, root->pos,
                  "expected 'modules' of blackbox_exporter, or the "
                  "'scrape_configs' of Prometheus");
        return false;
    }
    im->modules = arena_grow(im->arena, (void *)im->modules, im->modules_count,
                             &im->modules_cap, sizeof(struct yaml_node *));
    im->modules[im->modules_count++] = modules;
    return true;
}

static const struct yaml_node *find_module(const struct import *im,
                                           const char *name)
{
    for (size_t i = 0; i < im->modules_count; i++) {
        const struct yaml_node *n = yaml_get(im->modules[i], name);
        if (n != NULL && n->kind == YAML_MAP)
            return n;
    }
    return NULL;
}

/* "module=target" when a module has that name; all of them otherwise. */
static void read_option(struct import *im, const char *option)
{
    struct str rest, name = str_cut(str_from(option), '=', &rest);
    const char *module = str_dup(im->arena, name);
    if (rest.len > 0 && find_module(im, module) != NULL) {
        add_use(im, module, from_plain(im, rest), POS_NONE);
        return;
    }
    for (size_t i = 0; i < im->modules_count; i++)
        for (size_t k = 0; k < im->modules[i]->count; k++)
            add_use(im, im->modules[i]->item[2 * k]->text.ptr,
                    from_plain(im, str_from(option)), POS_NONE);
}

static void make_check(struct import *im, const struct module_use *use,
                       bool named)
{
    const struct yaml_node *module = find_module(im, use->module);
    im->now = NULL;
    if (module == NULL) {
        remark(im, use->pos, str_from(use->module),
               "no file that was given has this module",
               "import its blackbox.yml together with this file");
        return;
    }
    const char *id =
        named ? arena_printf(im->arena, "%s %s", use->module, use->target)
              : use->module;
    im->source = module->pos.source;
    struct draft *d = draft_begin(im, module->pos, str_from(id));
    put_item(im, &d->own, "tags", use->module, POS_NONE);
    d->refused = !module_read(im, &d->own, module, use);
}

static bool is_used(const struct import *im, const char *module)
{
    for (size_t i = 0; i < im->module_use_count; i++)
        if (strcmp(im->module_use[i].module, module) == 0)
            return true;
    return false;
}

static void name_unused(struct import *im)
{
    for (size_t i = 0; i < im->modules_count; i++)
        for (size_t k = 0; k < im->modules[i]->count; k++) {
            const struct yaml_node *key = im->modules[i]->item[2 * k];
            if (!is_used(im, key->text.ptr))
                remark(im, key->pos, key->text, "no target names this module",
                       "give it one with --target MODULE=TARGET");
        }
}

/* Each kind of target has a variable of its own: they are not alike. */
static const char *any_target(struct import *im, const struct yaml_node *module)
{
    static const char *const name[][2] = {{"tcp", "TARGET_ENDPOINT"},
                                          {"grpc", "TARGET_ENDPOINT"},
                                          {"dns", "TARGET_RESOLVER"},
                                          {"icmp", "TARGET_HOST"}};
    struct str prober = node_text(yaml_get(module, "prober"));
    for (size_t i = 0; i < ARRAY_COUNT(name); i++)
        if (str_is(prober, name[i][0]))
            return reference(im, str_from(name[i][1]));
    return reference(im, STR("TARGET"));
}

/* A module that nothing names is a check of a variable. */
static void blackbox_finish(struct import *im)
{
    for (size_t i = 0; i < im->options->target_count; i++)
        read_option(im, im->options->target[i]);
    bool named = im->module_use_count > 0;
    for (size_t i = 0; i < im->modules_count && !named; i++)
        for (size_t k = 0; k < im->modules[i]->count; k++) {
            const struct yaml_node *key = im->modules[i]->item[2 * k];
            const struct yaml_node *module = im->modules[i]->item[2 * k + 1];
            if (module->kind == YAML_MAP)
                add_use(im, key->text.ptr, any_target(im, module), key->pos);
        }
    if (named)
        name_unused(im);
    size_t count = im->module_use_count;
    for (size_t i = 0; i < count && i <= IMPORT_CHECKS_MAX; i++)
        make_check(im, &im->module_use[i], named);
    im->now = NULL;
}

static bool is_blackbox(const struct yaml_node *map)
{
    return node_is_map(yaml_get(map, "modules")) ||
           node_is_list(yaml_get(map, "scrape_configs"));
}

static const char *from_text(struct import *im, const struct yaml_node *n)
{
    return from_plain(im, n->text);
}

const struct import_tool blackbox_tool = {
    .name = "blackbox",
    .is_tree = is_blackbox,
    .read_tree = blackbox_read,
    .value = from_text,
    .finish = blackbox_finish,
    .rows = blackbox_rows,
};
