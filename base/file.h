/* file.h - files that a user names: read with a bound, written whole or not at all, told apart by what they
 * are and not by their names.
 *
 * Anything but a regular file (a pipe, a device) is read and written in place, but never waited for
 * indefinitely: a pipe that nobody opens at its other end is an error after FILE_PATIENCE_MS, and a request to
 * stop ends every wait. Links are followed, dangling ones too. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

enum { FILE_PATIENCE_MS = 5000, FILE_SILENCE_MS = 60000 };    /* for the other end to open a pipe; for its
                                                                 writer to write */

/* Adds all of it to `out`. ERR_IO: "'x' cannot be read: No such file or directory", "'x' is larger than 1
 * MB", "nobody writes the pipe 'x'". */
int file_read(const char *path, size_t most, struct buf *out, struct error *);
int file_read_line(const char *path, size_t most, struct buf *out, struct error *);   /* up to a line's end at least, or all */

/* What was read up to its first line's end, such as a password; NULL, and err says why. It must not be cut
 * silently: part of a password is a wrong password. what: "'x' cannot be read". */
const char *file_first_line(struct arena *, const struct buf *, const char *what, struct error *);

/* The whole of it as text of the arena; path NULL: of standard input. */
int file_read_text(struct arena *, const char *path, size_t most, const char **text, uint32_t *size,
                   struct error *);
/* Where a file lies that another one names: relative to that one. */
const char *file_beside(struct arena *, const char *path, const char *relative);

/* The line without the white space around it, in place. */
char *file_trim(char *line);

/* The path with links followed, even if nothing is there yet. NULL: there is no such path. The caller frees
 * it (mem_free). */
char *file_target(const char *path);
/* Whether both are one file: by device and inode, or by name where it is not there yet. Anything but a regular
 * file is never the same. */
bool file_same(const char *a, const char *b);
/* Whether it could be written: nothing is changed, and nothing left behind. */
int file_check_writable(const char *path, struct error *);

/* Opens a pipe, a device or a file that is to be written while something goes on; for a regular file what it
 * held is gone. Not blocking. */
int file_open_stream(const char *path, const atomic_bool *stop, struct error *);
/* Writes all; false with errno where it cannot: ETIMEDOUT where `stop` is set and the reader does not
 * read. */
bool file_write_all(int fd, const char *data, size_t n, const atomic_bool *stop);
/* Writes it beside and renames, with the mode and owner of what was there: on an error that is as it was.
 * What cannot be renamed to (a pipe, a device, a file in a folder that takes no other) is written as it
 * stands. stop MAY be NULL. */
int file_write_whole(const char *path, const char *data, size_t n, const atomic_bool *stop, struct error *);

/* Makes the folders of a path that are not there yet. */
int file_make_folders(const char *path, struct error *);
/* Whether a file could be written once its folders are made; makes none. */
int file_check_makeable(const char *path, struct error *);

#endif
