#include "proxy.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define COMMAND_MAX 512

static struct sockaddr_in loopback(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons((uint16_t)port)};

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return address;
}

static void close_pair(struct proxy *proxy, int number)
{
	close(proxy->pairs[number][0]);
	close(proxy->pairs[number][1]);
	proxy->pairs[number][0] = -1;
	proxy->pairs[number][1] = -1;
}

static void close_pairs(struct proxy *proxy)
{
	int i;

	for (i = 0; i < PROXY_PAIRS; i++) {
		if (proxy->pairs[i][0] >= 0)
			close_pair(proxy, i);
	}
}

static void accept_pair(struct proxy *proxy)
{
	struct sockaddr_in address = loopback(proxy->target_port);
	int client = accept(proxy->listener, NULL, NULL);
	int server = socket(AF_INET, SOCK_STREAM, 0);
	const int on = 1;
	int i = 0;

	while (i < PROXY_PAIRS && proxy->pairs[i][0] >= 0)
		i++;
	if (i == PROXY_PAIRS ||
	    connect(server, (struct sockaddr *)&address, sizeof(address)) < 0) {
		close(client);
		close(server);
		return;
	}
	/* What is injected has to arrive at once. */
	setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	proxy->pairs[i][0] = client;
	proxy->pairs[i][1] = server;
}

static int send_all(int to, const char *bytes, ssize_t length)
{
	while (length > 0) {
		ssize_t sent = send(to, bytes, (size_t)length, MSG_NOSIGNAL);

		if (sent <= 0)
			return 0;
		bytes += sent;
		length -= sent;
	}
	return 1;
}

static void relay(struct proxy *proxy, int number, int side)
{
	char bytes[65536];
	ssize_t got = recv(proxy->pairs[number][side], bytes, sizeof(bytes), 0);

	if (got <= 0 || !send_all(proxy->pairs[number][1 - side], bytes, got))
		close_pair(proxy, number);
}

static void inject(struct proxy *proxy, const char *bytes, ssize_t length)
{
	int i;

	for (i = 0; i < PROXY_PAIRS; i++) {
		if (proxy->pairs[i][0] >= 0)
			send_all(proxy->pairs[i][0], bytes, length);
	}
}

/* 0 when it was the last one. */
static int obey(struct proxy *proxy)
{
	char command[COMMAND_MAX];
	ssize_t length = recv(proxy->control[1], command, sizeof(command), 0);

	if (length <= 0)
		return 0;
	if (command[0] == 'i')
		inject(proxy, command + 1, length - 1);
	else
		close_pairs(proxy);
	if (command[0] == 'd' && proxy->listener >= 0) {
		close(proxy->listener);
		proxy->listener = -1;
	}
	send_all(proxy->control[1], "k", 1);
	return command[0] != 'q';
}

static void *run(void *context)
{
	struct proxy *proxy = context;
	struct pollfd wanted[2 + 2 * PROXY_PAIRS];
	int running = 1;
	int i;

	while (running) {
		wanted[0].fd = proxy->control[1];
		wanted[1].fd = proxy->listener;
		for (i = 0; i < 2 * PROXY_PAIRS; i++)
			wanted[2 + i].fd = proxy->pairs[i / 2][i % 2];
		for (i = 0; i < 2 + 2 * PROXY_PAIRS; i++) {
			wanted[i].events = POLLIN;
			wanted[i].revents = 0;
		}
		poll(wanted, 2 + 2 * PROXY_PAIRS, -1);
		for (i = 0; i < 2 * PROXY_PAIRS; i++) {
			/* Its pair may have been closed a moment ago. */
			if (wanted[2 + i].revents &&
			    proxy->pairs[i / 2][i % 2] == wanted[2 + i].fd)
				relay(proxy, i / 2, i % 2);
		}
		if (wanted[1].revents)
			accept_pair(proxy);
		if (wanted[0].revents)
			running = obey(proxy);
	}
	return NULL;
}

static void command(struct proxy *proxy, const char *bytes, size_t length)
{
	char answer;

	cr_assert_eq(send(proxy->control[0], bytes, length, MSG_NOSIGNAL),
		     (ssize_t)length);
	cr_assert_eq(recv(proxy->control[0], &answer, 1, 0), 1);
}

void proxy_start(struct proxy *proxy, int target_port)
{
	struct sockaddr_in address = loopback(0);
	socklen_t size = sizeof(address);

	memset(proxy, 0, sizeof(*proxy));
	memset(proxy->pairs, 0xff, sizeof(proxy->pairs));
	proxy->target_port = target_port;
	proxy->listener = socket(AF_INET, SOCK_STREAM, 0);
	cr_assert_eq(bind(proxy->listener, (struct sockaddr *)&address,
			  sizeof(address)),
		     0);
	cr_assert_eq(listen(proxy->listener, PROXY_PAIRS), 0);
	getsockname(proxy->listener, (struct sockaddr *)&address, &size);
	proxy->port = ntohs(address.sin_port);
	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, proxy->control), 0);
	cr_assert_eq(pthread_create(&proxy->thread, NULL, run, proxy), 0);
}

void proxy_stop(struct proxy *proxy)
{
	command(proxy, "q", 1);
	pthread_join(proxy->thread, NULL);
	if (proxy->listener >= 0)
		close(proxy->listener);
	close(proxy->control[0]);
	close(proxy->control[1]);
}

void proxy_hang_up(struct proxy *proxy)
{
	command(proxy, "k", 1);
}

void proxy_shut_down(struct proxy *proxy)
{
	command(proxy, "d", 1);
}

void proxy_inject(struct proxy *proxy, const void *bytes, size_t length)
{
	char packet[COMMAND_MAX] = "i";

	cr_assert_lt(length, sizeof(packet));
	memcpy(packet + 1, bytes, length);
	command(proxy, packet, length + 1);
}
