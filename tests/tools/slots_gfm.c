/*
 * Documents with foreign text in every slot, for another parser to judge.
 *   slots_gfm write COUNT SEED HOSTILE.md HARMLESS.md LINKS.txt
 *     all kinds, COUNT times, one after the other; the same with harmless
 *     words; the texts that may become links
 *   slots_gfm compare HOSTILE.xml HARMLESS.xml LINKS.txt
 *     what `cmark-gfm -t xml` makes of both: the same elements but for text,
 *     code and links, nothing live in text, no link but those
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "tests/slots/slots.h"

#define FILE_MAX  ((size_t)1 << 30)
#define TEXT_MAX  ((size_t)1 << 20)
#define LINK_SEEN ((size_t)1 << 20)

struct writing {
    struct arena *arena;
    struct slots slots;
    struct chance chance;
    size_t strings;
};

static const char *any_text(void *context, size_t slot)
{
    struct writing *w = context;
    (void)slot;
    w->strings++;
    return hostile_text(&w->chance, w->arena);
}

static int fail(const char *what)
{
    printf("not ok - %s\n", what);
    return 1;
}

static void put(FILE *out, const struct str document[KINDS])
{
    for (size_t i = 0; i < KINDS; i++) {
        fwrite(document[i].ptr, 1, document[i].len, out);
        fputc('\n', out);
    }
}

static void put_links(FILE *out, const struct writing *w, const struct pair *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (w->slots.item[p->slot[i]].link &&
            strncmp(p->text[i], "http", 4) == 0 &&
            strchr(p->text[i], '\n') == NULL)
            fprintf(out, "%s\n", p->text[i]);
}

static int write_one(struct writing *w, uint64_t seed, FILE *const file[3],
                     const struct report_templates *templates)
{
    struct str got[KINDS], want[KINDS];
    struct pair p;
    struct err e = {.set = false};
    pair_make(&p, w->arena, seed, any_text, w);
    if (!material_write(got, w->arena, &p.hostile, templates, &e) ||
        !material_write(want, w->arena, &p.harmless, templates, &e))
        return fail(e.text);
    put(file[0], got);
    put(file[1], want);
    put_links(file[2], w, &p);
    return 0;
}

static int write_all(size_t count, uint64_t seed, char **path)
{
    struct arena life;
    struct diags d;
    struct report_templates *templates = NULL;
    struct writing w = {.chance = {seed}};
    FILE *file[3];
    int code = 0;
    arena_init(&life);
    diags_init(&d, &life);
    slots_find(&w.slots, &life);
    if (!report_templates_open(&templates, &life, NULL, &d))
        return fail("templates");
    for (size_t i = 0; i < 3; i++)
        if ((file[i] = fopen(path[i], "w")) == NULL)
            return fail(path[i]);
    for (size_t i = 0; i < count && code == 0; i++) {
        struct arena a;
        arena_init(&a);
        w.arena = &a;
        code = write_one(&w, seed * 1000003 + i, file, templates);
        arena_release(&a);
    }
    for (size_t i = 0; i < 3; i++)
        fclose(file[i]);
    if (code == 0)
        printf("# %zu strings in %zu slots, %zu documents\n", w.strings,
               w.slots.count, count * KINDS);
    arena_release(&life);
    return code;
}

/* Texts that may be links, by their hash. */
struct links {
    uint64_t *seen;
    size_t found, elements;
};

static bool may_link(const struct links *l, struct str url)
{
    uint64_t hash = hash_add(HASH_START, url) | 1;
    size_t at = (size_t)hash & (LINK_SEEN - 1);
    while (l->seen[at] != 0 && l->seen[at] != hash)
        at = (at + 1) & (LINK_SEEN - 1);
    return l->seen[at] == hash;
}

static void note_links(struct links *l, struct str text)
{
    while (text.len > 0) {
        struct str url = str_cut(text, '\n', &text);
        uint64_t hash = hash_add(HASH_START, url) | 1;
        size_t at = (size_t)hash & (LINK_SEEN - 1);
        while (l->seen[at] != 0 && l->seen[at] != hash)
            at = (at + 1) & (LINK_SEEN - 1);
        l->seen[at] = hash;
    }
}

/* XML's own escapes, taken back. */
static void plain(struct buf *out, struct str text)
{
    static const char *const entity[] = {"&lt;", "&gt;", "&quot;", "&amp;"};
    static const char sign[] = "<>\"&";
    buf_clear(out);
    while (text.len > 0) {
        size_t skip = 1;
        char c = text.ptr[0];
        for (size_t i = 0; skip == 1 && i < ARRAY_COUNT(entity); i++) {
            if (!str_starts(text, str_from(entity[i])))
                continue;
            c = sign[i];
            skip = strlen(entity[i]);
        }
        buf_char(out, c);
        text = str_sub(text, skip, text.len);
    }
}

struct reader {
    struct str rest, tag, text; /* text: what stands after the tag */
    bool in_link;
};

static bool is_inline(struct str tag)
{
    static const char *const name[] = {"text", "code ", "code>", "softbreak",
                                       "link"};
    struct str inner =
        str_sub(tag, tag.len > 1 && tag.ptr[1] == '/' ? 2 : 1, tag.len);
    for (size_t i = 0; i < ARRAY_COUNT(name); i++)
        if (str_starts(inner, str_from(name[i])))
            return true;
    return false;
}

static bool next_tag(struct reader *r)
{
    size_t from = str_find(r->rest, STR("<"), 0);
    size_t to = str_find(r->rest, STR(">"), from);
    if (to >= r->rest.len)
        return false;
    r->tag = str_sub(r->rest, from, to + 1 - from);
    r->rest = str_sub(r->rest, to + 1, r->rest.len);
    r->text = str_sub(r->rest, 0, str_find(r->rest, STR("<"), 0));
    return true;
}

/* What the tag itself says: a link to elsewhere, a text that acts. */
static const char *wrong(struct reader *r, struct links *l, struct buf *text)
{
    if (str_starts(r->tag, STR("</link")))
        r->in_link = false;
    if (str_starts(r->tag, STR("<text")) && !r->in_link) {
        plain(text, r->text);
        return text_acts(text->ptr) ? text->ptr : NULL;
    }
    if (!str_starts(r->tag, STR("<link")))
        return NULL;
    size_t from = str_find(r->tag, STR("destination=\""), 0) + 13;
    plain(text,
          str_sub(r->tag, from, str_find(r->tag, STR("\""), from) - from));
    r->in_link = true;
    l->found++;
    return may_link(l, buf_view(text)) ? NULL : text->ptr;
}

static bool next_block(struct reader *r)
{
    while (next_tag(r))
        if (!is_inline(r->tag))
            return true;
    return false;
}

/* NULL: both are the same but for what is inline. */
static const char *compare(struct reader *got, struct reader *want,
                           struct links *l, struct buf *text)
{
    while (next_tag(got)) {
        const char *what = wrong(got, l, text);
        if (what != NULL) {
            printf("# live: %.200s\n", what);
            return "nothing live in text";
        }
        if (is_inline(got->tag))
            continue;
        l->elements++;
        if (!next_block(want) || !str_equal(got->tag, want->tag)) {
            printf("# %.*s instead of %.*s, before\n%.600s\n",
                   STR_ARGS(got->tag), STR_ARGS(want->tag), got->rest.ptr);
            return "the same elements";
        }
    }
    return next_block(want) ? "as many elements" : NULL;
}

static int compare_files(char **path)
{
    struct arena a;
    struct source file[3];
    struct err e = {.set = false};
    struct links l = {heap_zeroed(LINK_SEEN * sizeof(uint64_t)), 0, 0};
    struct buf text;
    const char *why = NULL;
    arena_init(&a);
    buf_init(&text, TEXT_MAX);
    for (size_t i = 0; why == NULL && i < 3; i++)
        if (!file_read(&file[i], &a, path[i], FILE_MAX, &e))
            why = e.text;
    if (why == NULL) {
        struct reader got = {.rest = file[0].text};
        struct reader want = {.rest = file[1].text};
        note_links(&l, file[2].text);
        why = compare(&got, &want, &l, &text);
    }
    if (why == NULL)
        printf("ok - %zu elements, 0 changes, nothing live but %zu links of "
               "slots for links\n",
               l.elements, l.found);
    else
        fail(why);
    buf_release(&text);
    free(l.seen);
    arena_release(&a);
    return why != NULL;
}

int main(int argc, char **argv)
{
    if (argc == 7 && strcmp(argv[1], "write") == 0)
        return write_all(strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10),
                         argv + 4);
    if (argc == 5 && strcmp(argv[1], "compare") == 0)
        return compare_files(argv + 2);
    fprintf(stderr, "usage: slots_gfm write COUNT SEED MD MD TXT | compare XML "
                    "XML TXT\n");
    return 2;
}
