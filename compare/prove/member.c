/* JSON bodies with one member less, or with another value. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "compare/prove/internal.h"

#define DEPTH_MAX 32

/* The member with this number, counted on the way down; where it stands. */
struct place {
    size_t index; /* of those still to be passed */
    cJSON *parent, *item;
    struct buf path;
};

static bool find(struct place *p, cJSON *parent, unsigned depth);

static bool find_in(struct place *p, cJSON *parent, cJSON *item, unsigned depth)
{
    size_t before = p->path.len;
    if (item->string != NULL)
        buf_printf(&p->path, ".%s", item->string);
    else
        buf_text(&p->path, "[0]");
    if (p->index == 0) {
        p->parent = parent;
        p->item = item;
        return true;
    }
    p->index--;
    if (find(p, item, depth + 1))
        return true;
    buf_truncate(&p->path, before);
    return false;
}

/* Of a list the first element stands for all. */
static bool find(struct place *p, cJSON *parent, unsigned depth)
{
    if (depth > DEPTH_MAX)
        return false;
    for (cJSON *c = parent->child; c != NULL; c = c->next) {
        if (find_in(p, parent, c, depth))
            return true;
        if (cJSON_IsArray(parent))
            break;
    }
    return false;
}

static bool parse(cJSON **out, struct str body)
{
    struct source source = {"body", body};
    struct err e = {.set = false};
    return body.len > 0 && body.len <= PROOF_JSON_BYTES_MAX &&
           json_parse(out, &source, &e);
}

static struct str print(struct arena *a, const cJSON *root)
{
    struct buf text;
    buf_init(&text, 2 * PROOF_JSON_BYTES_MAX);
    json_print(&text, root);
    struct str body = {buf_dup(a, &text), text.len};
    buf_release(&text);
    return body;
}

static bool same_value(struct arena *a, const cJSON *left, const cJSON *right)
{
    return str_equal(print(a, left), print(a, right));
}

/* Is it another value in the second answer, or not there? */
static bool varies(struct arena *a, const struct answer_of *answer,
                   const cJSON *item, size_t index)
{
    cJSON *root = NULL;
    struct place p = {.index = index};
    bool same = false;
    if (answer->again.ptr == NULL || !parse(&root, answer->again))
        return false;
    buf_init(&p.path, 1000);
    same = find(&p, root, 0) && same_value(a, item, p.item);
    buf_release(&p.path);
    cJSON_Delete(root);
    return !same;
}

/* Of the same type, as far as one can be: strictly other, not only missing. */
static cJSON *other_value(const cJSON *item, bool second)
{
    if (cJSON_IsBool(item))
        return cJSON_CreateBool(!cJSON_IsTrue(item));
    if (cJSON_IsString(item))
        return cJSON_CreateString(second ? "" : "changed by postflight");
    if (cJSON_IsArray(item))
        return cJSON_CreateArray();
    if (cJSON_IsObject(item))
        return cJSON_CreateObject();
    cJSON *number = cJSON_CreateString(second ? "-1" : "987654321");
    if (number != NULL) /* base/json keeps numbers as their text */
        number->type = cJSON_IsNumber(item) ? cJSON_Number : cJSON_String;
    return number;
}

static bool replace(const struct place *p, bool second)
{
    cJSON *other = other_value(p->item, second);
    bool ok = other != NULL &&
              (p->item->string != NULL
                   ? cJSON_ReplaceItemInObjectCaseSensitive(
                         p->parent, p->item->string, other)
                   : cJSON_ReplaceItemViaPointer(p->parent, p->item, other));
    if (!ok)
        cJSON_Delete(other);
    return ok;
}

static struct str value_changed(struct arena *a, struct str body, size_t index,
                                bool second)
{
    cJSON *root = NULL;
    struct place p = {.index = index};
    struct str made = STR_NONE;
    if (!parse(&root, body))
        return made;
    buf_init(&p.path, 1000);
    if (find(&p, root, 0) && replace(&p, second))
        made = print(a, root);
    buf_release(&p.path);
    cJSON_Delete(root);
    return made;
}

static void remove_member(struct changed *out, struct arena *a, cJSON *root,
                          const struct place *p)
{
    cJSON_Delete(cJSON_DetachItemViaPointer(p->parent, p->item));
    out->response.body = print(a, root);
    out->text = "removed";
}

bool change_member(struct changed *out, struct arena *a,
                   const struct answer_of *answer, size_t index,
                   enum change change)
{
    cJSON *root = NULL;
    struct place p = {.index = index};
    struct str body = answer->response.body;
    *out = (struct changed){.content_type = answer->content_type,
                            .response = answer->response};
    if (!parse(&root, body))
        return false;
    buf_init(&p.path, 1000);
    buf_char(&p.path, '$');
    bool found = find(&p, root, 0);
    if (found)
        out->path = buf_dup(a, &p.path);
    if (found && change == CHANGE_REMOVED) {
        remove_member(out, a, root, &p);
    } else if (found && !varies(a, answer, p.item, index)) {
        out->response.body = value_changed(a, body, index, false);
        out->other = value_changed(a, body, index, true);
        out->text = "another value";
    }
    buf_release(&p.path);
    cJSON_Delete(root);
    return found;
}
