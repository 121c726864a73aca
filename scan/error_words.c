/* The rows; a new wording is a new row, or a word in one. */
#include "scan/error_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/attr.h"
#include "scan/pattern_table.h"

enum {
    ROW_PASSES_ON,
    ROW_SOFT,
    ROW_SILENT,
    ROW_GOES_ON,
    ROW_FAILED,
    ROW_WENT_WELL,
    ROW_MARK,
    ROW_STEP,
    ROW_VERDICT,
    ROW_LEVEL, /* those behind it are of the weight alone */
    ROW_SUBJECT
};

#define WHAT_ONLY        (-35) /* it says what failed, and not why */
#define PASSES_ON_REASON (-10) /* it passes on, and says why */

static const struct pattern_row word_row[] = {
    [ROW_PASSES_ON] = /* a verdict, an exit code or a count: something else is
                         the cause */
    {"passes on that something failed", 0, -45,
     "\\b(?:status|state|result|outcome|conclusion)\\W{1,4}(?:is |was "
     ")?(?i:fail(?:ed|ure)?|error|errored|aborted)\\W*$|\\b(?:due to|because "
     "of|after) (?:an? )?(?:earlier|previous) (?:failures?|errors?)|"
     "\\bexit(?:ed|s|ing)?\\b.{0,40}\\b(?:code|status|non-zero)\\b|"
     "\\b(?:exit|return|error|result) (?:code|status|value)\\W{1,3}-?\\d|"
     "\\bexit(?:ed)?(?: with)? \\d+\\b|\\bexit status \\d|"
     "\\bELIFECYCLE\\b|Command failed\\b|[Cc]ommand \"[^\"]*\" "
     "(?:exited|failed)|"
     "Lifecycle script|returned (?:a )?non-zero|non-zero exit|"
     "\\b[Bb]uild (?:has )?failed\\b|BUILD FAIL|could not compile|"
     "aborting due to|\\b[Ss]ee (?:above|below|the |log|full)|"
     "failed to solve: process|^\\d+ errors?\\b|Job failed|subcommand failed|"
     "run failed|A complete log of this run|"
     "^npm (?:ERR!|error) (?:code|errno|syscall|path|command|workspace|"
     "location|A complete|Lifecycle)\\b|"
     "reported errors|did not complete|[Ff]ailed to compile|COMPILATION ERROR|"
     "There (?:are|were) (?:test )?failures|\\bdeploy(?:ment)? failed|"
     "\\baborting deploy|[Cc]ompilation (?:error|failed)|"
     "\\bfailed with \\d+ error|Execution failed for task|"
     "\\bmarked build as failure|Failed to execute goal|failed due to |"
     "^(?:Some|The following|These) .*\\bfail|[Tt]ests? failed|FAIL code|"
     "\\d+ (?:tests? )?fail(?:ed|ing|ures?)\\b|^FAIL(?:ED|URE)?\\b|"
     "^Process has crashed|NativeCommandError|max restart count|"
     "reached (?:its )?(?:max|started)|[Cc]an't continue|"
     "command .*\\bfailed\\b|^Errors? (?:occurred|found|were)|linker command "
     "failed|ld returned \\d|worker .*exited|errors? during build|"
     "failed during stage|Script .* "
     "failed|\\bterminat(?:ed|ing)\\b.*\\bboot\\b|"
     "CategoryInfo|FullyQualifiedErrorId|^At line:|stack trace|"
     "Re-run Maven|\\[Help \\d\\]|^After correcting the problems|"
     "^For more information|[Ff]ailed to (?:build|install)\\b|native "
     "extension|"
     "extconf\\.rb failed|cannot continue\\.$|Call Stack \\(|"
     "\\berror building (?:the )?(?:stage|site|image|application)\\b|"
     "\\b[Tt]ype checking failed|\\bbuilder for .* failed|unexplained error|"
     "\\b\\d+ of \\d+ (?:ERROR|FAIL)\\b|\\bExecution of .* returned "
     "\\d|\\bhas failed +:|"
     "\\bdid not (?:stabilize|become (?:stable|ready|healthy|available))\\b|"
     "\\b(?:timed out|timeout reached) waiting\\b|\\bMax attempts "
     "exceeded|"
     ": (?:unrecoverable|unknown|unexpected) error\\.?$|^failed to get logs|"
     "\\b[Ll]og ?file\\b.*(?:stored|found|written)|"
     "\\bAt least one resource deployment operation failed|"
     "\\b(?:[Ss]ee|refer to|list|check) (?:the )?(?:inner errors?|details|"
     "deployment operations|logs?)\\b|\\btoo many unstable restarts|"
     "\\b(?:step|build)s? (?:had|has) errors?\\b|didn't complete "
     "successfully|"
     "^\\W*\\d+(?:/\\d+)? \\S+ failed|^(?:Failed|Failures|Errors): +\\d"},
    [ROW_SOFT] =
        {"words for an error", 0, 12,
         "(?i)(?<![\\w@.-])(?<!\\w/"
         ")(?:errors?|fail(?:ed|s|ure)?|fatal|cannot|can't|could ?n[o']t|"
         "unable to|not found|no such|does not exist|do(?:es)?n't exist|"
         "not (?:set|defined|allowed|permitted|supported|installed|a valid)|"
         "(?:is|are|was|were|does|do|did|has|have)(?: "
         "not|n't)|(?:has|have|had) no|lacks?|"
         "undefined|undeclared|unresolved|invalid|illegal|missing|"
         "required(?! by\\b)|"
         "must be|denied|refused|forbidden|unauthorized|unknown|unexpected|"
         "unrecognized|unsupported|mismatch|conflict|duplicate|"
         "already (?:exists|in use)|timed? ?out|out of memory|killed|"
         "abort(?:ed|ing)|crash(?:ed)?|exception|corrupt|too "
         "(?:many|large|old|low|high|small|short|long|deep|big|few|slow|new)|"
         "needed by|excluded|exhausted|constraint|"
         "exceeded|expired|in use|unreachable|rejected|lost|panic|undef|"
         "incompatible|deadlock|overflow|segmentation|bad |broken|no space|"
         "not enough|insufficient|mandatory|outdated|out of date|out of sync|"
         "changed significantly|stale|locked|unhealthy|wrong)\\b"
         "(?!-\\w|/\\w+[/.]|\\.\\w)|"
         "[a-z](?:Error|Exception)\\b"},
    [ROW_SILENT] =
        {"says nothing", 0, -60,
         "^\\W*(?:ERROR|Error|error|FATAL|WARN(?:ING)?|ERR!?)?\\W*$|^(?:at "
         "|\\.{3} |from |File \"|#\\d+ |\\d+:? *\\||\\||>(?! (?:\\[|[A-Z]).*"
         "\\b(?:failed|error|unable|cannot|missing|mandatory|must|invalid)\\b)|"
         "\\^|~|\\+ |\\$ |"
         "--> |/[/*] ?|note: |hint: |help: |\\[notice\\]|\\[command\\]|"
         "npm notice|For more information|(?:Enter|Leav)ing directory)|"
         "^[\\w.-]+: *$|\\b(?:Enter|Leav)ing directory\\b|"
         "^(?:shell|env|with|uses|run|name):|^##\\[|^(?:https?|file)://\\S+(?: "
         "-- .*)?$"},
    [ROW_GOES_ON] = {"continues", 0, 0,
                     "(?i)\\b(?:ready|done|migrat(?:ed|ing)|started|listening|"
                     "running on|succe(?:ss|eded|ssful(?:ly)?)|"
                     "complete[d]?|passed|healthy|connected|recovered|deployed|"
                     "finished|live|"
                     "200 OK|is up)\\b"},
    [ROW_FAILED] = {"says that something failed", 0, 0,
                    "(?i)\\b(?:failed|aborted)\\b"},
    [ROW_WENT_WELL] =
        {"went well", 0, 0,
         "^(?:\xE2\x9C[\x93\x94\x85]|\xE2\x88\x9A|\\[OK\\])|"
         "(?i)\\b(?:succe(?:ss|eded|ssful(?:ly)?)|healthy|is live|"
         "deployed|recovered|is up|200 OK|(?<!\\d )passed)\\b|^ok$"},
    [ROW_MARK] =
        {"a mark of failure", 0, 0,
         "(?:^|\xE2\x80\xBA )(?:\\[[!xX]\\]|\\xE2\\x9C[\\x96\\x97\\x98]|"
         "\\xE2\\x9D\\x8C|\\xE2\\xA8\\xAF|"
         "\\xF0\\x9F\\x9A\\xA8) +\\S+ \\S"},
    [ROW_STEP] =
        {"names the step that failed", 0, WHAT_ONLY,
         "(?i)^\\W*(?:error|fatal|failure)?:? ?(?:failed|unable|could ?n[o']t|"
         "can ?not|can't|not able|errors?|problems?|failure|was not able)"
         "(?: to| while| when| in| during| trying to| occurred \\w+)?"
         "(?: (?:run|start|build|complet|execut|finish|continu|proceed|perform|"
         "deploy|compil|install|test|analy|publish|releas|process|initiali|"
         "launch|boot|updat|upgrad|creat|appl|render|push|fetch|pull|download|"
         "upload|generat|prepar|provision|solv|bundl|packag|convert|synth|"
         "set ?up|sync|reconcil|roll ?out|migrat|evaluat|plan|load)"
         "[a-z]*\\b)(?: (?:the|this|all|any|your|an?|some|remaining|further))*"
         "(?: [^ :]+){0,3}"},
    [ROW_VERDICT] =
        {"ends in a verdict, which names what failed and not why", 0, WHAT_ONLY,
         "^(?!.*\\b(?i:assert\\w*|expect\\w*|authentication|login|handshake|"
         "checksum|signature|connection|lookup|verification|integrity|because)"
         "\\b)(?:\\S+\\s+){0,8}[(\\[]?(?i:failed|aborted|unsuccessful|errored|"
         "incomplete)[\\s.!)\\]'\"]*$|"
         "(?i)^\\W*(?:an? )?(?:unexpected |unknown |unhandled |fatal |general "
         ")?"
         "(?:errors?|problems?|failures?|exceptions?)(?: occurred| happened|"
         " encountered)? (?:during|while|when|in|running|executing)"
         "(?: [^ :]+){1,4}$|"
         "(?i)^(?:unrecoverable|unknown|unexpected|internal|general) "
         "error\\.?$"},
    [ROW_LEVEL] =
        {"its level", 0, 0,
         "^(?:\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d+)? +)?"
         "\\W*(?:ERROR|FATAL|CRITICAL|SEVERE|PANIC|ERR!?|FTL|"
         "(?:error|crit|alert|emerg|fatal)(?=\\]))(?:[\\]:|]|\\s|$)+\\W*"},
    [ROW_SUBJECT] =
        {"names a subject", 0, 10,
         "[\\w/"
         "\\\\.-]+\\.\\w{1,5}[:(]\\d+|(?:[\"'`]|\xE2\x80\x98)[^\"'`]+?(?:[\"'`]"
         "|"
         "\xE2\x80\x99)|"
         "\\b[A-Z]{1,8}-?\\d{2,}\\b|(?:/[\\w.@-]+){2,}|"
         "\\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\\b|\\d+\\.\\d+\\.\\d+|"
         "\\b[a-z]\\w*\\.[a-z]\\w*\\b|\\b[\\w-]+@\\S+|\\b[A-Z]{3,}\\b"},
    {"is a header", 0, -25, ":\\s*$"},
    {"says little", 0, -15,
     "^(?:[a-z_$][\\w$]*\\.)*[A-Z]\\w*(?:Error|Exception|Failure)?(?::.{0,12})?"
     "$"},
    {"says that a step failed", 0, -10,
     "^(?:Error: |error: )?(?:Failed|Unable|Could not|An? (?:error|exception) "
     "occurred) [^:]*$"},
    {"is a warning", 0, -35,
     "(?i)^\\W*(?:\\w+(?: "
     "|\\]\\W*))?(?:warn(?:ing)?\\b|\\(!\\)|deprecat|debug\\b|info\\b|trace\\b)"
     "|"
     "\\bwarnings? (?:generated|emitted)\\b|\\bDeprecationWarning\\b|"
     "^\\W*(?:note|hint|tip|help)\\b|npm (?:WARN|notice)"},
    {"sends to what is below it", 0, -45,
     "\\b(?:[Ss]ee|[Rr]efer to) (?:the )?(?:inner errors?|details for|nested "
     "errors?)|\\bAt least one resource deployment operation failed"},
    {"is a banner", 0, -25, "^[A-Z][A-Z ]{3,40}[.!]?$"},
    {"ends a process in terms of Erlang", 0, -25,
     "\\bexception (?:exit|error): [{(]|^Kernel pid terminated"},
    {"passed", 0, -40, "^\\W*(?:PASS(?:ED)?|OK)\\b"},
    {"is only the state of a container", 0, -40,
     "^\\W*Container \\S+ +(?:Error|Unhealthy|Exited|Waiting|Stopp\\w+)\\b"},
    {"denies an error", 0, -25,
     "(?i)\\b(?:no|0|without|zero) "
     "(?:errors?|failures?|failed|warnings?|problems?)"
     "\\b|\\berrors?[\"']?[:=] "
     "?(?:(?:0|null|none|false)\\b|\\[\\]|\\{\\})|\\bfail(?:ed|ures?)?[\"']?[:="
     "] ?0\\b|"
     "\\bok\\b|\\bpassed\\b|\\bsucce(?:ss|eded|ssful(?:ly)?)\\b|\\berror[-_ ]"
     "(?:page|handl|rate|report|boundary|level|log|message|count|code)|"
     "^(?:Starting|Running|Compiling|Creating|Installing|Downloading|Building|"
     "Checking|Collecting|Fetching|Requirement|Using|Added|Copying|Preparing)"
     "\\b"},
    {"tries again", 0, -15,
     "(?i)\\b(?:retry(?:ing)?|attempt \\d+|will retry|try again|"
     "trying again|reconnect(?:ing)?|waiting (?:for|on|until))\\b"},
    {"is an aftermath", 0, -15,
     "(?i)\\b(?:clean(?:ing)? ?up|shutting down|shutdown|cancel(?:l?ed|ing)|"
     "SIGTERM|skipp(?:ed|ing)|rolling back|rollback|post job|removing)\\b"},
    {"names its kind", 0, 8,
     "^(?:[a-z_$][\\w$]*\\.)*[A-Z]\\w*(?:Error|Exception|Failure)\\b|"
     "\\berror(?:\\[| TS| CS| [A-Z]{1,4})\\d+|\\bE[A-Z]{4,}\\b"},
};

struct error_words {
    struct pattern_table *rows;
};

struct error_words *error_words_open(void)
{
    struct error_words *w = heap_zeroed(sizeof(*w));
    w->rows = pattern_table_open(word_row, ARRAY_COUNT(word_row));
    return w;
}

void error_words_close(struct error_words *w)
{
    if (w != NULL)
        pattern_table_close(w->rows);
    free(w);
}

#define LOOKED_AT ((size_t)1000) /* bytes of a text */

static bool fits(const struct error_words *w, size_t row, struct str text)
{
    return pattern_fits(w->rows, row, str_sub(text, 0, LOOKED_AT));
}

bool error_words_has(const struct error_words *w, struct str said)
{
    return fits(w, ROW_SOFT, said) && !fits(w, ROW_SILENT, said);
}

bool error_words_says(const struct error_words *w, struct str said)
{
    return said.len > 3 && !fits(w, ROW_SILENT, said);
}

bool error_words_goes_on(const struct error_words *w, struct str said)
{
    return fits(w, ROW_GOES_ON, said) && !fits(w, ROW_SOFT, said);
}

bool error_words_names(const struct error_words *w, struct str said)
{
    return fits(w, ROW_SUBJECT, said);
}

bool error_words_went_well(const struct error_words *w, struct str said)
{
    return fits(w, ROW_WENT_WELL, said) && !fits(w, ROW_SOFT, said);
}

bool error_words_is_marked(const struct error_words *w, struct str said)
{
    return fits(w, ROW_MARK, said);
}

/* The next part of a text of which each is the reason of the one before. */
static struct str next_segment(struct str *rest)
{
    size_t end = str_find(*rest, STR(": "), 0), skip = 2;
    size_t key = str_find(*rest, STR(" error="), 0);
    if (key < end) {
        end = key;
        skip = strlen(" error=");
    }
    struct str part = str_sub(*rest, 0, end);
    end = end + skip < rest->len ? end + skip : rest->len;
    *rest = str_sub(*rest, end, rest->len);
    return part;
}

bool error_words_is_sentence(struct str part)
{
    return part.len >= 12 && memchr(part.ptr, ' ', part.len) != NULL;
}

/* A step, a thing that failed, a verdict: what went wrong is elsewhere. */
static bool says_only_what(const struct error_words *w, struct str part)
{
    if (fits(w, ROW_PASSES_ON, part) || fits(w, ROW_VERDICT, part))
        return true;
    if (!fits(w, ROW_STEP, part))
        return false;
    struct str step = pattern_found(w->rows, ROW_STEP, part);
    size_t end = (size_t)(step.ptr - part.ptr) + step.len;
    return !fits(w, ROW_SOFT, str_sub(part, end, part.len));
}

/* What its segments say: that something failed, and why. */
struct segments {
    bool what, why;
};

static struct segments segments_of(const struct error_words *w, struct str text)
{
    struct segments s = {false, false};
    text = str_sub(text, 0, LOOKED_AT);
    while (text.len > 0) {
        struct str part = next_segment(&text);
        bool what = says_only_what(w, part);
        s.what = s.what || what;
        s.why = s.why || (!what && error_words_is_sentence(part) &&
                          fits(w, ROW_SOFT, part));
    }
    return s;
}

bool error_words_gives_reason(const struct error_words *w, struct str text)
{
    bool failed = false;
    while (text.len > 0) {
        struct str part = next_segment(&text);
        if (failed && error_words_is_sentence(part) &&
            !fits(w, ROW_PASSES_ON, part))
            return true;
        failed = failed || fits(w, ROW_FAILED, part);
    }
    return false;
}

static struct str behind_level(const struct error_words *w, struct str text)
{
    struct str head = str_sub(text, 0, LOOKED_AT);
    size_t n = fits(w, ROW_LEVEL, text)
                   ? pattern_found(w->rows, ROW_LEVEL, head).len
                   : 0;
    return str_sub(text, n, text.len);
}

int error_words_weight(const struct error_words *w, struct str text)
{
    int sum = 0;
    text = behind_level(w, text);
    for (size_t i = ROW_LEVEL + 1; i < ARRAY_COUNT(word_row); i++)
        sum += fits(w, i, text) ? word_row[i].points : 0;
    struct segments says = segments_of(w, text);
    if (fits(w, ROW_PASSES_ON, text))
        sum += says.why ? PASSES_ON_REASON : word_row[ROW_PASSES_ON].points;
    else if (says.what && !says.why)
        sum += WHAT_ONLY;
    sum += fits(w, ROW_SOFT, text) ? word_row[ROW_SOFT].points : 0;
    sum += fits(w, ROW_SILENT, text) ? word_row[ROW_SILENT].points : 0;
    return sum;
}
