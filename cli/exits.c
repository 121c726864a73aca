/*
 * THE table of exit codes: --help, the manual, README.md and the test that
 * drives each of them come from it.
 */
#include "cli/cli.h"

static const struct exit_doc row[] = {
    {NULL, "0",
     "verified, healthy where no build was named, or degraded without "
     "`--fail-on degraded`",
     "proceed, or review"},
    {NULL, "1", "unhealthy: production is down; (scan) a failure was found",
     "roll back, unless a rollback does not help; wait while another "
     "deployment is in progress"},
    {NULL, "2", "usage: an unknown option, a log that cannot be read", ""},
    {NULL, "3",
     "an invalid check, signature, record or set of facts; no checks at all",
     ""},
    {NULL, "4",
     "inconclusive: the checks could not be judged; of any command: this "
     "machine had no memory, or output could not be written",
     "check the runner"},
    {NULL, "5",
     "not shipped: production is healthy, but not on the expected build",
     "do not roll back; fix or repeat the deploy"},
    {NULL, "6",
     "degraded, or worse than the baseline, and `--fail-on` asked for it",
     "review"},
    {NULL, "7",
     "(lint) warnings only: something that may never fail, or remarks on a "
     "document; (prove) below `--min-score`; (report) a person changed what "
     "postflight writes, or `--check` found it out of date; (import) something "
     "was not imported unchanged",
     ""},
    {NULL, "130, 143",
     "interrupted by SIGINT or SIGTERM; the reports are written", ""},

    {"verify", "0",
     "verified or healthy; or degraded without `--fail-on degraded`", ""},
    {"verify", "1", "unhealthy: production is down", ""},
    {"verify", "2", "usage, or a log, baseline or clone that cannot be read",
     ""},
    {"verify", "3", "an invalid check, signature or record, or no checks", ""},
    {"verify", "4", "inconclusive: the checks could not be judged", ""},
    {"verify", "5",
     "not shipped: production is healthy, but not on the expected build", ""},
    {"verify", "6",
     "degraded, or worse than the baseline, and `--fail-on` asked for it", ""},
    {"verify", "130, 143", "interrupted; the reports are written", ""},

    {"scan", "0", "no failure, or one that has been got over", ""},
    {"scan", "1", "a failure was found", ""},
    {"scan", "2", "usage, or a log that cannot be read", ""},
    {"scan", "3", "an invalid signature or record", ""},
    {"scan", "4",
     "a signature gave up on a line, or a log was not read to its end", ""},

    {"report", "0", "the document was written", ""},
    {"report", "2", "usage, or a file that cannot be read or written", ""},
    {"report", "3", "an invalid record, set of facts, template or document",
     ""},
    {"report", "7",
     "a block that a person changed was kept, or `--check` found the document "
     "out of date",
     ""},

    {"lint", "0", "nothing to say", ""},
    {"lint", "2", "usage", ""},
    {"lint", "3", "something that cannot be used or read", ""},
    {"lint", "7", "only warnings, or remarks on documents", ""},

    {"explain", "0", "the signature was printed, or the list of all", ""},
    {"explain", "2", "no signature has that id or code", ""},
    {"explain", "3", "an invalid signature in `--signatures`", ""},

    {"init", "0", "each URL answered, and the file was written", ""},
    {"init", "2", "usage, or a file that exists or cannot be read", ""},
    {"init", "3", "an invalid OpenAPI document", ""},
    {"init", "4", "a URL did not answer; the others are written", ""},

    {"import", "0", "all of it was imported", ""},
    {"import", "2", "usage, or a file that exists or cannot be read", ""},
    {"import", "3", "an invalid file, or nothing in it makes a check", ""},
    {"import", "7", "something was not imported unchanged", ""},

    {"baseline", "0", "the baseline was written", ""},
    {"baseline", "2", "usage", ""},
    {"baseline", "3", "an invalid check, or no checks", ""},
    {"baseline", "4", "the prober could not tell, or a write failed", ""},
    {"baseline", "130, 143", "interrupted; what is known is written", ""},

    {"prove", "0", "done, and the score is at least `--min-score`", ""},
    {"prove", "2", "usage, or a file that cannot be written", ""},
    {"prove", "3", "an invalid check or recording, or no checks", ""},
    {"prove", "4", "no answer passed, so nothing was proved", ""},
    {"prove", "7", "fewer changes would be noticed than `--min-score`", ""},
    {"prove", "130, 143", "interrupted; nothing is written", ""},

    {"migrations", "0", "up to date, or a verdict that `--allow` names", ""},
    {"migrations", "1", "failed, half-applied or edited", ""},
    {"migrations", "2", "usage, or files or rows that cannot be read", ""},
    {"migrations", "4",
     "unreadable: the database does not answer, or does not show its history",
     ""},
    {"migrations", "6", "every other verdict, such as pending", ""},

    {"serve", "0", "stopped by SIGTERM or SIGINT", ""},
    {"serve", "2", "usage, or an address that cannot be listened on", ""},
    {"serve", "3", "an invalid check, or no checks", ""},
    {"serve", "130, 143", "stopped, and a run was cut off", ""},

    {"watch", "0",
     "(`--once`) verified, or another watcher has the history; (service) "
     "stopped by SIGTERM or SIGINT, or after `--rounds`",
     ""},
    {"watch", "1", "unhealthy: production is down", ""},
    {"watch", "2", "usage", ""},
    {"watch", "3", "an invalid check or signature, or no checks", ""},
    {"watch", "4",
     "inconclusive; or the round could not be kept, written or sent; or "
     "another watcher has the history, and `--if-held fail`",
     ""},
    {"watch", "5",
     "not shipped: production is healthy, but not on the expected build", ""},
    {"watch", "6", "degraded, and `--fail-on` asked for it", ""},
    {"watch", "130, 143",
     "(`--once`) interrupted; nothing of the round is kept", ""},

    {"incident", "0", "shown, or kept in the history", ""},
    {"incident", "2", "usage, or there is no such incident", ""},
    {"incident", "3",
     "its life has no such step: it is closed, taken on already, or not over",
     ""},
    {"incident", "4", "the history cannot be used", ""},

    {"notify", "0", "each receiver accepted its message", ""},
    {"notify", "2", "usage, or an unknown receiver", ""},
    {"notify", "3", "an invalid check or receiver, or no checks", ""},
    {"notify", "4", "a receiver did not accept its message", ""},
    {"notify", "130, 143", "interrupted", ""},

    {"status", "0", "the page was written", ""},
    {"status", "2", "usage", ""},
    {"status", "4", "the history cannot be used, or a file not be written", ""},

    {"merge", "0", "verified; or degraded, and no run was asked to fail on it",
     ""},
    {"merge", "1", "unhealthy: production is down", ""},
    {"merge", "2", "usage, or a record that cannot be read", ""},
    {"merge", "3",
     "an invalid record, a shard that is missing or there twice, or records "
     "that do not belong together",
     ""},
    {"merge", "4",
     "inconclusive: a run could not tell, or `--allow-missing` and one is "
     "missing",
     ""},
    {"merge", "5",
     "not shipped: production is healthy, but not on the expected build", ""},
    {"merge", "6",
     "degraded, or worse than the baseline, and a run was asked to fail on it",
     ""},

    {"completion", "0", "the script was printed", ""},
    {"completion", "2", "usage, such as an unknown shell", ""},
};

size_t exit_count(void)
{
    return ARRAY_COUNT(row);
}

struct exit_doc exit_doc(size_t index)
{
    return row[index];
}
