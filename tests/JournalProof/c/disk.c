/*
 * A disk that can be slow, full, broken, or lose its power; preloaded (LD_PRELOAD) into the process whose journal is on trial.
 *
 *   DISK_DELAY_US=n   every fsync and fdatasync takes n microseconds longer
 *   DISK_WATCH=dir    files below dir (an absolute path) are on this disk; shared memory (-shm) and lock files are not
 *   DISK_DURABLE=dir  receives, at every fsync and fdatasync of a watched file, what that call made durable. It starts as a copy of
 *                     the watched folder, so at any moment it is what a power cut would leave at least
 *   DISK_CUT_AT=n     kill -9 at the nth sync of a watched file; DISK_CUT_WHEN=before (default) or after it has made its data durable
 *   DISK_FAULT=file   while this file exists, the disk is full ("full": writes fail with ENOSPC) or broken ("broken": syncs fail with EIO)
 *
 * What was written and not synced may or may not reach a real disk before the power goes. Which of it did is chosen by whoever
 * rebuilds the folder, from the difference between the durable copy and the files as they are when the process is dead.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct range { off_t from, to; };

struct file {
    char name[NAME_MAX + 1]; /* below DISK_WATCH, without folders: the journal has none there */
    struct range *ranges;    /* written since the last sync */
    size_t count, room;
};

enum { MAX_FILES = 32 };

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t one_sync = PTHREAD_MUTEX_INITIALIZER;
static struct file files[MAX_FILES];
static int file_count;
static const char *watch, *durable, *fault;
static size_t watch_length;
static long delay_us, cut_at, syncs;
static int cut_after;

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_unlink)(const char *);

static long number(const char *name)
{
    const char *value = getenv(name);
    return value ? atol(value) : 0;
}

__attribute__((constructor)) static void start(void)
{
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwritev = dlsym(RTLD_NEXT, "pwritev64");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    watch = getenv("DISK_WATCH");
    watch_length = watch ? strlen(watch) : 0;
    durable = getenv("DISK_DURABLE");
    fault = getenv("DISK_FAULT");
    delay_us = number("DISK_DELAY_US");
    cut_at = number("DISK_CUT_AT");
    cut_after = getenv("DISK_CUT_WHEN") && !strcmp(getenv("DISK_CUT_WHEN"), "after");
}

static int ends_with(const char *text, const char *end)
{
    size_t t = strlen(text), e = strlen(end);
    return t >= e && !strcmp(text + t - e, end);
}

/* The name of a watched file that is open as fd, or 0. A name is looked up at every call, because descriptors and inodes are reused. */
static int watched(int fd, char *name)
{
    char link[64], path[PATH_MAX];
    struct stat s;
    if (!watch || fstat(fd, &s) || !S_ISREG(s.st_mode)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n <= 0) return 0;
    path[n] = 0;
    if (strncmp(path, watch, watch_length) || path[watch_length] != '/') return 0;
    if (ends_with(path, "-shm") || ends_with(path, ".lock") || ends_with(path, " (deleted)")) return 0;
    snprintf(name, NAME_MAX + 1, "%s", path + watch_length + 1);
    return 1;
}

static struct file *find(const char *name)
{
    for (int i = 0; i < file_count; i++)
        if (!strcmp(files[i].name, name)) return &files[i];
    if (file_count == MAX_FILES) abort();
    snprintf(files[file_count].name, sizeof files[file_count].name, "%s", name);
    return &files[file_count++];
}

static void wrote(int fd, off_t from, ssize_t length)
{
    char name[NAME_MAX + 1];
    if (length <= 0 || !durable || !watched(fd, name)) return;
    pthread_mutex_lock(&gate);
    struct file *f = find(name);
    struct range *last = f->count ? &f->ranges[f->count - 1] : 0;
    if (last && last->to == from) {
        last->to = from + length;
    } else {
        if (f->count == f->room) f->ranges = realloc(f->ranges, (f->room = f->room ? 2 * f->room : 64) * sizeof *f->ranges);
        f->ranges[f->count++] = (struct range){ from, from + length };
    }
    pthread_mutex_unlock(&gate);
}

static int is_fault(const char *kind)
{
    char text[16] = "";
    if (!fault) return 0;
    int fd = open(fault, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    return n > 0 && !strncmp(text, kind, strlen(kind));
}

static int is_full(int fd)
{
    char name[NAME_MAX + 1];
    return fault && watched(fd, name) && is_fault("full");
}

ssize_t pwrite64(int fd, const void *data, size_t length, off_t at)
{
    if (is_full(fd)) { errno = ENOSPC; return -1; }
    ssize_t n = real_pwrite(fd, data, length, at);
    wrote(fd, at, n);
    return n;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t at) { return pwrite64(fd, data, length, at); }

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t at)
{
    if (is_full(fd)) { errno = ENOSPC; return -1; }
    ssize_t n = real_pwritev(fd, parts, count, at);
    wrote(fd, at, n);
    return n;
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) { return pwritev64(fd, parts, count, at); }

ssize_t write(int fd, const void *data, size_t length)
{
    char name[NAME_MAX + 1];
    if (fd > 2 && durable && watched(fd, name)) {
        if (is_full(fd)) { errno = ENOSPC; return -1; }
        off_t at = lseek(fd, 0, SEEK_CUR);
        ssize_t n = real_write(fd, data, length);
        wrote(fd, at, n);
        return n;
    }
    return real_write(fd, data, length);
}

int ftruncate64(int fd, off_t length) { return real_ftruncate(fd, length); }

int ftruncate(int fd, off_t length) { return real_ftruncate(fd, length); }

static void copy_range(int from, int to, struct range r)
{
    char block[65536];
    while (r.from < r.to) {
        size_t want = r.to - r.from < (off_t)sizeof block ? (size_t)(r.to - r.from) : sizeof block;
        ssize_t n = pread(from, block, want, r.from);
        if (n <= 0) return; /* truncated since */
        if (real_pwrite(to, block, n, r.from) != n) abort();
        r.from += n;
    }
}

static int open_durable(const char *name)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", durable, name);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) abort();
    return fd;
}

/*
 * Makes durable what was written before the sync began. The ranges are taken before, so that a write made meanwhile waits for the next.
 * One sync at a time: what one of them has taken and not copied yet, another must not report as durable.
 */
static int sync_watched(int fd, const char *name, int (*real)(int))
{
    pthread_mutex_lock(&one_sync);
    pthread_mutex_lock(&gate);
    long nth = ++syncs;
    struct file *f = find(name);
    struct range *ranges = f->ranges;
    size_t count = f->count;
    f->ranges = 0;
    f->count = f->room = 0;
    pthread_mutex_unlock(&gate);

    if (nth == cut_at && !cut_after) kill(getpid(), SIGKILL);
    struct stat s;
    if (fstat(fd, &s)) abort();
    int result = real(fd);
    if (durable && result == 0) {
        int to = open_durable(name);
        if (real_ftruncate(to, s.st_size)) abort();
        for (size_t i = 0; i < count; i++) copy_range(fd, to, ranges[i]);
        close(to);
    }
    free(ranges);
    if (nth == cut_at) kill(getpid(), SIGKILL);
    pthread_mutex_unlock(&one_sync);
    return result;
}

static int slow_sync(int fd, int (*real)(int))
{
    char name[NAME_MAX + 1];
    if (delay_us) {
        struct timespec t = { delay_us / 1000000, delay_us % 1000000 * 1000 };
        while (nanosleep(&t, &t) && errno == EINTR) { }
    }
    if (!watched(fd, name)) return real(fd);
    if (is_fault("broken")) { errno = EIO; return -1; }
    return sync_watched(fd, name, real);
}

int fsync(int fd) { return slow_sync(fd, real_fsync); }

int fdatasync(int fd) { return slow_sync(fd, real_fdatasync); }

/* A file that is gone is gone durably. The journal removes files only while it makes its database and when it closes it, never between. */
int unlink(const char *path)
{
    int result = real_unlink(path);
    if (result == 0 && durable && watch && !strncmp(path, watch, watch_length) && path[watch_length] == '/') {
        pthread_mutex_lock(&gate);
        struct file *f = find(path + watch_length + 1);
        f->count = 0;
        pthread_mutex_unlock(&gate);
        char copy[PATH_MAX];
        snprintf(copy, sizeof copy, "%s/%s", durable, path + watch_length + 1);
        real_unlink(copy);
    }
    return result;
}
