// The yardstick of `bench forward`: what the worker's loop does for one publisher and many receivers, in plain C. One UDP socket; epoll, recvmmsg,
// AES-128-GCM by libcrypto, renumbering with header extension and picture id, one GSO message per receiver and burst, sendmmsg.
// Usage: forward BIND_PORT PACKETS PUBLISHER_KEY_HEX PUBLISHER_SALT_HEX RECEIVER_PORT...   Prints "port N", then "ns X" (CPU per forwarded packet).
// PACKETS 0: for ever. FORWARD_BIND and FORWARD_PEER: IPv4 addresses of its own and of the receivers, if not the loopback's. Sound (payload type 111) gets an SSRC of its own.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

// Declared here, so that the library is enough and its development package is not needed.
typedef struct evp_cipher_ctx_st EVP_CIPHER_CTX;
typedef struct evp_cipher_st EVP_CIPHER;
typedef struct engine_st ENGINE;
EVP_CIPHER_CTX *EVP_CIPHER_CTX_new(void);
EVP_CIPHER *EVP_CIPHER_fetch(void *context, const char *algorithm, const char *properties);
int EVP_CipherInit_ex(EVP_CIPHER_CTX *, const EVP_CIPHER *, ENGINE *, const unsigned char *key, const unsigned char *iv, int encrypt);
int EVP_Cipher(EVP_CIPHER_CTX *, unsigned char *out, const unsigned char *in, unsigned int length);
int EVP_CIPHER_CTX_ctrl(EVP_CIPHER_CTX *, int type, int argument, void *pointer);
enum { GET_TAG = 0x10, SET_TAG = 0x11, TAG = 16 };

enum { BATCH = 64, BUFFER = 2048, MESSAGES = 512, SLAB = 1 << 20, REMEMBERED = 1024, SLICE_NS = 250000, SOUND = 111, SOUND_SSRC = 100000 };

struct sent { void *packet; uint32_t generation, milliseconds; uint64_t sequence; uint32_t timestamp; uint16_t picture; uint8_t tl0; };

struct receiver {
    EVP_CIPHER_CTX *cipher;
    unsigned char salt[12];
    struct sockaddr_in address;
    uint64_t sequence[2];
    uint32_t ssrc, timestamp_offset;
    uint16_t transport, picture_offset;
    struct sent *remembered;
};

struct packet { unsigned char bytes[BUFFER]; int length, head; };

static struct mmsghdr out[MESSAGES];
static struct iovec out_vectors[MESSAGES];
static char out_controls[MESSAGES][24];
static unsigned char *slab;
static int used, messages;

static int64_t clock_ns(int which) {
    struct timespec t;
    clock_gettime(which, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void unhex(const char *text, unsigned char *bytes, int length) {
    for (int i = 0; i < length; i++) sscanf(text + 2 * i, "%2hhx", bytes + i);
}

static void make_iv(unsigned char *iv, const unsigned char *salt, const unsigned char *ssrc, uint64_t index) {
    memcpy(iv, salt, 12);
    for (int i = 0; i < 4; i++) iv[2 + i] ^= ssrc[i];
    for (int i = 0; i < 6; i++) iv[6 + i] ^= (unsigned char)(index >> (40 - 8 * i));
}

static int header_length(const unsigned char *p) {
    int length = 12 + (p[0] & 15) * 4;
    if (p[0] & 16) length += 4 + 4 * (p[length + 2] << 8 | p[length + 3]);
    return length;
}

static int unprotect(EVP_CIPHER_CTX *cipher, const unsigned char *salt, const unsigned char *in, int length, struct packet *packet) {
    unsigned char iv[12];
    int head = header_length(in);
    make_iv(iv, salt, in + 8, (uint64_t)(in[2] << 8 | in[3]));
    memcpy(packet->bytes, in, head);
    EVP_CipherInit_ex(cipher, 0, 0, 0, iv, 0);
    EVP_CIPHER_CTX_ctrl(cipher, SET_TAG, TAG, (void *)(in + length - TAG));
    EVP_Cipher(cipher, 0, in, head);
    EVP_Cipher(cipher, packet->bytes + head, in + head, length - head - TAG);
    packet->length = length - TAG;
    packet->head = head;
    return EVP_Cipher(cipher, 0, 0, 0) >= 0;
}

static void flush(int descriptor) {
    for (int sent = 0; sent < messages;) {
        int taken = sendmmsg(descriptor, out + sent, messages - sent, 0);
        if (taken <= 0) { perror("sendmmsg"); exit(1); }
        sent += taken;
    }
    used = messages = 0;
}

static void commit(struct receiver *r, unsigned char *at, int length, int *open) {
    if (*open && (int)out_vectors[messages - 1].iov_len < 60000) {
        struct msghdr *h = &out[messages - 1].msg_hdr;
        if (!h->msg_control) {
            struct cmsghdr *c = (struct cmsghdr *)out_controls[messages - 1];
            c->cmsg_len = CMSG_LEN(2);
            c->cmsg_level = 17;
            c->cmsg_type = 103;
            *(uint16_t *)CMSG_DATA(c) = (uint16_t)length;
            h->msg_control = c;
            h->msg_controllen = CMSG_SPACE(2);
        }
        out_vectors[messages - 1].iov_len += length;
    } else {
        out_vectors[messages] = (struct iovec){ at, length };
        out[messages].msg_hdr = (struct msghdr){ &r->address, sizeof r->address, &out_vectors[messages], 1, 0, 0, 0 };
        messages++;
        *open = 1;
    }
    used += length;
}

static inline void seal(struct receiver *r, unsigned char *o, uint64_t sequence, int head, int payload) {
    unsigned char iv[12];
    make_iv(iv, r->salt, o + 8, sequence);
    EVP_CipherInit_ex(r->cipher, 0, 0, 0, iv, 1);
    EVP_Cipher(r->cipher, 0, o, head);
    EVP_Cipher(r->cipher, o + head, o + head, payload);
    EVP_Cipher(r->cipher, 0, 0, 0);
    EVP_CIPHER_CTX_ctrl(r->cipher, GET_TAG, TAG, o + head + payload);
}

static in_addr_t address_of(const char *variable) {
    const char *text = getenv(variable);
    return text ? inet_addr(text) : htonl(INADDR_LOOPBACK);
}

static void forward(struct receiver *r, struct packet *p, int *open, uint32_t milliseconds) {
    unsigned char *o = slab + used;
    int sound = (p->bytes[1] & 127) == SOUND;
    uint64_t sequence = r->sequence[sound]++;
    uint32_t timestamp = ntohl(*(uint32_t *)(p->bytes + 4)) + r->timestamp_offset;
    o[0] = 0x90;
    o[1] = p->bytes[1];
    *(uint16_t *)(o + 2) = htons((uint16_t)sequence);
    *(uint32_t *)(o + 4) = htonl(timestamp);
    *(uint32_t *)(o + 8) = htonl(r->ssrc + (sound ? SOUND_SSRC : 0));
    static const unsigned char extension[16] = { 0xBE, 0xDE, 0, 3, 0x31, 0, 0, 0x22, 0, 0, 0, 0x40, '1', 0, 0, 0 };
    memcpy(o + 12, extension, 16);
    *(uint16_t *)(o + 17) = htons(r->transport++);
    memcpy(o + 20, &milliseconds, 3);
    int head = 28, payload = p->length - p->head;
    memcpy(o + head, p->bytes + p->head, payload);
    if (sound) {
        r->remembered[sequence & (REMEMBERED - 1)] = (struct sent){ p, 1, milliseconds, sequence, timestamp, 0, 0 };
        seal(r, o, sequence, head, payload);
        commit(r, o, head + payload + TAG, open);
        return;
    }
    uint16_t picture = (uint16_t)((p->bytes[p->head + 2] & 127) << 8 | p->bytes[p->head + 3]) + r->picture_offset;
    o[head + 2] = 0x80 | (picture >> 8 & 127);
    o[head + 3] = (unsigned char)picture;
    r->remembered[sequence & (REMEMBERED - 1)] = (struct sent){ p, 1, milliseconds, sequence, timestamp, picture, 0 };
    seal(r, o, sequence, head, payload);
    commit(r, o, head + payload + TAG, open);
}

int main(int argc, char **argv) {
    if (argc < 6) return 2;
    int receivers = argc - 5;
    long wanted = atol(argv[2]), seen = 0, forwarded = 0;
    unsigned char key[16], salt[12], iv[12] = { 0 };
    unhex(argv[3], key, 16);
    unhex(argv[4], salt, 12);
    slab = aligned_alloc(64, SLAB);
    EVP_CIPHER *gcm = EVP_CIPHER_fetch(0, "AES-128-GCM", 0);
    EVP_CIPHER_CTX *in_cipher = EVP_CIPHER_CTX_new();
    EVP_CipherInit_ex(in_cipher, gcm, 0, key, iv, 0);
    struct receiver *all = calloc(receivers, sizeof *all);
    for (int i = 0; i < receivers; i++) {
        struct receiver *r = all + i;
        memset(key, i + 1, sizeof key);
        memset(r->salt, i + 2, sizeof r->salt);
        r->cipher = EVP_CIPHER_CTX_new();
        EVP_CipherInit_ex(r->cipher, gcm, 0, key, iv, 1);
        r->address = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(atoi(argv[5 + i])) };
        r->address.sin_addr.s_addr = address_of("FORWARD_PEER");
        r->sequence[0] = r->sequence[1] = 1000 + i * 7;
        r->ssrc = 50000 + i;
        r->timestamp_offset = i * 9999;
        r->picture_offset = i * 3;
        r->remembered = calloc(REMEMBERED, sizeof(struct sent));
    }
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), size = 4 << 20;
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    struct sockaddr_in own = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])) };
    own.sin_addr.s_addr = address_of("FORWARD_BIND");
    socklen_t own_length = sizeof own;
    if (bind(descriptor, (void *)&own, sizeof own)) { perror("bind"); return 1; }
    getsockname(descriptor, (void *)&own, &own_length);
    printf("port %d\n", ntohs(own.sin_port));
    fflush(stdout);

    int poll = epoll_create1(0);
    struct epoll_event event = { .events = EPOLLIN };
    epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event);
    static struct mmsghdr in[BATCH];
    static struct iovec in_vectors[BATCH];
    static unsigned char buffers[BATCH][BUFFER];
    static struct sockaddr_in from[BATCH];
    static struct packet packets[BATCH];
    int64_t begin = 0;
    while (!wanted || seen < wanted) {
        epoll_wait(poll, &event, 1, -1);
        for (int i = 0; i < BATCH; i++) {
            in_vectors[i] = (struct iovec){ buffers[i], BUFFER };
            in[i].msg_hdr = (struct msghdr){ &from[i], sizeof from[i], &in_vectors[i], 1, 0, 0, 0 };
        }
        int count = recvmmsg(descriptor, in, BATCH, MSG_DONTWAIT, 0), good = 0;
        if (count <= 0) continue;
        if (!begin) begin = clock_ns(CLOCK_THREAD_CPUTIME_ID);
        for (int i = 0; i < count; i++) good += unprotect(in_cipher, salt, buffers[i], in[i].msg_len, &packets[good]);
        seen += count;
        int64_t slice = clock_ns(CLOCK_MONOTONIC);
        for (int x = 0; x < receivers; x++) {
            int open = 0;
            for (int i = 0; i < good; i++) forward(all + x, &packets[i], &open, (uint32_t)(slice / 1000000));
            int64_t now = clock_ns(CLOCK_MONOTONIC);
            if (now - slice < SLICE_NS && SLAB - used > 64 * 1500) continue;
            flush(descriptor);
            slice = now;
        }
        flush(descriptor);
        forwarded += (long)good * receivers;
    }
    printf("ns %.1f\n", (double)(clock_ns(CLOCK_THREAD_CPUTIME_ID) - begin) / forwarded);
    return 0;
}
