/* Names of persons, apart from those of products, teams and roles. */
#include "lint/people.h"

#include <stdlib.h>
#include <string.h>

/* First names that are hardly those of a product; sorted. */
static const char *const first_names[] = {
    "aaron",     "adam",      "adrian",    "ahmed",       "aisha",
    "alan",      "alejandro", "alex",      "alexander",   "alexandra",
    "ali",       "alice",     "alicia",    "amanda",      "amir",
    "amy",       "ana",       "anders",    "andrea",      "andreas",
    "andrei",    "andrew",    "angela",    "anita",       "anja",
    "ann",       "anna",      "anne",      "antonio",     "arjun",
    "arthur",    "ashley",    "barbara",   "ben",         "benjamin",
    "bernd",     "bob",       "brandon",   "brian",       "bruno",
    "carla",     "carlos",    "carol",     "caroline",    "chris",
    "christian", "christina", "christine", "christopher", "claire",
    "clara",     "cynthia",   "daniel",    "daniela",     "dave",
    "david",     "deborah",   "deepak",    "denise",      "dennis",
    "diana",     "diego",     "dmitri",    "donald",      "donna",
    "dorothy",   "edward",    "eleanor",   "elena",       "elizabeth",
    "emil",      "emily",     "emma",      "eric",        "erik",
    "eva",       "fatima",    "felix",     "fernando",    "florian",
    "francesca", "francisco", "frank",     "fred",        "gabriel",
    "georg",     "george",    "grace",     "greg",        "gregory",
    "hanna",     "hannah",    "hans",      "harry",       "heather",
    "heidi",     "helen",     "helena",    "henrik",      "henry",
    "hugo",      "ian",       "igor",      "ingrid",      "irina",
    "isabel",    "ivan",      "jack",      "jacob",       "james",
    "jan",       "jane",      "janet",     "jason",       "javier",
    "jeff",      "jennifer",  "jens",      "jeremy",      "jessica",
    "jim",       "joan",      "joe",       "johan",       "johannes",
    "john",      "jonas",     "jonathan",  "jorge",       "jose",
    "joseph",    "joshua",    "juan",      "judith",      "judy",
    "julia",     "julian",    "justin",    "karen",       "karin",
    "karl",      "kate",      "katherine", "kathleen",    "katja",
    "keith",     "kelly",     "kenneth",   "kevin",       "klaus",
    "kumar",     "kyle",      "lars",      "laura",       "lauren",
    "lena",      "leo",       "leon",      "lisa",        "liu",
    "lucas",     "lucy",      "luis",      "lukas",       "magnus",
    "marco",     "marcus",    "margaret",  "maria",       "marie",
    "mario",     "mark",      "markus",    "marta",       "martha",
    "martin",    "mary",      "mateo",     "matt",        "matthew",
    "megan",     "mei",       "melissa",   "michael",     "michelle",
    "miguel",    "mike",      "mohamed",   "mohammed",    "monika",
    "nancy",     "natalia",   "natalie",   "nathan",      "neha",
    "nicholas",  "nick",      "nicole",    "nikita",      "nils",
    "nina",      "noah",      "olga",      "oliver",      "olivia",
    "oscar",     "pablo",     "pamela",    "patricia",    "patrick",
    "paul",      "paula",     "pavel",     "pedro",       "peter",
    "petra",     "phil",      "philip",    "pierre",      "priya",
    "rachel",    "rafael",    "rahul",     "raj",         "ralph",
    "raymond",   "rebecca",   "richard",   "rita",        "robert",
    "roberto",   "roger",     "ross",      "ryan",        "sam",
    "samantha",  "samuel",    "sandra",    "sara",        "sarah",
    "scott",     "sean",      "sebastian", "sergei",      "sharon",
    "simon",     "sofia",     "sophie",    "stefan",      "stephanie",
    "stephen",   "steve",     "steven",    "sunil",       "susan",
    "sven",      "tanya",     "teresa",    "theresa",     "thomas",
    "tim",       "timothy",   "tina",      "tom",         "tomas",
    "tony",      "ulrich",    "ursula",    "vanessa",     "victor",
    "victoria",  "vikram",    "vincent",   "vladimir",    "walter",
    "wei",       "wendy",     "william",   "wolfgang",    "xavier",
    "yan",       "yuki",      "yusuf",     "zhang",       "zoe",
};

static int compare(const void *key, const void *row)
{
    return strcmp(key, *(const char *const *)row);
}

static bool is_first_name(struct str word)
{
    char lower[16];
    if (word.len == 0 || word.len >= sizeof(lower))
        return false;
    for (size_t i = 0; i < word.len; i++)
        lower[i] = (char)(word.ptr[i] | 0x20);
    lower[word.len] = '\0';
    return bsearch(lower, first_names, ARRAY_COUNT(first_names),
                   sizeof(*first_names), compare) != NULL;
}

struct str person_blamed(struct patterns *p, struct str text)
{
    static const char quoted[] =
        "\\b(?:by|from) (?:the )?(?:user|developer|engineer|employee|colleague|"
        "admin) [\"'\xe2\x80\x9c](?:[^\"'\xe2\x80\x9d]{2,40})[\"'\xe2\x80\x9d]";
    static const char by[] =
        "\\b(?:caused|broken|pushed|merged|deleted|forgotten|missed|introduced|"
        "dropped|overwritten|deployed|changed|made|reverted|restarted) by "
        "(?-i:([A-Z][a-z]+)(?: ([A-Z][a-z]+))?)\\b";
    struct str g[3];
    size_t at = 0;
    if (found(p, quoted, text, g, 1))
        return g[0];
    while (next(p, by, text, g, 3, &at))
        if (is_first_name(g[1]))
            return g[0];
    return STR_NONE;
}

struct str person_acting(struct patterns *p, struct str text)
{
    static const char acts[] =
        "(?:^|[,;.:|)-]\\s*|\\band |\\bthen )"
        "(?-i:([A-Z][a-z]{1,14})(?: [A-Z](?:[a-z]+|\\.))?) "
        "(?:(restarted|reverted|deployed|merged|pushed|rolled|fixed|stopped|"
        "started|ran|changed|disabled|enabled|added|removed|deleted|scaled|"
        "updated|created|opened|closed|confirmed|identified|found|checked|"
        "killed|declared|reported|escalated|paged|posted|begins|began)|"
        "(noticed|joined|(?:as)ked|pinged|suggested|realised|realized|wrote|"
        "said|"
        "called|(?:to)ld|logged|acknowledged|remembered|guessed|messaged))\\b";
    struct str g[4];
    size_t at = 0;
    while (next(p, acts, text, g, 4, &at)) {
        if (is_first_name(g[1]))
            return g[0];
        if (at > g[0].len)
            at--; /* what ends a match may begin the next */
    }
    return STR_NONE;
}
