/* Health checks of compose files, as they look from outside. */
#include "import/compose/compose.h"

#include <string.h>

#include "base/text.h"
#include "import/tool.h"

struct service {
    struct import *im;
    struct draft *draft;
    const struct yaml_node *name, *map, *health;
};

static void read_interval(struct reader *r, const struct yaml_node *n)
{
    int64_t ms = 0;
    if (duration_ms(node_text(n), 1000, &ms) && ms > 0)
        put_patience(r->im, r->e, "interval", duration_text(r->im->arena, ms),
                     n->pos);
    else
        remark(r->im, n->pos, node_text(n), "not a duration",
               "write 'patience: { interval: 30s }'");
}

static void read_timeout(struct reader *r, const struct yaml_node *n)
{
    int64_t ms = 0;
    if (duration_ms(node_text(n), 1000, &ms) && ms > 0)
        put_duration(r->im, r->e, "timeout", ms, n->pos);
    else
        remark(r->im, n->pos, node_text(n), "not a duration",
               "write 'timeout: 30s'");
}

static const struct row health_rows[] = {
    CARRIED("test", "`url` of curl and wget; otherwise `exec` inside of it",
            NULL),
    CARRIED("interval", "`patience.interval`", read_interval),
    CARRIED("timeout", "`timeout`", read_timeout),
    CARRIED("retries", "`patience.attempts`", NULL),
    CARRIED("start_period", "`patience.attempts`, as many as fit into it",
            NULL),
    CARRIED("disable", "no check, when it is true", NULL),
    LEFT("start_interval", "a check waits the same time in between",
         "write a shorter 'interval'"),
};

static const struct row file_rows[] = {
    CARRIED("services.NAME.healthcheck", "a check", NULL),
    CARRIED("services.NAME.depends_on", "`needs`, for service_healthy", NULL),
    CARRIED("services.NAME.ports",
            "the port of the `url`, which is probed from outside", NULL),
    CARRIED("${NAME}, ${NAME:-text}, $$", "the same", NULL),
    LEFT("include, extends", "other files are not read from here",
         "import what `docker compose config` prints"),
    LEFT("HEALTHCHECK of an image", "it is not part of this file",
         "write a check by hand"),
};

static struct rows compose_rows(size_t index)
{
    return index == 0   ? IN("file", file_rows)
           : index == 1 ? IN("healthcheck", health_rows)
                        : NO_ROWS;
}

/* How often: the tries, and those of the time in which it may fail. */
static void read_patience(const struct service *s)
{
    const struct yaml_node *retries = node_get(s->health, "retries");
    const struct yaml_node *start = node_get(s->health, "start_period");
    int64_t interval = 30000, period = 0;
    uint64_t count = 3;
    if (retries != NULL && !text_to_u64(node_text(retries), 900, &count))
        remark(s->im, retries->pos, node_text(retries),
               "not a number up to 900", "write 'patience.attempts'");
    if (!duration_ms(node_text(node_get(s->health, "interval")), 1000,
                     &interval) ||
        interval <= 0)
        interval = 30000;
    if (start != NULL && !duration_ms(node_text(start), 1000, &period))
        remark(s->im, start->pos, node_text(start), "not a duration",
               "write 'patience.attempts'");
    int64_t attempts =
        (int64_t)(count == 0 ? 1 : count) + (period + interval - 1) / interval;
    put_patience(s->im, &s->draft->own, "attempts",
                 arena_printf(s->im->arena, "%lld",
                              (long long)(attempts > 1000 ? 1000 : attempts)),
                 retries != NULL ? retries->pos : POS_NONE);
    put_patience(s->im, &s->draft->own, "interval",
                 duration_text(s->im->arena, interval), POS_NONE);
    if (start != NULL)
        s->im->record->carried++;
}

/* The port of the host under which `inner` is published; empty: it is not. */
static struct str published(const struct yaml_node *ports, struct str inner)
{
    for (size_t i = 0;
         ports != NULL && ports->kind == YAML_LIST && i < ports->count; i++) {
        const struct yaml_node *n = ports->item[i];
        if (n->kind == YAML_MAP) {
            if (str_equal(node_text(yaml_get(n, "target")), inner))
                return node_text(yaml_get(n, "published"));
            continue;
        }
        struct str text = node_text(n), rest;
        text = str_cut(text, '/', &rest);
        size_t last = text.len;
        while (last > 0 && text.ptr[last - 1] != ':')
            last--;
        if (last == 0 || !str_equal(str_sub(text, last, text.len), inner))
            continue;
        struct str outer = str_sub(text, 0, last - 1);
        size_t start = outer.len;
        while (start > 0 && outer.ptr[start - 1] != ':')
            start--;
        return str_sub(outer, start, outer.len);
    }
    return STR_NONE;
}

/* A URL of the container's own localhost becomes one of the host's. */
static void move_url(const struct service *s)
{
    struct field *f = entry_field(&s->draft->own, "url");
    struct str url = str_from(f->item[0].text), rest;
    size_t start = str_find(url, STR("://"), 0) + 3, end = start;
    while (end < url.len && strchr("/?#", url.ptr[end]) == NULL)
        end++;
    struct str port,
        host = str_cut(str_sub(url, start, end - start), ':', &port);
    bool own = str_is(host, "localhost") || str_is(host, "127.0.0.1") ||
               str_is(host, "0.0.0.0");
    if (port.len == 0)
        port = str_starts(url, STR("https")) ? STR("443") : STR("80");
    struct str outer = published(node_get(s->map, "ports"), port);
    if (!own)
        return;
    if (outer.len == 0) {
        remark(
            s->im, f->item[0].pos, url,
            "it is probed inside the container, and its port is not published",
            "publish it, or probe another URL");
        return;
    }
    rest = str_sub(url, end, url.len);
    struct yaml_node node = {.kind = YAML_SCALAR,
                             .pos = f->item[0].pos,
                             .text = {str_dup(s->im->arena, outer), outer.len}};
    f->item[0].text =
        arena_printf(s->im->arena, "%.*s%.*s:%s%.*s", (int)start, url.ptr,
                     STR_ARGS(host), from_shell(s->im, &node), STR_ARGS(rest));
}

/* It runs where it ran before: inside of the container. */
static void put_inside(const struct service *s, const struct words *words,
                       struct pos pos)
{
    static const char *const before[] = {"docker", "compose", "exec", "-T"};
    struct entry *e = &s->draft->own;
    for (size_t i = 0; i < ARRAY_COUNT(before); i++)
        put_item(s->im, e, "exec", before[i], POS_NONE);
    put_item(s->im, e, "exec", from_plain(s->im, s->name->text), POS_NONE);
    for (size_t i = 0; i < words->count; i++)
        put_item(s->im, e, "exec", words->item[i], i == 0 ? pos : POS_NONE);
    expect_text(s->im, e, POS_NONE, "exit == 0");
}

static void put_shell(const struct service *s, const char *line, struct pos pos)
{
    const char *word[] = {"sh", "-c", line};
    struct words words = {word, 3, 3};
    put_inside(s, &words, pos);
}

static void read_line(const struct service *s, const struct yaml_node *n)
{
    struct words words;
    const char *line = from_shell(s->im, n);
    if (words_split(s->im, str_from(line), &words) &&
        command_request(s->im, &s->draft->own, &words, n->pos))
        move_url(s);
    else
        put_shell(s, line, n->pos);
}

static void read_list(const struct service *s, const struct yaml_node *n)
{
    struct words words = {.count = 0};
    for (size_t i = 1; i < n->count; i++)
        if (n->item[i]->kind == YAML_SCALAR) {
            words.item =
                arena_grow(s->im->arena, (void *)words.item, words.count,
                           &words.cap, sizeof(const char *));
            words.item[words.count++] = from_shell(s->im, n->item[i]);
        }
    if (str_is(node_text(n->item[0]), "CMD-SHELL") && n->count == 2)
        read_line(s, n->item[1]);
    else if (words.count > 0 &&
             command_request(s->im, &s->draft->own, &words, n->pos))
        move_url(s);
    else if (words.count > 0)
        put_inside(s, &words, n->pos);
}

static bool read_test(const struct service *s)
{
    const struct yaml_node *n = node_get(s->health, "test");
    bool none =
        n == NULL || (n->kind == YAML_LIST &&
                      (n->count < 2 || str_is(node_text(n->item[0]), "NONE")));
    if (none) {
        remark(s->im, s->health->pos, s->name->text,
               "this health check sends no request", "write a check by hand");
        return false;
    }
    if (n->kind == YAML_LIST)
        read_list(s, n);
    else if (n->kind == YAML_SCALAR)
        read_line(s, n);
    return true;
}

/* A limit that is part of the command stays. */
static void read_rows(const struct service *s)
{
    struct entry *e = &s->draft->own;
    struct field *timeout = entry_field(e, "timeout");
    struct item own =
        timeout == NULL ? (struct item){.text = NULL} : timeout->item[0];
    struct reader r = {.im = s->im, .e = e};
    rows_read(&r, s->health, ROWS(health_rows));
    if (own.text != NULL)
        put_bare(s->im, e, "timeout", own.text, POS_NONE);
    else if (node_get(s->health, "timeout") == NULL)
        put_bare(s->im, e, "timeout", "30s", POS_NONE);
}

static void read_service(struct import *im, const struct yaml_node *name,
                         const struct yaml_node *map)
{
    struct service s = {.im = im, .name = name, .map = map};
    const struct yaml_node *extends = node_get(map, "extends");
    im->now = NULL;
    if (extends != NULL)
        remark_row(im, extends->pos, STR("extends"), &file_rows[4]);
    s.health = node_get(map, "healthcheck");
    if (s.health == NULL || s.health->kind != YAML_MAP)
        return;
    if (node_is_true(node_get(s.health, "disable"))) {
        remark(im, s.health->pos, name->text, "it is disabled",
               "import it when it is not");
        return;
    }
    s.draft = draft_begin(im, s.health->pos, name->text);
    put(im, &s.draft->own, "title", from_plain(im, name->text), name->pos);
    if (!read_test(&s)) {
        s.draft->refused = true;
        return;
    }
    read_rows(&s);
    read_patience(&s);
}

static struct draft *draft_of(const struct import *im, size_t from,
                              const struct yaml_node *services, struct str name)
{
    const struct yaml_node *map = yaml_get(services, name.ptr);
    const struct yaml_node *health =
        map == NULL ? NULL : node_get(map, "healthcheck");
    for (size_t i = from; i < im->count && health != NULL; i++) {
        const struct field *title = entry_field(&im->draft[i]->own, "title");
        if (title != NULL && !im->draft[i]->refused &&
            strcmp(title->item[0].text, name.ptr) == 0)
            return im->draft[i];
    }
    return NULL;
}

/* Who waits until another one is healthy needs its check. */
static void read_depends(struct import *im, size_t from,
                         const struct yaml_node *services, size_t index)
{
    struct str name = services->item[2 * index]->text;
    const struct yaml_node *map = services->item[2 * index + 1];
    const struct yaml_node *on = node_get(map, "depends_on");
    struct draft *own = draft_of(im, from, services, name);
    for (size_t i = 0;
         own != NULL && on != NULL && on->kind == YAML_MAP && i < on->count;
         i++) {
        const struct yaml_node *n = on->item[2 * i + 1];
        const struct draft *other =
            draft_of(im, from, services, on->item[2 * i]->text);
        if (str_is(node_text(yaml_get(n, "condition")), "service_healthy") &&
            other != NULL && other != own)
            put_item(im, &own->own, "needs", other->id, n->pos);
    }
}

static bool compose_read(struct import *im, const struct yaml_node *root)
{
    const struct yaml_node *services = yaml_get(root, "services");
    const struct yaml_node *include = yaml_get(root, "include");
    size_t from = im->count;
    if (services == NULL || services->kind != YAML_MAP) {
        diags_add(im->diags, root->pos, "expected a map with 'services'");
        return false;
    }
    if (include != NULL)
        remark_row(im, include->pos, STR("include"), &file_rows[4]);
    for (size_t i = 0; i < services->count; i++)
        if (services->item[2 * i + 1]->kind == YAML_MAP)
            read_service(im, services->item[2 * i], services->item[2 * i + 1]);
    im->now = NULL;
    for (size_t i = 0; i < services->count; i++)
        if (services->item[2 * i + 1]->kind == YAML_MAP)
            read_depends(im, from, services, i);
    return true;
}

static bool is_compose(const struct yaml_node *map)
{
    return node_is_map(yaml_get(map, "services"));
}

const struct import_tool compose_tool = {
    .name = "compose",
    .is_tree = is_compose,
    .read_tree = compose_read,
    .value = from_shell,
    .rows = compose_rows,
};
