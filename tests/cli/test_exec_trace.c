#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver.h"

static char text[1 << 20];

static void trace_to(const char *path)
{
	cr_assert_eq(setenv("TIDEMARK_TRACE", path, 1), 0);
}

static void open_folder(void)
{
	driver_open();
	trace_to("trace.txt");
}

TestSuite(cli_exec_trace, .init = open_folder, .fini = driver_close);

static int trace_has(const char *event)
{
	FILE *file = fopen("trace.txt", "r");
	size_t length;

	cr_assert_not_null(file);
	length = fread(text, 1, sizeof(text) - 1, file);
	text[length] = '\0';
	fclose(file);
	return strstr(text, event) != NULL;
}

#define EXPECT(event) cr_expect(trace_has(event), "%s not in\n%s", event, text)

Test(cli_exec_trace, tells_what_was_marked_sampled_and_decided)
{
	cr_assert_eq(tidemark("exec --mark-fd --mark-ack -- sh -c '"
			      "for i in 1 2 1 3; do"
			      " echo mark $i >&$TIDEMARK_FD;"
			      " read -r x <&$TIDEMARK_ACK_FD; done;"
			      "echo rubbish >&$TIDEMARK_FD'"),
		     0, "%s", driver_err());
	EXPECT(" tidemark version=");
	EXPECT(" command=\"exec\"\n");
	EXPECT(" start pid=");
	EXPECT(" source=fd ");
	EXPECT(" process_seen pid=");
	EXPECT(" mark iteration=1 line=1\n");
	EXPECT(" sample why=waiting iteration=1 ");
	EXPECT(" depth=checkpoint cost_us=");
	EXPECT(" depth=plain cost_us=");
	EXPECT(" present=hwm_bytes,rss_bytes,");
	EXPECT(" absent metric=live_bytes why=\"only the program ");
	EXPECT(" mark_ignored iteration=1 last=2\n");
	EXPECT(" line_bad line=5 why=\"unknown line ");
	EXPECT(" end outcome=complete exit_code=0 signal=0 why=\"\"\n");
	EXPECT(" verdict judgement=");
	EXPECT(" exit code=0\n");
}

Test(cli_exec_trace, tells_why_a_program_was_stopped)
{
	cr_assert_eq(tidemark("exec --every 0.02 --timeout 0.3 -- sleep 60"), 3,
		     "%s", driver_err());
	EXPECT(" sample why=time ");
	EXPECT(" tick due_us=0 missed=");
	EXPECT(" signal number=15 outcome=timeout\n");
	EXPECT(" end outcome=timeout exit_code=-1 signal=15 why=\"stopped "
	       "after ");
}

Test(cli_exec_trace, belongs_to_tidemark_and_not_to_the_program)
{
	cr_assert_eq(tidemark("exec -- sh -c 'echo trace=$TIDEMARK_TRACE'"), 0,
		     "%s", driver_err());
	cr_assert_str_eq(driver_out(), "trace=\n");
}

Test(cli_exec_trace, needs_a_file_that_can_be_opened)
{
	trace_to("no/such/folder/trace.txt");
	cr_assert_eq(tidemark("exec -- touch was-started"), 2);
	cr_assert_eq(driver_err_lines(), 1, "%s", driver_err());
	cr_assert_not_null(strstr(driver_err(), "no/such/folder/trace.txt"));
	cr_assert_not_null(strstr(driver_err(), "TIDEMARK_TRACE"));
	cr_assert_neq(access("was-started", F_OK), 0);
}

Test(cli_exec_trace, is_off_when_the_variable_is_empty)
{
	trace_to("");
	cr_assert_eq(tidemark("exec --quiet -- true"), 0, "%s", driver_err());
}
