/* The rows. The first that fits decides, so exceptions come first. */
#include "scan/excerpt_words.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/attr.h"
#include "scan/pattern_table.h"

#define LOOKED_AT ((size_t)600) /* bytes of a line */

#define CROSS                                                                  \
    "(?:\xE2\x9C\x95|\xE2\x9C\x97|\xE2\x9C\x98|\xC3\x97|\xE2\x9C\x96|"         \
    "\xE2\xA8\xAF|\xE2\x9D\x8C)"
#define TICK "(?:\xE2\x9C\x93|\xE2\x9C\x94|\xE2\x88\x9A|\xE2\x9C\x85)"
#define DOT  "\xE2\x97\x8F"
#define SOURCES                                                                \
    "\\.(?:py|[cm]?[jt]sx?|go|rs|java|kts?|rb|php|cs|fs|swift|scala|exs?|"     \
    "cc?|cpp|cxx|hh?|hpp|vue|svelte|sql|ya?ml|json|toml|tf|sh|lua|dart|zig|"   \
    "hs|clj|pl|pm|R|jl|graphql|proto|css|scss|html?)"

static const struct pattern_row row[] = {
    /* What a host does around the steps of a run. */
    {NULL, EXCERPT_NOISE, -100,
     "^(?:Post job cleanup|Cleaning up orphan processes|Temporarily overriding|"
     "Adding repository directory|\\[command\\]/usr/bin/git |"
     "##\\[(?:endgroup|section)\\]|hint: |Download(?:ing|ed) |Progress |"
     "Receiving objects|Resolving deltas|remote: (?:Counting|Compressing)|"
     "Requirement already|Unpacking |Selecting previously|Preparing to unpack|"
     "Get:\\d|Hit:\\d|Setting up \\S+ \\(|\\s*Compiling \\S+ v\\d|"
     "\\[INFO\\] Download|Pulling |\\S+: (?:Pulling fs layer|Waiting|"
     "Verifying Checksum|Download complete|Pull complete))"},
    /* The exit. */
    {NULL, EXCERPT_EXIT, 240,
     "Process completed with exit code [1-9-]|^ERROR: Job failed|"
     "^Finished: (?:FAILURE|ABORTED|UNSTABLE)|script returned exit code|"
     "[Cc]ommand (?:\"[^\"]*\" |'[^']*' )?(?:exited|failed) with|"
     "The operation was canceled|has timed out after|exceeded the maximum|"
     "received a shutdown signal|^Failed during stage|"
     "user command error: exit|command exited with status [1-9]|"
     "^Done\\. Your build exited with [1-9]|Bash exited with code '[1-9]"},
    {NULL, EXCERPT_EXIT, 160,
     "\\bexit(?:ed|s|ing)? (?:with )?(?:an? )?(?:non-?zero )?(?:exit )?"
     "(?:code|status):? *'?-?[1-9]|\\bexit(?:ed)?(?: with)?:? -?[1-9]\\d*\\b|"
     "\\bexit status [1-9]|non-zero (?:exit )?(?:code|status|exit)|"
     "did not complete successfully|^g?make(?:\\[\\d+\\])?: \\*\\*\\* |"
     "\\bELIFECYCLE\\b|marked build as failure|"
     "\\bEXIT ?CODE[:=] ?[1-9]|returned (?:exit code )?[1-9]\\d*$|"
     "^(?:Killed|Terminated|Aborted)\\b|Segmentation fault|core dumped|"
     "\\bOOM ?[Kk]illed|[Oo]ut of memory|\\bSIG(?:KILL|SEGV|ABRT|BUS|ILL)\\b|"
     "failed to solve|release_command failed|^npm (?:ERR!|error) Test failed|"
     "[Bb]uild failed\\b|BUILD FAILED|[Dd]eploy(?:ment)? failed\\b|"
     "Failing build|has failed to build|Job failed\\b|"
     "[Ww]aiting for unfinished jobs|subcommand failed|build stopped"},
    /* The summary. */
    {NULL, EXCERPT_SUMMARY, 210,
     "\\b[1-9]\\d* (?:tests? |specs? |examples? |scenarios? |suites? |"
     "assertions? )?(?:failed|failures?|failing|errored|broken)\\b|"
     "[Ff]ail(?:ed|ures?)?: *[1-9]|\\bErrors: *[1-9]|^test result: FAILED|"
     "^BUILD FAILURE|^FAILED \\(|failed=[1-9]|unreachable=[1-9]|"
     "^# fail [1-9]|^\xE2\x84\xB9 fail [1-9]|" CROSS " [1-9]\\d* problems?|"
     "[1-9]\\d* errors? and|Found [1-9]\\d* (?:errors?|problems?|issues?)|"
     "\\b[1-9]\\d* (?:errors?|problems?)\\b[ ,.()]*(?:found|generated|"
     "occurred|emitted|detected|in|and|\\d+ warnings?|$)|"
     "compiled with [1-9]\\d* error|"
     "[1-9]\\d* (?:errors?|vulnerabilit(?:y|ies)) found"},
    {NULL, EXCERPT_SUMMARY, 150,
     "^\\s*Test(?:s|s? Suites?|s? Files)?:? +[1-9]|^\\[?(?:ERROR|INFO)?\\]? ?"
     "Tests run: \\d|short test summary|aborting due to|could not compile|"
     "^FAILURES!|[Ww]hat went wrong|Execution failed for task|"
     "^\\W*(?:Failed|Failing) (?:tests?|examples|targets|scenarios|steps|"
     "suites|specs)\\b|^=+ (?:FAILURES|ERRORS) =+|^FAIL(?:ED|URE)?\\W*$|"
     "^Ran \\d+ tests?|would be reformatted|^would reformat|"
     "[Cc]ode style issues|differs? from|[Cc]overage .*(?:below|not met|less)|"
     "threshold .*not met|is less than|Required test coverage|"
     "^Failed to compile|COMPILATION ERROR|There (?:are|were) test failures|"
     "PLAY RECAP|^Failures:|^Errors?:$|^\\[ERROR\\] (?:Failures|Errors):|"
     "out of (?:date|sync)|(?:not|isn't) up[- ]to[- ]date"},
    /* Names of tests. */
    {NULL, EXCERPT_TEST, 230,
     "^\\s*(?:FAILED|ERROR) \\S+(?:::|\\.py)|^\\s*--- FAIL: |"
     "^\\s*" DOT " .* \xE2\x80\xBA |^(?:FAIL|\xE2\x9D\xAF FAIL)\\s+\\S|"
     "^\\s*FAIL\\s+\\S+|^\\s*not ok \\d|^test \\S+ \\.\\.\\. FAILED|"
     "^---- .* stdout ----|^(?:FAIL|ERROR): \\w+ \\(|<<< (?:FAILURE|ERROR)!|"
     "^\\S.* > .* FAILED|^rspec \\S+|^\\[  FAILED  \\] \\S|"
     "^\\s*Failed \\S+ \\[\\d|^_{3,} \\S.* _{3,}$|"
     "^\\s*\\d+\\) (?:\\[\\w+\\] \xE2\x80\xBA "
     ")?\\S.*(?:::|#|:\\d|\xE2\x80\xBA)|"
     "^\\S+::\\S+ (?:FAILED|ERROR)|^\\s*" DOT " \\S|^Test Failed: |"
     "^\\s*\\d+/\\d+ Test +#\\d+: .*\\*\\*\\*|^\\d+ - \\S+ \\(Failed\\)|"
     "\\btest failed, to rerun pass|^\\s*Scenario: .*# |"
     "^\\[ERROR\\] +\\S+[.:]\\S+:\\d+|^FAIL \\S|^\xE2\x9D\x8C "},
    {NULL, EXCERPT_TEST, 150, "^\\s*" CROSS " \\S|^\\s*\\d{1,3}\\) \\S"},
    /* What a test expected. */
    {NULL, EXCERPT_ASSERTION, 190,
     "^E {2,}\\S|\\bAssert(?:ion)?(?:Error|Failed\\w*|Exception)\\b|"
     "\\bassert(?:ion)? .*failed|Failure/Error:|panicked at |"
     "^\\s*Error Message:|^\\s*Error(?: Trace)?:\\s+\\S|"
     "^\\s*(?:[Ee]xpected|EXPECTED)\\b.*\\b(?:but|got|to|was|actual|received)"},
    {NULL, EXCERPT_ASSERTION, 150,
     "^\\s*(?:[Ee]xpected|[Rr]eceived|[Aa]ctual|[Gg]ot|[Ww]ant|left|right|"
     "expect(?:ed)?|wanted|diff|Diff|Not equal)\\b\\W*(?:value|string|number|"
     "substring|pattern|length|path)?\\W*(?::|=|\\()|\\bgot\\b.*\\bwant\\b|"
     "\\bwant\\b.*\\bgot\\b|^\\s*>?\\s*(?:expect|assert\\w*!?)\\b\\s*[(.]|"
     "^> {3,}\\S|^\\s*>\\s*\\d+ \\||\\bexpected .* (?:got|found|but|to "
     "equal)\\b"},
    /* Frames: of libraries, then of the user's own files. */
    {NULL, EXCERPT_FRAME, 0,
     "^\\s*(?:at |from |File \"|#?\\d+:? |\\.\\.\\. \\d+ more).*"
     "(?:node_modules|site-packages|dist-packages|node:|internal/|/usr/|"
     "/opt/|\\.cargo/|/rustc/|rustlib|/gems/|vendor/|hostedtoolcache|"
     "\\b(?:java|javax|jdk|sun|kotlin|scala|org\\.(?:junit|gradle|apache|"
     "springframework|hibernate|mockito)|System|Microsoft|Xunit|NUnit)\\.|"
     "<anonymous>|<frozen)|^\\s*\\.\\.\\. \\d+ more|^\\s*at \\S+ \\(native\\)"},
    {NULL, EXCERPT_FRAME, 90,
     "^\\s*(?:at |from |File \"|#\\d+ ).*" SOURCES "[:\"](?:\\d|, line)|"
     "^\\s+(?:\\S+/)?\\S+" SOURCES ":\\d+(?::\\d+)?(?: \\+0x\\w+)?$"},
    {NULL, EXCERPT_FRAME, 5,
     "^\\s*at [\\w$.<>\\[\\]/ ]+(?:\\(|$)|^\\s+from \\S|^\\s+File \"|"
     "^goroutine \\d|^\\s*\\d+: +0x|^\\s*#\\d+ +0x"},
    /* No news. */
    {NULL, EXCERPT_NOISE, -60,
     "^\\s*(?:" TICK "|PASS(?:ED)?\\b|ok\\b|OK\\b|--- PASS|=== (?:RUN|PAUSE|"
     "CONT|NAME)|\\S+ \\.\\.\\. ok|\\[       OK|\\[ RUN|\\d+/\\d+ Test +#\\d+: "
     "[^*]*Passed)|\\bPASSED\\b|^\\s*(?:npm|yarn|pnpm)? ?(?:WARN(?:ING)?|"
     "warn(?:ing)?)\\b|\\b[A-Z]\\w+Warning\\b|^\\s*SKIP(?:PED)?\\b|^##\\[(?:"
     "warning|debug)\\]|"
     "^\\s*[\\w-]+: \\S*(?:hostedtoolcache|/_temp/)|^\\[notice\\]|"
     "^\\s*\\d+ (?:packages|passing)\\b|\\b0 errors?\\b|\\bdeprecated\\b|"
     "^\\s*(?:INFO|DEBUG|TRACE)\\b"},
    /* The command that ran. */
    {NULL, EXCERPT_STEP, 160, "^> Task :\\S+ FAILED"},
    {NULL, EXCERPT_STEP, 45,
     "^##\\[group\\]Run |^Run \\S|^#\\d+ \\[[^\\]]*\\] (?:RUN|COPY|ADD) |"
     "^\\[[^\\]]*\\] (?:RUN|COPY|ADD) |^STEP \\d+|^Step \\d+/\\d+ ?: |"
     "^RUN \\S|^> Task :|^TASK \\[|^\\[INFO\\] --- |^==> (?:Running|Build)|"
     "^\\[Container\\] .*Running command|^##\\[command\\]|"
     "^##\\[section\\]Starting: |^Executing \"step_script\"|"
     "^Running \"|^\\s*Running command|^task: \\["},
    {NULL, EXCERPT_COMMAND, 40,
     "^\\$ \\S|^\\+{1,4} \\S|^> \\S+@\\S* \\S|^> [a-z][\\w-]+ \\S|"
     "^yarn run v|^\\$\\S|^(?:npx?|pnpm|yarn|bun|cargo|go|pytest|python3?|"
     "mvn|\\./gradlew|\\./mvnw|gradle|make|cmake|docker|dotnet|bundle|rake|"
     "composer|php|tox|nox|uv|poetry|pip3?|terraform|helm|kubectl|ctest|"
     "bazel|swift|xcodebuild|deno|ruff|mypy|eslint|tsc|jest|vitest) \\S"},
    /* Errors. */
    {NULL, EXCERPT_ERROR, 170,
     SOURCES
     "[:(]\\d+(?:[:,]\\d+)?\\)?:? *(?:-? ?)?(?:fatal )?(?:error|Error)|"
     "\\berror(?:\\[\\w+\\]| [A-Z]{1,4}\\d+)?: \\S|^\\s*\\d+:\\d+ +error |"
     "^(?:[\\w$]+[./:]+)*[A-Z]\\w*(?:Error|Exception)\\b(?::|$)|^panic: |"
     "^fatal(?: error)?: |^Caused by: |^##\\[error\\]|^error\\b|"
     "^npm (?:ERR!|error) |^Error:|^ERROR\\b|^\\[ERROR\\] \\S|^FATAL\\b|"
     "undefined reference|[Cc]annot find (?:module|package|symbol|name)|"
     "Module not found|ModuleNotFoundError|ImportError|Uncaught |"
     "Unhandled|^E: |^\\s*\xE2\x94\x82 Error: "},
    {NULL, EXCERPT_ERROR, 70,
     "[a-z](?:Error|Exception)\\b|(?i)\\b(?:error|fail(?:ed|ure|s)?|fatal|"
     "cannot|can't|could not|unable to|not found|no such|does not exist|"
     "denied|refused|invalid|missing|undefined|unexpected|timed? ?out|"
     "unrecognized|unsupported|mismatch|conflict|unresolved|panic|abort(?:ed)?|"
     "crash(?:ed)?|violation|unauthorized|forbidden|exceed(?:s|ed))\\b"},
    /* Where: a diff, a source line, a place. */
    {NULL, EXCERPT_PLAIN, 30,
     "^\\s*(?:-->|\\d+ \\||\\||\\^+|~+|[-+] \\S)|" SOURCES "[:(]\\d+"},
};

struct excerpt_words {
    struct pattern_table *rows;
};

struct excerpt_words *excerpt_words_open(void)
{
    struct excerpt_words *w = heap_zeroed(sizeof(*w));
    w->rows = pattern_table_open(row, ARRAY_COUNT(row));
    return w;
}

void excerpt_words_close(struct excerpt_words *w)
{
    if (w != NULL)
        pattern_table_close(w->rows);
    free(w);
}

struct excerpt_word excerpt_words_read(const struct excerpt_words *w,
                                       struct str said)
{
    struct str head = str_sub(said, 0, LOOKED_AT);
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        if (pattern_fits(w->rows, i, head)) {
            struct str found = pattern_found(w->rows, i, head);
            return (struct excerpt_word){(enum excerpt_kind)row[i].kind,
                                         row[i].points,
                                         (size_t)(found.ptr - head.ptr)};
        }
    return (struct excerpt_word){EXCERPT_PLAIN, 0, 0};
}
