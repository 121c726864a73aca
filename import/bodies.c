/* Request bodies: JSON, and forms of several parts. */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "import/drafts.h"
#include "import/references.h"

#define BODY_MAX ((size_t)64 * 1024)

/* Is it JSON when the references in it are values? */
static bool is_json_when_filled(const char *text)
{
    struct buf plain;
    bool inside = false;
    buf_init(&plain, BODY_MAX);
    for (const char *c = text; *c != '\0'; c++) {
        if (inside && *c == '\\' && c[1] != '\0') {
            buf_add(&plain, c++, 2);
            continue;
        }
        const char *end = *c == '$' && c[1] == '{' ? strchr(c, '}') : NULL;
        inside = *c == '"' ? !inside : inside;
        if (end != NULL)
            buf_char(&plain, '0');
        else
            buf_char(&plain, *c);
        c = end == NULL ? c : end;
    }
    bool ok = !plain.full && json_is_valid(buf_view(&plain));
    buf_release(&plain);
    return ok;
}

/* YAML reads a pair of surrogates as two characters that are none. */
static bool is_yaml_too(const char *text)
{
    return strstr(text, "\\ud") == NULL && strstr(text, "\\uD") == NULL;
}

/* JSON without the blanks between its tokens, on one line. */
static const char *compact(struct arena *a, const char *text)
{
    struct buf out;
    bool inside = false;
    buf_init(&out, 2 * BODY_MAX);
    for (const char *c = text; *c != '\0'; c++) {
        if (inside && *c == '\\' && c[1] != '\0') {
            buf_add(&out, c++, 2);
            continue;
        }
        inside = *c == '"' ? !inside : inside;
        if (!inside && strchr(" \t\r\n", *c) != NULL)
            continue;
        buf_char(&out, *c);
        if (!inside && strchr(":,", *c) != NULL)
            buf_char(&out, ' ');
    }
    return buf_take(a, &out);
}

void put_json_or_body(struct import *im, struct entry *e, const char *text,
                      struct pos pos)
{
    const char *start = text + strspn(text, " \t\r\n");
    if ((*start == '{' || *start == '[') && is_json_when_filled(text) &&
        is_yaml_too(text))
        put_bare(im, e, "json", compact(im->arena, text), pos);
    else if (*text != '\0')
        put(im, e, "body", text, pos);
}

#define BOUNDARY "postflight-7MA4YWxkTrZu0gW"

void put_multipart(struct import *im, struct entry *e, const struct item *part,
                   size_t count, struct pos pos)
{
    struct buf out;
    buf_init(&out, BODY_MAX);
    for (size_t i = 0; i < count; i++)
        buf_printf(&out,
                   "--" BOUNDARY "\r\nContent-Disposition: form-data; "
                   "name=\"%s\"\r\n\r\n%s\r\n",
                   part[i].name,
                   is_secret(im, str_from(part[i].name), str_from(part[i].text))
                       ? secret_text(im, pos, part[i].text, part[i].name)
                       : part[i].text);
    buf_text(&out, "--" BOUNDARY "--\r\n");
    if (out.full)
        remark(im, pos, STR("multipart"), "a body has 64 KiB at most",
               "shorten it");
    drop_field(e, "body");
    put(im, e, "body", buf_dup(im->arena, &out), pos);
    put_pair(im, e, "headers", "Content-Type",
             "multipart/form-data; boundary=" BOUNDARY, POS_NONE);
    buf_release(&out);
}
