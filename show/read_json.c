/* read_json.c - a text that should be a result: its tables (result_fields.h), read. What it derives from the
 * rest (percentiles, intervals, rates, what is ranked) is not read, but derived again. */
#include "config.h"

#include "show/read_json.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "base/file.h"
#include "findings/compare.h"
#include "findings/costs.h"
#include "findings/recommend.h"
#include "show/json_read.h"
#include "show/result_fields.h"

enum { MOST_BYTES = 256 << 20, MOST_VALUES = 10000000 };     /* a value takes some 100 bytes while it is
                                                                read */

/* Where the text stops being JSON, as a line. What is cut within a string is said to end where that begins;
 * but then no brace is last. */
static int fail_at(const char *json, size_t n, const char *end, struct error *err)
{
    while (n && strchr(" \t\r\n", json[n - 1]))
        n--;
    size_t line = 1, upto = end && end >= json && end <= json + n ? (size_t)(end - json) : n;
    for (size_t i = 0; i < upto; i++)
        line += json[i] == '\n';
    if (upto + 1 >= n || json[n - 1] != '}')
        return error_set(err, ERR_USAGE, "it was cut short in line %zu, or is not JSON", line);
    return error_set(err, ERR_USAGE, "it is not JSON from line %zu on", line);
}

/* Values of the text, as JSON counts them, if it is JSON: each ends with one of these signs, or is
 * an object or a list. */
static bool has_many_values(const char *json, size_t n)
{
    size_t count = 0;
    bool text = false;
    for (size_t i = 0; i < n && count <= MOST_VALUES; i++) {
        if (json[i] == '\\' && text)
            i++;
        else if (json[i] == '"')
            text = !text;
        else
            count += !text && (json[i] == ',' || json[i] == '[' || json[i] == '{');
    }
    return count > MOST_VALUES;
}

int results_read_text(const char *json, size_t n, struct results **out, struct error *err)
{
    const char *end = NULL;
    if (has_many_values(json, n))
        return error_set(err, ERR_USAGE,
                         "it has more than %d million values: is this a result that wklrun wrote?",
                         MOST_VALUES / 1000000);
    cJSON *root = cJSON_ParseWithLengthOpts(json, n, &end, false);
    if (!root)
        return fail_at(json, n, end, err);
    struct reading r = {results_new_empty(), err};
    struct path at = {.value = root};
    if (!cJSON_GetObjectItemCaseSensitive(root, "wkl"))
        error_set(err, ERR_USAGE, "it is not a result that wklrun wrote with --format json");
    else if (json_read(&r, &at, &result_object, r.results))
        *out = r.results;
    cJSON_Delete(root);
    if (err->code) {
        results_free(r.results);
        return err->code;
    }
    costs_settle(r.results);
    compare_results(r.results);
    recommend_results(r.results);
    return 0;
}

int results_read(const char *path, struct results **out, struct error *err)
{
    struct buf b = {0};
    int rc = file_read(path, MOST_BYTES, &b, err);
    if (rc == 0 && buf_text(&b)[0] == '[')
        rc = error_set(err, ERR_USAGE,
                       "'%s' holds the results of several workloads: take one of them, as `jq '.[0]'` does",
                       path);
    else if (rc == 0 && (rc = results_read_text(buf_text(&b), b.len, out, err)) < 0)
        error_prefix(err, "'%s'", path);
    buf_release(&b);
    return rc < 0 ? ERR_USAGE : 0;
}
