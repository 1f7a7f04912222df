import type { PickleImport } from '../../formats/models/pickle.ts';
import { isHarmless } from './harmless-imports.ts';

const DUNDER = /^__\w+__$/;
/** The program that wrote the pickle, whatever that was. */
const SCRIPT = /^__(?:mp_)?main__$/;

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

/** Packages that run what they are given, or speak to others. */
const others: ReadonlySet<string> = new Set(
  'aiohttp fabric httplib2 httpx invoke paramiko pexpect pip pkg_resources plumbum requests setuptools sh urllib3'.split(
    ' ',
  ),
);

/** The modules of the library that hold data; what of them does more is private, or stands in `unsafe`. */
const plain: ReadonlySet<string> = new Set(
  (
    'abc array calendar collections copyreg copy_reg dataclasses datetime decimal enum errno fractions ipaddress math ' +
    'numbers random re secrets statistics string struct time typing uuid zoneinfo _collections _decimal _random _struct'
  ).split(' '),
);

/** Names of modules of the library that data may have a reason for, and an attacker another: they lead from one object to others. */
const doubtful: ReadonlyMap<string, ReadonlySet<string>> = namesOf({
  __builtin__:
    'all any callable filter hasattr hash isinstance issubclass map next repr sorted staticmethod classmethod super',
  _functools: 'cmp_to_key partial reduce',
  _operator: 'attrgetter contains getitem itemgetter',
  builtins:
    'all any ascii bin callable chr classmethod divmod filter format hasattr hash hex id isinstance issubclass map memoryview ' +
    'next oct ord pow print repr sorted staticmethod super',
  functools: 'cmp_to_key partial partialmethod reduce',
  operator: 'attrgetter contains getitem itemgetter',
  types: 'MethodType',
});

/** Names that run, load or resolve what the data names. */
const unsafe: ReadonlyMap<string, ReadonlySet<string>> = namesOf({
  'cloudpickle.cloudpickle':
    '_builtin_type _fill_function _function_setstate _make_function _make_skel_func dynamic_subimport subimport',
  // An extension code stands for a name without that the opcodes tell it.
  copy_reg: 'add_extension constructor pickle',
  copyreg: 'add_extension constructor pickle',
  dataclasses: 'make_dataclass',
  'dill._dill': '_create_code _create_function _eval_repr _get_attr _import_module _load_type',
  numpy: 'fromfile load loadtxt genfromtxt save savetxt savez savez_compressed',
  'numpy._core': '_ufunc_reconstruct',
  'numpy.core': '_ufunc_reconstruct',
  pandas: 'eval read_pickle',
  'torch.fx.graph_module': '_exec_with_source _forward_from_src reduce_deploy_graph_module reduce_graph_module',
  'torch.hub': 'load_state_dict_from_url',
  'torch.jit.unsupported_tensor_ops': 'execWrapper',
  'torch.utils._config_module': 'ConfigModule',
  'torch.utils.data.datapipes.utils.decoder': 'basichandlers',
  typing: 'ForwardRef evaluate_forward_ref get_type_hints',
  uuid: 'getnode uuid1',
});

/** Modules of packages all of which is for code, programs or files. */
const unsafeTrees: readonly string[] = [
  'joblib.memory',
  'numpy.ctypeslib',
  'numpy.distutils',
  'numpy.f2py',
  'numpy.testing',
  'pandas.core.computation',
  'pandas.io',
  'torch._dynamo',
  'torch._inductor',
  'torch.hub',
  'torch.package',
  'torch.utils.bottleneck',
  'torch.utils.collect_env',
  'torch.utils.cpp_extension',
];

/** What a function of any package does that is called so. */
const acting: ReadonlySet<string> = new Set(
  (
    'check_call check_output eval exec execfile getattr import_module load load_file load_library load_model ' +
    'load_module load_pickle loads open popen Popen read_pickle run_command runstring spawn system unpickle ' +
    'unsafe_load'
  ).split(' '),
);

/** Modules that nearly every other module has as a name of its own: what is reached through them runs anything. */
const doors: ReadonlySet<string> = new Set(
  'builtins code ctypes importlib marshal nt os pickle posix pty runpy shutil socket subprocess sys'.split(' '),
);

/** How far what a pickle imports can be trusted to be nothing but data. */
export type ImportStanding = 'harmless' | 'unknown' | 'unsafe';

/**
 * `unsafe`: loading data has no reason to import this, which runs code of the data's choice. `unknown`: on no list of what data
 * is made of; a class of the program that wrote the pickle, or something that nobody here has thought of.
 */
export function standingOf(imported: PickleImport): ImportStanding {
  if (isHarmless(imported)) return 'harmless';
  return isUnsafe(imported) ? 'unsafe' : 'unknown';
}

function isUnsafe({ module, name }: PickleImport): boolean {
  const [first = ''] = module.split('.', 1);
  const parts = name.split('.');
  const last = parts.at(-1) ?? '';
  if (parts.some((part) => DUNDER.test(part)) || others.has(first)) return true;
  if (doubtful.get(module)?.has(name) === true) return false;
  if (unsafe.get(module)?.has(parts[0] ?? '') === true || acting.has(last)) return true;
  if (unsafeTrees.some((tree) => module === tree || module.startsWith(`${tree}.`))) return true;
  const isPath = parts.length > 1;
  // A name may lead through a module to what it imports itself (`random` and `_os.system`), or to what acts (`Path.unlink`).
  if (parts.some((part) => (isPath ? library : doors).has(part.replace(/^_+/, '')))) return true;
  if (plain.has(first)) return isPath || name.startsWith('_');
  // What begins with an underline is the part of a module of the library that is written in C.
  return library.has(first) || (first.startsWith('_') && !SCRIPT.test(module));
}

function namesOf(lists: Readonly<Record<string, string>>): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(Object.entries(lists).map(([module, list]) => [module, new Set(list.split(' '))]));
}
