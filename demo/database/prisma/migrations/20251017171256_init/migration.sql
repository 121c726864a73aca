CREATE TABLE "users" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "email" TEXT NOT NULL
);
CREATE UNIQUE INDEX "users_email_key" ON "users" ("email");
