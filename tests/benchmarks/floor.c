/* The least that a host of Lua can do for the echo script: epoll, memmem, one protected call a line, and what 32 callbacks
   wrote sent together. No framing of other kinds, no backpressure, no errors but the script's: it only measures.
   run:  gcc -O2 -I/usr/include/lua5.4 -o floor tests/benchmarks/floor.c -llua5.4 && ./floor line PORT   (liblua5.4-dev) */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <lauxlib.h>
#include <lualib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_UNSENT = 32, ROOM = 1 << 16 };

typedef struct { int fd, protocol; size_t unsent; char out[ROOM]; } Connection;

/* The classes of the echo script: LineEcho, LineReceiver, Protocol, and the look-ups between them. */
static const char script[] =
    "local sendParts = ...\n"
    "local Protocol = { delimiter = '\\r\\n' } Protocol.__index = Protocol\n"
    "local LineReceiver = setmetatable({}, Protocol) LineReceiver.__index = LineReceiver\n"
    "function LineReceiver:sendLine(line) return sendParts(self.transport, line, self.delimiter) end\n"
    "local LineEcho = setmetatable({}, LineReceiver) LineEcho.__index = LineEcho\n"
    "function LineEcho:lineReceived(line)\n"
    "  if line == 'quit' then self:sendLine('Goodbye.') else self:sendLine('You said: ' .. line) end\n"
    "end\n"
    "return function(transport) return setmetatable({ transport = transport }, LineEcho) end\n";

static lua_State *L;
static int ep, listener, make;
static char in[ROOM];

static void flush(Connection *c) {
    if (c->unsent && send(c->fd, c->out, c->unsent, MSG_NOSIGNAL) != (ssize_t)c->unsent) { perror("send"); exit(1); }
    c->unsent = 0;
}

static void put(Connection *c, const char *bytes, size_t n) {
    if (c->unsent + n > ROOM) flush(c);
    if (n > ROOM) { fputs("a line longer than a buffer\n", stderr); exit(1); }
    memcpy(c->out + c->unsent, bytes, n);
    c->unsent += n;
}

static int sendParts(lua_State *S) {
    Connection *c = *(Connection **)luaL_checkudata(S, 1, "Transport");
    for (int i = 2; i <= 3; i++) { size_t n; const char *bytes = luaL_checklstring(S, i, &n); put(c, bytes, n); }
    return 0;
}

static void call(int arguments, int results) {
    if (lua_pcall(L, arguments, results, 0)) { fprintf(stderr, "%s\n", lua_tostring(L, -1)); exit(1); }
}

static void watch(int fd, void *data) {
    struct epoll_event e = { .events = EPOLLIN, .data.ptr = data };
    if (epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e)) { perror("epoll_ctl"); exit(1); }
}

static void welcome(void) {
    int fd;
    while ((fd = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0) {
        Connection *c = calloc(1, sizeof *c);
        c->fd = fd;
        lua_rawgeti(L, LUA_REGISTRYINDEX, make);
        *(Connection **)lua_newuserdatauv(L, sizeof c, 0) = c;
        luaL_setmetatable(L, "Transport");
        call(1, 1);
        c->protocol = luaL_ref(L, LUA_REGISTRYINDEX);
        watch(fd, c);
    }
}

/* Whether the connection is still there. */
static int readable(Connection *c) {
    ssize_t n = recv(c->fd, in, ROOM, 0);
    if (n <= 0) {
        close(c->fd);
        luaL_unref(L, LUA_REGISTRYINDEX, c->protocol);
        free(c);
        return 0;
    }
    /* The load generator sends whole lines. */
    for (char *line = in, *end; (end = memmem(line, in + n - line, "\r\n", 2)); line = end + 2) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, c->protocol);
        lua_getfield(L, -1, "lineReceived");
        lua_insert(L, -2);
        lua_pushlstring(L, line, end - line);
        call(2, 0);
    }
    return 1;
}

int main(int argc, char **argv) {
    if (argc < 3 || strcmp(argv[1], "line")) return 2;
    signal(SIGPIPE, SIG_IGN);
    L = luaL_newstate();
    luaL_openlibs(L);
    lua_gc(L, LUA_GCGEN, 0, 0);
    luaL_newmetatable(L, "Transport");
    luaL_loadstring(L, script);
    lua_pushcfunction(L, sendParts);
    call(1, 1);
    make = luaL_ref(L, LUA_REGISTRYINDEX);

    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[2])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int one = 1;
    listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (void *)&a, sizeof a) || listen(listener, 4096)) { perror("listen"); return 1; }
    ep = epoll_create1(0);
    watch(listener, 0);
    puts("listening");
    fflush(stdout);

    struct epoll_event events[512];
    Connection *unsent[MOST_UNSENT];
    for (;;) {
        int n = epoll_wait(ep, events, 512, -1), waiting = 0;
        for (int i = 0; i < n; i++) {
            Connection *c = events[i].data.ptr;
            if (!c) welcome();
            else if (readable(c) && c->unsent) unsent[waiting++] = c;
            if (waiting == MOST_UNSENT || i == n - 1)
                while (waiting) flush(unsent[--waiting]);
        }
    }
}
