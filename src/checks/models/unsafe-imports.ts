import type { PickleImport } from '../../formats/models/pickle.ts';

/**
 * Modules of Python's library (sys.stdlib_module_names), of Python 2's too: they start programs, run text, load code, write
 * files or speak to others, and where they do none of that, they have no place in data either.
 */
const library: ReadonlySet<string> = new Set(
  (
    'BaseHTTPServer ConfigParser Cookie Queue SimpleHTTPServer SocketServer StringIO Tkinter UserDict UserList ' +
    'UserString __builtin__ _posixsubprocess _winreg aifc antigravity argparse ast asynchat asyncio asyncore ' +
    'atexit audioop base64 bdb binascii bisect builtins bz2 cPickle cProfile cStringIO ce cgi cgitb chunk cmath ' +
    'cmd code codecs codeop colorsys commands compileall concurrent configparser contextlib contextvars cookielib ' +
    'copy crypt csv ctypes curses dbm difflib dis distutils doctest dummy_thread email encodings ensurepip ' +
    'exceptions faulthandler fcntl filecmp fileinput fnmatch ftplib functools gc genericpath getopt getpass ' +
    'gettext glob graphlib grp gzip hashlib heapq hmac html http httplib idlelib imaplib imghdr imp importlib ' +
    'inspect io itertools json keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal mimetypes ' +
    'mmap modulefinder msilib msvcrt multiprocessing netrc new nis nntplib nt ntpath nturl2path opcode operator ' +
    'optparse os os2 ossaudiodev pathlib pdb pickle pickletools pipes pkgutil platform plistlib popen2 poplib ' +
    'posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri ' +
    'readline reprlib resource rexec rlcompleter runpy sched select selectors sets shelve shlex shutil signal ' +
    'site smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat ' +
    'stringprep subprocess sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios ' +
    'textwrap this thread threading timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle ' +
    'turtledemo types unicodedata unittest urllib urllib2 urlparse user uu venv warnings wave weakref webbrowser ' +
    'winreg winsound wsgiref xdrlib xml xmlrpc xmlrpclib zipapp zipfile zipimport zlib'
  ).split(' '),
);

/** Modules outside of the library that run what they are given. */
const others: ReadonlySet<string> = new Set(['pip', 'requests', 'setuptools']);

/** The modules of the library that hold data. */
const plain: ReadonlySet<string> = new Set(
  (
    'abc array calendar collections copyreg copy_reg dataclasses datetime decimal enum errno fractions ipaddress math ' +
    'numbers random re secrets statistics string struct time typing uuid zoneinfo _collections _decimal _random _struct'
  ).split(' '),
);

/** Names of these modules that data is made of. */
const harmless: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    __builtin__:
      'bool bytearray bytes complex dict float frozenset int list long object property range set slice str tuple type unicode xrange',
    _codecs: 'encode',
    _io: 'BytesIO StringIO',
    builtins:
      'BaseException Ellipsis Exception KeyError NotImplemented RuntimeError TypeError ValueError bool bytearray bytes complex dict float frozenset int list object property range set slice str tuple type',
    codecs: 'encode',
    copy: '_reconstruct copy deepcopy',
    exceptions: 'Exception KeyError RuntimeError TypeError ValueError',
    functools: 'partial',
    io: 'BytesIO StringIO',
    itertools: 'chain count cycle repeat',
    logging: 'Logger getLogger',
    operator: 'add mul sub',
    pathlib: 'Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath',
    'pathlib._local': 'Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath',
    sre_compile: '_compile',
    types: 'MappingProxyType SimpleNamespace',
    weakref: 'WeakKeyDictionary WeakSet WeakValueDictionary',
  }).map(([module, list]) => [module, new Set(list.split(' '))]),
);

/** Names of other modules that load what they are given. */
const unsafe: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    'numpy.testing._private.utils': 'runstring',
    torch: 'load',
    'torch.hub': 'load load_state_dict_from_url',
    'torch.serialization': 'load',
  }).map(([module, list]) => [module, new Set(list.split(' '))]),
);

/** Whether loading data has no reason to import this: it runs code of the data's choice. */
export function isUnsafe({ module, name }: PickleImport): boolean {
  const [first = ''] = module.split('.', 1);
  if (name.includes('__') || others.has(first)) return true;
  const parts = name.split('.');
  const isPath = parts.length > 1;
  if (harmless.get(module)?.has(name) === true) return false;
  // A name may lead through a module to what it imports itself (`random` and `_os.system`), or to what acts (`Path.unlink`).
  if (plain.has(first)) return isPath;
  // What begins with an underline is the part of a module of the library that is written in C.
  if (library.has(first) || first.startsWith('_')) return true;
  if (isPath && parts.some((part) => library.has(part.replace(/^_+/, '')))) return true;
  return unsafe.get(module)?.has(parts[0] ?? '') === true;
}
