/* Verdict and advice as one sentence: the state, and what to do. */
#include "report/report.h"

static const char *when_proceeding(const struct record *r)
{
    return r->verdict == VERDICT_HEALTHY
               ? "production is healthy; no build was named"
               : "the expected build is in production and healthy";
}

static const char *when_reviewing(const struct record *r)
{
    switch ((enum verdict)r->verdict) {
    case VERDICT_UNHEALTHY:
        return "no host of the checks was found; check their URLs";
    case VERDICT_NOT_SHIPPED:
        return "production is degraded, and not on the expected build; review "
               "it before the next step";
    case VERDICT_INCONCLUSIVE:
        return "not everything could be judged; review it before the next "
               "step";
    case VERDICT_HEALTHY:
    case VERDICT_VERIFIED:
    case VERDICT_DEGRADED:
        break;
    }
    return r->production.state == PRODUCTION_HEALTHY
               ? "production is healthy; review the reasons before the next "
                 "step"
               : "production is degraded; review it before the next step";
}

static const char *when_waiting(const struct record *r)
{
    bool conflict = r->deployment.state == DEPLOYMENT_CONFLICT;
    if (r->verdict == VERDICT_UNHEALTHY)
        return conflict ? "production is down, and another deployment is in "
                          "progress; wait for it to finish, then verify again"
                        : "production is down, and several builds respond; "
                          "wait for the rollout to finish, then verify again";
    if (conflict)
        return "another deployment is in progress; wait for it to finish, then "
               "verify again";
    return "the rollout had not settled; wait, then verify again";
}

static const char *when_fixing(const struct record *r)
{
    if (r->production.state == PRODUCTION_HEALTHY)
        return "production is healthy; fix or repeat the deploy, do not roll "
               "back";
    for (size_t i = 0; i < r->logs.cause_count; i++)
        if (r->logs.cause[i].rollback == ROLLBACK_HARMFUL &&
            cause_stands(&r->logs.cause[i]))
            return "production is down; fix the deploy, a rollback would do "
                   "harm";
    return "production is down; fix the deploy, a rollback will not help";
}

const char *report_advice_text(const struct record *r)
{
    switch ((enum advice)r->advice) {
    case ADVICE_PROCEED:
        return when_proceeding(r);
    case ADVICE_REVIEW:
        return when_reviewing(r);
    case ADVICE_ROLL_BACK:
        return "production is down; roll back to the last good build";
    case ADVICE_WAIT:
        return when_waiting(r);
    case ADVICE_FIX_DEPLOY:
        return when_fixing(r);
    case ADVICE_CHECK_RUNNER:
        return "the checks could not be judged; check the runner and its "
               "network";
    }
    return "";
}
