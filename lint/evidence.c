/* Evidence, form by form. */
#include "lint/evidence.h"

#include <string.h>

#define OUTPUT_BYTES 20000 /* of a block that are looked at */
#define LINE_BYTES   2000

const char evidence_words[] =
    "\\b(error|errors|failed|failure|fatal|exception|denied|refused|timed? "
    "?out|timeout|panic|traceback|unhealthy|aborted|exceeded|killed|oom|"
    "[45]\\d\\d|already exists|does not exist|not found|exit code|conflict)\\b";

/* Names that only programs give to what went wrong. */
static const char error_names[] =
    "(?-i:\\b[A-Z]\\w*[a-zA-Z](Exception|Error|Killed|BackOff|Timeout|Refused|"
    "Fault)\\b|\\bE[A-Z]{5,}\\b|\\bSIG[A-Z]{3,}\\b|\\bORA-\\d{4,}|\\bP\\d{4}"
    "\\b|"
    "\\bSQLSTATE\\b|\\bHTTP(/\\d(\\.\\d)?)? ?[45]\\d\\d\\b|\\bOOM\\b)|"
    "\\bexit(ed)? (with )?(code|status) \\d+|\\bstatus code [45]\\d\\d\\b|"
    "\\bstack ?trace\\b|\\bcore dump";

static const char measured[] =
    "(?<![\\w-])\\d[\\d,.]*\\s?((million|billion|thousand) "
    ")?(%|percent|ms|gib|gb|mib|mb|kb|tb|connections?|"
    "requests?|rps|qps|errors?|rows?|records?|threads?|bytes?|queries|"
    "sessions?|messages?|times slower|milliseconds|iops|cores?|cpus?|"
    "file descriptors|sockets?)(?!\\w)";

static const char told_where[] =
    "grafana|kibana|datadog|splunk|sentry|new-?relic|cloudwatch|honeycomb|"
    "dashboard|\\blogs?\\b|trace|commit|/pull|/merge|/issues|/runs/"
    "|\\bruns?\\b|"
    "gist|pastebin|graph|metric|prometheus|screenshot|\\bpr\\b|ticket|jira|"
    "incident|snapshot|pipelines?/|jobs?/|advisor|bug|cve-|changelog|release";

/* Does the block list commits, "sha subject" a line? */
static bool lists_commits(struct review *r, struct str text)
{
    struct str g[1];
    return found(r->p, sha_word, text, g, 1) && g[0].ptr < text.ptr + 200 &&
           seen(r->p, "(^|\n)[0-9a-f]{7,40} \\S", text);
}

bool evidence_output(struct review *r, const struct block *b)
{
    struct str text = str_sub(block_text(r->d, b), 0, OUTPUT_BYTES);
    return !lists_commits(r, text) && seen(r->p, evidence_words, text);
}

/* A block that shows a state: configuration, a difference, output. */
static bool shows_state(struct review *r, const struct block *b)
{
    struct str text = str_sub(block_text(r->d, b), 0, OUTPUT_BYTES);
    if (lists_commits(r, text))
        return false;
    return seen(r->p, evidence_words, text) || !block_is_shell(r->p, r->d, b) ||
           seen(r->p,
                "(^|\n)(\\W*(before|after)\\b|(?-i:[A-Z_]{3,})=|\\d{4}-\\d\\d|"
                "\\[?\\d\\d:\\d\\d|not(Before|After)=|"
                "[<>] |HTTP/|[A-Z]{3,}( [A-Z]+)* {2,}[A-Z])",
                text);
}

/* Numbers in one column, of two rows or more, which are no times. */
static bool is_measured(struct review *r, const struct table *t)
{
    for (size_t c = 1; c < t->head.count; c++) {
        size_t numbers = 0;
        if (seen(r->p, "time|date|when|owner|due|duration|commit|line|^#|^no",
                 t->head.cell[c].text))
            continue;
        for (size_t i = 0; i < t->count; i++)
            numbers += seen(r->p, "^[~<>+-]?\\s?\\d[\\d.,]*\\s?\\S{0,12}$",
                            cell_text(&t->row[i], (int)c));
        if (numbers >= 2)
            return true;
    }
    return false;
}

static bool line_shows(struct review *r, unsigned number)
{
    struct str line = str_sub(r->d->line[number].text, 0, LINE_BYTES), span;
    size_t at = 0;
    while (span_next(line, &at, &span))
        if (seen(r->p, evidence_words, span) || seen(r->p, error_names, span))
            return true;
    if (seen(r->p, "^\\s*>\\s*[^\\s*\\[].{12,}", line) &&
        !seen(r->p, "^\\s*>\\s*(note|tip|important|warning|see)\\b", line))
        return true;
    if (seen(r->p, error_names, line) || seen(r->p, "\\bevidence: \\S", line))
        return true;
    return seen(r->p, "[\"\xe2\x80\x9c][^\"\xe2\x80\x9d]{8,}[\"\xe2\x80\x9d]",
                line) &&
           seen(r->p, evidence_words, line);
}

/* A link to where the observation is kept. */
static bool links_to_source(struct review *r, unsigned first, unsigned last)
{
    struct str g[1];
    EACH (link, l, r->d, link)
        if (l->line >= first && l->line <= last &&
            (l->image ? !seen(r->p, "badge|shield|logo", l->url)
                      : seen(r->p, told_where, l->url) ||
                            seen(r->p, told_where, l->text)))
            return true;
    for (unsigned i = first; i <= last; i++)
        if (!r->d->line[i].code &&
            found(r->p, "https?://[^\\s)>]{4,}", r->d->line[i].text, g, 1) &&
            seen(r->p, told_where, g[0]))
            return true;
    return false;
}

static bool labels_show(struct review *r, unsigned first, unsigned last)
{
    EACH (statement, s, r->d, statement)
        if (s->line >= first && s->line <= last && s->value.len > 3 &&
            seen(r->p,
                 "^(the )?(error|exception|message|log|output|evidence|proof|"
                 "observed|query|stack ?trace|symptom)s?( code| message| text|"
                 " line| excerpt)?s?$",
                 s->label))
            return true;
    return false;
}

static bool range_shows(struct review *r, unsigned first, unsigned last)
{
    EACH (block, b, r->d, block)
        if (b->first >= first && b->last <= last && shows_state(r, b))
            return true;
    EACH (table, t, r->d, table)
        if (t->head.line >= first && t->head.line <= last && is_measured(r, t))
            return true;
    for (unsigned i = first; i <= last; i++)
        if (!r->d->line[i].code && line_shows(r, i))
            return true;
    return links_to_source(r, first, last) || labels_show(r, first, last);
}

/* In the section itself any link and any measurement will do. */
static bool section_measures(struct review *r, const struct section *in)
{
    EACH (link, l, r->d, link)
        if (l->line >= in->line && l->line <= in->last_line)
            return true;
    for (unsigned i = in->line; i <= in->last_line; i++)
        if (!r->d->line[i].code &&
            seen(r->p, measured, str_sub(r->d->line[i].text, 0, LINE_BYTES)))
            return true;
    return false;
}

bool evidence_for(struct review *r, const struct section *in)
{
    if (section_measures(r, in) || range_shows(r, r->d->first, in->last_line))
        return true;
    for (size_t i = 1; i < r->d->section_count; i++) {
        const struct section *s = &r->d->section[i];
        bool kept = (s->own & (TOPIC_EVIDENCE | TOPIC_TIMELINE)) != 0 ||
                    seen(r->p,
                         "\\b(supporting|appendix|data|graphs?|screenshots?|"
                         "details|technical|analysis|five whys|5 whys)\\b",
                         s->title);
        if (kept && s->line > in->last_line &&
            range_shows(r, s->line, s->last_line))
            return true;
    }
    return false;
}

bool evidence_not_claimed(struct review *r, const struct section *in)
{
    for (unsigned i = in->line + 1; i <= in->last_line; i++)
        if (seen(r->p,
                 "\\b(no (known )?(log|failure|cause|root cause)\\b|"
                 "not (yet )?known|unknown|undetermined|unclear|inconclusive|"
                 "under investigation|to be (determined|investigated)|"
                 "not (yet )?(been )?(found|determined|confirmed|identified)|"
                 "suspect(ed)?|confidence: "
                 "(low|medium)|hypothes[ie]s|presumabl[ey]|probabl[ey]|likely|"
                 "(we|i) (believe|think|assume)|appears? to|seems? "
                 "to|(?:per)haps|"
                 "might have|may have|possibly)\\b",
                 str_sub(r->d->line[i].text, 0, LINE_BYTES)))
            return true;
    return false;
}
