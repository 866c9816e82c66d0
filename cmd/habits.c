/* habits.c - one table of them. An option that a command has is never looked up here. */
#include "config.h"

#include "cmd/habits.h"

#include <stddef.h>
#include <string.h>

#define CLIENTS "-c, --clients 8"
#define TIME "-T, --time 10s"
#define OPS "-n, --ops 1000"
#define DEFINE "-D, --define NAME=VALUE sets a param of the file"
#define BACKENDS "-b, --backends sqlite"
#define CONNECT "a backend block says it, or a variable: `wklc --list-backends` names both"
#define RESULT(ending) "-o result." ending
#define WKLC(option) "`wklc " option "` does that"
#define STAGE(name) "--emit=" name

struct habit { const char *command, *names, *instead; };    /* names: with a blank before and behind each */

static const struct habit options[] = {
    {"wklrun", " duration d runtime seconds length measure ", TIME},
    {"wklrun", " concurrency vus users virtual-users parallel parallelism workers client-count ", CLIENTS},
    {"wklrun", " threads thread ", CLIENTS " (concurrent requests), or -j, --jobs 4 (threads of the client)"},
    {"wklrun", " t ", OPS " (requests), " CLIENTS " (concurrent requests), or -j, --jobs 4 (threads of the client)"},
    {"wklrun", " iterations i transactions operations operationcount requests events queries cycles count number ", OPS},
    {"wklrun", " qps rps tps throughput arrival-rate ", "-R, --rate 1k/s"},
    {"wklrun", " scale s scale-factor table-size tables recordcount rows p param params set var env e x ",
     DEFINE},
    {"wklrun", " f file script workload ", "the workload needs no option: `wklrun FILE`"},
    {"wklrun", " v verbose full all-figures detail ", "--details (-V is --version)"},
    {"wklrun", " debug report-interval interval stats ", "-P, --progress 1s"},
    {"wklrun", " json ", RESULT("json") ", or --format json for standard output"},
    {"wklrun", " html ", RESULT("html")},
    {"wklrun", " csv ", RESULT("csv") ", or --format csv for standard output"},
    {"wklrun", " md markdown ", RESULT("md") ", or --format md for standard output"},
    {"wklrun", " xml junit ", RESULT("xml")},
    {"wklrun", " result results save export summary-export summary write ", RESULT("json")},
    {"wklrun", " target db database driver db-driver engine databases ",
     BACKENDS " (--targets FILE adds a file with backend blocks)"},
    {"wklrun", " host port user username password url uri dsn connection-string server h H u U ", CONNECT},
    {"wklrun", " warm-up warmup-time warm ramp ramp-up rampup ", "-w, --warmup 5s"},
    {"wklrun", " latency histogram histo percentiles percentile hist ",
     "every report has percentiles; --hdr FILE writes all latencies"},
    {"wklrun", " threshold thresholds assert fail fail-on max-latency ", "--fail-if 'p99 > 50ms'"},
    {"wklrun", " init initialize prepare create load ", "--only load"},
    {"wklrun", " cleanup clean drop ", "--only drop"},
    {"wklrun", " no-clean no-cleanup no-drop ", "--keep"},
    {"wklrun", " silent no-progress ", "-q, --quiet"},
    {"wklrun", " random-seed rand-seed ", "--seed N"},
    {"wklrun", " docker container throwaway ", "--local"},
    {"wklrun", " M protocol prepared ", "requests are prepared once and sent many times, always"},
    {"wklrun", " S N C select-only skip-some-updates connect ", "the file's queries say what is run: docs/language.md"},
    {"wklrun", " stage stages ", "`sweep clients in [1, 8, 64]` in the file"},
    {"wklrun", " compare compare-to against ", "--baseline NAME"},
    {"wklrun", " timeout think-time delay ", "the file says it: docs/language.md"},
    {"wklrun", " list-backends list ", WKLC("--list-backends")},
    {"wklrun", " check validate lint emit explain plan fmt ", WKLC("FILE")},
    {"wklc", " format ", "--fmt"},
    {"wklc", " b backend backends db database dialect engine ", "--target sqlite"},
    {"wklc", " plan ", STAGE("plan")},
    {"wklc", " schema ddl ", STAGE("schema")},
    {"wklc", " sql request requests ", STAGE("request")},
    {"wklc", " ast ", STAGE("ast")},
    {"wklc", " ir ", STAGE("ir")},
    {"wklc", " tokens ", STAGE("tokens")},
    {"wklc", " bytecode ", STAGE("bytecode")},
    {"wklc", " cost costs price prices ", STAGE("cost")},
    {"wklc", " list ", "--list-backends"},
    {"wklc", " lint validate syntax-check c ", "--check, which is the default"},
    {"wklc", " param params set var p ", DEFINE},
    {"wklc", " i in-place inplace ", "--fmt --write"},
    {"wklc", " output-dir dir ", "-o, --output DIR"},
    {"wklc", " v verbose ", "-V, --version; `wklc --emit FILE` shows what a file becomes"},
    {"wklc", " local clients time ops T n duration progress ", "wklc runs nothing: `wklrun FILE` does"},
};

static const struct habit words[] = {
    {"wklrun", " prepare init load ", "`wklrun FILE --only load --keep`"},
    {"wklrun", " run start bench ", "`wklrun FILE`"},
    {"wklrun", " cleanup clean drop ", "`wklrun FILE --only drop`"},
    {"wklrun", " report ", "`wklrun --report RESULT.json`"},
    {"wklc", " check compile build lint ", "`wklc FILE`"},
    {"wklc", " fmt format ", "`wklc --fmt FILE`"},
    {"wklc", " explain ", "`wklc --explain CODE`"},
    {"wklc", " emit ", "`wklc --emit FILE`"},
};

static const char *find(const struct habit *habits, size_t n, const char *command, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; len && i < n; i++)
        for (const char *at = habits[i].names; !strcmp(habits[i].command, command) && (at = strstr(at, name));
             at++)
            if (at[-1] == ' ' && at[len] == ' ')      /* the blank before the first is always there */
                return habits[i].instead;
    return NULL;
}

const char *habit_option(const char *command, const char *option)
{
    return strchr(option, ' ') ? NULL : find(options, sizeof options / sizeof *options, command, option);
}

const char *habit_word(const char *command, const char *word)
{
    return strchr(word, ' ') ? NULL : find(words, sizeof words / sizeof *words, command, word);
}
