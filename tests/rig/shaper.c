/* A slow and lossy link between two network namespaces, for kernels without netem.
 *
 * Makes one TUN device in each namespace and carries packets between them. Each direction drops at
 * random, then queues what fits in a drop-tail buffer that is served at the given rate, then delays
 * by a fixed time. It prints "ready" when both devices are up, and at SIGTERM or SIGINT what it did;
 * the devices are gone when it ends.
 *
 *   shaper NETNS ADDRESS DEVICE  NETNS ADDRESS DEVICE  FILE
 *
 * NETNS is the path of a namespace, ADDRESS has its prefix length (10.0.0.1/24). FILE holds four
 * numbers, DELAY_MS RATE_KBIT LOSS_PERCENT QUEUE_BYTES, and is read again at SIGHUP.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { MTU = 1500, SLOTS = 8192, BURST = 64 };

struct link {
    double delay_s, bytes_per_s, loss, queue_bytes;
};

struct packet {
    double due;
    int length;
    uint8_t data[MTU];
};

/* One direction: a ring of packets that wait until they are due. */
struct direction {
    int from, to;
    struct packet *ring;
    unsigned head, tail;
    double line_free_at;
    unsigned seed;
    unsigned long passed, lost, dropped;
};

static volatile sig_atomic_t stopping, changed;

static void stop(int number) {
    (void)number;
    stopping = 1;
}

static void change(int number) {
    (void)number;
    changed = 1;
}

static void read_link(struct link *link, const char *path) {
    double delay_ms, rate_kbit, loss_percent, queue_bytes;
    FILE *file = fopen(path, "r");
    if (!file || fscanf(file, "%lf %lf %lf %lf", &delay_ms, &rate_kbit, &loss_percent, &queue_bytes) != 4)
        err(1, "%s", path);
    fclose(file);
    *link = (struct link){delay_ms / 1000, rate_kbit * 1000 / 8, loss_percent / 100, queue_bytes};
}

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static int open_tun(const char *netns, const char *address, const char *device) {
    int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    int there = open(netns, O_RDONLY | O_CLOEXEC);
    if (home < 0 || there < 0 || setns(there, CLONE_NEWNET) < 0) err(1, "%s", netns);
    int tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (tun < 0) err(1, "/dev/net/tun");
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    snprintf(request.ifr_name, IFNAMSIZ, "%s", device);
    if (ioctl(tun, TUNSETIFF, &request) < 0) err(1, "TUNSETIFF %s", device);
    char command[512];
    snprintf(command, sizeof command,
             "ip address add %s dev %s && ip link set %s mtu %d txqueuelen 10000 up", address, device,
             device, MTU);
    if (system(command) != 0) errx(1, "failed: %s", command);
    if (setns(home, CLONE_NEWNET) < 0) err(1, "setns");
    close(home);
    close(there);
    return tun;
}

/* When a packet of this length leaves the queue, or -1 when the queue has no room for it. */
static double served_at(struct direction *d, const struct link *link, int length, double now) {
    if (link->bytes_per_s <= 0) return now;
    double begins = d->line_free_at > now ? d->line_free_at : now;
    if ((begins - now) * link->bytes_per_s + length > link->queue_bytes) return -1;
    d->line_free_at = begins + length / link->bytes_per_s;
    return d->line_free_at;
}

static void take(struct direction *d, const struct link *link) {
    for (int i = 0; i < BURST && d->head - d->tail < SLOTS; i++) {
        struct packet *packet = &d->ring[d->head % SLOTS];
        packet->length = read(d->from, packet->data, MTU);
        if (packet->length <= 0) return;
        if (rand_r(&d->seed) < link->loss * RAND_MAX) {
            d->lost++;
            continue;
        }
        double leaves = served_at(d, link, packet->length, now_s());
        if (leaves < 0) {
            d->dropped++;
            continue;
        }
        packet->due = leaves + link->delay_s;
        d->head++;
    }
}

static void deliver(struct direction *d) {
    for (double now = now_s(); d->tail != d->head && d->ring[d->tail % SLOTS].due <= now; d->tail++) {
        struct packet *packet = &d->ring[d->tail % SLOTS];
        if (write(d->to, packet->data, packet->length) == packet->length) d->passed++;
        else d->dropped++;
    }
}

/* Wake at the moment the earliest waiting packet is due. */
static void set_alarm(int timer, const struct direction *directions) {
    double due = 0;
    for (int i = 0; i < 2; i++) {
        const struct direction *d = &directions[i];
        if (d->tail == d->head) continue;
        double at = d->ring[d->tail % SLOTS].due;
        if (due == 0 || at < due) due = at;
    }
    struct itimerspec alarm = {.it_value = {.tv_sec = due, .tv_nsec = (due - (time_t)due) * 1e9}};
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &alarm, NULL);
}

static void carry(struct direction *directions, struct link *link, const char *path) {
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    struct pollfd waits[] = {
        {.fd = directions[0].from, .events = POLLIN},
        {.fd = directions[1].from, .events = POLLIN},
        {.fd = timer, .events = POLLIN},
    };
    while (!stopping) {
        if (changed) {
            changed = 0;
            read_link(link, path);
        }
        if (poll(waits, 3, -1) < 0) {
            if (errno != EINTR) err(1, "poll");
            continue;
        }
        uint64_t expirations;
        if (waits[2].revents && read(timer, &expirations, sizeof expirations) < 0 && errno != EAGAIN)
            err(1, "timer");
        for (int i = 0; i < 2; i++) {
            if (waits[i].revents) take(&directions[i], link);
            deliver(&directions[i]);
        }
        set_alarm(timer, directions);
    }
}

int main(int count, char **argument) {
    if (count != 8) errx(2, "see the head of shaper.c for the arguments");
    prctl(PR_SET_TIMERSLACK, 1UL);
    struct link link;
    read_link(&link, argument[7]);
    int a = open_tun(argument[1], argument[2], argument[3]);
    int b = open_tun(argument[4], argument[5], argument[6]);
    struct direction directions[] = {
        {.from = a, .to = b, .seed = 1, .ring = calloc(SLOTS, sizeof(struct packet))},
        {.from = b, .to = a, .seed = 2, .ring = calloc(SLOTS, sizeof(struct packet))},
    };
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    struct sigaction changing = {.sa_handler = change};
    sigaction(SIGHUP, &changing, NULL);
    puts("ready");
    fflush(stdout);
    carry(directions, &link, argument[7]);
    for (int i = 0; i < 2; i++)
        printf("%s: %lu passed, %lu lost, %lu dropped\n", i ? "b to a" : "a to b",
               directions[i].passed, directions[i].lost, directions[i].dropped);
    return 0;
}
