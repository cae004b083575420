#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "heap/agents.h"
#include "util/clock.h"

#define LIMIT_MS 5000

static char folder[] = "/tmp/tidemark-agents-XXXXXX";
static struct tm_agents agents;

static void start(void)
{
	cr_assert(mkdtemp(folder) != NULL);
	cr_assert_eq(tm_agents_open(&agents, folder, NULL), TM_OK);
}

static void stop(void)
{
	tm_agents_close(&agents);
	rmdir(folder);
}

TestSuite(agents, .init = start, .fini = stop);

/* --- an agent ------------------------------------------------------------- */

/* It answers each question with `answer`, in which # stands for its number. */
struct fake {
	const char *answer;
	int fd;
	pthread_t thread;
};

static int connect_agent(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(address.sun_path, agents.path, sizeof(agents.path));
	cr_assert_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)),
		     0);
	return fd;
}

static void say(int fd, const char *text)
{
	cr_assert_eq(send(fd, text, strlen(text), 0), (ssize_t)strlen(text));
}

static void send_answer(const struct fake *fake, unsigned int number)
{
	const char *c;

	for (c = fake->answer; *c; c++) {
		if (*c == '#')
			dprintf(fake->fd, "%u", number);
		else
			dprintf(fake->fd, "%c", *c);
	}
}

static void *answer(void *context)
{
	struct fake *fake = context;
	unsigned int number;
	char question[64];
	ssize_t got;

	signal(SIGPIPE, SIG_IGN);
	while ((got = recv(fake->fd, question, sizeof(question) - 1, 0)) > 0) {
		question[got] = '\0';
		if (sscanf(question, "%*s %u", &number) == 1)
			send_answer(fake, number);
	}
	return NULL;
}

static void start_fake(struct fake *fake, const char *text)
{
	fake->answer = text;
	fake->fd = connect_agent();
	say(fake->fd, "hello 1 77 Node 20.1\n");
	cr_assert_eq(pthread_create(&fake->thread, NULL, answer, fake), 0);
}

static void stop_fake(struct fake *fake)
{
	shutdown(fake->fd, SHUT_RDWR);
	pthread_join(fake->thread, NULL);
	close(fake->fd);
}

/* --- tests ---------------------------------------------------------------- */

Test(agents, without_an_agent_return_at_once)
{
	struct tm_heap_figures figures;

	cr_assert_eq(tm_agents_collect(&agents, LIMIT_MS, &figures), 0);
	cr_assert_eq(figures.known, 0);
	cr_assert_eq(agents.seen, 0);
}

Test(agents, is_known_by_its_hello)
{
	int fd = connect_agent();

	say(fd, "hello 1 77 Node 20.1\n");
	tm_agents_accept(&agents);
	cr_assert_eq(agents.count, 1);
	cr_assert_eq(agents.seen, 1);
	cr_assert_eq(agents.agent[0].pid, getpid());
	cr_assert_str_eq(agents.agent[0].language, "Node");
	cr_assert_str_eq(agents.languages, "Node;");
	close(fd);
	tm_agents_accept(&agents);
	cr_assert_eq(agents.count, 0);
}

Test(agents, of_another_protocol_is_not_asked)
{
	struct tm_heap_figures figures;
	int fd = connect_agent();

	say(fd, "hello 2 77 Node 20.1\n");
	cr_assert_eq(tm_agents_collect(&agents, LIMIT_MS, &figures), 0);
	cr_assert_eq(agents.not_read, 1);
	close(fd);
}

Test(agents, tells_the_figures_that_it_knows)
{
	struct tm_heap_figures figures;
	struct fake fake;

	start_fake(&fake, "heap # live_bytes=4096 new_key=1 pause_ns=12 "
			  "used_bytes=- live_objects=\n");
	cr_assert_eq(tm_agents_collect(&agents, LIMIT_MS, &figures), 1);
	cr_assert_eq(figures.known,
		     1u << TM_HEAP_live_bytes | 1u << TM_HEAP_pause_ns);
	cr_assert_eq(figures.value[TM_HEAP_live_bytes], 4096);
	stop_fake(&fake);
}

Test(agents, are_added_up_where_all_know)
{
	struct tm_heap_figures figures;
	struct fake one, other;

	start_fake(&one, "heap # live_bytes=100 live_objects=1 pause_ns=5\n");
	start_fake(&other, "heap # live_bytes=20 pause_ns=9\n");
	cr_assert_eq(tm_agents_collect(&agents, LIMIT_MS, &figures), 2);
	cr_assert_eq(figures.value[TM_HEAP_live_bytes], 120);
	cr_assert_eq(figures.value[TM_HEAP_pause_ns], 9);
	cr_assert_not(tm_heap_has(&figures, TM_HEAP_live_objects));
	stop_fake(&one);
	stop_fake(&other);
}

/* The heap of one of two processes is not the program's. */
Test(agents, have_no_sum_when_one_refuses)
{
	struct tm_heap_figures figures;
	struct fake one, other;

	start_fake(&one, "heap # live_bytes=100\n");
	start_fake(&other, "no # it is\ttoo large\n");
	cr_assert_eq(tm_agents_collect(&agents, LIMIT_MS, &figures), 1);
	cr_assert_eq(figures.known, 0);
	cr_assert_eq(agents.refused, 1);
	cr_assert_str_eq(agents.why, "it is?too large");
	stop_fake(&one);
	stop_fake(&other);
}

Test(agents, that_is_late_is_not_asked_again_until_it_replies)
{
	struct tm_heap_figures figures;
	int fd = connect_agent();
	char line[64];

	say(fd, "hello 1 77 Node 20.1\n");
	cr_assert_eq(tm_agents_collect(&agents, 1, &figures), 0);
	cr_assert_eq(agents.late, 1);
	cr_assert_eq(tm_agents_collect(&agents, 1, &figures), 0);
	cr_assert_eq(recv(fd, line, sizeof(line), 0),
		     (ssize_t)strlen("collect 1\n"));
	say(fd, "heap 1 live_bytes=1\n");
	tm_agents_accept(&agents);
	cr_assert_eq(agents.agent[0].at, 0);
	close(fd);
}

/* A program that sleeps in a system call cannot answer before it returns. */
Test(agents, that_only_sleep_are_not_waited_for)
{
	struct tm_heap_figures figures;
	int fd = connect_agent(), ends[2];
	uint64_t began_ns = tm_clock_ns();
	pid_t child;

	cr_assert_eq(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		close(ends[1]);
		_exit(read(ends[0], &child, 1) < 0);
	}
	say(fd, "hello 1 77 CPython 3.11\n");
	tm_agents_accept(&agents);
	cr_assert_eq(agents.count, 1);
	agents.agent[0].pid = child;
	cr_assert_eq(tm_agents_collect(&agents, 60000, &figures), 0);
	cr_assert_eq(agents.asleep, 1);
	cr_assert_eq(agents.late, 0);
	cr_assert_lt(tm_clock_ns() - began_ns, 50 * 1000000000ull);
	close(ends[1]);
	close(fd);
	waitpid(child, NULL, 0);
}

/* An answer to an earlier question is not taken for the one that is open. */
Test(agents, replies_count_for_their_own_question)
{
	struct tm_heap_figures figures;
	struct fake fake;

	start_fake(&fake, "heap 77 live_bytes=1\nheap # live_bytes=2\n");
	cr_assert_eq(tm_agents_collect(&agents, LIMIT_MS, &figures), 1);
	cr_assert_eq(figures.value[TM_HEAP_live_bytes], 2);
	stop_fake(&fake);
}

Test(agents, skip_a_line_that_is_too_long)
{
	struct tm_heap_figures figures;
	char text[3 * TM_AGENT_LINE_MAX];
	struct fake fake;

	memset(text, 'x', sizeof(text));
	strcpy(text + 2 * TM_AGENT_LINE_MAX, "\nheap # live_bytes=2\n");
	start_fake(&fake, text);
	cr_assert_eq(tm_agents_collect(&agents, LIMIT_MS, &figures), 1);
	cr_assert_eq(figures.value[TM_HEAP_live_bytes], 2);
	cr_assert_eq(agents.not_read, 1);
	stop_fake(&fake);
}

Test(agents, list_their_objects_by_type)
{
	struct tm_heap_census census = {0};
	struct fake fake;

	start_fake(&fake, "type # 3 96 1 a name with blanks\n"
			  "type # 5 - - str\ntype 1 x\nend #\n");
	cr_assert_eq(tm_agents_census(&agents, LIMIT_MS, &census, NULL), TM_OK);
	cr_assert_eq(census.count, 2);
	cr_assert_str_eq(census.types[0].name, "a name with blanks");
	cr_assert_eq(census.types[0].bytes, 96);
	cr_assert_eq(census.types[0].uncollectable, 1);
	cr_assert_eq(census.types[1].objects, 5);
	cr_assert_not(census.types[1].has_bytes);
	tm_heap_census_release(&census);
	stop_fake(&fake);
}

Test(agents, have_no_census_when_one_refuses)
{
	struct tm_heap_census census = {0};
	struct tm_err err = {0};
	struct fake fake;

	start_fake(&fake, "no # too many objects\n");
	cr_assert_eq(tm_agents_census(&agents, LIMIT_MS, &census, &err),
		     TM_EUNAVAILABLE);
	cr_assert_not_null(strstr(err.text, "1 of 1"), "%s", err.text);
	stop_fake(&fake);
}

Test(agents, cannot_meet_below_a_path_that_is_too_long)
{
	struct tm_agents other;
	struct tm_err err = {0};
	char path[200];

	memset(path, 'p', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	cr_assert_eq(tm_agents_open(&other, path, &err), TM_EUSAGE);
	tm_agents_close(&other);
}

/* --- allocation sites ----------------------------------------------------- */

static void start_sampling_fake(struct fake *fake, const char *text)
{
	start_fake(fake, text);
	say(fake->fd, "hello 1 77 Node 20.1 sites\n");
}

Test(agents, tell_sites_that_are_added_up)
{
	struct tm_heap_sites sites = {0};
	struct fake one, other, without;
	const struct tm_heap_site *site;

	start_sampling_fake(&one, "sampled # 4096\n"
				  "site # 2 8192 4096 at race (a.js:9)\tat b\n"
				  "end #\n");
	start_sampling_fake(&other,
			    "sampled # 4096\n"
			    "site # 1 4096 0 at race (a.js:9)\tat b\nend #\n");
	start_fake(&without, "");
	cr_assert_eq(tm_agents_sites(&agents, LIMIT_MS, &sites, NULL), TM_OK);
	cr_assert(tm_agents_have_sites(&agents));
	cr_assert_eq(sites.sampling_bytes, 4096);
	cr_assert_eq(sites.count, 1);
	site = tm_heap_sites_find(&sites, "at race (a.js:9)\nat b\n");
	cr_assert_not_null(site);
	cr_assert_eq(site->samples, 3);
	cr_assert_eq(site->allocated_bytes, 12288);
	cr_assert_eq(site->freed_bytes, 4096);
	cr_assert_eq(agents.late, 0);
	tm_heap_sites_release(&sites);
	stop_fake(&one);
	stop_fake(&other);
	stop_fake(&without);
}

/* What a program sends is not trusted. */
Test(agents, sites_that_cannot_be_are_not_read)
{
	struct tm_heap_sites sites = {0};
	struct fake fake;

	start_sampling_fake(&fake, "sampled # 0\n"
				   "site # 1 10 11 at freed_more\n"
				   "site # - 10 1 at unknown\n"
				   "site # 1 18446744073709551615 1 at much\n"
				   "site # 1 10\n"
				   "site # 1 10 1 \n"
				   "site 99 1 10 1 at of_another_question\n"
				   "site # 1 10 1 at \033[2Jcalm\t\tat b\n"
				   "end #\n");
	cr_assert_eq(tm_agents_sites(&agents, LIMIT_MS, &sites, NULL), TM_OK);
	cr_assert_eq(sites.count, 1);
	cr_assert_str_eq(sites.list[0].stack, "at ?[2Jcalm\nat b\n");
	cr_assert_eq(sites.sampling_bytes, 0);
	cr_assert_eq(agents.not_read, 6);
	tm_heap_sites_release(&sites);
	stop_fake(&fake);
}

/* Its figures are as good as before. */
Test(agents, may_refuse_sites_alone)
{
	struct tm_heap_sites sites = {0};
	struct tm_err why = {0};
	struct fake fake;

	start_sampling_fake(&fake, "no # too many are alive\n");
	cr_assert_eq(tm_agents_sites(&agents, LIMIT_MS, &sites, &why),
		     TM_EUNAVAILABLE);
	cr_assert_str_eq(why.text, "too many are alive");
	cr_assert_eq(agents.refused, 0);
	tm_heap_sites_release(&sites);
	stop_fake(&fake);
}
