/* postflight merge: the records of shards become the record of one run. */
#include "app/app.h"
#include "cli/cli.h"

const struct command merge_command = {
    .name = "merge",
    .arguments = "RECORD...",
    .summary = "Joins the records of shards into one, and decides anew.",
    .help = "Joins the records that `verify --shard` wrote, or records of "
            "checks that differ, into the record of one run, and decides its "
            "verdict anew from all results. Records that do not belong "
            "together are refused (docs/SHARDS.md).",
    .run = merge_run,
    .example = "postflight merge out-*/record.json --out out\n"
               "# a shard was lost: tell what is known\n"
               "postflight merge --allow-missing out-*/record.json -o "
               "record.json",
};
