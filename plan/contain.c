/*
 * Where the options of the caller meet the keys of a definition: files,
 * sockets, programs and hosts that it names.
 *
 * Every key that names one of these calls a function of this file.
 */
#include <string.h>
#include <sys/stat.h>

#include "base/beneath.h"
#include "plan/keys.h"

void contain_note(struct loader *l, const struct source *source,
                  const char *folder)
{
    struct place_list *place = arena_alloc(l->arena, sizeof(*place));
    *place = (struct place_list){source, folder, l->plan->place};
    l->plan->place = place;
}

const char *contain_folder(const struct loader *l, const struct yaml_node *n)
{
    for (const struct place_list *p = l->plan->place; p != NULL; p = p->next)
        if (p->source == n->pos.source)
            return p->folder;
    return NULL;
}

static enum beneath find(const struct loader *l, const struct yaml_node *n,
                         const char *path)
{
    const char *folder = contain_folder(l, n);
    return folder == NULL ? BENEATH_OUTSIDE : beneath_find(folder, path);
}

static bool report_outside(struct loader *l, const struct yaml_node *n,
                           const char *path)
{
    const char *folder = contain_folder(l, n);
    diags_add(l->diags, n->pos,
              "'%.200s' is outside the folder '%.100s', which --untrusted does "
              "not allow",
              path, folder == NULL ? "of the definitions" : folder);
    return false;
}

/* What cannot be found is reported by whoever reads it. */
bool contain_file(struct loader *l, const struct yaml_node *n, const char *path)
{
    if (!trust_is_untrusted(l->in->trust))
        return true;
    enum beneath found = find(l, n, path);
    if (found == BENEATH_OUTSIDE)
        return report_outside(l, n, path);
    if (found != BENEATH_SPECIAL)
        return true;
    diags_add(l->diags, n->pos, "'%.200s' is not a regular file", path);
    return false;
}

bool contain_tree(struct loader *l, const struct yaml_node *n, const char *path)
{
    struct stat is;
    if (!trust_is_untrusted(l->in->trust))
        return true;
    if (find(l, n, path) == BENEATH_OUTSIDE)
        return report_outside(l, n, path);
    if (stat(path, &is) != 0 || S_ISDIR(is.st_mode))
        return true;
    diags_add(l->diags, n->pos, "'%.200s' is not a folder", path);
    return false;
}

/* "${CA}" and nothing else, CA given with --var or --env-file. */
static bool is_given_by_caller(const struct loader *l,
                               const struct yaml_node *n)
{
    struct str text = n->text;
    if (!str_starts(text, STR("${")) || !str_ends(text, STR("}")))
        return false;
    struct str name = str_sub(text, 2, text.len - 3);
    for (size_t i = 0; i < l->in->variable_count; i++)
        if (str_is(name, l->in->variable[i].name))
            return true;
    return false;
}

/* A client key proves who we are to any host that the definition names, so an
   untrusted one has it from its own folder, or from the caller. */
bool contain_pem(struct loader *l, const struct yaml_node *n, const char *path)
{
    return is_given_by_caller(l, n) || contain_file(l, n, path);
}

/* Who owns a socket may be root: the daemon of the containers, for one. */
bool contain_socket(struct loader *l, const struct yaml_node *n,
                    const char *path)
{
    if (!trust_is_untrusted(l->in->trust) ||
        trust_names_socket(l->in->trust, path) ||
        find(l, n, path) == BENEATH_SPECIAL)
        return true;
    diags_add(l->diags, n->pos,
              "'%.200s' is not a socket in the folder of the definitions, "
              "which alone --untrusted allows, and no --allow-host names it",
              path);
    return false;
}

bool contain_program(struct loader *l, const struct yaml_node *n)
{
    const char *option = trust_refuses_programs(l->in->trust);
    if (option == NULL)
        return true;
    diags_add(l->diags, n->pos,
              "this runs a program, which %s does not allow: keep it in a "
              "folder of trusted definitions",
              option);
    return false;
}

bool contain_output(struct loader *l, const struct yaml_node *n)
{
    if (!trust_is_untrusted(l->in->trust))
        return true;
    diags_add(l->diags, n->pos,
              "this names where files are written, which --untrusted does not "
              "allow: keep it in a folder of trusted definitions");
    return false;
}

/* Captured values may be part of it: then it is judged when it is sent. */
static bool is_known(const char *text)
{
    return strstr(text, "${") == NULL;
}

static struct pos target_pos(const struct yaml_node *map,
                             const struct check *check)
{
    const struct yaml_node *n =
        map->kind == YAML_MAP ? yaml_get(map, kind_key(check->kind)) : NULL;
    return n == NULL ? map->pos : n->pos;
}

bool contain_check(struct loader *l, const struct yaml_node *map,
                   const struct check *check)
{
    if (l->bound != NULL || !is_known(check->url))
        return true;
    const char *problem =
        trust_check_problem(l->arena, l->in->trust, check, check->url);
    if (problem != NULL)
        diags_add(l->diags, target_pos(map, check), "%s", problem);
    return problem == NULL;
}

bool contain_receiver(struct loader *l, const struct receiver *receiver)
{
    const char *problem =
        trust_receiver_problem(l->arena, l->in->trust, receiver);
    if (problem != NULL)
        diags_add(l->diags, receiver->pos, "%s", problem);
    return problem == NULL;
}
