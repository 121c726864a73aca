/* What databases recorded: where each is, and the order of its migrations. */
#include "model/migration_chain.h"
#include "report/document.h"
#include "report/parts.h"

#define CHAIN_BYTES_MAX ((size_t)64 << 10)
#define PICTURE_ROWS    20 /* a longer chain is text alone */

static void write_place(struct markdown *m, const struct migration_state *s)
{
    markdown_paragraph(m);
    if (s->history != NULL)
        markdown_code(m, s->history);
    else
        markdown_text(m, "The database");
    if (s->server != NULL) {
        markdown_text(m, " (");
        markdown_words(m, s->server);
        markdown_text(m, ")");
    }
    if (s->at_count > 0) {
        markdown_text(m, " is at ");
        markdown_code(m, s->at[0]);
    } else {
        markdown_text(m, " has no migration of this build");
    }
    markdown_text(m, ": ");
    markdown_words(m, s->reason == NULL ? "" : s->reason);
    markdown_text(m, ".");
    markdown_end(m);
}

static void write_chain(struct markdown *m, const struct migration_state *s)
{
    struct buf out;
    if (s->chain_count == 0)
        return;
    buf_init(&out, CHAIN_BYTES_MAX);
    migration_chain_text(&out, s);
    markdown_fence(m, "text", buf_view(&out));
    if (s->chain_count > 1 && s->chain_count <= PICTURE_ROWS) {
        buf_clear(&out);
        migration_chain_mermaid(&out, s);
        markdown_fence(m, "mermaid", buf_view(&out));
    }
    buf_release(&out);
}

void write_databases(struct markdown *m, const struct record *r)
{
    for (size_t i = 0; i < r->migration_count; i++) {
        write_place(m, &r->migration[i]);
        write_chain(m, &r->migration[i]);
    }
}
