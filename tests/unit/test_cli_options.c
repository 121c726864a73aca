/* The command line: parsing, what each command takes, help and completion. */
#include "cli/cli.h"
#include "cli/option_table.h"
#include "tests/unit/testing.h"

struct world {
    struct arena arena;
    struct options options;
    struct err e;
};

/* "" when the line is accepted, else why not; words are parted by blanks. */
static const char *parse(struct world *w, const char *command, const char *line)
{
    const char *word[40];
    size_t count = 0;
    struct str rest = str_from(line);
    w->e = (struct err){.set = false};
    while (rest.len > 0)
        word[count++] = str_dup(&w->arena, str_cut(rest, ' ', &rest));
    const struct command *c = command_find(command);
    assert_non_null(c);
    bool ok = options_parse(&w->options, &w->arena, c, word, count, &w->e) &&
              options_effect(c, &w->options, &w->e);
    assert_int_equal(ok, !w->e.set);
    return ok ? "" : w->e.text;
}

static const struct {
    const char *command, *line, *error; /* error: its beginning */
} row[] = {
    {"verify", "a.yaml --log=x --log y -- --z", ""},
    {"verify", "--expct v", "unknown option '--expct', did you mean"},
    {"verify", "--zzzzzzzz", "unknown option '--zzzzzzzz', see postflight"},
    {"verify", "--log", "--log needs a value: FILE"},
    {"verify", "--quiet=yes", "--quiet takes no value"},
    {"verify", "--format jsn", "--format takes text|json, not 'jsn', did"},
    {"verify", "--out=", "--out takes DIR, not ''"},
    {"verify", "-h", ""},
    {"verify", "--slots 0 --help", ""}, /* what is asked for is the help */
    {"verify", "-h --shard some/4", ""},
    {"verify", "-h --slotz 1", "unknown option"},
    {"verify", "--slots 0 -- --help", "--slots takes a number"},

    /* Numbers at their limits, in every command alike. */
    {"verify", "--slots 0", "--slots takes a number from 1 to 4096, not '0'"},
    {"verify", "--slots 1", ""},
    {"verify", "--slots 4096", ""},
    {"verify", "--slots 4097", "--slots takes a number from 1 to 4096"},
    {"verify", "--slots 1x", "--slots takes a number"},
    {"serve", "--slots 0", "--slots takes a number"},
    {"prove", "--slots 0", "--slots takes a number"},
    {"prove", "--min-score 0", "--min-score takes a number from 1 to 100"},
    {"prove", "--min-score 100", ""},
    {"prove", "--min-score 101", "--min-score takes a number from 1 to 100"},
    {"verify", "--rate 1000000", ""},
    {"verify", "--rate 1000001", "--rate takes a number from 1 to 1000000"},

    /* Durations. */
    {"verify", "--deadline 0ms", "--deadline takes a duration from 1ms to 24h"},
    {"verify", "--deadline 1ms", ""},
    {"verify", "--deadline 24h", ""},
    {"verify", "--deadline 86400001ms", "--deadline takes a duration"},
    {"watch", "--interval x", "--interval takes a duration"},
    {"serve", "--ttl x", "--ttl takes a duration"},

    /* A size that may be left out. */
    {"scan", "--excerpt", ""},
    {"scan", "--excerpt x", ""},
    {"scan", "--excerpt 6kB x", ""},
    {"scan", "--excerpt 2k x", ""},
    {"scan", "x --excerpt", ""},
    {"scan", "--excerpt -", ""},
    {"scan", "--excerpt 12.log", ""},
    {"scan", "--excerpt 2026-11-30.log", ""},
    {"scan", "--excerpt=499 x", "--excerpt takes a size from 500B to 1MiB"},
    {"scan", "--excerpt=500 x", ""},
    {"scan", "--excerpt=501 x", ""},
    {"scan", "--excerpt 499 x", "--excerpt takes a size from 500B to 1MiB"},
    {"scan", "--excerpt=1048575 x", ""},
    {"scan", "--excerpt=1MiB x", ""},
    {"scan", "--excerpt=1048577 x", "--excerpt takes a size"},
    {"scan", "--excerpt=2M x", "--excerpt takes a size"},
    {"scan", "--excerpt=6xB x", "--excerpt takes a size"},
    {"scan", "--excerpt=x", "--excerpt takes a size"},
    {"scan", "--excerpt= x", "--excerpt takes"},
    {"scan", "--excerpt=-1 x", "--excerpt takes a size"},
    {"scan", "--excerpt=18446744073709551616k x", "--excerpt takes a size"},
    {"verify", "--excerpt x", "unknown option '--excerpt'"},

    /* Times. */
    {"scan", "x --since 2026-11-21T10:00:00Z", ""},
    {"scan", "x --since 30m", ""},
    {"scan", "x --until yesterday", "expected a time such as"},
    {"verify", "--log x --log-since now", "expected a time such as"},

    /* Shards. */
    {"verify", "--shard 0/2", "--shard takes I/N"},
    {"verify", "--shard 1/2", ""},
    {"verify", "--shard 2/2", ""},
    {"verify", "--shard 3/2", "--shard takes I/N"},
    {"verify", "--shard 2", "--shard takes I/N"},

    /* Builds. */
    {"verify", "--expect v1", ""},
    {"verify", "--expect=v1 --expect=v2", "--expect is given twice: only one"},

    /* Options that a command does not take. */
    {"watch", "--once --since x", "unknown option '--since'"},
    {"serve", "--since x", "unknown option '--since'"},
    {"lint", "x --follow", "unknown option '--follow'"},

    /* Values that are valid in one command alone. */
    {"watch", "--once --fail-on degraded", ""},
    {"watch", "--once --fail-on shape", "--fail-on takes WHAT, not 'shape'"},
    {"serve", "--fail-on shape", "--fail-on takes WHAT, not 'shape'"},
    {"verify", "--fail-on degraded", ""},
    {"verify", "--fail-on shape", "--fail-on shape needs --since: a baseline"},
    {"verify", "--fail-on shape --since x", ""},
    {"lint", "x --format sarif", ""},
    {"verify", "--format sarif", "--format takes text|json, not 'sarif'"},

    /* What an option needs, and what makes it idle. */
    {"verify", "--follow", "--follow needs --log: a log to follow"},
    {"verify", "--follow --log x", ""},
    {"watch", "--once --signatures x",
     "--signatures x needs --log: a log to search"},
    {"verify", "--signatures x",
     "--signatures x needs --log or --expect or --git or --deployments: a log "
     "to search, or other evidence"},
    {"verify", "--signatures x --expect y", ""},
    {"verify", "--signatures x --git y", ""},
    {"explain", "--signatures x", ""},
    {"lint", "x --git-any-owner", "--git-any-owner needs --git"},
    {"watch", "--once --rounds 2", "--rounds 2 needs --interval"},
    {"import", "x --force", "--force needs -o or --record: a file"},
    {"import", "x --force --record y", ""},
    {"verify", "--color always --format json", "--color always has no effect"},
    {"verify", "--color never --format json", ""},
    {"prove", "--from x --slots 2", "--slots has no effect with --from"},

    /* Forms of a command, and its arguments. */
    {"verify", "--explain --log x", "--log has no effect with --explain"},
    {"report", "html x --facts y", "--facts has no effect with 'html'"},
    {"incident", "list --by x", "--by has no effect"},
    {"status", "x", "unexpected argument 'x', see postflight status --help"},
    {"explain", "a b", "unexpected argument 'b'"},
    {"verify", "a a", "'a' is given twice"},
    {"verify", "--tag a --tag a", "--tag a is given twice"},
    {"verify", "--var A=1 --var A=2", "--var A is given twice"},
    {"verify", "--var A=1 --var B=1", ""},
};

static void each_line_has_its_answer(void **state)
{
    struct world w;
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        arena_init(&w.arena);
        const char *found = parse(&w, row[i].command, row[i].line);
        if (row[i].error[0] == '\0'
                ? found[0] != '\0'
                : strncmp(found, row[i].error, strlen(row[i].error)) != 0)
            fail_msg("%s %s: '%s'", row[i].command, row[i].line, found);
        arena_release(&w.arena);
    }
}

static void a_build_is_one_word(void **state)
{
    struct err e = {.set = false};
    (void)state;
    assert_true(option_value_check(option_row(OPTION_EXPECT), "v1", &e));
    assert_false(option_value_check(option_row(OPTION_EXPECT), "", &e));
    assert_non_null(strstr(e.text, "name the expected build"));
    e.set = false;
    assert_false(option_value_check(option_row(OPTION_EXPECT), "v1 v2", &e));
    assert_non_null(strstr(e.text, "after 'v1'"));
}

static void settings_are_what_was_given(void **state)
{
    struct world w;
    (void)state;
    arena_init(&w.arena);
    assert_string_equal(
        parse(&w, "verify",
              "a.yaml b.yaml --expect v2 --deadline 2s --slots 7 --log x "
              "--follow --shard 2/5 --tag t --tag u --fail-on degraded "
              "--format json --out o --report junit=j --quiet"),
        "");
    struct settings s = options_settings(&w.options);
    assert_int_equal(s.arguments.count, 2);
    assert_string_equal(s.arguments.item[1], "b.yaml");
    assert_string_equal(s.expect, "v2");
    assert_int_equal(s.deadline_ms, 2000);
    assert_int_equal(s.slots, 7);
    assert_int_equal(s.host_slots, 0);
    assert_string_equal(s.logs.item[0], "x");
    assert_true(s.follow);
    assert_int_equal(s.shard_index, 2);
    assert_int_equal(s.shard_count, 5);
    assert_string_equal(s.tags.item[1], "u");
    assert_true(settings_fail_on(&s, "degraded"));
    assert_false(settings_fail_on(&s, "shape"));
    assert_int_equal(s.output_format, OUTPUT_JSON);
    assert_true(s.format_given);
    assert_string_equal(s.out, "o");
    assert_string_equal(s.reports.item[0], "junit=j");
    assert_true(s.quiet);
    assert_false(s.color_always || s.fail_if_held || s.explain);

    assert_string_equal(parse(&w, "watch", "--once --if-held fail"), "");
    s = options_settings(&w.options);
    assert_true(s.fail_if_held && s.once && !s.format_given);
    assert_int_equal(s.output_format, OUTPUT_TEXT);
    assert_string_equal(parse(&w, "lint", "x --format sarif"), "");
    assert_int_equal(options_settings(&w.options).output_format, OUTPUT_SARIF);
    assert_string_equal(parse(&w, "scan", "x --since 1970-01-01T00:00:02Z"),
                        "");
    assert_int_equal(options_settings(&w.options).from_ms, 2000);
    arena_release(&w.arena);
}

static void an_environment_is_asked_by_name(void **state)
{
    const char *const environ[] = {"AB=1", "A=", "B=x=y", NULL};
    const struct settings s = {.environ = environ};
    (void)state;
    assert_string_equal(settings_variable(&s, "AB"), "1");
    assert_string_equal(settings_variable(&s, "A"), "");
    assert_string_equal(settings_variable(&s, "B"), "x=y");
    assert_null(settings_variable(&s, "C"));
}

static const char *help_of(struct arena *a, const char *name)
{
    struct buf out;
    buf_init(&out, (size_t)1 << 16);
    help_command(&out, command_find(name));
    const char *text = buf_dup(a, &out);
    buf_release(&out);
    return text;
}

/* Some options share their name, and a command takes one of them. */
static bool takes_name(const struct command *c, const char *name)
{
    for (int i = 0; i < OPTION_COUNT; i++)
        if (command_takes(c, (enum option_id)i) &&
            strcmp(option_doc((enum option_id)i).name, name) == 0)
            return true;
    return false;
}

/* Of each command: every option that it takes, and none that it does not. */
static void help_names_what_a_command_takes(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < command_count(); i++) {
        const struct command *c = command_at(i);
        const char *text = help_of(&a, c->name);
        for (int k = 0; k < OPTION_COUNT; k++) {
            struct option_doc o = command_option(c, (enum option_id)k);
            const char *term = arena_printf(&a, "\n  %s ", o.name);
            assert_int_equal(takes_name(c, o.name), strstr(text, term) != NULL);
            term =
                arena_printf(&a, "%s%s", term, o.value == NULL ? "" : o.value);
            if (command_takes(c, (enum option_id)k))
                assert_non_null(strstr(text, term));
        }
        for (struct str rest = str_from(text), line; rest.len > 0;) {
            line = str_cut(rest, '\n', &rest);
            assert_true(line.len <= 80 ||
                        str_starts(line, STR("  postflight")));
        }
    }
    arena_release(&a);
}

/* No text of a command speaks of an option that it does not take. */
static void help_is_that_of_the_command(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    assert_null(strstr(help_of(&a, "watch"), "--since"));
    assert_null(strstr(help_of(&a, "serve"), "--since"));
    assert_non_null(strstr(help_of(&a, "verify"), "--since FILE"));
    assert_non_null(strstr(help_of(&a, "scan"), "--since TIME"));
    assert_non_null(strstr(help_of(&a, "status"), "-o DIR"));
    assert_null(strstr(help_of(&a, "status"), "-o FILE"));
    assert_non_null(strstr(help_of(&a, "lint"), "documents mention"));
    assert_null(strstr(help_of(&a, "lint"), "edited migrations"));
    arena_release(&a);
}

static void completion_names_every_command(void **state)
{
    static const char *const shells[] = {"bash", "zsh", "fish"};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(shells); i++) {
        struct buf out;
        buf_init(&out, (size_t)1 << 20);
        assert_true(completion_write(&out, shells[i]));
        for (size_t k = 0; k < command_count(); k++)
            assert_non_null(strstr(out.ptr, command_at(k)->name));
        assert_non_null(strstr(out.ptr, "deadline"));
        assert_non_null(strstr(out.ptr, "github-summary"));
        assert_non_null(strstr(out.ptr, "blackbox"));
        assert_false(out.full);
        buf_release(&out);
    }
    struct buf none;
    buf_init(&none, 100);
    assert_false(completion_write(&none, "csh"));
    buf_release(&none);
}

static void the_table_is_whole(void **state)
{
    (void)state;
    for (int i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *r = option_row((enum option_id)i);
        size_t takers = 0;
        assert_non_null(r->doc.name);
        assert_non_null(r->doc.help);
        assert_int_equal(r->takes == TAKES_NUMBER, r->max > 0);
        for (size_t k = 0; k < command_count(); k++)
            takers += command_takes(command_at(k), (enum option_id)i);
        assert_true(takers > 0);
        for (const struct option_use *u = r->use; u->commands != NULL; u++)
            assert_int_equal(u->needs != NULL, u->needs_why != NULL);
    }
    assert_true(word_is_among("a bc", "bc"));
    assert_false(word_is_among("a bc", "b"));
    assert_true(word_is_among("", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_has_its_answer),
        cmocka_unit_test(a_build_is_one_word),
        cmocka_unit_test(settings_are_what_was_given),
        cmocka_unit_test(an_environment_is_asked_by_name),
        cmocka_unit_test(help_names_what_a_command_takes),
        cmocka_unit_test(help_is_that_of_the_command),
        cmocka_unit_test(completion_names_every_command),
        cmocka_unit_test(the_table_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
