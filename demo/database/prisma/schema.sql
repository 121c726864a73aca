-- What the deploy of the scenario `prisma` left behind: the tables came from
-- `prisma db push`, so the first migration failed.
CREATE TABLE "users" ("id" INTEGER NOT NULL PRIMARY KEY, "email" TEXT NOT NULL);
CREATE UNIQUE INDEX "users_email_key" ON "users" ("email");
CREATE TABLE "_prisma_migrations" (
    "id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME,
    "migration_name" TEXT NOT NULL, "logs" TEXT, "rolled_back_at" DATETIME,
    "started_at" DATETIME NOT NULL DEFAULT current_timestamp,
    "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0);
INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name", "logs") VALUES
    ('1', 'none', '20251017171256_init', 'A migration failed to apply: relation "users" already exists');
