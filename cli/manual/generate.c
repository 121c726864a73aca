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
    const char *document; /* NULL: the tables of the command line */
    struct page page;
} pages[] = {
    {NULL,
     {"postflight",
      "reports whether a deploy shipped, is healthy, and what broke", 1}},
    {"CHECKS.md",
     {"postflight-checks",
      "what postflight probes, and what the responses must be", 5}},
    {"SIGNATURES.md",
     {"postflight-signatures", "known errors that postflight finds in logs",
      5}},
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

static bool write_page(struct buf *markdown, struct arena *a, const char *docs,
                       const char *document, struct err *e)
{
    struct source source;
    if (document == NULL) {
        manual_command(markdown);
        return true;
    }
    if (!file_read(&source, a, arena_printf(a, "%s/%s", docs, document),
                   DOCUMENT_MAX, e))
        return false;
    manual_document(markdown, source.text);
    buf_text(markdown, "\n# SEE ALSO\n\n**postflight**(1)\n");
    return true;
}

static bool generate(struct arena *a, const char *docs, const char *folder,
                     struct err *e)
{
    struct buf text, markdown;
    bool ok = file_make_folder(folder, e);
    buf_init(&text, DOCUMENT_MAX);
    buf_init(&markdown, DOCUMENT_MAX);
    for (size_t i = 0; ok && i < ARRAY_COUNT(pages); i++) {
        const struct page *page = &pages[i].page;
        buf_clear(&markdown);
        ok = write_page(&markdown, a, docs, pages[i].document, e);
        manual_page(&text, page, buf_view(&markdown));
        ok = ok && save(a, folder,
                        arena_printf(a, "%s.%d", page->name, page->section),
                        &text, e);
    }
    for (size_t i = 0; ok && i < ARRAY_COUNT(completion); i++)
        ok = completion_write(&text, shell_names.name[i]) &&
             save(a, folder, completion[i], &text, e);
    buf_release(&markdown);
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
