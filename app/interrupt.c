/* The signal that ends a run: caught, or passed on by the parent. */
#include "app/interrupt.h"

#include <signal.h>
#include <stddef.h>

#include "base/attr.h"

/* The signal that ends the run; a second one ends the process. */
static volatile sig_atomic_t ended_by;

static void note_signal(int number)
{
    ended_by = number;
}

void interrupt_catch(void)
{
    struct sigaction action = {.sa_handler = note_signal,
                               .sa_flags = (int)SA_RESETHAND};
    ended_by = 0;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static void note_parent(int number)
{
    ended_by = number == SIGUSR1 ? SIGINT : SIGTERM;
}

/* Terminals and service managers signal both at once: the parent decides. */
void interrupt_obey_parent(void)
{
    static const int others[] = {SIGINT, SIGTERM, SIGHUP};
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction action = {.sa_handler = note_parent};
    ended_by = 0;
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR2, &action, NULL);
    for (size_t i = 0; i < ARRAY_COUNT(others); i++)
        sigaction(others[i], &ignore, NULL);
}

int interrupt_signal(void)
{
    return (int)ended_by;
}

bool interrupt_came(void *context)
{
    (void)context;
    return ended_by != 0;
}
