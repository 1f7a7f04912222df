// Does, once and harmlessly, what rules on system calls look for: `acts NAME [ARGUMENT ...]`. Static, so that it runs in any
// image. Nothing here reaches anything outside of the container that it runs in, and what fails is passed over.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int is(const char *a, const char *b) { return strcmp(a, b) == 0; }

static void writes(const char *path, const char *text) {
  int f = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (f < 0) return;
  if (write(f, text, strlen(text)) < 0) {}
  close(f);
}

static void copy(const char *from, int to) {
  char bytes[65536];
  int f = open(from, O_RDONLY);
  for (ssize_t n; f >= 0 && (n = read(f, bytes, sizeof bytes)) > 0;)
    if (write(to, bytes, n) < 0) break;
  close(f);
}

static int calls(const char *address, int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, address, &to.sin_addr);
  int s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  return connect(s, (struct sockaddr *)&to, sizeof to) == 0 || errno == EINPROGRESS ? s : -1;
}

// A shell whose input is a connection: to a listener of its own.
static void reverse_shell(void) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof at;
  int l = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(l, (struct sockaddr *)&at, sizeof at) || listen(l, 1)) return;
  getsockname(l, (struct sockaddr *)&at, &size);
  if (fork() == 0) {
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(s, (struct sockaddr *)&at, sizeof at)) _exit(1);
    for (int n = 0; n < 3; n++) dup2(s, n);
    execl("/bin/sh", "sh", "-c", "exit 0", (char *)0);
    _exit(1);
  }
  close(accept(l, 0, 0));
  wait(0);
}

static void *in_thread(void *path) {
  writes(path, "x\n");
  return 0;
}

static void *in_thread_runs(void *words) {
  execv(((char **)words)[0], words);
  return 0;
}

static char stack[65536] __attribute__((aligned(16)));
static int in_clone(void *path) {
  writes(path, "x\n");
  _exit(0);
}

static void runs(char **words) {
  if (fork() == 0) {
    execv(words[0], words);
    _exit(0);
  }
  wait(0);
}

static void act(const char *name, char **w) {
  const char *a = w[0] ? w[0] : "";
  const char *b = w[0] && w[1] ? w[1] : "";
  if (is(name, "reverse-shell")) reverse_shell();
  else if (is(name, "write")) writes(a, "x\n");
  else if (is(name, "connect")) calls(a, atoi(b));
  else if (is(name, "ask")) {
    // A question of a name server (RFC 1035 section 4.1).
    unsigned char question[300] = {0, 1, 1, 0, 0, 1}, *at = question + 12;
    for (const char *label = a; *label;) {
      size_t length = strcspn(label, ".");
      *at++ = length;
      memcpy(at, label, length);
      at += length;
      label += length + (label[length] == '.');
    }
    at[2] = at[4] = 1;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(53), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    if (sendto(socket(AF_INET, SOCK_DGRAM, 0), question, at + 5 - question, 0, (struct sockaddr *)&to, sizeof to) < 0) {}
  } else if (is(name, "connect-unix")) {
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    strncpy(to.sun_path, a, sizeof to.sun_path - 1);
    if (connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&to, sizeof to)) {}
  } else if (is(name, "module")) syscall(SYS_finit_module, -1, "", 0);
  else if (is(name, "mount")) { if (mount("none", a, "tmpfs", 0, "")) {} }
  else if (is(name, "unshare")) { if (unshare(CLONE_NEWUSER)) {} }
  else if (is(name, "packets")) socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
  else if (is(name, "device")) open(a, O_RDONLY);
  else if (is(name, "traceme")) ptrace(PTRACE_TRACEME, 0, 0, 0);
  else if (is(name, "inject")) {
    pid_t other = fork();
    if (other == 0) { pause(); _exit(0); }
    ptrace(PTRACE_ATTACH, other, 0, 0);
    kill(other, SIGKILL);
    waitpid(other, 0, 0);
  } else if (is(name, "sleep")) {
    pid_t other = fork();
    if (other == 0) {
      struct timespec long_time = {600, 0};
      nanosleep(&long_time, 0);
      _exit(0);
    }
    usleep(100000);
    kill(other, SIGKILL);
    waitpid(other, 0, 0);
  } else if (is(name, "memory")) {
    int f = memfd_create("x", 0);
    copy("/proc/self/exe", f);
    char *words[] = {"kworker", "nothing", 0}, *none[] = {0};
    if (is(a, "proc")) {
      char path[64];
      snprintf(path, sizeof path, "/proc/self/fd/%d", f);
      execve(path, words, none);
    } else fexecve(f, words, none);
  } else if (is(name, "memory-at")) {
    int f = memfd_create("x", MFD_CLOEXEC);
    copy("/proc/self/exe", f);
    char *words[] = {"kworker", "nothing", 0}, *none[] = {0};
    syscall(SYS_execveat, f, "", words, none, AT_EMPTY_PATH);
  } else if (is(name, "self-delete")) unlink(a);
  else if (is(name, "environments")) {
    pid_t others[4];
    for (int n = 0; n < 4; n++) if ((others[n] = fork()) == 0) { pause(); _exit(0); }
    for (int n = 0; n < 4; n++) {
      char path[64], bytes[64];
      snprintf(path, sizeof path, "/proc/%d/environ", others[n]);
      int f = open(path, O_RDONLY);
      if (read(f, bytes, sizeof bytes) < 0) {}
    }
    for (int n = 0; n < 4; n++) { kill(others[n], SIGKILL); waitpid(others[n], 0, 0); }
  } else if (is(name, "double-fork")) {
    // The grandchild lives on in a session of its own, after everybody that started it has gone.
    if (fork() == 0) {
      setsid();
      if (fork() == 0) { usleep(50000); writes(a, "x\n"); _exit(0); }
      _exit(0);
    }
    wait(0);
  } else if (is(name, "thread")) {
    pthread_t made;
    pthread_create(&made, 0, in_thread, (void *)a);
    pthread_join(made, 0);
  } else if (is(name, "vfork")) {
    if (vfork() == 0) { execl(b, b, "write", a, (char *)0); _exit(0); }
    wait(0);
  } else if (is(name, "clone")) {
    waitpid(clone(in_clone, stack + sizeof stack, CLONE_VM | SIGCHLD, (void *)a), 0, __WALL);
  } else if (is(name, "clone3")) {
    struct clone_args args = {.exit_signal = SIGCHLD};
    pid_t made = syscall(SYS_clone3, &args, sizeof args);
    if (made == 0) { writes(a, "x\n"); _exit(0); }
    waitpid(made, 0, 0);
  } else if (is(name, "thread-exec")) {
    // Another thread than the first starts a program, which takes the number of the first.
    pthread_t made;
    pthread_create(&made, 0, in_thread_runs, w);
    pthread_join(made, 0);
  } else if (is(name, "relative")) {
    // `relative DIRECTORY NAME`, by the descriptor of the directory.
    int d = open(a, O_PATH | O_DIRECTORY);
    close(openat(d, b, O_WRONLY | O_CREAT, 0644));
  } else if (is(name, "below")) {
    // `below DIRECTORY NAME`, from the directory.
    if (chdir(a)) return;
    writes(b, "x\n");
  } else if (is(name, "rename")) { if (rename(a, b)) {} }
  else if (is(name, "rename-at")) {
    int d = open(b, O_PATH | O_DIRECTORY);
    if (renameat(AT_FDCWD, a, d, w[2])) {}
  } else if (is(name, "link")) { if (link(a, b)) {} }
  else if (is(name, "symlink")) { if (symlink(a, b)) {} }
  else if (is(name, "unnamed")) {
    // A file without a name gets one (open(2), O_TMPFILE).
    int f = open(a, O_TMPFILE | O_WRONLY, 0644);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", f);
    if (linkat(AT_FDCWD, path, AT_FDCWD, b, AT_SYMLINK_FOLLOW)) {}
  } else if (is(name, "exec-descriptor")) {
    int f = open(a, O_RDONLY | O_CLOEXEC);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", f);
    char *words[] = {"x", "nothing", 0}, *none[] = {0};
    execve(path, words, none);
  } else if (is(name, "exec-at")) {
    int f = open(a, O_PATH | O_CLOEXEC);
    char *words[] = {"x", "nothing", 0}, *none[] = {0};
    syscall(SYS_execveat, f, "", words, none, AT_EMPTY_PATH);
  } else if (is(name, "ring")) {
    char parameters[256] = {0};
    syscall(SYS_io_uring_setup, 4, parameters);
  } else if (is(name, "flood")) {
    // `flood SECONDS`: as many calls as there can be, from four processes, with names that take much room in a trace.
    static char path[4000];
    memset(path, '\377', sizeof path - 1);
    time_t until = time(0) + atoi(a);
    for (int n = 0; n < 4; n++) if (fork() == 0) {
      while (time(0) < until) for (int i = 0; i < 100; i++) open(path, O_RDONLY);
      _exit(0);
    }
    while (wait(0) > 0) {}
  } else if (is(name, "calls")) {
    // `calls COUNT`: opens of short names, counted by itself.
    for (int i = 0; i < atoi(a); i++) close(open("/none", O_RDONLY));
  } else if (is(name, "kill-tracer") || is(name, "stop-tracer")) {
    // Every process but the first two that is not its own parent.
    for (pid_t p = 2; p < 40; p++) {
      char path[64], bytes[256] = {0};
      snprintf(path, sizeof path, "/proc/%d/cmdline", p);
      int f = open(path, O_RDONLY);
      if (f < 0) continue;
      if (read(f, bytes, sizeof bytes - 1) < 0) {}
      close(f);
      if (strstr(bytes, "/.s/")) kill(p, is(name, "kill-tracer") ? SIGKILL : SIGSTOP);
    }
  } else if (is(name, "trace-tracer")) {
    for (pid_t p = 2; p < 40; p++) {
      char path[64], bytes[256] = {0};
      snprintf(path, sizeof path, "/proc/%d/cmdline", p);
      int f = open(path, O_RDONLY);
      if (f < 0) continue;
      if (read(f, bytes, sizeof bytes - 1) < 0) {}
      close(f);
      if (strstr(bytes, "/.s/")) ptrace(PTRACE_ATTACH, p, 0, 0);
    }
  } else if (is(name, "run")) runs(w);
}

int main(int argc, char **argv) {
  // A program of another name that does what that is known for.
  const char *own = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
  if (is(own, "nginx")) {
    char *words[] = {"/bin/sh", "-c", "true; true", 0};
    runs(words);
    return 0;
  }
  if (argc > 1) act(argv[1], argv + 2);
  return 0;
}
