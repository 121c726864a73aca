/* Shapes of what the logs say. */
#include "model/finding.h"

#include "base/shape_rows.h"

#define STRUCT place
static const struct shape_field place_shape_rows[] = {
    FIELD("file", SHAPE_TEXT, file, "log the name as given"),
    FIELD("line", SHAPE_INT, line, "from 1, counted by LF"),
    FIELD("cr_line", SHAPE_INT, cr_line,
          "where a lone CR ends a line, too, as in an editor; 0: the same"),
    FIELD("offset", SHAPE_INT, offset, "of the line's first byte"),
    FIELD("time", SHAPE_TIME, time_ms,
          "of the line or the nearest one above with a date"),
};
static SHAPE_OF(place_shape, "place");
#undef STRUCT

#define STRUCT evidence
static const struct shape_field evidence_shape_rows[] = {
    FIELD("file", SHAPE_TEXT, file, "log the name as given"),
    FIELD("line", SHAPE_INT, line, "from 1, counted by LF"),
    FIELD("text", SHAPE_TEXT, text, "the line, made harmless and redacted"),
};
static SHAPE_OF(evidence_shape, "evidence");
#undef STRUCT

#define STRUCT finding
static const struct shape_field finding_shape_rows[] = {
    FIELD("signature", SHAPE_TEXT, signature, "signature id"),
    FIELD("code", SHAPE_TEXT, code, "error code, null if none"),
    FIELD("title", SHAPE_TEXT, title, "what it is, in words"),
    FIELD("fingerprint", SHAPE_TEXT, fingerprint,
          "the same in every run for the same incident: way of making it, "
          "then hash"),
    NAMED("role", role, &role_names, "place in a cascade"),
    NAMED("severity", severity, &severity_names, "how bad it is for a deploy"),
    FIELD("count", SHAPE_INT, count, "times it happened"),
    FIELD("in_good", SHAPE_BOOL, in_good,
          "the log of the good deploy has its lines, too"),
    FIELD("recovered", SHAPE_TEXT, recovered,
          "where it was got over, null when it was not"),
    OBJECT("first", first, &place_shape, "first place"),
    OBJECT("last", last, &place_shape, "last place"),
    PAIRS("captures", capture, "what it names: relation, migration, and so on"),
    FIELD("meaning", SHAPE_TEXT, meaning, "what it means"),
    LIST("evidence", evidence, &evidence_shape, "its lines, the first ones"),
};
SHAPE_OF(finding_shape, "finding");
#undef STRUCT

#define STRUCT remedy
static const struct shape_field remedy_shape_rows[] = {
    FIELD("text", SHAPE_TEXT, text, "what to do"),
    FIELD("command", SHAPE_TEXT, command, "command line, null if none"),
    FIELD("danger", SHAPE_TEXT, danger, "what it can break, null when safe"),
};
static SHAPE_OF(remedy_shape, "remedy");
#undef STRUCT

#define STRUCT chain_link
static const struct shape_field chain_shape_rows[] = {
    FIELD("signature", SHAPE_TEXT, signature,
          "signature id, null for an unknown error"),
    FIELD("text", SHAPE_TEXT, text, "what happened"),
    NAMED("role", role, &role_names, "place in the cascade"),
    FIELD("file", SHAPE_TEXT, file, "log the name as given"),
    FIELD("line", SHAPE_INT, line, "from 1"),
};
static SHAPE_OF(chain_shape, "chain_link");
#undef STRUCT

#define STRUCT cause
static const struct shape_field cause_shape_rows[] = {
    FIELD("signature", SHAPE_TEXT, signature, "signature id of the root"),
    FIELD("cluster", SHAPE_TEXT, cluster,
          "or: id of the unknown error that is the root"),
    FIELD("elsewhere", SHAPE_TEXT, elsewhere,
          "or: the root is not in these logs, and where to look for it"),
    RARE_FIELD("proof", SHAPE_TEXT, proof,
               "or: id of what git or the deployments prove, such as "
               "evidence/migration-edited"),
    FIELD("title", SHAPE_TEXT, title, "the cause in one line"),
    NAMED("confidence", confidence, &confidence_names, "how sure"),
    FIELD("score", SHAPE_INT, score, "what it is ranked by; see its reasons"),
    FIELD("recovered", SHAPE_TEXT, recovered,
          "where it was got over, null when it was not"),
    RARE_FIELD("earlier", SHAPE_BOOL, earlier,
               "true: it is from an earlier deploy and decides nothing"),
    NAMED("deployment", deployment, &deployment_names,
          "what it proves about the deployment, null if nothing"),
    RARE_NAMED("rollback", rollback, &rollback_names,
               "what a rollback does while this is the cause; left out when "
               "nothing is known of it"),
    RARE_FIELD("rollback_why", SHAPE_TEXT, rollback_why,
               "why, as a clause; given together with rollback"),
    TEXTS("reasons", reason, "why this is the cause"),
    LIST("chain", chain, &chain_shape, "from the root to its last consequence"),
    LIST("evidence", evidence, &evidence_shape, "lines of the root"),
    FIELD("meaning", SHAPE_TEXT, meaning, "what it means"),
    TEXTS("confirm", confirm, "how to confirm it"),
    LIST("remedies", remedy, &remedy_shape, "ways out, safe ones first"),
    TEXTS("prevention", prevention, "how to keep it from coming back"),
    TEXTS("links", link, "documentation"),
};
SHAPE_OF(cause_shape, "cause");
#undef STRUCT

bool cause_stands(const struct cause *c)
{
    return c->recovered == NULL && !c->earlier;
}

const struct cause *findings_cause(const struct findings *f)
{
    for (size_t i = 0; i < f->cause_count; i++)
        if (cause_stands(&f->cause[i]))
            return &f->cause[i];
    return NULL;
}

#define STRUCT cluster
static const struct shape_field cluster_shape_rows[] = {
    FIELD("id", SHAPE_TEXT, id, "stable id of the masked line"),
    FIELD("text", SHAPE_TEXT, text, "the line with its variable parts masked"),
    FIELD("count", SHAPE_INT, count, "lines like it"),
    FIELD("in_good", SHAPE_BOOL, in_good,
          "the log of the good deploy has them, too"),
    OBJECT("first", first, &place_shape, "first place"),
    OBJECT("last", last, &place_shape, "last place"),
    FIELD("sample", SHAPE_TEXT, sample, "the first such line"),
};
SHAPE_OF(cluster_shape, "cluster");
#undef STRUCT

#define STRUCT explanation
static const struct shape_field explanation_shape_rows[] = {
    FIELD("signature", SHAPE_TEXT, signature, "signature id"),
    FIELD("lines", SHAPE_INT, lines, "error lines that it explains"),
};
static SHAPE_OF(explanation_shape, "explanation");
#undef STRUCT

#define STRUCT edge_row
static const struct shape_field edge_shape_rows[] = {
    FIELD("from", SHAPE_TEXT, from, "signature id of what follows"),
    FIELD("to", SHAPE_TEXT, to,
          "of what it follows; unknown: an error without a signature; "
          "elsewhere: nothing in these logs"),
    NAMED("kind", kind, &edge_names, "how"),
    FIELD("across", SHAPE_BOOL, across,
          "it leads to another log, container or process"),
    FIELD("count", SHAPE_INT, count, "times it was seen"),
    FIELD("file", SHAPE_TEXT, file, "where `from` stands, first"),
    FIELD("line", SHAPE_INT, line, "from 1"),
    FIELD("to_file", SHAPE_TEXT, to_file, "where `to` stands, null: nowhere"),
    FIELD("to_line", SHAPE_INT, to_line, "from 1, 0: nowhere"),
};
SHAPE_OF(edge_shape, "edge");
#undef STRUCT

#define STRUCT log_run
static const struct shape_field log_run_shape_rows[] = {
    FIELD("scope", SHAPE_TEXT, scope, "log of the run"),
    FIELD("from", SHAPE_INT, from, "its first line, from 1"),
    FIELD("to", SHAPE_INT, to, "its last line"),
    NAMED("outcome", outcome, &outcome_names,
          "how it ended; unknown: the log does not show it, so it is neither "
          "a success nor, without an error, a failure"),
    FIELD("said_by", SHAPE_TEXT, said_by,
          "signature id of the line that states it, null: no line does, or an "
          "error that was not caught"),
    FIELD("line", SHAPE_INT, line, "line of that, 0: none"),
};
SHAPE_OF(log_run_shape, "run");
#undef STRUCT

#define STRUCT why_row
static const struct shape_field why_shape_rows[] = {
    FIELD("file", SHAPE_TEXT, file, "log the name as given"),
    FIELD("line", SHAPE_INT, line, "from 1"),
    FIELD("signature", SHAPE_TEXT, signature, "signature id"),
    FIELD("text", SHAPE_TEXT, text, "which pattern, or why it was left out"),
};
static SHAPE_OF(why_shape, "why");
#undef STRUCT

#define STRUCT excerpt_row
static const struct shape_field excerpt_shape_rows[] = {
    FIELD("file", SHAPE_TEXT, file, "log the name as given"),
    FIELD("line", SHAPE_INT, line, "from 1, counted by LF"),
    FIELD("text", SHAPE_TEXT, text,
          "the line without what the host put before it, made harmless and "
          "redacted, a long one cut"),
    RARE_FIELD("more", SHAPE_INT, more,
               "lines of the log that are like it and left out"),
    RARE_FIELD("root", SHAPE_BOOL, root, "true: a cause begins here"),
};
static SHAPE_OF(excerpt_shape, "excerpt");
#undef STRUCT

#define STRUCT coverage
static const struct shape_field coverage_shape_rows[] = {
    FIELD("files", SHAPE_INT, files, "logs read"),
    FIELD("lines", SHAPE_INT, lines, "lines read"),
    FIELD("bytes", SHAPE_INT, bytes, "bytes read"),
    FIELD("errors", SHAPE_INT, errors, "lines that claim an error"),
    FIELD("explained", SHAPE_INT, explained,
          "of those: explained by a signature"),
    LIST("by", by, &explanation_shape, "which, most lines first"),
    FIELD("suppressed", SHAPE_INT, suppressed,
          "matches left out by a suppression"),
    FIELD("gave_up", SHAPE_INT, gave_up,
          "matches that passed a limit, so nothing is known of them"),
    FIELD("unjudged", SHAPE_INT, unjudged,
          "of those: matches that might have proved a failed deploy"),
    FIELD("interpreted", SHAPE_INT, interpreted,
          "regexes that ran without JIT, as the machine forbids it: slower"),
    FIELD("cut", SHAPE_INT, cut, "lines longer than what is matched of one"),
    RARE_FIELD("unread", SHAPE_INT, unread,
               "logs that were not read to their end, as the time for reading "
               "had passed; each is counted in gave_up and unjudged, too"),
    RARE_FIELD("mixed", SHAPE_INT, mixed,
               "logs that are not all in the encoding that their first bytes "
               "name; each part was read as what it is"),
};
SHAPE_OF(coverage_shape, "coverage");
#undef STRUCT

#define STRUCT findings
static const struct shape_field findings_shape_rows[] = {
    LIST("findings", finding, &finding_shape, "known errors in the logs"),
    LIST("news", news, &finding_shape,
         "good news in the logs, which get over errors"),
    LIST("causes", cause, &cause_shape, "what broke first, best first"),
    LIST("unknown", unknown, &cluster_shape, "error lines without a signature"),
    LIST("graph", edge, &edge_shape, "what follows from what"),
    LIST("runs", run, &log_run_shape, "the last run of each log"),
    LIST("why", why, &why_shape, "why lines count, when asked for"),
    RARE_LIST("excerpt", excerpt, &excerpt_shape,
              "lines that diagnose the run, for --excerpt"),
    OBJECT("coverage", coverage, &coverage_shape,
           "what was read and understood"),
};
SHAPE_OF(findings_shape, "findings");
#undef STRUCT
