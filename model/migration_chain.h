/* The chain of a migration state, as text and as Mermaid. */
#ifndef MODEL_MIGRATION_CHAIN_H
#define MODEL_MIGRATION_CHAIN_H

#include "base/buf.h"
#include "model/migration_state.h"

/* A line each: "● 20250102_orders  applied  ← the database is here". */
void migration_chain_text(struct buf *out, const struct migration_state *s);

/* A `graph TD`; ids are quoted, and what Mermaid would read is escaped. */
void migration_chain_mermaid(struct buf *out, const struct migration_state *s);

#endif
