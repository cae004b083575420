#include "heap/agents.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/text.h"

#define NS_PER_MS 1000000u

/* As long as this a program must have slept before it is left to sleep. */
#define IDLE_MS 500

/* What is done with the lines that come while an answer is awaited. */
struct question {
	struct tm_agents *agents;
	struct tm_heap_figures *figures; /* of "collect"; else NULL */
	struct tm_heap_census *census;	 /* of "census"; else NULL */
	struct tm_heap_sites *sites;	 /* of "sites"; else NULL */
	struct tm_err *err;
	enum tm_rc rc;
	uint32_t number; /* 0: nothing is asked */
	size_t answers;
	size_t refusals;
	size_t missing; /* agents that could not be asked */
	size_t open;	/* agents that have not answered yet */
};

/* --- opening and closing -------------------------------------------------- */

enum tm_rc tm_agents_open(struct tm_agents *agents, const char *folder,
			  struct tm_err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	memset(agents, 0, sizeof(*agents));
	agents->listen_fd = -1;
	if (snprintf(agents->path, sizeof(agents->path), "%s/" TM_AGENTS_SOCKET,
		     folder) >= (int)sizeof(agents->path)) {
		agents->path[0] = '\0';
		return tm_fail(err, TM_EUSAGE,
			       "the path of the folder '%.100s' is too long "
			       "for a socket",
			       folder);
	}
	memcpy(address.sun_path, agents->path, sizeof(agents->path));
	agents->listen_fd =
		socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (agents->listen_fd >= 0 &&
	    bind(agents->listen_fd, (struct sockaddr *)&address,
		 sizeof(address)) == 0 &&
	    /* A program that root starts may drop its privileges. */
	    (geteuid() != 0 || chmod(agents->path, 0777) == 0) &&
	    listen(agents->listen_fd, TM_AGENTS_MAX) == 0)
		return TM_OK;
	tm_fail_errno(err, errno, "cannot listen at %s", agents->path);
	tm_agents_close(agents);
	return TM_ESYSTEM;
}

void tm_agents_close(struct tm_agents *agents)
{
	size_t i;

	for (i = 0; i < agents->count; i++)
		close(agents->agent[i].fd);
	agents->count = 0;
	if (agents->listen_fd >= 0)
		close(agents->listen_fd);
	agents->listen_fd = -1;
	if (*agents->path)
		unlink(agents->path);
	agents->path[0] = '\0';
}

/* --- connections ---------------------------------------------------------- */

static void drop(struct tm_agents *agents, struct tm_agent *agent)
{
	close(agent->fd);
	*agent = agents->agent[--agents->count];
}

static pid_t peer_of(int fd)
{
	struct ucred peer = {0};
	socklen_t length = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0)
		return 0;
	return peer.pid;
}

static void let_in(struct tm_agents *agents)
{
	struct tm_agent *agent;
	int fd;

	while (agents->count < TM_AGENTS_MAX) {
		fd = accept4(agents->listen_fd, NULL, NULL,
			     SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0)
			return;
		agent = &agents->agent[agents->count++];
		memset(agent, 0, sizeof(*agent));
		agent->fd = fd;
		agent->pid = peer_of(fd);
	}
}

/* --- lines ---------------------------------------------------------------- */

static void keep_language(struct tm_agents *agents, const char *language)
{
	size_t used = strlen(agents->languages);
	char entry[40];

	snprintf(entry, sizeof(entry), "%s;", language);
	if (strstr(agents->languages, entry) ||
	    used + strlen(entry) >= sizeof(agents->languages))
		return;
	memcpy(agents->languages + used, entry, strlen(entry) + 1);
}

static void take_hello(struct tm_agents *agents, struct tm_agent *agent,
		       const char *line)
{
	char ability[8] = "";
	int protocol;

	if (sscanf(line, "hello %d %*d %31s %31s %7s", &protocol,
		   agent->language, agent->version, ability) < 3 ||
	    protocol != 1) {
		agents->not_read++;
		return;
	}
	tm_text_clean(agent->language);
	tm_text_clean(agent->version);
	keep_language(agents, agent->language);
	agents->seen += !agent->said_hello;
	agent->said_hello = 1;
	agent->has_sites = strcmp(ability, "sites") == 0;
}

/* KEY=VALUE ...; keys that are not known are for a later version. */
static void read_figures(struct tm_heap_figures *out, const char *text)
{
	enum tm_heap_figure figure;
	const char *value;
	uint64_t number;
	char *end;

	memset(out, 0, sizeof(*out));
	for (; *text; text += strcspn(text, " ")) {
		text += strspn(text, " ");
		value = strchr(text, '=');
		if (!value)
			return;
		figure = tm_heap_figure_find(text, (size_t)(value - text));
		if (value[1] < '0' || value[1] > '9')
			continue;
		errno = 0;
		number = strtoull(value + 1, &end, 10);
		if (figure != TM_HEAP_FIGURE_COUNT && !errno &&
		    (*end == ' ' || !*end))
			tm_heap_set(out, figure, number);
	}
}

/* A number or "-"; NULL when it is neither. */
static const char *read_count(const char *text, uint64_t *out, int *is_known)
{
	char *end;

	*out = 0;
	*is_known = *text != '-';
	if (!*is_known)
		return text[1] == ' ' ? text + 2 : NULL;
	if (*text < '0' || *text > '9')
		return NULL;
	errno = 0;
	*out = strtoull(text, &end, 10);
	return *end == ' ' && !errno ? end + 1 : NULL;
}

/* Three counts, the first of them known, and a text behind them; NULL when it is
 * not that. */
static const char *read_counts(const char *text, uint64_t number[3],
			       int known[3])
{
	int i;

	for (i = 0; text && i < 3; i++)
		text = read_count(text, &number[i], &known[i]);
	return text && known[0] && *text ? text : NULL;
}

/* OBJECTS BYTES UNCOLLECTABLE NAME */
static void take_type(struct question *question, const char *text)
{
	uint64_t number[3];
	int known[3];
	const char *name = read_counts(text, number, known);
	struct tm_heap_type type;

	if (!name) {
		question->agents->not_read++;
		return;
	}
	type = (struct tm_heap_type){.objects = number[0],
				     .bytes = number[1],
				     .uncollectable = number[2],
				     .has_bytes = known[1]};
	if (question->rc == TM_OK)
		question->rc = tm_heap_census_add(question->census, name, &type,
						  question->err);
}

/* No memory is as large, and the sum of all agents has room. */
#define BYTES_MOST ((uint64_t)1 << 56)

/* SAMPLES ALLOCATED FREED FRAMES */
static void take_site(struct question *question, const char *text)
{
	uint64_t number[3];
	int known[3];
	const char *frames = read_counts(text, number, known);
	struct tm_heap_site site;

	if (!frames || !known[1] || !known[2] || number[0] > BYTES_MOST ||
	    number[1] > BYTES_MOST || number[2] > number[1]) {
		question->agents->not_read++;
		return;
	}
	site = (struct tm_heap_site){.samples = number[0],
				     .allocated_bytes = number[1],
				     .freed_bytes = number[2]};
	if (question->rc == TM_OK)
		question->rc = tm_heap_sites_add(question->sites, frames, &site,
						 question->err);
}

/* Estimates of two distances cannot be added up: the first counts. */
static void take_distance(struct question *question, const char *text)
{
	uint64_t bytes = strtoull(text, NULL, 10);

	if (bytes == 0 || bytes > BYTES_MOST)
		question->agents->not_read++;
	else if (question->sites->sampling_bytes == 0)
		question->sites->sampling_bytes = bytes;
}

static void take_refusal(struct tm_agents *agents, const char *why)
{
	agents->refused++;
	snprintf(agents->why, sizeof(agents->why), "%s", why);
	tm_text_clean(agents->why);
}

/* The text behind "WORD NUMBER", when it belongs to what the agent is asked. */
static char *answer_of(const struct tm_agent *agent, char *line,
		       const char *word)
{
	size_t length = strlen(word);
	unsigned long number;
	char *end;

	if (strncmp(line, word, length) != 0 || line[length] != ' ')
		return NULL;
	number = strtoul(line + length + 1, &end, 10);
	if (!agent->at || number != agent->at || (*end && *end != ' '))
		return NULL;
	return *end ? end + 1 : end;
}

/* The agent can be asked again.  Returns whether its answer came in time. */
static int finish_answer(struct question *question, struct tm_agent *agent)
{
	int in_time = agent->at == question->number;

	agent->at = 0;
	question->open -= (size_t)in_time;
	return in_time;
}

static void take_heap(struct question *question, struct tm_agent *agent,
		      const char *text)
{
	struct tm_heap_figures figures;

	if (!finish_answer(question, agent) || !question->figures)
		return;
	read_figures(&figures, text);
	question->agents->without_live +=
		!tm_heap_has(&figures, TM_HEAP_live_bytes);
	tm_heap_figures_add(question->figures, &figures, !question->answers);
	question->answers++;
}

static void take_line(struct question *question, struct tm_agent *agent,
		      char *line)
{
	char *text;

	if (strncmp(line, "hello ", 6) == 0)
		take_hello(question->agents, agent, line);
	else if ((text = answer_of(agent, line, "heap")))
		take_heap(question, agent, text);
	else if ((text = answer_of(agent, line, "type")) && question->census &&
		 agent->at == question->number)
		take_type(question, text);
	else if ((text = answer_of(agent, line, "site")) && question->sites &&
		 agent->at == question->number)
		take_site(question, text);
	else if ((text = answer_of(agent, line, "sampled")) &&
		 question->sites && agent->at == question->number)
		take_distance(question, text);
	else if (answer_of(agent, line, "end"))
		question->answers += (size_t)finish_answer(question, agent);
	else if ((text = answer_of(agent, line, "no"))) {
		take_refusal(question->agents, text);
		question->refusals += (size_t)finish_answer(question, agent);
	}
}

/* A line that does not fit is dropped, up to its end. */
static void take_bytes(struct question *question, struct tm_agent *agent)
{
	char *line = agent->line, *end;
	char *behind = agent->line + agent->length;

	while ((end = memchr(line, '\n', (size_t)(behind - line)))) {
		*end = '\0';
		if (agent->skips)
			agent->skips = 0;
		else
			take_line(question, agent, line);
		line = end + 1;
	}
	agent->length = (size_t)(behind - line);
	memmove(agent->line, line, agent->length);
	if (agent->length < sizeof(agent->line))
		return;
	question->agents->not_read += !agent->skips;
	agent->length = 0;
	agent->skips = 1;
}

/* Read what has come; 0 when the agent is gone. */
static int read_agent(struct question *question, struct tm_agent *agent)
{
	ssize_t got;

	for (;;) {
		got = recv(agent->fd, agent->line + agent->length,
			   sizeof(agent->line) - agent->length, 0);
		if (got < 0)
			return errno == EAGAIN || errno == EINTR;
		if (got == 0)
			return 0;
		agent->length += (size_t)got;
		take_bytes(question, agent);
	}
}

/* --- questions ------------------------------------------------------------ */

static void read_all(struct question *question)
{
	struct tm_agents *agents = question->agents;
	size_t i = 0;

	while (i < agents->count) {
		struct tm_agent *agent = &agents->agent[i];

		if (read_agent(question, agent)) {
			i++;
			continue;
		}
		question->open -=
			question->number && agent->at == question->number;
		drop(agents, agent);
	}
}

void tm_agents_accept(struct tm_agents *agents)
{
	struct question nothing = {.agents = agents};

	let_in(agents);
	read_all(&nothing);
}

/* One that is still at an earlier question is not given more. */
static int can_be_asked(const struct tm_agent *agent)
{
	return agent->said_hello && !agent->at;
}

/* Whether the question is meant for it. */
static int is_meant(const struct question *question,
		    const struct tm_agent *agent)
{
	return !question->sites || agent->has_sites;
}

static void ask_all(struct question *question, const char *word)
{
	struct tm_agents *agents = question->agents;
	char line[40];
	size_t i;
	int length;

	tm_agents_accept(agents);
	if (++agents->number == 0)
		agents->number = 1;
	question->number = agents->number;
	length = snprintf(line, sizeof(line), "%s %" PRIu32 "\n", word,
			  agents->number);
	for (i = 0; i < agents->count; i++) {
		struct tm_agent *agent = &agents->agent[i];

		if (!is_meant(question, agent))
			continue;
		question->missing += agent->said_hello && agent->at;
		if (!can_be_asked(agent) ||
		    send(agent->fd, line, (size_t)length, MSG_NOSIGNAL) !=
			    length)
			continue;
		agent->at = agents->number;
		tm_idle_read(&agent->idle, agent->pid);
		question->open++;
	}
}

static void wait_for_lines(const struct tm_agents *agents, int limit_ms)
{
	struct pollfd waits[TM_AGENTS_MAX];
	size_t i;

	for (i = 0; i < agents->count; i++)
		waits[i] = (struct pollfd){.fd = agents->agent[i].fd,
					   .events = POLLIN};
	(void)poll(waits, agents->count, limit_ms);
}

/* Whether none of those that have not answered has done anything since it was
 * asked, or since the last call. */
static int all_are_idle(struct tm_agents *agents, uint32_t number)
{
	int are_idle = 1;
	size_t i;

	for (i = 0; i < agents->count; i++) {
		struct tm_agent *agent = &agents->agent[i];
		struct tm_idle now;

		if (agent->at != number)
			continue;
		tm_idle_read(&now, agent->pid);
		are_idle &= tm_idle_is_since(&now, &agent->idle);
		agent->idle = now;
	}
	return are_idle;
}

/* Wait until all have answered, or until those that have not only sleep.  Returns
 * whether it waited as long as it may. */
static int wait_for_answers(struct question *question, uint64_t limit_ms)
{
	uint64_t now_ns = tm_clock_ns();
	uint64_t end_ns = now_ns + limit_ms * NS_PER_MS;
	uint64_t check_ns = now_ns + IDLE_MS * NS_PER_MS;

	while (question->open && now_ns < end_ns) {
		uint64_t until_ns = check_ns < end_ns ? check_ns : end_ns;

		wait_for_lines(question->agents,
			       (int)((until_ns - now_ns) / NS_PER_MS) + 1);
		read_all(question);
		now_ns = tm_clock_ns();
		if (now_ns < check_ns)
			continue;
		if (all_are_idle(question->agents, question->number))
			return 0;
		check_ns = now_ns + IDLE_MS * NS_PER_MS;
	}
	return 1;
}

static void ask(struct question *question, const char *word, uint64_t limit_ms)
{
	ask_all(question, word);
	if (wait_for_answers(question, limit_ms))
		question->agents->late += question->open;
	else
		question->agents->asleep += question->open;
	question->missing += question->open + question->refusals;
}

size_t tm_agents_collect(struct tm_agents *agents, uint64_t limit_ms,
			 struct tm_heap_figures *out)
{
	struct question question = {.agents = agents, .figures = out};

	memset(out, 0, sizeof(*out));
	ask(&question, "collect", limit_ms);
	/* The heaps of some of the processes are not the program's heap; but they
	 * had to wait. */
	if (question.missing)
		out->known &= 1u << TM_HEAP_pause_ns;
	return question.answers;
}

enum tm_rc tm_agents_census(struct tm_agents *agents, uint64_t limit_ms,
			    struct tm_heap_census *out, struct tm_err *err)
{
	struct question question = {
		.agents = agents, .census = out, .err = err};

	ask(&question, "census", limit_ms);
	if (question.rc == TM_OK && question.missing)
		return tm_fail(err, TM_EUNAVAILABLE,
			       "the objects of %zu of %zu processes could not "
			       "be counted",
			       question.missing,
			       question.missing + question.answers);
	return question.rc;
}

int tm_agents_have_sites(const struct tm_agents *agents)
{
	size_t i = 0;

	while (i < agents->count && !agents->agent[i].has_sites)
		i++;
	return i < agents->count;
}

enum tm_rc tm_agents_sites(struct tm_agents *agents, uint64_t limit_ms,
			   struct tm_heap_sites *out, struct tm_err *err)
{
	struct question question = {.agents = agents, .sites = out, .err = err};
	uint64_t refused = agents->refused;

	ask(&question, "sites", limit_ms);
	if (question.rc != TM_OK || !question.missing)
		return question.rc;
	/* What they refuse here is not one of their figures. */
	agents->refused = refused;
	return tm_fail(err, TM_EUNAVAILABLE, "%s",
		       question.refusals ? agents->why : "it was too slow");
}
