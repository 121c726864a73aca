/*
 * The tables of docs/ and the schemas, made from the code's own tables.
 * usage: generate_docs checks|signatures|record|words
 */
#include <stdio.h>
#include <string.h>

#include "model/expect.h"
#include "model/record.h"
#include "model/signature.h"
#include "plan/plan.h"
#include "scan/scan.h"

static void print_check_keys(void)
{
    puts("| Key | Type | Standard | In defaults | Meaning |");
    puts("| --- | --- | --- | --- | --- |");
    for (size_t i = 0; i < plan_key_count(); i++) {
        struct key_doc k = plan_key(i);
        printf("| `%s` | %s | %s | %s | %s |\n", k.name, k.type,
               k.required ? "required" : k.standard,
               k.in_defaults ? "yes" : "no", k.help);
    }
}

static void print_signature_keys(void)
{
    puts("| Key | Type | Required | Meaning |");
    puts("| --- | --- | --- | --- |");
    for (size_t i = 0; i < signature_key_count(); i++) {
        struct signature_key_doc k = signature_key(i);
        printf("| `%s` | %s | %s | %s |\n", k.name, k.type,
               k.required ? "yes" : "no", k.help);
    }
}

static void print_record_schema(void)
{
    struct buf text;
    buf_init(&text, (size_t)1 << 20);
    shape_schema(&text, &record_shape,
                 "https://postflight.example/schemas/record/1",
                 "The record of one postflight run");
    fputs(text.ptr, stdout);
    buf_release(&text);
}

static void print_words(void)
{
    for (size_t i = 0; i < query_names.count; i++)
        puts(query_names.name[i]);
    for (size_t i = 0; i < filter_names.count; i++)
        puts(filter_names.name[i]);
    for (size_t i = 0; i < predicate_names.count; i++)
        puts(predicate_names.name[i]);
}

int main(int argc, char **argv)
{
    const char *what = argc == 2 ? argv[1] : "";
    if (strcmp(what, "checks") == 0)
        print_check_keys();
    else if (strcmp(what, "signatures") == 0)
        print_signature_keys();
    else if (strcmp(what, "record") == 0)
        print_record_schema();
    else if (strcmp(what, "words") == 0)
        print_words();
    else
        return 2;
    return 0;
}
