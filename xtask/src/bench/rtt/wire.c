/* A wire with a length: joins two network namespaces, and delivers every packet a fixed time after
   it was sent. Linux only.

   usage: wire MICROSECONDS

   It makes two network namespaces without names, each with a TUN device called `wire`, and prints
   one line: two paths by which others enter them. They last as long as this process and those
   inside them, and this process ends when its standard input does: whatever becomes of whoever
   started it, nothing is left behind. At its end it prints how punctual it was:

   PACKETS LOST MEAN_MICROSECONDS_LATE MOST_MICROSECONDS_LATE */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_tun.h>

enum { LARGEST_PACKET = 1600, QUEUE = 8192 };

struct packet {
    int64_t due; /* in nanoseconds, on the monotonic clock */
    size_t length;
    unsigned char bytes[LARGEST_PACKET];
};

/* One end of the wire. All packets take the same time, so that the first to come is the first due. */
struct end {
    int tun;
    int namespace;
    struct packet *arriving; /* a ring of QUEUE packets that are on their way to this end */
    size_t first, count;
};

static struct {
    long delivered, lost;
    int64_t late, latest;
} told;

static void fail(const char *what)
{
    fprintf(stderr, "wire: %s: %s\n", what, strerror(errno));
    exit(EXIT_FAILURE);
}

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Moves this process into a new namespace, and opens a device there. */
static void make_end(struct end *end)
{
    struct ifreq wanted = {0};

    if (unshare(CLONE_NEWNET) != 0)
        fail("no network namespace can be made");
    end->namespace = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    end->tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (end->namespace < 0 || end->tun < 0)
        fail("/dev/net/tun cannot be opened");
    strcpy(wanted.ifr_name, "wire");
    wanted.ifr_flags = IFF_TUN | IFF_NO_PI;
    if (ioctl(end->tun, TUNSETIFF, &wanted) != 0)
        fail("no TUN device can be made");
    end->arriving = calloc(QUEUE, sizeof *end->arriving);
    if (end->arriving == NULL)
        fail("no memory");
}

/* Hands over what is due at an end; gives the time until the next packet is, or -1. */
static int64_t deliver(struct end *to)
{
    while (to->count > 0) {
        struct packet *packet = &to->arriving[to->first];
        int64_t late = now() - packet->due;

        if (late < 0)
            return -late;
        if (write(to->tun, packet->bytes, packet->length) < 0)
            told.lost++;
        else
            told.delivered++;
        told.late += late;
        if (late > told.latest)
            told.latest = late;
        to->first = (to->first + 1) % QUEUE;
        to->count--;
    }
    return -1;
}

/* Puts on the way what was sent at one end. */
static void accept_from(struct end *from, struct end *to, int64_t delay)
{
    static unsigned char none[LARGEST_PACKET];

    for (;;) {
        int is_full = to->count == QUEUE;
        struct packet *packet = &to->arriving[(to->first + to->count) % QUEUE];
        unsigned char *bytes = is_full ? none : packet->bytes;
        ssize_t length = read(from->tun, bytes, LARGEST_PACKET);

        if (length <= 0)
            return;
        if (is_full) {
            told.lost++;
            continue;
        }
        packet->due = now() + delay;
        packet->length = (size_t)length;
        to->count++;
    }
}

/* Whether whoever started this process is gone, or has had enough. */
static int is_over(short events)
{
    char word;

    return events != 0 && read(STDIN_FILENO, &word, 1) <= 0;
}

int main(int count, char **words)
{
    struct end ends[2] = {0};
    struct sched_param first = {.sched_priority = 1};
    char *rest = "?";
    int64_t delay = count == 2 ? strtoll(words[1], &rest, 10) * 1000 : -1;

    if (delay < 0 || *rest != '\0') {
        fputs("usage: wire MICROSECONDS\n", stderr);
        return 2;
    }
    for (int i = 0; i < 2; i++)
        make_end(&ends[i]);
    /* Punctual even beside busy programs; where that is not allowed, the numbers at the end tell. */
    sched_setscheduler(0, SCHED_FIFO, &first);
    prctl(PR_SET_TIMERSLACK, 1000, 0, 0, 0);
    printf("/proc/%d/fd/%d /proc/%d/fd/%d\n", getpid(), ends[0].namespace, getpid(),
           ends[1].namespace);
    fflush(stdout);

    for (;;) {
        struct pollfd watched[3] = {
            {.fd = STDIN_FILENO, .events = POLLIN},
            {.fd = ends[0].tun, .events = POLLIN},
            {.fd = ends[1].tun, .events = POLLIN},
        };
        int64_t wait = -1;
        struct timespec time;

        for (int i = 0; i < 2; i++) {
            int64_t until = deliver(&ends[i]);
            if (until >= 0 && (wait < 0 || until < wait))
                wait = until;
        }
        time.tv_sec = wait / 1000000000;
        time.tv_nsec = wait % 1000000000;
        if (ppoll(watched, 3, wait < 0 ? NULL : &time, NULL) < 0 && errno != EINTR)
            fail("cannot wait");
        if (is_over(watched[0].revents))
            break;
        for (int i = 0; i < 2; i++)
            accept_from(&ends[i], &ends[1 - i], delay);
    }
    printf("%ld %ld %lld %lld\n", told.delivered, told.lost,
           (long long)(told.delivered > 0 ? told.late / told.delivered / 1000 : 0),
           (long long)told.latest / 1000);
    return 0;
}
