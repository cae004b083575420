#include <criterion/criterion.h>

#include "report/format/grid.h"

static struct tm_alloc alloc;
static struct tm_buf text;
static struct tm_writer writer;

static void open_writer(void)
{
	tm_alloc_init(&alloc);
	tm_buf_init(&text, &alloc);
	writer = (struct tm_writer){.out = &text};
}

static void close_writer(void)
{
	tm_buf_release(&text);
}

TestSuite(grid, .init = open_writer, .fini = close_writer);

static void put_row(struct tm_grid *grid, const char *a, const char *b,
		    const char *c)
{
	tm_grid_put(grid, a);
	tm_grid_put(grid, b);
	tm_grid_put(grid, c);
}

Test(grid, starts_words_and_ends_numbers_under_each_other)
{
	struct tm_grid grid;

	tm_grid_open(&grid, &writer, "lrl");
	put_row(&grid, "name", "bytes", "why");
	put_row(&grid, "größe", "7", "small");
	put_row(&grid, "x", "1,234", "large");
	tm_grid_close(&grid);
	cr_assert_str_eq(text.bytes, "name   bytes  why\n"
				     "größe      7  small\n"
				     "x      1,234  large\n");
}

Test(grid, counts_the_columns_that_a_terminal_draws)
{
	struct tm_grid grid;

	tm_grid_open(&grid, &writer, "lrl");
	put_row(&grid, "\u6f22\u5b57", "1", "a");
	put_row(&grid, "e\u0301", "2", "b");
	put_row(&grid, "\u202eabc", "3", "c");
	tm_grid_close(&grid);
	cr_assert_str_eq(text.bytes, "\u6f22\u5b57  1  a\n"
				     "e\u0301     2  b\n"
				     "?abc  3  c\n");
}

Test(grid, breaks_where_the_terminal_ends)
{
	writer.width = 8;
	tm_put_paragraph(&writer, 0, "\u6f22\u5b57 \u6f22\u5b57 ab e\u0301");
	cr_assert_str_eq(text.bytes,
			 "\u6f22\u5b57\n\u6f22\u5b57 ab\ne\u0301\n");
}

Test(grid, breaks_a_command_so_that_it_can_be_pasted)
{
	writer.width = 24;
	tm_put_command(&writer,
		       "next: ", "tidemark exec --name 'a b c' -- it\\'s");
	cr_assert_str_eq(text.bytes, "next: tidemark exec \\\n"
				     "      --name 'a b c' \\\n"
				     "      -- it\\'s\n");
}

Test(grid, breaks_no_command_that_is_piped)
{
	tm_put_command(&writer, "next: ", "tidemark why a-long-name");
	cr_assert_str_eq(text.bytes, "next: tidemark why a-long-name\n");
}

Test(grid, sets_a_footnote_directly_behind_its_number)
{
	struct tm_grid grid;

	tm_grid_open(&grid, &writer, "rml");
	put_row(&grid, "1", " [1]", "a");
	put_row(&grid, "22", "", "b");
	tm_grid_close(&grid);
	cr_assert_str_eq(text.bytes, " 1 [1]  a\n22      b\n");
}

Test(grid, breaks_the_last_column_between_words)
{
	struct tm_grid grid;

	writer.width = 40;
	tm_grid_open(&grid, &writer, "ll");
	tm_grid_put(&grid, "a");
	tm_grid_put(&grid, "words that do not fit the width of this terminal");
	tm_grid_close(&grid);
	cr_assert_str_eq(text.bytes, "a  words that do not fit the width of\n"
				     "   this terminal\n");
}

Test(grid, gives_a_narrow_last_column_a_line_of_its_own)
{
	struct tm_grid grid;

	writer.width = 40;
	tm_grid_open(&grid, &writer, "ll");
	tm_grid_put(&grid, "a name of thirty characters..");
	tm_grid_put(&grid, "and a reason that is longer");
	tm_grid_close(&grid);
	cr_assert_str_eq(text.bytes, "a name of thirty characters..\n"
				     "    and a reason that is longer\n");
}

Test(grid, sets_columns_closer_where_they_do_not_fit)
{
	struct tm_grid grid;

	writer.width = 22;
	tm_grid_open(&grid, &writer, "lrl");
	put_row(&grid, "metric", "slope", "verdict");
	put_row(&grid, "net", "1.5 B", "pass");
	put_row(&grid, "rss", "16 B", "n/a (few samples)");
	put_row(&grid, "hwm", "16 B", "inconclusive");
	tm_grid_close(&grid);
	cr_assert_str_eq(text.bytes, "metric slope verdict\n"
				     "net    1.5 B pass\n"
				     "rss     16 B n/a (few\n"
				     "             samples)\n"
				     "hwm     16 B\n"
				     "    inconclusive\n");
}

Test(grid, breaks_behind_the_blanks_that_a_cell_begins_with)
{
	struct tm_grid grid;

	writer.width = 40;
	tm_grid_open(&grid, &writer, "ll");
	tm_grid_put(&grid, "a");
	tm_grid_put(&grid, "  of a name that takes two lines  (module)");
	tm_grid_close(&grid);
	cr_assert_str_eq(text.bytes, "a    of a name that takes two lines\n"
				     "     (module)\n");
}

Test(grid, keeps_a_cell_to_one_line)
{
	struct tm_grid grid;

	tm_grid_open(&grid, &writer, "l");
	tm_grid_put(&grid, "two\nlines\033[0m");
	tm_grid_close(&grid);
	cr_assert_str_eq(text.bytes, "two?lines?[0m\n");
}

Test(paragraph, is_broken_between_words_behind_its_indent)
{
	open_writer();
	writer.width = 20;
	tm_put_paragraph(&writer, 2, "one two three four five six");
	cr_assert_str_eq(text.bytes, "  one two three four\n  five six\n");
	close_writer();
}

Test(paragraph, leaves_a_word_longer_than_the_line_whole)
{
	open_writer();
	writer.width = 8;
	tm_put_paragraph(&writer, 0, "a/very/long/path ends");
	cr_assert_str_eq(text.bytes, "a/very/long/path\nends\n");
	close_writer();
}
