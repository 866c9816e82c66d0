/* written.h - rows that have been changed: what a statement writes is a pure function of the seed, the
 * table, the column, the row and the version of the write, as what was loaded is one of all but the last.
 *
 * Columns that are always written together form a group, which has one version: a column of its own, 0 as
 * loaded. So a row that comes back says of each of its groups which write it comes from, and is checked
 * against that with nothing stored. */
#ifndef DATA_WRITTEN_H
#define DATA_WRITTEN_H

#include "data/data.h"

/* What is set of a column; NULL: nothing is. */
const struct column_set *data_set_of(const struct column_set *, uint32_t nsets, uint32_t column);
/* Whether what sets these columns writes the group. */
bool data_writes_group(const struct column_set *, uint32_t nsets, const struct column_group *);

/* The value that a write gives a column, before a version is put into it; of one that counts what it adds. */
void data_written(const struct data *, const struct table *, const struct column_set *, uint64_t row,
                  uint64_t version, struct scratch *, struct value *out);

/* What has been added to a counted column, as its value and the one that was loaded say. False: they cannot be
 * compared. */
bool data_counted(const struct value *found, const struct value *loaded, int64_t *added);
/* Whether the statements that count this group can have added so much together, which is not 0. */
bool data_can_count(const struct table *, const struct column_group *, int64_t added);

/* What a row as loaded has become: of the groups with a version other than 0 (versions, by group) the values
 * are replaced, of those that count it is added. values: of all the table's columns. Returns NULL, or the group whose version names no
 * statement that writes it. */
const struct column_group *data_rewrite(const struct data *, const struct table *, uint64_t row,
                                        const uint64_t *versions, struct value *values, struct scratch *);

#endif
