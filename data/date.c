/* date.c - the calendar, by counting in eras of 400 years (146,097 days) that begin on a 1st of March: then
 * the leap day is the last of its year, and month lengths follow one line: (153 m + 2) / 5 days before month
 * m. */
#include "config.h"

#include "data/value.h"

enum { ERA_YEARS = 400, ERA_DAYS = 146097, EPOCH_SHIFT = 719468 };   /* 0000-03-01 is 719,468 days before
                                                                        1970-01-01 */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t date_from_civil(int64_t year, unsigned month, unsigned day)
{
    int64_t y = year - (month <= 2);
    int64_t era = floor_div(y, ERA_YEARS), of_era = y - era * ERA_YEARS;
    int64_t of_year = (153 * (int64_t)((month + 9) % 12) + 2) / 5 + (int64_t)day - 1;
    return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH_SHIFT;
}

void date_to_civil(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
    days += EPOCH_SHIFT;
    int64_t era = floor_div(days, ERA_DAYS), in_era = days - era * ERA_DAYS;
    int64_t of_era = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t in_year = in_era - (365 * of_era + of_era / 4 - of_era / 100);
    int64_t m = (5 * in_year + 2) / 153;
    *day = (unsigned)(in_year - (153 * m + 2) / 5 + 1);
    *month = (unsigned)(m < 10 ? m + 3 : m - 9);
    *year = era * ERA_YEARS + of_era + (*month <= 2);
}
