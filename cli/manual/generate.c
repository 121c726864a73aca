/*
 * A build tool: manual pages and completion scripts, from the tables.
 * usage: generate_manual DOCS FOLDER
 */
#include <stdio.h>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/manual/manual.h"

#define DOCUMENT_MAX ((size_t)1 << 20)

static const struct {
    const char *document, *name, *summary;
} page[] = {
    {"CHECKS.md", "postflight-checks",
     "what postflight asks services, and what they must answer"},
    {"SIGNATURES.md", "postflight-signatures",
     "known errors that postflight finds in logs"},
};

static const char *const completion[] = {"postflight.bash", "_postflight",
                                         "postflight.fish"};

static bool save(struct arena *a, const char *folder, const char *name,
                 struct buf *text, struct err *e)
{
    bool ok =
        file_write(arena_printf(a, "%s/%s", folder, name), buf_view(text), e);
    buf_clear(text);
    return ok;
}

static bool generate(struct arena *a, const char *docs, const char *folder,
                     struct err *e)
{
    struct buf text;
    buf_init(&text, DOCUMENT_MAX);
    manual_command(&text);
    bool ok = file_make_folder(folder, e) &&
              save(a, folder, "postflight.1", &text, e);
    for (size_t i = 0; ok && i < ARRAY_COUNT(page); i++) {
        struct source source;
        ok = file_read(&source, a,
                       arena_printf(a, "%s/%s", docs, page[i].document),
                       DOCUMENT_MAX, e);
        if (ok)
            manual_document(&text, a, page[i].name, page[i].summary,
                            source.text);
        ok = ok &&
             save(a, folder, arena_printf(a, "%s.5", page[i].name), &text, e);
    }
    for (size_t i = 0; ok && i < ARRAY_COUNT(completion); i++)
        ok = completion_write(&text, shell_names.name[i]) &&
             save(a, folder, completion[i], &text, e);
    buf_release(&text);
    return ok;
}

int main(int argc, char **argv)
{
    struct arena a;
    struct err e = {.set = false};
    if (argc != 3) {
        fputs("usage: generate_manual DOCS FOLDER\n", stderr);
        return 2;
    }
    arena_init(&a);
    bool ok = generate(&a, argv[1], argv[2], &e);
    if (!ok)
        fprintf(stderr, "generate_manual: %s\n", e.text);
    arena_release(&a);
    return ok ? 0 : 1;
}
