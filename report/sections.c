/* THE table of sections: templates, their errors and docs come from it. */
#include "report/document.h"

static const struct section sections[] = {
    {"status_head", "title and verdict of a status document",
     section_status_head, false},
    {"incident_head", "title, id, status, severity and stamps of an incident",
     section_incident_head, true},
    {"root_cause_head", "title and status of a root cause",
     section_root_cause_head, false},
    {"success_head", "title and verdict of a deployment that went well",
     section_success_head, false},
    {"summary", "what happened, by people and as it was observed",
     section_summary, true},
    {"impact", "what was affected, from when until when, and what users saw",
     section_impact, true},
    {"trigger", "what set it off, or the last change before it",
     section_trigger, false},
    {"detection", "how it was noticed, by whom and how soon", section_detection,
     false},
    {"response", "when it was acknowledged", section_response, false},
    {"contributing_factors", "conditions that led to it or prolonged it",
     section_contributing_factors, false},
    {"backlog", "open work that would have prevented it", section_backlog,
     false},
    {"responders", "who responded", section_responders, false},
    {"messaging", "what colleagues and customers are to know",
     section_messaging, false},
    {"picture", "the checks over the time of the incident, as a picture",
     section_picture, false},
    {"why", "the reasons of the verdict", section_why, false},
    {"builds", "which builds answered, and how often", section_builds, false},
    {"services", "each service, its state and answer", section_services, false},
    {"causes", "what broke first: evidence, chain, fixes", section_causes,
     false},
    {"cause_details",
     "of each cause: its meaning, how to confirm it, dangers, prevention",
     section_cause_details, false},
    {"mechanism", "how it came about, step by step; code that shows it",
     section_mechanism, false},
    {"hypotheses", "what may be behind the cause, for and against",
     section_hypotheses, false},
    {"counter_evidence", "what speaks against the first cause",
     section_counter_evidence, false},
    {"glossary", "error codes and what they mean", section_glossary, false},
    {"conflicts", "deployments that held one target at the same time",
     section_conflicts, false},
    {"stayed_healthy", "why production went on while a deployment did not",
     section_stayed_healthy, false},
    {"workflows", "ways to deploy: trigger, target, steps, runs",
     section_workflows, false},
    {"deployments", "the last runs that deployed, and how they ended",
     section_deployments, false},
    {"commits", "what was deployed: commits and how much they changed",
     section_commits, false},
    {"files", "the files of these commits, with their lines", section_files,
     false},
    {"migrations", "applied migrations that were edited; where production is",
     section_migrations, false},
    {"options", "ways out that people weighed", section_options, false},
    {"changes", "what was changed to end it: lines before and after",
     section_changes, false},
    {"measures", "safeguards, with the state of check or file",
     section_measures, false},
    {"risks", "what stood against them before, and stands now", section_risks,
     false},
    {"failures",
     "of several records, each failed check in the record of its failure",
     section_failures, false},
    {"results", "each check and its state; of a failed one, all of it",
     section_results, false},
    {"responses", "of checks that passed, what they expected and found",
     section_responses, false},
    {"comparison", "what has changed since the baseline", section_comparison,
     false},
    {"timeline", "what happened when, and how one knows", section_timeline,
     true},
    {"metrics", "stamps, durations between two of them, what was deployed",
     section_metrics, false},
    {"prevention", "how to keep it from coming back", section_prevention, true},
    {"lessons", "what went well, what went badly, where luck helped",
     section_lessons, false},
    {"success_criteria", "when it is over, with the state of the checks",
     section_success_criteria, false},
    {"next_steps", "what to do now", section_next_steps, false},
    {"actions", "what is to be done after it, by whom, until when",
     section_actions, false},
    {"related", "other incidents, and how many in what time", section_related,
     false},
    {"documents", "what to read with this one", section_documents, false},
    {"sign_off", "who stands for it", section_sign_off, false},
    {"references", "further reading, contributors", section_references, false},
    {"more", "how to have the appendix, in a document without it", section_more,
     false},
    {"about", "what made the document, and from what", section_about, false},
};

size_t section_count(void)
{
    return ARRAY_COUNT(sections);
}

const struct section *section_at(size_t index)
{
    return &sections[index];
}

size_t report_section_count(void)
{
    return ARRAY_COUNT(sections);
}

struct report_section_doc report_section(size_t index)
{
    return (struct report_section_doc){sections[index].name,
                                       sections[index].help};
}
