#include "subject.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int answers_fd = -1;

static void live(int orders, void (*obey)(char order))
{
	char order;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (read(orders, &order, 1) == 1) {
		obey(order);
		subject_answer();
	}
	_exit(0);
}

void subject_start(struct subject *subject, void (*obey)(char order))
{
	int orders[2], answers[2];

	cr_assert_eq(pipe2(orders, O_CLOEXEC), 0);
	cr_assert_eq(pipe2(answers, O_CLOEXEC), 0);
	subject->pid = fork();
	if (subject->pid == 0) {
		close(orders[1]);
		close(answers[0]);
		answers_fd = answers[1];
		live(orders[0], obey);
	}
	if (subject->pid < 0)
		subject->pid = 0;
	cr_assert_gt(subject->pid, 0);
	setpgid(subject->pid, subject->pid);
	close(orders[0]);
	close(answers[1]);
	subject->orders = orders[1];
	subject->answers = answers[0];
}

void subject_answer(void)
{
	if (write(answers_fd, "", 1) != 1)
		_exit(3);
}

void subject_await(const struct subject *subject)
{
	char answer;

	cr_assert_eq(read(subject->answers, &answer, 1), 1);
}

void subject_tell(const struct subject *subject, char order)
{
	cr_assert_eq(write(subject->orders, &order, 1), 1);
	subject_await(subject);
}

void subject_stop(struct subject *subject)
{
	cr_assert_gt(subject->pid, 1);
	kill(-subject->pid, SIGKILL);
	waitpid(subject->pid, NULL, 0);
	close(subject->orders);
	close(subject->answers);
}

char *touch(size_t bytes)
{
	char *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	cr_assert_neq(pages, MAP_FAILED);
	memset(pages, 1, bytes);
	return pages;
}
