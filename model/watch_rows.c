/* Public names of what is watched. */
#include "model/watch_rows.h"

NAMES(transition_names, "transition", "opened", "worsened", "improved",
      "recovering", "acknowledged", "reminded", "resolved", "reopened",
      "closed", "flapping", "late", "blind", "sighted");
NAMES(notice_state_names, "state of a notification", "pending", "sent",
      "given-up", "held");
