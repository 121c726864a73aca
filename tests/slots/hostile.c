/* Texts that try to act on a reader, a renderer, a terminal or a CI host. */
#include <string.h>

#include "tests/slots/slots.h"

static const char *const fragment[] = {
    "~~~",
    "```",
    "`",
    "``",
    "````text",
    "~~~~\n```",
    "|",
    "\\|",
    "\\\\|",
    "| --- | --- |",
    "|-|-|\n",
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    "    ",
    "\t",
    " ",
    "\n    code",
    "\n\n\n# head",
    "# ",
    "## head",
    "- ",
    "* ",
    "+ x",
    "-",
    "1. ",
    "1) x",
    "10. ",
    "> quote",
    "> [!WARNING]\n> x",
    "---",
    "===",
    "\n===\n",
    "***",
    "* * *",
    "_x_",
    "**bold**",
    "~~gone~~",
    "- [x] done",
    "[ ]",
    "[a](http://evil.test)",
    "![a](http://evil.test/x.png)",
    "[a]: http://evil.test",
    "[a]",
    "[^1]",
    "[^1]: note",
    "<http://evil.test>",
    "<a@evil.test>",
    "http://evil.test/",
    "https://evil.test/?a=b&c=d#e",
    "HTTP://EVIL.TEST",
    "ftp://evil.test/",
    "www.evil.test",
    "WWW.EVIL.TEST",
    "(www.evil.test)",
    "a.www.evil.test",
    "mailto:a@evil.test",
    "xmpp:a@evil.test/x",
    "a@evil.test",
    "a.b-c_d@evil.test",
    "javascript:alert(1)",
    "[a](javascript:alert(1))",
    "data:text/html,x",
    "@everyone",
    "@user",
    "@org/team",
    "#12",
    "owner/name#12",
    "GH-12",
    "gh-12",
    "!12",
    "$12",
    "%12",
    "%\"v1\"",
    "&12",
    "~label",
    "6706e2d3f1a84c5b",
    "(6706e2d3f1a84c5b)",
    "6706e2d3..f1a84c5b",
    "user@6706e2d3f1a84c5b",
    ":smile:",
    "x:smile:",
    ":+1:",
    ":100:",
    "<script>alert(1)</script>",
    "<script",
    "</script>",
    "<!--",
    "-->",
    "<!-- postflight:ask x -->",
    "<!-- postflight:begin x -->",
    "<![CDATA[",
    "]]>",
    "<?php",
    "?>",
    "<b>",
    "</details>",
    "<img src=x onerror=alert(1)>",
    "<div\n\n>",
    "&lt;",
    "&#35;",
    "&#x60;",
    "&nbsp;",
    "\\",
    "\\`",
    "\\\n",
    "  \n",
    "$x^2$",
    "$$",
    "```math",
    "{{x}}",
    "{{{record}}}",
    "{{/why}}",
    "{{>status}}",
    "PFT1E",
    "PFT99999999E",
    "%s%n%d",
    "::set-env name=X::y",
    "::error::x",
    "\n::add-mask::x",
    "##[error]x",
    "##vso[task.setvariable]x",
    "\033[31m",
    "\033]8;;http://evil.test\007x",
    "\033",
    "\001",
    "\007",
    "\b\b\b",
    "\177",
    "\302\233",         /* CSI as C1 */
    "\342\200\256",     /* right-to-left override */
    "\342\201\246",     /* left-to-right isolate */
    "\342\200\213",     /* zero width space */
    "\342\200\250",     /* line separator */
    "\302\205",         /* next line */
    "\302\240",         /* no-break space */
    "\343\200\200",     /* ideographic space */
    "\357\273\277",     /* byte order mark */
    "\357\277\276",     /* a noncharacter */
    "\363\240\201\201", /* a tag */
    "\314\201",         /* combining acute */
    "\377",             /* bytes that are no UTF-8 */
    "\300\257",         /* an overlong slash */
    "\355\240\200",     /* half a surrogate pair */
    "\360\237\230",     /* a cut emoji */
    "\360\237\230\200", /* a whole one */
    "\342\234\205",     /* check mark */
    "caf\303\251",
    "\343\202\250\343\203\251\343\203\274",
    "word",
    "a word, and (more) of them.",
    "it's 100% \"quoted\"; 3/4 = 75%",
    "12:30:45",
    "x",
    ".",
    ",",
    ";",
    ":",
    "::",
    "...",
};

uint64_t chance_next(struct chance *c)
{
    uint64_t z = c->state += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

size_t chance_below(struct chance *c, size_t n)
{
    return (size_t)(chance_next(c) % n);
}

bool chance_one_in(struct chance *c, size_t n)
{
    return chance_below(c, n) == 0;
}

size_t hostile_fragments(void)
{
    return ARRAY_COUNT(fragment);
}

const char *hostile_line(struct arena *a, size_t index, size_t bytes)
{
    const char *unit = fragment[index % ARRAY_COUNT(fragment)];
    size_t len = strlen(unit), count = bytes / len;
    char *line = arena_alloc(a, count * len + 1);
    for (size_t i = 0; i < count; i++)
        memcpy(line + i * len, unit, len);
    return line;
}

static const char *any_fragment(struct chance *c)
{
    return fragment[chance_below(c, ARRAY_COUNT(fragment))];
}

static const char *any_bytes(struct chance *c, struct arena *a)
{
    size_t len = chance_below(c, 12);
    char *text = arena_alloc(a, len + 1);
    for (size_t i = 0; i < len; i++)
        text[i] = (char)(1 + chance_below(c, 255));
    return text;
}

const char *hostile_text(struct chance *c, struct arena *a)
{
    static const char *const glue[] = {"", "", " ", "\n", "x"};
    size_t parts = 1 + chance_below(c, 5);
    if (chance_one_in(c, 24))
        return "";
    if (chance_one_in(c, 200))
        return hostile_line(a, chance_below(c, ARRAY_COUNT(fragment)),
                            10 + chance_below(c, 3000));
    const char *text = any_fragment(c);
    for (size_t i = 1; i < parts; i++)
        text = arena_printf(
            a, "%s%s%s", text, glue[chance_below(c, ARRAY_COUNT(glue))],
            chance_one_in(c, 6) ? any_bytes(c, a) : any_fragment(c));
    return text;
}
