/* What a document is made of: sections over a record and facts. */
#ifndef REPORT_DOCUMENT_H
#define REPORT_DOCUMENT_H

#include "report/markdown.h"
#include "report/report.h"

/* Writes nothing when it has nothing to say. */
struct section {
    const char *name, *help;
    void (*write)(struct markdown *m, const struct report_inputs *in);
    bool for_public; /* it has nothing internal when in->for_public is set */
};

size_t section_count(void);
const struct section *section_at(size_t index);

/* status_section.c */
void section_status_head(struct markdown *m, const struct report_inputs *in);
void section_why(struct markdown *m, const struct report_inputs *in);
void section_builds(struct markdown *m, const struct report_inputs *in);
void section_services(struct markdown *m, const struct report_inputs *in);
void section_next_steps(struct markdown *m, const struct report_inputs *in);
void section_more(struct markdown *m, const struct report_inputs *in);
void section_about(struct markdown *m, const struct report_inputs *in);

/* timeline_section.c, metrics.c */
void section_timeline(struct markdown *m, const struct report_inputs *in);
void section_metrics(struct markdown *m, const struct report_inputs *in);

/* cause_section.c, results.c, comparison.c */
void section_causes(struct markdown *m, const struct report_inputs *in);
void section_cause_details(struct markdown *m, const struct report_inputs *in);
void section_failures(struct markdown *m, const struct report_inputs *in);
void section_results(struct markdown *m, const struct report_inputs *in);
void section_responses(struct markdown *m, const struct report_inputs *in);
void section_comparison(struct markdown *m, const struct report_inputs *in);

/* evidence_section.c */
void section_commits(struct markdown *m, const struct report_inputs *in);
void section_files(struct markdown *m, const struct report_inputs *in);
/* database_section.c */
void write_databases(struct markdown *m, const struct record *r);
void section_migrations(struct markdown *m, const struct report_inputs *in);
void section_conflicts(struct markdown *m, const struct report_inputs *in);

/* deployment_section.c */
void section_deployments(struct markdown *m, const struct report_inputs *in);
void section_workflows(struct markdown *m, const struct report_inputs *in);
void section_stayed_healthy(struct markdown *m, const struct report_inputs *in);

/* story.c: how it came about and what was done, as people tell it */
void section_mechanism(struct markdown *m, const struct report_inputs *in);
void section_hypotheses(struct markdown *m, const struct report_inputs *in);
void section_changes(struct markdown *m, const struct report_inputs *in);
void section_measures(struct markdown *m, const struct report_inputs *in);
void section_risks(struct markdown *m, const struct report_inputs *in);
void section_related(struct markdown *m, const struct report_inputs *in);
void section_documents(struct markdown *m, const struct report_inputs *in);

/* heads.c */
void section_incident_head(struct markdown *m, const struct report_inputs *in);
void section_root_cause_head(struct markdown *m,
                             const struct report_inputs *in);
void section_success_head(struct markdown *m, const struct report_inputs *in);

/* in_short.c, impact.c, picture_section.c */
void section_summary(struct markdown *m, const struct report_inputs *in);
void section_impact(struct markdown *m, const struct report_inputs *in);
void section_picture(struct markdown *m, const struct report_inputs *in);

/* house_sections.c: what post-mortems of houses ask for */
void section_trigger(struct markdown *m, const struct report_inputs *in);
void section_detection(struct markdown *m, const struct report_inputs *in);
void section_response(struct markdown *m, const struct report_inputs *in);
void section_contributing_factors(struct markdown *m,
                                  const struct report_inputs *in);
void section_backlog(struct markdown *m, const struct report_inputs *in);
void section_responders(struct markdown *m, const struct report_inputs *in);
void section_messaging(struct markdown *m, const struct report_inputs *in);

/* The sentences of the summary, as a paragraph: in_short.c */
void summary_sentences(struct markdown *m, const struct report_inputs *in);

/* people.c: what the facts tell, and prompts for what they leave out */
void section_counter_evidence(struct markdown *m,
                              const struct report_inputs *in);
void section_glossary(struct markdown *m, const struct report_inputs *in);
void section_options(struct markdown *m, const struct report_inputs *in);
void section_prevention(struct markdown *m, const struct report_inputs *in);
void section_lessons(struct markdown *m, const struct report_inputs *in);
void section_success_criteria(struct markdown *m,
                              const struct report_inputs *in);
void section_actions(struct markdown *m, const struct report_inputs *in);
void section_sign_off(struct markdown *m, const struct report_inputs *in);
void section_references(struct markdown *m, const struct report_inputs *in);

#endif
