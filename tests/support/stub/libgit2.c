/*
 * libgit2.c - stand in for libgit2 in the unit tests.
 *
 * Purpose:   Criterion shows how two texts differ with libgit2.  That brings
 *            eighteen libraries (TLS, SSH, Kerberos ...), each test is a
 *            process of its own, and loading them was two fifths of what a test
 *            costs.  Here both texts are shown whole.
 * Ownership: everything is borrowed for the call.
 * Errors:    what Criterion's function returns is passed on.
 * Source:    the three functions that libcriterion 2.4 takes from libgit2 1.x;
 *            the structs are the beginnings of git2/diff.h's.
 */
#include <stddef.h>
#include <stdint.h>

struct hunk {
	int old_start;
	int old_lines;
	int new_start;
	int new_lines;
};

struct line {
	char origin;
	int old_lineno;
	int new_lineno;
	int num_lines;
	size_t content_len;
	int64_t content_offset;
	const char *content;
};

typedef int (*line_callback)(const void *delta, const struct hunk *hunk,
			     const struct line *line, void *payload);

int git_libgit2_init(void);
int git_libgit2_shutdown(void);
int git_diff_buffers(const void *old_text, size_t old_size,
		     const char *old_path, const void *new_text,
		     size_t new_size, const char *new_path, const void *options,
		     const void *on_file, const void *on_binary,
		     const void *on_hunk, line_callback on_line, void *payload);

int git_libgit2_init(void)
{
	return 1;
}

int git_libgit2_shutdown(void)
{
	return 0;
}

static int show(char origin, const void *text, size_t size,
		line_callback on_line, void *payload)
{
	struct line line = {
		.origin = origin, .content_len = size, .content = text};
	struct line end = {.origin = ' ', .content_len = 1, .content = "\n"};
	int result = on_line(NULL, NULL, &line, payload);

	return result < 0 ? result : on_line(NULL, NULL, &end, payload);
}

int git_diff_buffers(const void *old_text, size_t old_size,
		     const char *old_path, const void *new_text,
		     size_t new_size, const char *new_path, const void *options,
		     const void *on_file, const void *on_binary,
		     const void *on_hunk, line_callback on_line, void *payload)
{
	int result = show('-', old_text, old_size, on_line, payload);

	(void)old_path;
	(void)new_path;
	(void)options;
	(void)on_file;
	(void)on_binary;
	(void)on_hunk;
	return result < 0 ? result
			  : show('+', new_text, new_size, on_line, payload);
}
