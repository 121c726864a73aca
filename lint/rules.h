/* The functions of the rules; each has a row in lint.c. */
#ifndef LINT_RULES_H
#define LINT_RULES_H

struct review;

#define RULES(X)                                                               \
    X(status_disagrees)                                                        \
    X(resolved_unverified)                                                     \
    X(estimate_in_resolved)                                                    \
    X(duration_differs)                                                        \
    X(duration_not_in_timeline)                                                \
    X(timeline_order)                                                          \
    X(time_incomplete)                                                         \
    X(evidence_outside)                                                        \
    X(count_differs)                                                           \
    X(sum_differs)                                                             \
    X(mean_of_one)                                                             \
    X(ratio_differs)                                                           \
    X(future_done)                                                             \
    X(done_but_pending)                                                        \
    X(availability_differs)                                                    \
    X(cause_without_evidence)                                                  \
    X(number_without_source)                                                   \
    X(commit_not_deployed)                                                     \
    X(criterion_differs)                                                       \
    X(newer_than_update)                                                       \
    X(field_missing)                                                           \
    X(section_twice)                                                           \
    X(action_unowned)                                                          \
    X(placeholder_left)                                                        \
    X(marker_broken)                                                           \
    X(link_dead)                                                               \
    X(text_mojibake)                                                           \
    X(dates_mixed)                                                             \
    X(statements_opposed)                                                      \
    X(human_error)                                                             \
    X(outage_unproven)                                                         \
    X(counterfactual)                                                          \
    X(person_named)                                                            \
    X(emoji_only_status)                                                       \
    X(secret_shown)                                                            \
    X(git_range_empty)                                                         \
    X(command_destructive)                                                     \
    X(log_outside_code)                                                        \
    X(hidden_character)                                                        \
    X(code_meaning_differs)                                                    \
    X(safeguard_removed)                                                       \
    X(switch_idle)                                                             \
    X(question_open)                                                           \
    X(earlier_unlinked)                                                        \
    X(earlier_action_open)                                                     \
    X(state_moved)

#define DECLARE(name) void check_##name(struct review *r);
RULES(DECLARE)
#undef DECLARE

#endif
